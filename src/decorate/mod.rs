//! Adds links to bookings, and leaves all other fields unchanged.

mod decorator;
mod include;
mod links;
mod record;
mod response;
mod unavailable;

pub use decorator::{Decoration, Decorator, Options};
pub use include::Include;
pub use response::{DecorateError, response};

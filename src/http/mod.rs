//! The two functions: Lambda events in, answers out.

mod accept;
mod action_link;
mod auth;
mod booking_links;
mod bookings;
mod cursor;
mod direct;
mod event;
mod form;
mod list;
mod pairs;
mod parameters;
mod problem;
mod respond;
mod start;

pub use action_link::ActionLinkFunction;
pub use booking_links::BookingLinksFunction;
pub use start::{Function, StartError, run};

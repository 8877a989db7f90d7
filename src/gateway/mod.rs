//! Lambda events in, Lambda answers out, for every kind of gateway. No business rules.

mod event;
mod form;
mod pairs;
mod query;
mod reply;

pub(crate) use event::{HttpRequest, read};
pub(crate) use pairs::Pairs;
pub(crate) use query::Query;
pub(crate) use reply::Gateway;
pub use reply::Reply;

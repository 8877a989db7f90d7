//! Lambda events in, Lambda answers out, for every kind of gateway. No business rules.

mod event;
mod form;
mod negotiation;
mod pairs;
mod preview;
mod problem;
mod query;
mod reply;
mod response;

pub(crate) use event::{HttpRequest, read};
pub(crate) use form::is_one_click;
pub(crate) use negotiation::{is_prefetch, languages, wants_json};
pub(crate) use pairs::Pairs;
pub(crate) use preview::is_chat_preview;
pub(crate) use problem::Problem;
pub(crate) use query::Query;
pub(crate) use reply::Gateway;
pub use reply::Reply;
pub(crate) use response::{answer, json_answer, to_request, with};

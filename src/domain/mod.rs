//! What may happen to a booking, without AWS or HTTP.

mod booking_summary;
mod customer_message;
mod graph;
mod notice_period;
mod rule;

pub use booking_summary::BookingSummary;
pub use customer_message::CustomerMessage;
pub use graph::{Actor, Graph, Graphs, GraphsError, Route, Transition};
pub(crate) use notice_period::{MAX_NOTICE, cut_off, has_cut_off, is_too_late};
pub use rule::{Attribute, Predicate, Rule, rule};

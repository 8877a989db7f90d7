//! What may happen to a booking, without AWS or HTTP.

mod attribute;
mod booking_summary;
mod calendar;
mod customer_message;
mod graph;
mod notice_period;
mod record;
mod rule;
mod text;
mod time_zone;

pub use attribute::{Attribute, AttributeNames, AttributeRow, Visibility, Writer};
pub use booking_summary::BookingSummary;
#[cfg(feature = "local")]
pub use calendar::is_lost;
pub use calendar::{CalendarStatus, is_cancelled};
pub use customer_message::CustomerMessage;
pub use graph::{Actor, Graph, Graphs, GraphsError, Route, Transition};
pub(crate) use notice_period::{MAX_NOTICE, lacks_cut_off, starts_at, time_of};
pub use record::{Record, Value};
pub use rule::{Predicate, Rule, first_failure, rule};
pub use text::printable;
#[cfg(feature = "cli")]
pub use text::printable_json;
pub(crate) use text::{cut, is_plain};
pub(crate) use time_zone::time_zone;

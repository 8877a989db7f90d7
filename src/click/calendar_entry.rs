//! What a calendar shows of a booking.

use jiff::Timestamp;

use crate::domain::CalendarStatus;

/// What a calendar shows of a booking, beside its [summary](crate::domain::BookingSummary).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    pub status: CalendarStatus,
    /// How often the booking was changed: it grows with the log.
    pub sequence: usize,
    /// When it was last changed, if that can be read.
    pub changed_at: Option<Timestamp>,
}

//! The calendar file of a link's booking. It never acts.

use super::calendar_entry::CalendarEntry;
use super::context::{ClickContext, Decided, unrelated};
use super::outcome::Outcome;
use super::rules::owns;
use crate::domain::{Attribute, CalendarStatus, Record, time_of};
use crate::store::StoreError;

/// The second in which the year 0 begins: the file has years of four digits (RFC 5545 §3.3.4).
const YEAR_ZERO: i64 = -62_167_219_200;

impl ClickContext<'_> {
    /// Reads the booking for a calendar. The link needs to be genuine, and nothing else.
    pub(super) async fn calendar(&self) -> Result<Decided, StoreError> {
        let booking = self.bookings.get(self.booking_id).await?.filter(|booking| owns(self.app, booking));
        let Some(booking) = booking else { return Ok(unrelated(Outcome::BookingNotFound)) };
        let changed_at = [Attribute::UpdatedAt, Attribute::CreatedAt].map(|at| booking.value(at).and_then(time_of));
        let entry = CalendarEntry {
            status: CalendarStatus::of(&booking, self.graphs),
            sequence: booking.log_length(),
            changed_at: changed_at.into_iter().flatten().next(),
        };
        let decided = self.decided(Outcome::NoStartTime, Some(&booking));
        let outcome = if decided.booking_summary.starts_at.is_some_and(|at| at.as_second() >= YEAR_ZERO) {
            Outcome::Calendar(entry)
        } else {
            decided.outcome
        };
        Ok(Decided { outcome, ..decided })
    }
}

//! What a booking is now, as its record says.

use jiff::{SignedDuration, Timestamp};

use super::error::DemoError;
use crate::booking::BookingId;
use crate::domain::{Attribute, BookingSummary, CalendarStatus, Graphs, Record, time_of};
use crate::store::{Booking, BookingStore};

/// For how long a change is marked as new.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// A booking's present state.
#[derive(Clone, Debug)]
pub(super) struct Present {
    pub(super) state: String,
    pub(super) status: CalendarStatus,
    pub(super) summary: BookingSummary,
    pub(super) created_at: Option<Timestamp>,
    /// How often the booking was changed.
    pub(super) changes: usize,
    /// The newest entry of its log.
    pub(super) last_change: Option<Change>,
}

#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) action: String,
    pub(super) at: Timestamp,
}

impl Change {
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < FRESH
    }
}

impl Present {
    /// Reads it. `None` if there is no such booking, or it has no state.
    pub(super) async fn read(bookings: &BookingStore, graphs: &Graphs, id: &str) -> Result<Option<Self>, DemoError> {
        let Ok(id) = BookingId::parse(id) else { return Ok(None) };
        Ok(bookings.get(&id).await?.and_then(|booking| Self::of(&booking, graphs)))
    }

    fn of(booking: &Booking<'_>, graphs: &Graphs) -> Option<Self> {
        let last_change = booking
            .last_entry()
            .and_then(|entry| Some(Change { action: entry.action()?.to_owned(), at: entry.at()?.parse().ok()? }));
        Some(Self {
            state: booking.state()?.to_string(),
            status: CalendarStatus::of(booking, graphs),
            summary: booking.summary(),
            created_at: booking.value(Attribute::CreatedAt).and_then(time_of),
            changes: booking.log_length(),
            last_change,
        })
    }
}

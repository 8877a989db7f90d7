//! When the booking is, in which time zone, and until when its link's action is possible.

use std::cell::LazyCell;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::language::Language;
use crate::click::ClickResult;
use crate::domain::{BookingSummary, time_zone};

/// The time zone of a page. It is read once, so that a fault is logged once, and only if a time is shown.
pub(super) type Zone<'r> = LazyCell<TimeZone, Box<dyn FnOnce() -> TimeZone + 'r>>;

pub(super) fn lazy_zone(result: &ClickResult) -> Zone<'_> {
    LazyCell::new(Box::new(|| zone(result)))
}

/// What the page is about: the booking, or the one that took its place.
pub(super) fn booking_of(result: &ClickResult) -> &BookingSummary {
    result.outcome.moved().map_or(&result.booking_summary, |moved| &moved.booking_summary)
}

/// Until when the link's action is possible, or was, in words. `None` if the app has no notice for it.
pub(super) fn deadline(result: &ClickResult, language: &Language<'_>, zone: &Zone<'_>) -> Option<String> {
    let until = deadline_of(result)?;
    Some(language.zoned(&language.date_and_time(until, zone)?, until, zone))
}

pub(super) fn deadline_of(result: &ClickResult) -> Option<Timestamp> {
    let notice = result.app()?.clicks.min_notice.get(result.link()?.action())?;
    booking_of(result).starts_at?.checked_sub(jiff::SignedDuration::try_from(*notice).ok()?).ok()
}

/// The customer's time zone, else the app's, else UTC.
fn zone(result: &ClickResult) -> TimeZone {
    let of_customer = || {
        let name = booking_of(result).time_zone.as_deref()?;
        let zone = time_zone(name);
        if zone.is_none() {
            let booking = result.outcome.moved().map(|moved| &moved.booking_id).or(result.booking_id());
            tracing::warn!(booking = booking.map(|id| id.as_str()), "the time zone of a booking cannot be read");
        }
        zone
    };
    let of_app = || result.app()?.brand.time_zone.clone();
    of_customer().or_else(of_app).unwrap_or(TimeZone::UTC)
}

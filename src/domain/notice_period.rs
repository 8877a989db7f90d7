//! Notice: until when a customer may change a booking.

use std::time::{Duration, SystemTime};

use crate::time::rfc3339;

/// The longest notice, a year. A longer one is probably a mistake of the unit.
pub(crate) const MAX_NOTICE: Duration = Duration::from_secs(31_536_000);

/// The first `starts_at` that is not too late at `now`, as the beginning of such a text:
/// `2026-11-23T08:00:00`. A click is refused from the second `starts_at` − `notice` on. What begins
/// with the cut-off and goes on, with a fraction or with `Z`, is greater than it.
pub(crate) fn cut_off(now: SystemTime, notice: Duration) -> String {
    let mut text = rfc3339(now + notice + Duration::from_secs(1));
    text.truncate(text.len() - 1);
    text
}

/// Whether a `starts_at` is compared at all: only one in UTC, with a `Z`, can be compared as text.
pub(crate) fn has_cut_off(starts_at: &str) -> bool {
    starts_at.contains('Z')
}

/// Whether it is too late for a booking that starts at `starts_at`. The rules of a click say the same.
pub(crate) fn is_too_late(starts_at: &str, now: SystemTime, notice: Duration) -> bool {
    has_cut_off(starts_at) && starts_at < &*cut_off(now, notice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_the_cut_off_is_too_late() {
        let at = |seconds: f64| SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds);
        let hour = Duration::from_secs(3600);
        for (starts_at, last) in [("1970-01-01T02:00:00Z", 3599.999), ("1970-01-01T02:00:00.500Z", 3599.999)] {
            assert!(!is_too_late(starts_at, at(last), hour), "{starts_at}");
            assert!(is_too_late(starts_at, at(3600.0), hour), "{starts_at}");
        }
        assert!(!is_too_late("1970-01-01T00:00:01Z", at(0.9), Duration::ZERO));
        assert!(is_too_late("1970-01-01T00:00:01Z", at(1.0), Duration::ZERO));
    }

    #[test]
    fn an_offset_in_place_of_z_has_no_cut_off() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for starts_at in ["1970-01-01T02:00:00+00:00", "1970-01-01T02:00:00", "soon", ""] {
            assert!(!is_too_late(starts_at, now, Duration::ZERO), "{starts_at}");
        }
    }
}

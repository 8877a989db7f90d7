//! The notice period: until when a customer may change a booking.

use std::time::{Duration, SystemTime};

use super::attribute::Attribute;
use super::record::Record;
use super::rule::Predicate;
use crate::time::rfc3339;

/// The longest notice, a year. A longer one is probably a mistake of the unit.
pub(crate) const MAX_NOTICE: Duration = Duration::from_secs(31_536_000);

/// The appointment is not closer than `notice` at `now`: a click is refused from the second `starts_at` − `notice`
/// on. A `starts_at` that is not in UTC has no cut-off, because only one with a `Z` can be compared as text.
pub(crate) fn keeps_notice(now: SystemTime, notice: Duration) -> Predicate<'static> {
    // The beginning of the first text that is not too late. What begins with it and goes on, with a fraction or
    // with `Z`, is greater.
    let mut cut_off = rfc3339(now + notice + Duration::from_secs(1));
    cut_off.truncate(cut_off.len() - 1);
    Predicate::Any(vec![
        Predicate::NotText(Attribute::StartsAt),
        Predicate::Lacks(Attribute::StartsAt, "Z"),
        Predicate::AtLeast(Attribute::StartsAt, cut_off),
    ])
}

/// Whether a booking says when it starts, but in a form that has no cut-off.
pub(crate) fn lacks_cut_off(booking: &impl Record) -> bool {
    booking.text(Attribute::StartsAt).is_some_and(|starts_at| !starts_at.contains('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Value;

    struct StartsAt(&'static str);

    impl Record for StartsAt {
        fn value(&self, attribute: Attribute) -> Option<Value<'_>> {
            (attribute == Attribute::StartsAt).then_some(Value::Text(self.0))
        }

        fn contains(&self, _: Attribute, text: &str) -> bool {
            self.0.contains(text)
        }
    }

    fn is_too_late(starts_at: &'static str, now: f64, notice: Duration) -> bool {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs_f64(now);
        !keeps_notice(now, notice).holds(Some(&StartsAt(starts_at)))
    }

    #[test]
    fn the_second_of_the_cut_off_is_too_late() {
        let hour = Duration::from_secs(3600);
        for (starts_at, last) in [("1970-01-01T02:00:00Z", 3599.999), ("1970-01-01T02:00:00.500Z", 3599.999)] {
            assert!(!is_too_late(starts_at, last, hour), "{starts_at}");
            assert!(is_too_late(starts_at, 3600.0, hour), "{starts_at}");
        }
        assert!(!is_too_late("1970-01-01T00:00:01Z", 0.9, Duration::ZERO));
        assert!(is_too_late("1970-01-01T00:00:01Z", 1.0, Duration::ZERO));
    }

    #[test]
    fn an_offset_in_place_of_z_has_no_cut_off() {
        for starts_at in ["1970-01-01T02:00:00+00:00", "1970-01-01T02:00:00", "soon", ""] {
            assert!(!is_too_late(starts_at, 1_000_000.0, Duration::ZERO), "{starts_at}");
            assert!(lacks_cut_off(&StartsAt(starts_at)));
        }
    }
}

//! The notice period: until when a customer may change a booking.

use std::time::Duration;

use jiff::Timestamp;

use super::attribute::Attribute;
use super::record::{Record, Value};

/// The longest notice, a year. A longer one is probably a mistake of the unit.
pub(crate) const MAX_NOTICE: Duration = Duration::from_secs(31_536_000);

/// Numbers from this one on are milliseconds, those below are seconds: it is a time in 5138, or in 1973.
const FIRST_MILLISECOND: f64 = 1e11;

/// When a booking starts, if that can be read.
pub(crate) fn starts_at(booking: &impl Record) -> Option<Timestamp> {
    time_of(booking.value(Attribute::StartsAt)?)
}

/// The time that a `starts_at` is: a time of RFC 3339 or of ISO 8601's basic form with an offset, or as a
/// number of seconds or milliseconds since 1970. Of an offset and a zone in brackets (RFC 9557), the offset counts.
/// `None` if it is anything else.
pub(crate) fn time_of(starts_at: Value<'_>) -> Option<Timestamp> {
    match starts_at {
        Value::Text(text) => text.trim().parse().ok().or_else(|| to_the_nanosecond(text.trim())?.parse().ok()),
        Value::Number(number) => {
            let number: f64 = number.parse().ok()?;
            let seconds = if number.abs() < FIRST_MILLISECOND { number } else { number / 1000.0 };
            #[expect(clippy::cast_possible_truncation, reason = "a number out of its range is at its end, and no time")]
            Timestamp::from_second(seconds.floor() as i64).ok()
        }
        Value::Null | Value::Other => None,
    }
}

/// A time with at most nine digits of its fraction, which is what is read.
fn to_the_nanosecond(text: &str) -> Option<String> {
    let (whole, rest) = text.split_at(text.find(['.', ','])? + 1);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    Some(format!("{whole}{}{}", &rest[..digits.min(9)], &rest[digits..]))
}

/// Whether a booking says when it starts, but in a form that has no cut-off.
pub(crate) fn lacks_cut_off(booking: &impl Record) -> bool {
    !booking.is_absent(Attribute::StartsAt) && starts_at(booking).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct StartsAt(Value<'static>);

    impl Record for StartsAt {
        fn value(&self, attribute: Attribute) -> Option<Value<'_>> {
            (attribute == Attribute::StartsAt).then_some(self.0)
        }

        fn contains(&self, _: Attribute, _: &str) -> bool {
            false
        }
    }

    #[test]
    fn a_start_is_read_in_every_form() {
        for text in [
            "2026-11-24T22:00:00Z",
            "2026-11-24 22:00:00Z",
            "2026-11-24t22:00:00z",
            "2026-11-24T22:00:00.999999999Z",
            "2026-11-24T22:00:00,5Z",
            "2026-11-24T22:00:00.1234567890123Z",
            "2026-11-24T23:00:00.99999999999999999999+01:00",
            "2026-11-24 23:00:00+01:00",
            "2026-11-25T07:30:00+09:30",
            "2026-11-24T22:00:00+00:00",
            "2026-11-24T22:00:00-00:00",
            "2026-11-24T17:00:00-05",
            "2026-11-24T23:00:00+0100",
            "2026-11-24T22:00Z",
            "20261124T220000Z",
            "20261124T230000+0100",
            "2026-11-24T23:00:00+01:00[Europe/Zurich]",
            "2026-11-24T23:00:00+01:00[America/New_York]",
            " 2026-11-24T22:00:00Z\n",
        ] {
            let read = starts_at(&StartsAt(Value::Text(text))).map(Timestamp::as_second);
            assert_eq!(read, Some(1_795_557_600), "{text}");
        }
        for number in ["1795557600", "1795557600.75", "1.7955576e9", "1795557600000", "1795557600999", "1.7955576E12"] {
            let read = starts_at(&StartsAt(Value::Number(number))).map(Timestamp::as_second);
            assert_eq!(read, Some(1_795_557_600), "{number}");
        }
    }

    #[test]
    fn what_cannot_be_read_has_no_cut_off() {
        let texts = ["2026-11-24T22:00:00", "2026-11-24", "soon", "Z", "", "1795557600", "24.11.2026 22:00"];
        let values = texts.map(Value::Text).into_iter();
        for value in values.chain(["1e300", "-1e300"].map(Value::Number)).chain([Value::Other]) {
            assert_eq!(starts_at(&StartsAt(value)), None, "{value:?}");
            assert!(lacks_cut_off(&StartsAt(value)), "{value:?}");
        }
        assert!(!lacks_cut_off(&StartsAt(Value::Null)));
    }
}

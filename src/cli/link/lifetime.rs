//! Times as people write them: `14d`, and `2026-12-24T18:00:00Z`.

use std::time::{Duration, SystemTime};

use crate::app::MAX_LINK_LIFETIME;
use crate::domain::{Value, time_of};

/// Seconds, or a number with its unit.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "s" => Some(1),
        "m" | "min" => Some(60),
        "h" => Some(3600),
        "d" => Some(86_400),
        "w" => Some(7 * 86_400),
        _ => None,
    };
    let seconds = unit.and_then(|unit: u64| digits.parse::<u64>().ok()?.checked_mul(unit));
    seconds.filter(|seconds| (1..=MAX_LINK_LIFETIME.as_secs()).contains(seconds)).map(Duration::from_secs).ok_or_else(
        || "must be a number with its unit, such as 90m, 12h, 14d or 2w, or of seconds, up to 100 years".to_owned(),
    )
}

/// A time as records have it: RFC 3339 with an offset, or seconds since 1970.
pub(super) fn time(text: &str) -> Result<SystemTime, String> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = if is_number { Value::Number(text) } else { Value::Text(text) };
    let seconds = time_of(value).and_then(|time| u64::try_from(time.as_second()).ok());
    let time = seconds.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    time.ok_or_else(|| "must be a time with an offset, such as 2026-12-24T18:00:00Z, or seconds since 1970".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_has_a_unit() {
        for (text, seconds) in [
            ("60", 60),
            ("60s", 60),
            ("90m", 5400),
            ("12h", 43_200),
            ("14d", 1_209_600),
            (" 2 w ", 1_209_600),
            ("5200w", 3_144_960_000),
        ] {
            assert_eq!(lifetime(text).map(|time| time.as_secs()), Ok(seconds), "{text}");
        }
        for text in ["", "d", "0d", "-1d", "1.5h", "14x", "soon", "36501d", "99999999999999999999w"] {
            assert!(lifetime(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_has_an_offset() {
        let second = |text| time(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok().map(|time| time.as_secs());
        for text in ["2026-12-24T18:00:00Z", "2026-12-24 19:00:00+01:00", "1798135200"] {
            assert_eq!(second(text), Some(1_798_135_200), "{text}");
        }
        for text in ["2026-12-24T18:00:00", "tomorrow", ""] {
            assert_eq!(second(text), None, "{text}");
        }
    }
}

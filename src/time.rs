//! Times in the form of records and answers.

use std::time::{Duration, SystemTime};

/// `time` to the second, as in records: `2026-11-23T08:00:00Z`.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(seconds).ok().and_then(|s| jiff::Timestamp::from_second(s).ok()).unwrap_or_default().to_string()
}

/// The second of a time in that form, with or without a fraction. `None` for one before 1970, and for
/// anything else.
pub(crate) fn from_rfc3339(text: &str) -> Option<SystemTime> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(time.as_second().try_into().ok()?))
}

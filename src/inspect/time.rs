//! Times in words.

use std::time::{Duration, SystemTime};

use super::finding::Finding;
use crate::app::MAX_LINK_LIFETIME;
use crate::link::Claims;
use crate::time::rfc3339;

/// From here on a number of seconds is taken for one of milliseconds: the year 5138.
pub(super) const MILLISECONDS: f64 = 1e11;

/// The lines about `iat`, `nbf` and `exp`. The leeway of `nbf` is that of the verifier.
pub(super) fn times(claims: &Claims, now: SystemTime) -> Vec<Finding> {
    let told = |seconds: f64| time_of(seconds).map_or_else(|| "in a far future".to_owned(), |time| when(time, now));
    let seconds_now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let in_milliseconds = |seconds: f64| format!("it is in milliseconds: it means {}", told(seconds / 1000.0));
    let mut lines = Vec::new();
    match claims.iat {
        Some(iat) => lines.push(Finding::note("iat", format!("signed {}", told(iat.as_seconds())))),
        None => lines.push(Finding::note("iat", "it does not say when it was signed")),
    }
    if let Some(nbf) = claims.nbf {
        let is_early = seconds_now + 60.0 < nbf.as_seconds();
        let (text, advice) = match nbf.as_seconds() {
            nbf if nbf >= MILLISECONDS => (in_milliseconds(nbf), "Write it in seconds since 1970."),
            nbf => {
                (format!("valid from {}", told(nbf)), "Wait, or sign without `nbf`. A clock may run ahead by a minute.")
            }
        };
        lines.push(if is_early { Finding::bad("nbf", text).advise(advice) } else { Finding::good("nbf", text) });
    }
    lines.push(match claims.exp.map(|exp| exp.as_seconds()) {
        Some(exp) if seconds_now >= exp => {
            Finding::bad("exp", format!("expired {}", told(exp))).advise("Send a new link.")
        }
        Some(exp) if exp >= MILLISECONDS => {
            let line = Finding::note("exp", format!("{}; as it stands, this link never expires", in_milliseconds(exp)));
            line.advise("Write it in seconds since 1970, not in milliseconds.")
        }
        Some(exp) if exp > seconds_now + MAX_LINK_LIFETIME.as_secs_f64() => {
            Finding::note("exp", "it is more than 100 years ahead: this link never expires")
                .advise("Write it in seconds since 1970.")
        }
        Some(exp) => Finding::good("exp", format!("expires {}", told(exp))),
        None => Finding::good("exp", "it does not expire"),
    });
    lines
}

/// The time of so many seconds since 1970, if there is one.
pub(super) fn time_of(seconds: f64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds.max(0.0)).ok()?)
}

/// A time, and how far it is away: `2026-11-23T08:00:00Z, 3 days ago`.
pub(super) fn when(time: SystemTime, now: SystemTime) -> String {
    format!("{}, {}", rfc3339(time), distance(time, now))
}

/// How far a time is away: `3 days ago`, `in one hour`, `just now`.
pub(crate) fn distance(time: SystemTime, now: SystemTime) -> String {
    match (now.duration_since(time), time.duration_since(now)) {
        (Ok(ago), _) if ago.as_secs() == 0 => "just now".to_owned(),
        (Ok(ago), _) => format!("{} ago", length(ago)),
        (Err(_), ahead) => format!("in {}", length(ahead.unwrap_or_default())),
    }
}

/// A length in its largest unit, rounded down: `3 days`.
fn length(length: Duration) -> String {
    let seconds = length.as_secs();
    let (count, unit) = [(86_400, "day"), (3600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(size, _)| seconds >= *size)
        .map_or((seconds, "second"), |(size, unit)| (seconds / size, unit));
    if count == 1 { format!("one {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_largest_unit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for (seconds, told) in [
            (0, "just now"),
            (-1, "one second ago"),
            (-119, "one minute ago"),
            (-7200, "2 hours ago"),
            (-259_200, "3 days ago"),
            (90_000, "in one day"),
        ] {
            let time = if seconds < 0 {
                now - Duration::from_secs(-seconds as u64)
            } else {
                now + Duration::from_secs(seconds as u64)
            };
            assert!(when(time, now).ends_with(told), "{}", when(time, now));
        }
    }
}

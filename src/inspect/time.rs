//! Times in words.

use std::time::{Duration, SystemTime};

use super::finding::Finding;
use crate::app::MAX_LINK_LIFETIME;
use crate::link::Claims;
use crate::time::rfc3339;

/// The lines about `iat`, `nbf` and `exp`. The leeway of `nbf` is that of the verifier.
pub(super) fn times(claims: &Claims, now: SystemTime) -> Vec<Finding> {
    let at = |seconds: f64| {
        let seconds = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
        SystemTime::UNIX_EPOCH.checked_add(seconds)
    };
    let told = |time: Option<SystemTime>| time.map_or_else(|| "in a far future".to_owned(), |time| when(time, now));
    let seconds_now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let mut lines = Vec::new();
    match claims.iat {
        Some(iat) => lines.push(Finding::note("iat", format!("signed {}", told(at(iat.as_seconds()))))),
        None => lines.push(Finding::note("iat", "it does not say when it was signed")),
    }
    if let Some(nbf) = claims.nbf {
        let is_early = seconds_now + 60.0 < nbf.as_seconds();
        let text = format!("valid from {}", told(at(nbf.as_seconds())));
        let early = || {
            Finding::bad("nbf", text.clone()).advise("Wait, or sign without `nbf`. A clock may run ahead by a minute.")
        };
        lines.push(if is_early { early() } else { Finding::good("nbf", text) });
    }
    lines.push(match claims.exp {
        Some(exp) if seconds_now >= exp.as_seconds() => {
            Finding::bad("exp", format!("expired {}", told(at(exp.as_seconds())))).advise("Send a new link.")
        }
        Some(exp) if exp.as_seconds() > seconds_now + MAX_LINK_LIFETIME.as_secs_f64() => {
            let line = Finding::note("exp", "it is more than 100 years ahead: this link never expires");
            line.advise("Write it in seconds since 1970, not in milliseconds.")
        }
        Some(exp) => Finding::good("exp", format!("expires {}", told(at(exp.as_seconds())))),
        None => Finding::good("exp", "it does not expire"),
    });
    lines
}

/// A time, and how far it is away: `2026-11-23T08:00:00Z, 3 days ago`.
pub(super) fn when(time: SystemTime, now: SystemTime) -> String {
    let told = rfc3339(time);
    match (now.duration_since(time), time.duration_since(now)) {
        (Ok(ago), _) if ago.as_secs() == 0 => format!("{told}, now"),
        (Ok(ago), _) => format!("{told}, {} ago", length(ago)),
        (Err(_), ahead) => format!("{told}, in {}", length(ahead.unwrap_or_default())),
    }
}

/// A length in its largest unit, rounded down: `3 days`.
fn length(length: Duration) -> String {
    let seconds = length.as_secs();
    let (count, unit) = [(86_400, "day"), (3600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(size, _)| seconds >= *size)
        .map_or((seconds, "second"), |(size, unit)| (seconds / size, unit));
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_largest_unit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for (seconds, told) in [
            (0, "now"),
            (-1, "1 second ago"),
            (-119, "1 minute ago"),
            (-7200, "2 hours ago"),
            (-259_200, "3 days ago"),
            (90_000, "in 1 day"),
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

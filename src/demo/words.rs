//! The demo's words for names of states, actions and graphs, and for times. Those that the pages have words for are
//! called as on the pages.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::domain::BookingSummary;
use crate::pages::{Language, in_words};

/// A state: `Confirmed`.
pub(super) fn state(name: &str) -> String {
    text(&format!("states.{name}.label")).unwrap_or_else(|| humanized(name))
}

/// An action: `Cancel`.
pub(super) fn action(name: &str) -> String {
    text(&format!("actions.{name}")).unwrap_or_else(|| humanized(name))
}

/// A name that has no words of its own: `group_payment` as `Group payment`.
pub(super) fn humanized(name: &str) -> String {
    let words = in_words(name);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a state means for an appointment: `Your appointment is confirmed`.
pub(super) fn sentence(whose: &str, name: &str) -> String {
    let title = text(&format!("states.{name}.title"));
    let said = ["The booking", "The appointment"].iter().find_map(|start| title.as_ref()?.strip_prefix(start));
    match said {
        Some(said) => format!("{whose} appointment{said}"),
        None => format!("{whose} appointment: {}", state(name)),
    }
}

/// When an appointment is: `Friday, December 4, 2026 at 2:00 PM – 3:00 PM, London time`.
pub(super) fn when(booking: &BookingSummary, zone: &TimeZone) -> Option<String> {
    let (from, english) = (booking.starts_at?, english());
    Some(english.zoned(&english.range(from, booking.ends_at, zone)?, from, zone))
}

/// The time zone of a business.
pub(super) fn zone(app: &App) -> TimeZone {
    app.brand.time_zone.clone().unwrap_or(TimeZone::UTC)
}

/// When a mail was sent: `Fri, Dec 4, 2:00 PM`.
pub(super) fn sent(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%a, %b %-d, %-I:%M %p").to_string()
}

/// How long ago: `20 s ago`.
pub(super) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).max(SignedDuration::ZERO).as_secs();
    match seconds {
        0..2 => "just now".to_owned(),
        2..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        86_400..172_800 => "yesterday".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

fn text(name: &str) -> Option<String> {
    english().locale.text(name).map(str::to_owned)
}

fn english() -> Language<'static> {
    Language::choose(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_called_as_on_the_pages_or_by_its_words() {
        assert_eq!((action("cancel_by_customer").as_str(), action("call_off").as_str()), ("Cancel", "Call off"));
        assert_eq!(
            (state("tentative").as_str(), state("on_the_list").as_str()),
            ("Awaiting confirmation", "On the list")
        );
        assert_eq!(humanized("group_customer_payment"), "Group customer payment");
        assert_eq!(sentence("Your", "cancelled_by_owner"), "Your appointment is canceled");
        assert_eq!(sentence("Grace’s", "completed"), "Grace’s appointment has taken place");
        assert_eq!(sentence("Grace’s", "on_the_list"), "Grace’s appointment: On the list");
    }

    #[test]
    fn how_long_ago_is_read_at_a_glance() {
        let now: Timestamp = "2026-12-04T12:00:00Z".parse().unwrap();
        let after = |seconds| ago(now - SignedDuration::from_secs(seconds), now);
        let said: Vec<_> = [-5, 1, 20, 61, 7_300, 90_000, 200_000].into_iter().map(after).collect();
        assert_eq!(said, ["just now", "just now", "20 s ago", "1 min ago", "2 h ago", "yesterday", "2 days ago"]);
    }
}

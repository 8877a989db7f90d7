//! The facts on a page about the booking and the link, one per line.

use std::cell::LazyCell;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::language::Language;
use super::message::{question, state_title};
use super::text::{in_words, shown};
use crate::booking::State;
use crate::click::{ClickResult, Outcome, Prompt, PromptButton};
use crate::domain::time_zone;

pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
    /// For a time: the same in machine-readable form, and its offset from UTC.
    pub(super) time: Option<(Timestamp, String)>,
}

pub(super) fn facts(result: &ClickResult, language: &Language) -> Vec<Fact> {
    let labels = &language.locale.words.facts;
    let outcome = &result.outcome;
    let moved = outcome.moved();
    let booking_summary = moved.map_or(&result.booking_summary, |moved| &moved.booking_summary);
    let text = |label, value: String| (!value.is_empty()).then_some(Fact { label, value, time: None });
    // Read once, so that a fault is logged once, and only if a time is shown.
    let zone = LazyCell::new(|| zone(result));
    let time = |label, time: Timestamp| {
        let (value, offset) = language.date_and_time(time, &zone)?;
        Some(Fact { label, value, time: Some((time, offset)) })
    };
    let logged = |label, at: &Option<String>| time(label, at.as_deref()?.parse().ok()?);
    let state = |label, name: &State| text(label, state_in_words(name.as_str(), language));
    let of_click = match (outcome, outcome.used()) {
        (_, Some(used)) => {
            let did = used.to.as_ref().filter(|to| Some(*to) != used.state.as_ref());
            [
                logged(labels.used_at, &used.at),
                did.and_then(|to| state(labels.used_for, to)),
                logged(labels.undone_at, &used.undone_at),
            ]
        }
        // Left out if the question already says it.
        (Outcome::Asked(Prompt { button: PromptButton::Act { .. }, .. }), None) => {
            [action(result, language).filter(|_| question(result, language).is_none()), None, None]
        }
        (Outcome::ActionNotAvailable { .. } | Outcome::TooLate, None) => [action(result, language), None, None],
        _ => [None, None, None],
    };
    let of_booking = [
        untold_state(outcome, language).and_then(|now| state(labels.status, now)),
        booking_summary.what.as_deref().and_then(|what| text(labels.what, shown(what))),
        match moved {
            None => booking_summary.starts_at.and_then(|starts_at| time(labels.when, starts_at)),
            Some(moved) => match booking_summary.starts_at {
                Some(starts_at) => time(labels.new_when, starts_at),
                None => text(labels.new_when, moved.booking_id.to_string()),
            },
        },
        booking_summary.place.as_deref().and_then(|place| text(labels.place, shown(place))),
    ];
    let until = outcome.undo().and_then(|undo| time(labels.undo_until, timestamp(undo.until)?));
    of_click.into_iter().chain(of_booking).chain([until]).flatten().collect()
}

/// The booking's present state, unless the title says it, or the page is about the one that took its place.
fn untold_state<'a>(outcome: &'a Outcome, language: &Language) -> Option<&'a State> {
    outcome.state().filter(|_| outcome.moved().is_none() && state_title(outcome, language).is_none())
}

fn action(result: &ClickResult, language: &Language) -> Option<Fact> {
    let link = result.link()?;
    let words = &language.locale.words;
    let own_words = || in_words(link.action().as_str());
    let value = words.actions.get(link.action().as_str()).map_or_else(own_words, |action| action.name.to_owned());
    Some(Fact { label: words.facts.action, value, time: None })
}

/// The words for a state, or its name if there are none.
fn state_in_words(name: &str, language: &Language) -> String {
    language.locale.words.states.get(name).map_or_else(|| in_words(name), |state| state.label.to_owned())
}

/// The customer's time zone, else the app's, else UTC.
fn zone(result: &ClickResult) -> TimeZone {
    let moved = result.outcome.moved();
    let of_customer = || {
        let name = moved.map_or(&result.booking_summary, |moved| &moved.booking_summary).time_zone.as_deref()?;
        let zone = time_zone(name);
        if zone.is_none() {
            let booking = moved.map(|moved| &moved.booking_id).or(result.booking_id());
            tracing::warn!(booking = booking.map(|id| id.as_str()), "the time zone of a booking cannot be read");
        }
        zone
    };
    let of_app = || result.app()?.brand.time_zone.clone();
    of_customer().or_else(of_app).unwrap_or(TimeZone::UTC)
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Timestamp::from_second(since_1970.as_secs().try_into().ok()?).ok()
}

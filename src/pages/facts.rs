//! The facts on a page about the booking and the link, one per line.

use std::time::SystemTime;

use jiff::Timestamp;

use super::language::{Language, is_same_day};
use super::message::{is_question, state_title};
use super::text::{in_words, shown};
use super::when::{Zone, booking_of, deadline_of};
use crate::booking::State;
use crate::click::{ClickResult, Outcome, Prompt, PromptButton};

pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    /// For a time: the same in machine-readable form.
    pub(super) time: Option<Timestamp>,
}

pub(super) fn facts(result: &ClickResult, language: &Language<'_>, zone: &Zone<'_>) -> Vec<Fact> {
    let label = |name: &str| language.text(&format!("facts.{name}")).unwrap_or_default().to_owned();
    let outcome = &result.outcome;
    let moved = outcome.moved();
    let booking = booking_of(result);
    let text = |name, value: String| (!value.is_empty()).then(|| Fact { label: label(name), value, time: None });
    let fact = |name, time, text: Option<String>| {
        let value = language.zoned(&text?, time, zone);
        Some(Fact { label: label(name), value, time: Some(time) })
    };
    let time = |name, time| fact(name, time, language.date_and_time(time, zone));
    let logged = |name, at: &Option<String>| time(name, at.as_deref()?.parse().ok()?);
    let state = |name, state: &State| text(name, state_in_words(state, language));
    let of_click = match (outcome, outcome.used()) {
        (_, Some(used)) => {
            let did = used.to.as_ref().filter(|to| Some(*to) != used.state.as_ref());
            [
                logged("used_at", &used.at),
                did.and_then(|to| state("used_for", to)),
                logged("undone_at", &used.undone_at),
            ]
        }
        // Left out if the question already says it.
        (Outcome::Asked(Prompt { button: PromptButton::Act { .. }, .. }), None) => {
            [action(result, language).filter(|_| !is_question(result, language)), None, None]
        }
        (Outcome::ActionNotAvailable { .. } | Outcome::TooLate, None) => [action(result, language), None, None],
        _ => [None, None, None],
    };
    let of_booking = [
        untold_state(outcome, language).and_then(|now| state("status", now)),
        booking.what.as_deref().and_then(|what| text("what", shown(what))),
        match booking.starts_at {
            Some(from) => {
                let name = if moved.is_some() { "new_when" } else { "when" };
                fact(name, from, language.range(from, booking.ends_at, zone))
            }
            None => moved.and_then(|moved| text("new_when", moved.booking_id.to_string())),
        },
        booking.place.as_deref().and_then(|place| text("place", shown(place))),
    ];
    let possible = asks(outcome).then(|| deadline_of(result)).flatten();
    let possible = possible.and_then(|until| fact("until", until, language.date_and_time(until, zone)));
    let undo = outcome.undo().and_then(|undo| timestamp(undo.until)).and_then(|until| {
        // The day is left out where it is that of the click.
        let clicked =
            result.app().and_then(|app| until.checked_sub(jiff::SignedDuration::try_from(app.clicks.undo?).ok()?).ok());
        match clicked.filter(|clicked| is_same_day(*clicked, until, zone)) {
            Some(_) => fact("undo_until", until, language.time(until, zone)),
            None => time("undo_until", until),
        }
    });
    of_click.into_iter().chain(of_booking).chain([possible, undo]).flatten().collect()
}

fn asks(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Asked(Prompt { button: PromptButton::Act { .. }, .. })) || outcome.moved().is_some()
}

/// The booking's present state, unless the title says it, or the page is about the one that took its place.
fn untold_state<'a>(outcome: &'a Outcome, language: &Language<'_>) -> Option<&'a State> {
    outcome.state().filter(|_| outcome.moved().is_none() && state_title(outcome, language).is_none())
}

fn action(result: &ClickResult, language: &Language<'_>) -> Option<Fact> {
    let action = result.link()?.action().as_str();
    let value = language.text(&format!("actions.{action}")).map_or_else(|| in_words(action), str::to_owned);
    Some(Fact { label: language.text("facts.action")?.to_owned(), value, time: None })
}

/// The words for a state, or its name if there are none.
fn state_in_words(state: &State, language: &Language<'_>) -> String {
    language.text(&format!("states.{state}.label")).map_or_else(|| in_words(state.as_str()), str::to_owned)
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Timestamp::from_second(since_1970.as_secs().try_into().ok()?).ok()
}

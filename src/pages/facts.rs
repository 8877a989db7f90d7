//! What a page tells of the booking and of the link, one fact a line.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::language::Language;
use super::moment::{question, state_title};
use super::text::{in_words, shown};
use crate::click::{Conclusion, Outcome};

/// A fact, as it is shown.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
    /// Of a time: the same for machines, and whose clock shows it so.
    pub(super) time: Option<(Timestamp, String)>,
}

/// All that is known.
pub(super) fn facts(conclusion: &Conclusion, language: &Language) -> Vec<Fact> {
    let labels = &language.locale.words.facts;
    let appointment = &conclusion.appointment;
    let text = |label, value: String| (!value.is_empty()).then_some(Fact { label, value, time: None });
    let time = |label, time: Timestamp| {
        let (value, offset) = language.date_and_time(time, &zone(conclusion))?;
        Some(Fact { label, value, time: Some((time, offset)) })
    };
    let state = |label, name: &String| text(label, state_in_words(name, language));
    let of_click = match &conclusion.outcome {
        // Where the question says it, it is not said twice.
        Outcome::Asked { .. } => {
            [action(conclusion, language).filter(|_| question(conclusion, language).is_none()), None]
        }
        Outcome::ActionNotAvailable { .. } | Outcome::TooLate => [action(conclusion, language), None],
        Outcome::LinkUsed { used, .. } => {
            let at = used.at.as_deref().and_then(|at| at.parse().ok());
            let did = used.to.as_ref().filter(|to| Some(*to) != used.state.as_ref());
            [at.and_then(|at| time(labels.used_at, at)), did.and_then(|to| state(labels.used_for, to))]
        }
        _ => [None, None],
    };
    let of_booking = [
        untold_state(&conclusion.outcome, language).and_then(|now| state(labels.status, now)),
        appointment.what.as_deref().and_then(|what| text(labels.what, shown(what))),
        appointment.starts_at.and_then(|starts_at| time(labels.when, starts_at)),
        appointment.place.as_deref().and_then(|place| text(labels.place, shown(place))),
    ];
    of_click.into_iter().chain(of_booking).flatten().collect()
}

/// The booking's state now, unless the title tells it.
fn untold_state<'a>(outcome: &'a Outcome, language: &Language) -> Option<&'a String> {
    let now = match outcome {
        Outcome::Applied { state, .. } => Some(state),
        Outcome::LinkUsed { used, .. } => used.state.as_ref(),
        Outcome::ActionNotAvailable { state } => state.as_ref(),
        _ => None,
    };
    now.filter(|_| state_title(outcome, language).is_none())
}

/// What the link asks for.
fn action(conclusion: &Conclusion, language: &Language) -> Option<Fact> {
    let (link, _) = conclusion.authentic.as_ref()?;
    let words = &language.locale.words;
    let own_words = || in_words(link.action().as_str());
    let value = words.actions.get(link.action().as_str()).map_or_else(own_words, |action| action.name.to_owned());
    Some(Fact { label: words.facts.action, value, time: None })
}

/// A state in words; one of one's own graph as it is called there.
fn state_in_words(name: &str, language: &Language) -> String {
    language.locale.words.states.get(name).map_or_else(|| in_words(name), |state| state.label.to_owned())
}

/// The customer's time zone, else the app's, else UTC.
fn zone(conclusion: &Conclusion) -> TimeZone {
    let of_customer = || TimeZone::get(conclusion.appointment.time_zone.as_deref()?).ok();
    let of_app = || conclusion.authentic.as_ref()?.1.time_zone.clone();
    of_customer().or_else(of_app).unwrap_or(TimeZone::UTC)
}

//! The words of a page for each outcome: what happened, what it means for the booking, what to do
//! next.

use super::language::Language;
use super::phrase::Phrase;
use super::text::shown;
use super::when::{Zone, deadline};
use crate::click::{ClickResult, Outcome, Prompt, PromptButton, Tone};

/// The page's CSS class, and the path of its icon in a box of 24 by 24.
pub(super) fn icon(tone: Tone) -> (&'static str, &'static str) {
    match tone {
        Tone::Good => ("good", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.8 2.8 5.4-5.6"),
        Tone::Ask => (
            "ask",
            "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.6a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.7M12 16.5v.01",
        ),
        Tone::Note => ("note", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5v5.5M12 16.3v.01"),
        Tone::Wait => ("note", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2"),
    }
}

/// The three sentences of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Message {
    /// What happened.
    pub(super) title: Phrase,
    /// What it means for the booking.
    pub(super) meaning: Phrase,
    /// What to do next.
    pub(super) next: Phrase,
}

/// The name of the business, for people to read.
pub(super) fn business(result: &ClickResult) -> Option<String> {
    let app = result.app()?;
    // A name of invisible characters alone is none.
    Some(shown(&app.name)).filter(|name| !name.is_empty()).or_else(|| Some(shown(app.id.as_str())))
}

/// The words and the tone for a result. An outcome without a page has no words.
pub(super) fn message(result: &ClickResult, language: &Language<'_>, zone: &Zone<'_>) -> (Message, Tone) {
    let (row, business) = (result.outcome.row(), business(result).unwrap_or_default());
    let is_late = matches!(result.outcome, Outcome::TooLate);
    let deadline = is_late.then(|| deadline(result, language, zone)).flatten().unwrap_or_default();
    let minutes_left = match result.outcome {
        Outcome::LinkRequested { minutes_left } => minutes_left,
        _ => None,
    };
    let minutes = minutes_left.map(|minutes| language.number(minutes)).unwrap_or_default();
    let values = [("business", &*business), ("deadline", &*deadline), ("minutes", &*minutes)];
    let action = result.link().map(|link| link.action().as_str()).unwrap_or_default();
    // Some actions have words of their own.
    let part = |part: &str| {
        let of_action = format!("{}.{action}.{part}", row.page);
        let name = if language.text(&of_action).is_some() { of_action } else { format!("{}.{part}", row.page) };
        language.phrase(&name, &values)
    };
    let state_title = state_title(&result.outcome, language);
    // A used link whose booking is as it left it has the tone of its first click.
    let tone = if state_title.is_some() { Tone::Good } else { row.tone };
    // A page with a button for a new link says what it does.
    let next = match minutes_left {
        Some(minutes) => language.counted(&format!("{}.next", row.page), minutes, &values),
        None if result.outcome.new_link().is_some() => language.phrase("new_link.next", &values),
        None => part("next"),
    };
    (Message { title: state_title.unwrap_or_else(|| part("title")), meaning: part("meaning"), next }, tone)
}

/// Whether the title asks for the link's own action by name.
pub(super) fn is_question(result: &ClickResult, language: &Language<'_>) -> bool {
    let Outcome::Asked(Prompt { button: PromptButton::Act { .. }, .. }) = &result.outcome else { return false };
    result.link().is_some_and(|link| language.text(&format!("asked.{}.title", link.action())).is_some())
}

/// The booking's state as a title: for an applied click, for a state that needed none, and for a used link whose
/// booking is still in that state, so that a second click shows the same headline.
pub(super) fn state_title(outcome: &Outcome, language: &Language<'_>) -> Option<Phrase> {
    let state = match outcome {
        Outcome::Applied { state, .. } | Outcome::AlreadyDone { state, .. } => Some(state),
        outcome => outcome.used().and_then(|used| used.state.as_ref().filter(|now| used.to.as_ref() == Some(*now))),
    };
    let text = language.text(&format!("states.{}.title", state?))?;
    Some(Phrase::new(text, &[]))
}

/// The fault of a link in English, for its maker.
pub(super) fn fault(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::MalformedLink(error) => Some(error.to_string()),
        Outcome::RedirectNotAllowed(error) => Some(error.to_string()),
        _ => None,
    }
}

//! The words of a page for each outcome: what happened, what it means for the booking, what to do
//! next.

use super::language::Language;
use super::words::{Message, Text};
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

/// The words and the tone for a result. An outcome without a page has no words.
pub(super) fn message(result: &ClickResult, language: &Language) -> (Message, Tone) {
    let words = &language.locale.words;
    let row = result.outcome.row();
    let message = words.messages.get(row.page).copied().unwrap_or_default();
    let state_title = state_title(&result.outcome, language);
    // A used link whose booking is as it left it has the tone of its first click.
    let tone = if state_title.is_some() { Tone::Good } else { row.tone };
    let title = state_title.or_else(|| question(result, language)).unwrap_or(message.title);
    // A page with a button for a new link says what it does.
    let next = if result.outcome.new_link().is_some() { words.ask_for_new_link } else { message.next };
    (Message { title, next, ..message }, tone)
}

/// The question as the title of the page that asks for the link's action, if there are words for it.
pub(super) fn question(result: &ClickResult, language: &Language) -> Option<Text> {
    let Outcome::Asked(Prompt { button: PromptButton::Act { .. }, .. }) = &result.outcome else { return None };
    language.locale.words.actions.get(result.link()?.action().as_str()).map(|action| action.ask)
}

/// The booking's state as a title: for an applied click, for a state that needed none, and for a used link whose booking is still
/// in that state, so that a second click shows the same headline.
pub(super) fn state_title(outcome: &Outcome, language: &Language) -> Option<Text> {
    let state = match outcome {
        Outcome::Applied { state, .. } | Outcome::AlreadyDone { state, .. } => Some(state),
        outcome => outcome.used().and_then(|used| used.state.as_ref().filter(|now| used.to.as_ref() == Some(*now))),
    };
    language.locale.words.states.get(state?.as_str()).map(|state| state.title)
}

/// The fault of a link in English, for its maker.
pub(super) fn fault(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::MalformedLink(error) => Some(error.to_string()),
        Outcome::RedirectNotAllowed(error) => Some(error.to_string()),
        _ => None,
    }
}

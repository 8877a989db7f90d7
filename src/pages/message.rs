//! The words of a page for each outcome: what happened, what it means for the booking, what to do
//! next.

use super::language::Language;
use super::words::{Message, Text};
use crate::click::{ClickResult, Outcome};
use crate::link::ParseLinkError;

/// The tone of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// It worked.
    Good,
    /// The page asks.
    Ask,
    /// It did not work, and the booking is unchanged.
    Note,
    /// It can work later.
    Wait,
}

impl Tone {
    /// The page's CSS class, and the path of its icon in a box of 24 by 24.
    pub(super) fn icon(self) -> (&'static str, &'static str) {
        match self {
            Self::Good => ("good", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.8 2.8 5.4-5.6"),
            Self::Ask => (
                "ask",
                "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.6a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.7M12 16.5v.01",
            ),
            Self::Note => ("note", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5v5.5M12 16.3v.01"),
            Self::Wait => ("note", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2"),
        }
    }
}

/// The words and the tone for a result.
pub(super) fn message(result: &ClickResult, language: &Language) -> (Message, Tone) {
    let messages = &language.locale.words.messages;
    let told = state_title(&result.outcome, language);
    // A page with a button for a new link says what it does.
    let asking = |message: Message, has_button: bool| Message {
        next: if has_button { language.locale.words.ask_for_new_link } else { message.next },
        ..message
    };
    let titled = |message: Message, title: Option<Text>| Message { title: title.unwrap_or(message.title), ..message };
    match &result.outcome {
        Outcome::Applied { .. } => (titled(messages.applied, told), Tone::Good),
        Outcome::Asked { .. } => (titled(messages.asked, question(result, language)), Tone::Ask),
        Outcome::LinkUsed { .. } if told.is_some() => (titled(messages.link_used, told), Tone::Good),
        Outcome::LinkUsed { .. } => (messages.link_used, Tone::Note),
        Outcome::Undone { .. } => (messages.undone, Tone::Good),
        Outcome::UndoNotPossible { .. } => (messages.undo_not_possible, Tone::Note),
        Outcome::LinkExpired { new_link } => (asking(messages.link_expired, new_link.is_some()), Tone::Note),
        Outcome::LinkRequested { is_repeated: false } => (messages.link_requested, Tone::Good),
        Outcome::LinkRequested { is_repeated: true } => (messages.link_already_requested, Tone::Wait),
        Outcome::ActionNotAvailable { moved: Some(_), .. } => (messages.moved, Tone::Note),
        Outcome::LinkNotYetValid => (messages.link_not_yet_valid, Tone::Wait),
        Outcome::ActionNotAvailable { .. } => (messages.action_not_available, Tone::Note),
        Outcome::TooLate => (messages.too_late, Tone::Note),
        Outcome::LinkRevoked { new_link } => (asking(messages.link_revoked, new_link.is_some()), Tone::Note),
        Outcome::MalformedLink(ParseLinkError::TooLong) => (messages.link_too_long, Tone::Note),
        Outcome::MalformedLink(_) => (messages.malformed_link, Tone::Note),
        Outcome::InvalidSignature => (messages.invalid_signature, Tone::Note),
        Outcome::RedirectNotAllowed(_) => (messages.redirect_not_allowed, Tone::Note),
        Outcome::BookingNotFound => (messages.booking_not_found, Tone::Note),
        Outcome::UnknownAction => (messages.unknown_action, Tone::Note),
        Outcome::MethodNotAllowed => (messages.method_not_allowed, Tone::Note),
        Outcome::BookingUnusable { .. } => (messages.booking_unusable, Tone::Note),
        // The last two have no page.
        Outcome::TemporarilyUnavailable { .. } | Outcome::Headed | Outcome::Prefetched => {
            (messages.temporarily_unavailable, Tone::Wait)
        }
    }
}

/// The question as the title of the page that asks, if there are words for the action.
pub(super) fn question(result: &ClickResult, language: &Language) -> Option<Text> {
    let (link, _) = result.authentic.as_ref()?;
    language.locale.words.actions.get(link.action().as_str()).map(|action| action.ask)
}

/// The booking's state as a title: for an applied click, and for a used link whose booking is still
/// in that state, so that a second click shows the same headline.
pub(super) fn state_title(outcome: &Outcome, language: &Language) -> Option<Text> {
    let state = match outcome {
        Outcome::Applied { state, .. } => Some(state),
        Outcome::LinkUsed { used, .. } => used.state.as_ref().filter(|now| used.to.as_ref() == Some(*now)),
        _ => None,
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

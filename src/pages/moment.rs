//! The words of a page for each outcome: what happened, what it means for the booking, what to do
//! next.

use super::language::Language;
use super::words::{Moment, Text};
use crate::click::{ClickResult, Outcome};
use crate::link::ParseLinkError;

/// The mood of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// It worked.
    Good,
    /// The page asks.
    Ask,
    /// It did not work, and the booking is unchanged.
    Note,
    /// It can work later.
    Wait,
}

impl Mood {
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

/// The words and the mood for a result.
pub(super) fn moment(result: &ClickResult, language: &Language) -> (Moment, Mood) {
    let moments = &language.locale.words.moments;
    let told = state_title(&result.outcome, language);
    // A page with a button for a new link says what it does.
    let asking = |moment: Moment, has_button: bool| Moment {
        next: if has_button { language.locale.words.ask_for_new_link } else { moment.next },
        ..moment
    };
    let titled = |moment: Moment, title: Option<Text>| Moment { title: title.unwrap_or(moment.title), ..moment };
    match &result.outcome {
        Outcome::Applied { .. } => (titled(moments.applied, told), Mood::Good),
        Outcome::Asked { .. } => (titled(moments.asked, question(result, language)), Mood::Ask),
        Outcome::LinkUsed { .. } if told.is_some() => (titled(moments.link_used, told), Mood::Good),
        Outcome::LinkUsed { .. } => (moments.link_used, Mood::Note),
        Outcome::Undone { .. } => (moments.undone, Mood::Good),
        Outcome::UndoNotPossible { .. } => (moments.undo_not_possible, Mood::Note),
        Outcome::LinkExpired { new_link } => (asking(moments.link_expired, new_link.is_some()), Mood::Note),
        Outcome::LinkRequested { is_repeated: false } => (moments.link_requested, Mood::Good),
        Outcome::LinkRequested { is_repeated: true } => (moments.link_already_requested, Mood::Wait),
        Outcome::ActionNotAvailable { moved: Some(_), .. } => (moments.moved, Mood::Note),
        Outcome::LinkNotYetValid => (moments.link_not_yet_valid, Mood::Wait),
        Outcome::ActionNotAvailable { .. } => (moments.action_not_available, Mood::Note),
        Outcome::TooLate => (moments.too_late, Mood::Note),
        Outcome::LinkRevoked { new_link } => (asking(moments.link_revoked, new_link.is_some()), Mood::Note),
        Outcome::MalformedLink(ParseLinkError::TooLong) => (moments.link_too_long, Mood::Note),
        Outcome::MalformedLink(_) => (moments.malformed_link, Mood::Note),
        Outcome::InvalidSignature => (moments.invalid_signature, Mood::Note),
        Outcome::RedirectNotAllowed(_) => (moments.redirect_not_allowed, Mood::Note),
        Outcome::BookingNotFound => (moments.booking_not_found, Mood::Note),
        Outcome::UnknownAction => (moments.unknown_action, Mood::Note),
        Outcome::MethodNotAllowed => (moments.method_not_allowed, Mood::Note),
        Outcome::BookingUnusable { .. } => (moments.booking_unusable, Mood::Note),
        // The last two have no page.
        Outcome::TemporarilyUnavailable { .. } | Outcome::Headed | Outcome::Prefetched => {
            (moments.temporarily_unavailable, Mood::Wait)
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

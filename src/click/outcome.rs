//! Every result of a request to a link.

use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use super::request::{FormSubmission, PromptReason};
use crate::app::App;
use crate::booking::{BookingId, State};
use crate::domain::{BookingSummary, CustomerMessage};
use crate::link::{AuthenticLink, ParseLinkError, Redirect, RedirectError};

/// Every result of a request to a link.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The booking is in a new state.
    Applied {
        /// The new state.
        state: State,
        /// Where to redirect to.
        redirect: Option<Redirect>,
        /// The button that undoes it, if that is possible.
        undo: Option<Undo>,
    },
    /// `confirm` mode: nothing has happened yet.
    Asked {
        /// The stamp for the page's form: the time at which it was made, signed.
        stamp: String,
        /// Why the page asks.
        why: PromptReason,
        /// The text written so far, if the app asks for a reason.
        reason: Option<CustomerMessage>,
    },
    /// This link has been used before.
    LinkUsed {
        /// What it did, and when.
        used: UsedLink,
        /// Where to redirect to.
        redirect: Option<Redirect>,
        /// The button that undoes what it did, if that is possible.
        undo: Option<Undo>,
    },
    /// What the link did is undone.
    Undone {
        /// The state before the click, which is the booking's again.
        state: State,
    },
    /// The time for undo is over, or the booking has been changed since the click.
    UndoNotPossible {
        /// The booking's state, if the record has one.
        state: Option<State>,
    },
    /// The signature is valid, but the link has expired.
    LinkExpired {
        /// The button that asks for a new one, if the app has it.
        new_link: Option<Offer>,
    },
    /// The business is asked for a new link.
    LinkRequested {
        /// Whether it was asked a short time before, so that nothing was written now.
        is_repeated: bool,
    },
    /// The signature is valid, but the link is not valid yet.
    LinkNotYetValid,
    /// The booking's state does not allow the action.
    ActionNotAvailable {
        /// The booking's state, if the record has one.
        state: Option<State>,
        /// The booking that took its place, if it was moved.
        moved: Option<Box<Moved>>,
    },
    /// The appointment is closer than the app's notice, or is over.
    TooLate,
    /// The signature is valid, but the link has been revoked.
    LinkRevoked {
        /// The button that asks for a new one, if the app has it.
        new_link: Option<Offer>,
    },
    /// The request does not have the form of a link.
    MalformedLink(ParseLinkError),
    /// Bad signature, wrong key, or claims that differ from the path.
    InvalidSignature,
    /// The redirect is not allowed; nothing was written.
    RedirectNotAllowed(RedirectError),
    /// The signature is valid, but there is no such booking, or it belongs to another app.
    BookingNotFound,
    /// The signature is valid, but no graph has the action for a link.
    UnknownAction,
    /// The method is not GET, HEAD or POST.
    MethodNotAllowed,
    /// The store does not answer. The link still works.
    TemporarilyUnavailable {
        /// The reason, for the log only.
        fault: String,
        /// The press, if its stamp is valid.
        press: Option<FormSubmission>,
    },
    /// DynamoDB refuses to change the booking's record: it is too large, or an attribute has the wrong
    /// type. Trying again does not help.
    BookingUnusable {
        /// The reason, for the log only.
        fault: String,
    },
    /// HEAD, which never acts.
    Headed,
    /// A prefetch or a preview, which never acts either.
    Prefetched,
}

/// What is known of a used link.
#[derive(Clone, Debug, Default, Serialize, PartialEq, Eq)]
pub struct UsedLink {
    /// The booking's state now.
    #[serde(skip)]
    pub state: Option<State>,
    /// The state that the link led to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<State>,
    /// When (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// When that was undone (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<String>,
}

/// A button that a page offers beside what it says.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The stamp for the button's form.
    pub stamp: String,
    /// Why the page shows it.
    pub why: PromptReason,
}

/// The button that undoes a click.
#[derive(Clone, Debug)]
pub struct Undo {
    /// The button.
    pub offer: Offer,
    /// Until when it works.
    pub until: SystemTime,
}

/// The booking that took the place of the link's own one.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Its id.
    pub booking_id: BookingId,
    /// What it is about.
    pub booking_summary: BookingSummary,
    /// A link to the same action on it. `None` if no URL is known to make one, or if the app has no key
    /// that signs.
    pub url: Option<String>,
}

impl Outcome {
    pub(super) fn unavailable(fault: &impl ToString, press: Option<FormSubmission>) -> Self {
        Self::TemporarilyUnavailable { fault: fault.to_string(), press }
    }

    /// Why the page asks: for the link's action, or for a button that was pressed on it. `None` if it
    /// says that something has happened, or has not.
    pub fn asks(&self) -> Option<PromptReason> {
        match self {
            Self::Asked { why, .. } => Some(*why),
            Self::LinkUsed { undo: Some(Undo { offer, .. }), .. }
            | Self::LinkExpired { new_link: Some(offer) }
            | Self::LinkRevoked { new_link: Some(offer) } => Some(offer.why).filter(|why| *why != PromptReason::Opened),
            _ => None,
        }
    }

    /// Its stable name: `code` in a JSON answer, `outcome` in the log.
    pub fn code(&self) -> &'static str {
        match self.asks() {
            Some(PromptReason::Unconfirmed) => return "confirmation_required",
            Some(PromptReason::Opened | PromptReason::Again) => return "asked",
            None => {}
        }
        match self {
            Self::Applied { .. } => "applied",
            Self::Asked { .. } => "asked",
            Self::LinkUsed { .. } => "link_used",
            Self::Undone { .. } => "undone",
            Self::UndoNotPossible { .. } => "undo_not_possible",
            Self::LinkExpired { .. } => "link_expired",
            Self::LinkRequested { .. } => "link_requested",
            Self::LinkNotYetValid => "link_not_yet_valid",
            Self::ActionNotAvailable { .. } => "action_not_available",
            Self::TooLate => "too_late",
            Self::LinkRevoked { .. } => "link_revoked",
            Self::MalformedLink(ParseLinkError::TooLong) => "link_too_long",
            Self::MalformedLink(_) => "malformed_link",
            Self::InvalidSignature => "invalid_signature",
            Self::RedirectNotAllowed(_) => "redirect_not_allowed",
            Self::BookingNotFound => "booking_not_found",
            Self::UnknownAction => "unknown_action",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TemporarilyUnavailable { .. } => "temporarily_unavailable",
            Self::BookingUnusable { .. } => "booking_unusable",
            Self::Headed => "head",
            Self::Prefetched => "prefetch",
        }
    }
}

/// An outcome, with what is known about the link.
#[derive(Clone, Debug)]
pub struct ClickResult {
    /// The outcome.
    pub outcome: Outcome,
    /// The link and the app that signed it, if the signature is valid.
    pub authentic: Option<(AuthenticLink, Arc<App>)>,
    /// What the booking is about, if it was read. Never another app's booking.
    pub booking_summary: BookingSummary,
}

impl From<Outcome> for ClickResult {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, authentic: None, booking_summary: BookingSummary::default() }
    }
}

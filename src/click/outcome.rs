//! Every result of a request to a link.

use std::sync::Arc;

use serde::Serialize;

use super::request::{Asking, Press};
use crate::app::App;
use crate::appointment::Appointment;
use crate::booking::State;
use crate::link::{AuthenticLink, FormError, Redirect, RedirectError};
use crate::reason::Reason;

/// Every result of a request to a link.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The booking is in a new state.
    Applied {
        /// The new state.
        state: State,
        /// Where to redirect to.
        redirect: Option<Redirect>,
    },
    /// `confirm` mode: nothing has happened yet.
    Asked {
        /// The stamp for the page's form: the time at which it was made, signed.
        stamp: String,
        /// Why the page asks.
        why: Asking,
        /// The text written so far, if the app asks for a reason.
        reason: Option<Reason>,
    },
    /// This link has been used before.
    LinkUsed {
        /// What it did, and when.
        used: UsedLink,
        /// Where to redirect to.
        redirect: Option<Redirect>,
    },
    /// The signature is valid, but the link has expired.
    LinkExpired,
    /// The signature is valid, but the link is not valid yet.
    LinkNotYetValid,
    /// The booking's state does not allow the action.
    ActionNotAvailable {
        /// The booking's state, if the record has one.
        state: Option<State>,
    },
    /// The appointment is closer than the app's notice, or is over.
    TooLate,
    /// The signature is valid, but the link has been revoked.
    LinkRevoked,
    /// The request does not have the form of a link.
    MalformedLink(FormError),
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
        press: Option<Press>,
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
}

impl Outcome {
    pub(super) fn unavailable(fault: &impl ToString, press: Option<Press>) -> Self {
        Self::TemporarilyUnavailable { fault: fault.to_string(), press }
    }

    /// Its stable name: `code` in a JSON answer, `outcome` in the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
            Self::Asked { why: Asking::Unconfirmed, .. } => "confirmation_required",
            Self::Asked { .. } => "asked",
            Self::LinkUsed { .. } => "link_used",
            Self::LinkExpired => "link_expired",
            Self::LinkNotYetValid => "link_not_yet_valid",
            Self::ActionNotAvailable { .. } => "action_not_available",
            Self::TooLate => "too_late",
            Self::LinkRevoked => "link_revoked",
            Self::MalformedLink(FormError::TooLong) => "link_too_long",
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
pub struct Conclusion {
    /// The outcome.
    pub outcome: Outcome,
    /// The link and the app that signed it, if the signature is valid.
    pub authentic: Option<(AuthenticLink, Arc<App>)>,
    /// What the booking is about, if it was read. Never another app's booking.
    pub appointment: Appointment,
}

impl From<Outcome> for Conclusion {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, authentic: None, appointment: Appointment::default() }
    }
}

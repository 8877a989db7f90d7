//! Everything that a request to a link can come to.

use std::sync::Arc;

use crate::app::App;
use crate::appointment::Appointment;
use crate::link::{AuthenticLink, FormError, Redirect, RedirectError};
use crate::reason::Reason;
use crate::store::UsedLink;

/// Everything that a request to a link can come to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The booking is in a new state.
    Applied {
        /// That state.
        state: String,
        /// Where to go on to.
        redirect: Option<Redirect>,
    },
    /// `confirm` mode: nothing has happened yet.
    Asked {
        /// What the page's form carries: when it was shown, signed.
        stamp: String,
        /// The button was pressed, but not as a person presses it.
        again: bool,
        /// Where the app asks for a reason: what was written so far.
        reason: Option<Reason>,
    },
    /// This link did its work before.
    LinkUsed {
        /// What it did, and when.
        used: UsedLink,
        /// Where to go on to.
        redirect: Option<Redirect>,
    },
    /// Genuine, and over.
    LinkExpired,
    /// Genuine, and not yet valid.
    LinkNotYetValid,
    /// The booking's state does not allow the action.
    ActionNotAvailable {
        /// That state, when the record has one.
        state: Option<String>,
    },
    /// The appointment is closer than the app's notice, or over.
    TooLate,
    /// Genuine, and withdrawn.
    LinkRevoked,
    /// The request has not the form of a link.
    MalformedLink(FormError),
    /// Bad signature, wrong key, or claims that differ from the path.
    InvalidSignature,
    /// The redirect is not allowed; nothing was written.
    RedirectNotAllowed(RedirectError),
    /// Genuine, but there is no such booking, or it is another app's.
    BookingNotFound,
    /// Genuine, but no graph has the action for a link.
    UnknownAction,
    /// Neither GET, HEAD nor POST.
    MethodNotAllowed,
    /// The store does not answer; the link is still good.
    TemporarilyUnavailable {
        /// Why: for the log, not for visitors.
        fault: String,
        /// The press that it was, if its stamp is the page's own: that stamp, and the reason.
        press: Option<(String, Reason)>,
    },
    /// HEAD, which never acts.
    Headed,
    /// A prefetch or a preview, which never acts either.
    Prefetched,
}

impl Outcome {
    /// Its stable name: the `code` of a JSON answer, and the log's `outcome`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
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
            Self::Headed => "head",
            Self::Prefetched => "prefetch",
        }
    }
}

/// An outcome, and what is known for certain about the link.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// What it came to.
    pub outcome: Outcome,
    /// The link and the app that signed it, once the signature fits; `None` before.
    pub authentic: Option<(AuthenticLink, Arc<App>)>,
    /// What the booking is about, where it was read: never another app's.
    pub appointment: Appointment,
}

impl From<Outcome> for Conclusion {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, authentic: None, appointment: Appointment::default() }
    }
}

//! What a page asks, and the buttons that it offers.

use std::time::SystemTime;

use serde::Serialize;

use crate::booking::{BookingId, State};
use crate::domain::{BookingSummary, CustomerMessage};

/// What a page asks, and why.
#[derive(Clone, Debug)]
pub struct Prompt {
    pub reason: PromptReason,
    pub button: PromptButton,
}

/// Why a page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptReason {
    /// The link was opened.
    Opened,
    /// The button was pressed, but too soon or too late.
    Again,
    /// A form was sent without a valid token, so not by the page's button. The answer is an error, so
    /// that no program takes it for a success.
    Unconfirmed,
}

/// The button that answers the question.
#[derive(Clone, Debug)]
pub enum PromptButton {
    /// Takes the link's action. `message` is the text written so far, if the app asks for one.
    Act { form_token: String, message: Option<CustomerMessage> },
    /// Takes the link's action on the booking that took the place of its own one.
    Moved(Box<Moved>),
    /// Undoes what the link did.
    Undo { used: UsedLink, undo: Undo },
    /// Asks for a new link, in place of an expired or a revoked one.
    NewLink { form_token: String, is_revoked: bool },
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

/// The button that undoes a click, and until when it works.
#[derive(Clone, Debug)]
pub struct Undo {
    pub form_token: String,
    pub until: SystemTime,
}

/// The booking that took the place of the link's own one.
#[derive(Clone, Debug)]
pub struct Moved {
    pub booking_id: BookingId,
    pub booking_summary: BookingSummary,
    /// The form token of the button that takes the link's action on it.
    pub form_token: String,
    /// The text written so far, if the app asks for a reason.
    pub message: Option<CustomerMessage>,
}

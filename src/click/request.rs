//! A request to a link, with nothing about HTTP.

use std::time::SystemTime;

use crate::domain::CustomerMessage;
use crate::link::UnverifiedLink;

/// One request to a link.
#[derive(Clone)]
pub struct Click {
    /// The link, unverified.
    pub link: UnverifiedLink,
    pub kind: ClickKind,
    /// Unique for each click, so that a click can recognise its own write.
    pub request_id: String,
    /// The client's IP address, if the gateway gives it.
    pub source_ip: Option<String>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    pub now: SystemTime,
}

/// How a person clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClickKind {
    /// The link was opened (GET). In `confirm` mode that only asks.
    Open,
    /// A form was submitted (POST).
    Submit(FormSubmission),
    /// The booking's calendar file was asked for.
    Calendar,
}

/// A button of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Takes the link's action.
    Act,
    /// Undoes the link's click.
    Undo,
    /// Asks for a new link.
    NewLink,
}

/// What the form of a page sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormSubmission {
    pub button: Button,
    /// The token of its form, unverified.
    pub form_token: Option<String>,
    pub message: CustomerMessage,
}

impl Button {
    /// The field of its form that holds the form token.
    pub fn field(self) -> &'static str {
        match self {
            Self::Act => "stamp",
            Self::Undo => "undo",
            Self::NewLink => "new_link",
        }
    }
}

impl Click {
    /// The form, if one was submitted.
    pub(super) fn form(&self) -> Option<&FormSubmission> {
        match &self.kind {
            ClickKind::Open | ClickKind::Calendar => None,
            ClickKind::Submit(form) => Some(form),
        }
    }
}

//! A request to a link, with nothing about HTTP.

use std::time::{Duration, SystemTime};

use crate::domain::CustomerMessage;
use crate::link::{BaseUrl, FormToken, FormTokens, UnverifiedLink};

/// A button that is pressed later than this after its page was made asks again.
const MAX_DWELL: Duration = Duration::from_secs(30 * 60);

/// One request to a link.
#[derive(Clone)]
pub struct Click {
    /// The link, unverified.
    pub link: UnverifiedLink,
    /// Whether the link was opened or its button pressed.
    pub kind: ClickKind,
    /// Unique for each click, so that a click can recognise its own write.
    pub request_id: String,
    /// The client's IP address, if the gateway gives it.
    pub source_ip: Option<String>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// What a link on the page starts with, if that is known.
    pub base: Option<BaseUrl>,
    /// When.
    pub now: SystemTime,
}

/// How a person clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClickKind {
    /// The link was opened (GET). In `confirm` mode that only asks.
    Open,
    /// A button was pressed (POST).
    Submit(FormSubmission),
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

impl Button {
    /// The field of its form that holds the stamp.
    pub fn field(self) -> &'static str {
        match self {
            Self::Act => "stamp",
            Self::Undo => "undo",
            Self::NewLink => "new_link",
        }
    }
}

/// What the form of a page sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormSubmission {
    /// The button.
    pub button: Button,
    /// The stamp of its form, unverified.
    pub stamp: Option<String>,
    /// The text of the field for a reason.
    pub reason: CustomerMessage,
}

/// Why a page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptReason {
    /// The link was opened.
    Opened,
    /// The button was pressed, but too soon or too late.
    Again,
    /// A form was sent without a valid stamp, so not by the page's button. It is told as an error, so
    /// that no program takes it for a success.
    Unconfirmed,
}

impl Click {
    /// The reason, if the button was pressed.
    pub(super) fn reason(&self) -> Option<&CustomerMessage> {
        match &self.kind {
            ClickKind::Open => None,
            ClickKind::Submit(press) => Some(&press.reason),
        }
    }

    /// The button that was pressed.
    pub(super) fn button(&self) -> Option<Button> {
        match &self.kind {
            ClickKind::Open => None,
            ClickKind::Submit(press) => Some(press.button),
        }
    }

    /// Why a page must ask first. `None` if the button of our page was pressed within the time in which
    /// a person presses it. Some mail scanners open a page and submit its form at once.
    pub(super) fn asking(&self, form_tokens: FormTokens<'_>, min_dwell: Duration) -> Option<PromptReason> {
        if self.kind == ClickKind::Open {
            return Some(PromptReason::Opened);
        }
        let Some(stamp) = self.stamp(form_tokens) else { return Some(PromptReason::Unconfirmed) };
        let dwell = self.now.duration_since(stamp.shown_at).ok();
        let in_time = dwell.is_some_and(|dwell| (min_dwell..=MAX_DWELL).contains(&dwell));
        if in_time { None } else { Some(PromptReason::Again) }
    }

    /// The press, if its stamp is valid, so that it can be sent once more.
    pub(super) fn own_press(&self, form_tokens: FormTokens<'_>) -> Option<FormSubmission> {
        match &self.kind {
            ClickKind::Submit(press) if self.stamp(form_tokens).is_some() => Some(press.clone()),
            ClickKind::Submit(_) | ClickKind::Open => None,
        }
    }

    /// The stamp of the button that was pressed, if it is valid.
    pub(super) fn stamp(&self, form_tokens: FormTokens<'_>) -> Option<FormToken> {
        match &self.kind {
            ClickKind::Submit(FormSubmission { button, stamp: Some(stamp), .. }) => {
                form_tokens.read(button.field(), stamp)
            }
            ClickKind::Submit(_) | ClickKind::Open => None,
        }
    }
}

//! Every outcome of a request to a link, and the one table of what each of them means.

use super::calendar_entry::CalendarEntry;
use super::prompt::{Moved, Prompt, PromptButton, PromptReason, Undo, UsedLink};
use super::request::FormSubmission;
use super::rules::RefusalReason;
use crate::booking::State;
use crate::link::{ParseLinkError, Redirect, RedirectError};

/// The outcome of a request to a link. None of these is an error, not even a fault of the store.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The booking is in a new state.
    Applied { state: State, redirect: Option<Redirect>, undo: Option<Undo> },
    /// A page asks. Nothing has happened.
    Asked(Prompt),
    /// This link has been used before.
    LinkUsed { used: UsedLink, redirect: Option<Redirect>, undo: Option<Undo> },
    /// What the link did is undone. The state before the click is the booking's again.
    Undone { state: State },
    /// The time for undo is over, or the booking has been changed since the click.
    UndoNotPossible { state: Option<State> },
    /// The signature is valid, but the link has expired. `new_link` is the form token of the button that asks for
    /// another one, if the app has it.
    LinkExpired { new_link: Option<String> },
    /// The business is asked for a new link. If it was asked a short time before, nothing was written now.
    LinkRequested { minutes_left: Option<u64> },
    /// The signature is valid, but the link is not valid yet.
    LinkNotYetValid,
    /// The booking's state does not allow the action. `moved` is the booking that took its place.
    ActionNotAvailable { state: Option<State>, moved: Option<Box<Moved>> },
    /// The booking is in the state to which the action leads, by another link or by the owner.
    AlreadyDone { state: State, redirect: Option<Redirect> },
    /// The appointment is closer than the app's notice, or is over.
    TooLate,
    /// The signature is valid, but the link has been revoked.
    LinkRevoked { new_link: Option<String> },
    /// The request does not have the form of a link.
    MalformedLink(ParseLinkError),
    /// Bad signature, wrong key, or claims that differ from the path.
    InvalidSignature,
    /// The redirect is not allowed. Nothing was written.
    RedirectNotAllowed(RedirectError),
    /// The signature is valid, but there is no such booking, or it belongs to another app.
    BookingNotFound,
    /// The signature is valid, but no graph has the action for a link.
    UnknownAction,
    /// The method is not GET, HEAD or POST.
    MethodNotAllowed { allowed: &'static str },
    /// The store does not answer. The link still works. `fault` is for the log only; `retry` is the form that was
    /// submitted, if its token is valid.
    TemporarilyUnavailable { fault: String, retry: Option<FormSubmission> },
    /// DynamoDB refuses to change the booking's record: it is too large, or an attribute has the wrong
    /// type. Trying again does not help. `fault` is for the log only.
    BookingUnusable { fault: String },
    /// The booking as a calendar shows it. Nothing was done.
    Calendar(CalendarEntry),
    /// The booking has no start, so it is in no calendar.
    NoStartTime,
    /// HEAD, which never acts.
    Headed,
    /// A browser's prefetch or preview, which never acts either.
    Prefetched,
    /// A chat's preview of the link, which never acts either.
    Previewed,
}

/// The tone of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Good,
    /// The page asks.
    Ask,
    /// It did not work, and the booking is unchanged.
    Note,
    /// It can work later.
    Wait,
}

/// What an outcome means to everything that reports it: the answer, its page, the log and its metrics.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeRow {
    /// Its stable name: `code` in JSON, `outcome` in the log.
    pub code: &'static str,
    /// The HTTP status, unless it is redirected.
    pub status: u16,
    pub tone: Tone,
    /// The messages of its page in a locale; empty if it has no page.
    pub page: &'static str,
    /// Whether a browser is redirected to the app's `failure_redirect_url`, if the page offers nothing.
    pub has_failure_redirect: bool,
}

macro_rules! outcomes {
    ($($name:ident: $code:literal, $status:literal, $tone:ident, $page:literal, $failure:literal;)*) => {
        impl OutcomeRow {
            $(pub const $name: Self =
                Self { code: $code, status: $status, tone: Tone::$tone, page: $page, has_failure_redirect: $failure };)*

            /// The whole table.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

outcomes! {
    // name: code, status, tone, page, whether the failure page is shown instead
    APPLIED: "applied", 200, Good, "applied", false;
    ASKED: "asked", 200, Ask, "asked", false;
    CONFIRMATION_REQUIRED: "confirmation_required", 403, Ask, "asked", false;
    LINK_USED: "link_used", 410, Note, "link_used", true;
    UNDONE: "undone", 200, Good, "undone", false;
    UNDO_NOT_POSSIBLE: "undo_not_possible", 409, Note, "undo_not_possible", false;
    LINK_EXPIRED: "link_expired", 410, Note, "link_expired", true;
    LINK_REQUESTED: "link_requested", 200, Good, "link_requested", false;
    LINK_ALREADY_REQUESTED: "link_requested", 200, Wait, "link_already_requested", false;
    LINK_NOT_YET_VALID: "link_not_yet_valid", 403, Wait, "link_not_yet_valid", false;
    ACTION_NOT_AVAILABLE: "action_not_available", 409, Note, "action_not_available", true;
    MOVED: "action_not_available", 409, Note, "moved", true;
    ALREADY_DONE: "action_not_available", 409, Good, "already_done", false;
    TOO_LATE: "too_late", 409, Note, "too_late", true;
    LINK_REVOKED: "link_revoked", 410, Note, "link_revoked", true;
    MALFORMED_LINK: "malformed_link", 400, Note, "malformed_link", false;
    LINK_TOO_LONG: "link_too_long", 414, Note, "link_too_long", false;
    INVALID_SIGNATURE: "invalid_signature", 403, Note, "invalid_signature", false;
    REDIRECT_NOT_ALLOWED: "redirect_not_allowed", 400, Note, "redirect_not_allowed", false;
    BOOKING_NOT_FOUND: "booking_not_found", 404, Note, "booking_not_found", false;
    UNKNOWN_ACTION: "unknown_action", 404, Note, "unknown_action", false;
    METHOD_NOT_ALLOWED: "method_not_allowed", 405, Note, "method_not_allowed", false;
    TEMPORARILY_UNAVAILABLE: "temporarily_unavailable", 503, Wait, "temporarily_unavailable", false;
    BOOKING_UNUSABLE: "booking_unusable", 500, Note, "booking_unusable", false;
    CALENDAR: "calendar", 200, Note, "", false;
    // Whoever has put the link into a mail has to know.
    NO_START_TIME: "no_start_time", 404, Note, "no_start_time", false;
    HEADED: "head", 200, Note, "", false;
    PREFETCHED: "prefetch", 503, Note, "", false;
    PREVIEWED: "preview", 200, Ask, "previewed", false;
}

impl Outcome {
    /// Its row of the table.
    pub fn row(&self) -> OutcomeRow {
        match self {
            Self::Applied { .. } => OutcomeRow::APPLIED,
            // The page is the one that has the button; the answer says that it asks.
            Self::Asked(prompt) => {
                let page = match &prompt.button {
                    PromptButton::Act { .. } => OutcomeRow::ASKED,
                    PromptButton::Undo { .. } => OutcomeRow::LINK_USED,
                    PromptButton::Moved(_) => OutcomeRow::MOVED,
                    PromptButton::NewLink { is_revoked: false, .. } => OutcomeRow::LINK_EXPIRED,
                    PromptButton::NewLink { is_revoked: true, .. } => OutcomeRow::LINK_REVOKED,
                };
                let answer = match prompt.reason {
                    PromptReason::Opened | PromptReason::Again => OutcomeRow::ASKED,
                    PromptReason::Unconfirmed => OutcomeRow::CONFIRMATION_REQUIRED,
                };
                OutcomeRow { tone: page.tone, page: page.page, ..answer }
            }
            Self::LinkUsed { .. } => OutcomeRow::LINK_USED,
            Self::Undone { .. } => OutcomeRow::UNDONE,
            Self::UndoNotPossible { .. } => OutcomeRow::UNDO_NOT_POSSIBLE,
            Self::LinkExpired { .. } => OutcomeRow::LINK_EXPIRED,
            Self::LinkRequested { minutes_left: None } => OutcomeRow::LINK_REQUESTED,
            Self::LinkRequested { minutes_left: Some(_) } => OutcomeRow::LINK_ALREADY_REQUESTED,
            Self::LinkNotYetValid => OutcomeRow::LINK_NOT_YET_VALID,
            Self::ActionNotAvailable { moved: None, .. } => OutcomeRow::ACTION_NOT_AVAILABLE,
            Self::ActionNotAvailable { moved: Some(_), .. } => OutcomeRow::MOVED,
            Self::AlreadyDone { .. } => OutcomeRow::ALREADY_DONE,
            Self::TooLate => OutcomeRow::TOO_LATE,
            Self::LinkRevoked { .. } => OutcomeRow::LINK_REVOKED,
            Self::MalformedLink(ParseLinkError::TooLong) => OutcomeRow::LINK_TOO_LONG,
            Self::MalformedLink(_) => OutcomeRow::MALFORMED_LINK,
            Self::InvalidSignature => OutcomeRow::INVALID_SIGNATURE,
            Self::RedirectNotAllowed(_) => OutcomeRow::REDIRECT_NOT_ALLOWED,
            Self::BookingNotFound => OutcomeRow::BOOKING_NOT_FOUND,
            Self::UnknownAction => OutcomeRow::UNKNOWN_ACTION,
            Self::MethodNotAllowed { .. } => OutcomeRow::METHOD_NOT_ALLOWED,
            Self::TemporarilyUnavailable { .. } => OutcomeRow::TEMPORARILY_UNAVAILABLE,
            Self::BookingUnusable { .. } => OutcomeRow::BOOKING_UNUSABLE,
            Self::Calendar(_) => OutcomeRow::CALENDAR,
            Self::NoStartTime => OutcomeRow::NO_START_TIME,
            Self::Headed => OutcomeRow::HEADED,
            Self::Prefetched => OutcomeRow::PREFETCHED,
            Self::Previewed => OutcomeRow::PREVIEWED,
        }
    }

    /// Its stable name: `code` in JSON, `outcome` in the log.
    pub fn code(&self) -> &'static str {
        self.row().code
    }

    /// What is known of a link that has been used.
    pub fn used(&self) -> Option<&UsedLink> {
        match self {
            Self::LinkUsed { used, .. } | Self::Asked(Prompt { button: PromptButton::Undo { used, .. }, .. }) => {
                Some(used)
            }
            _ => None,
        }
    }

    /// The button that undoes the click, if the page has it.
    pub fn undo(&self) -> Option<&Undo> {
        match self {
            Self::Applied { undo, .. } | Self::LinkUsed { undo, .. } => undo.as_ref(),
            Self::Asked(Prompt { button: PromptButton::Undo { undo, .. }, .. }) => Some(undo),
            _ => None,
        }
    }

    /// The form token of the button that asks for a new link, if the page has it.
    pub fn new_link(&self) -> Option<&str> {
        match self {
            Self::LinkExpired { new_link } | Self::LinkRevoked { new_link } => new_link.as_deref(),
            Self::Asked(Prompt { button: PromptButton::NewLink { form_token, .. }, .. }) => Some(form_token),
            _ => None,
        }
    }

    /// The booking that took the place of the link's own one.
    pub fn moved(&self) -> Option<&Moved> {
        match self {
            Self::ActionNotAvailable { moved, .. } => moved.as_deref(),
            Self::Asked(Prompt { button: PromptButton::Moved(moved), .. }) => Some(moved),
            _ => None,
        }
    }

    /// The booking's state now, where the answer has it.
    pub fn state(&self) -> Option<&State> {
        match self {
            Self::Applied { state, .. } | Self::AlreadyDone { state, .. } | Self::Undone { state } => Some(state),
            Self::ActionNotAvailable { state, .. } | Self::UndoNotPossible { state } => state.as_ref(),
            _ => self.used()?.state.as_ref(),
        }
    }

    /// Whether the page offers something: undo, a moved booking, a new link.
    pub fn offers(&self) -> bool {
        self.undo().is_some() || self.moved().is_some() || self.new_link().is_some()
    }
}

impl RefusalReason {
    /// The row of the outcome to which a refusal leads.
    pub fn row(self) -> OutcomeRow {
        match self {
            Self::BookingNotFound => OutcomeRow::BOOKING_NOT_FOUND,
            Self::LinkUsed => OutcomeRow::LINK_USED,
            Self::LinkRevoked => OutcomeRow::LINK_REVOKED,
            Self::TooLate => OutcomeRow::TOO_LATE,
            Self::ActionNotAvailable => OutcomeRow::ACTION_NOT_AVAILABLE,
        }
    }
}

//! A click on a link whose signature is valid, with all that its decision depends on.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::outcome::Outcome;
use super::prompt::PromptReason;
use super::request::{Button, Click, FormSubmission};
use crate::app::App;
use crate::booking::{BookingId, State};
use crate::domain::{BookingSummary, Graphs};
use crate::link::{AuthenticLink, FormToken, FormTokens, Redirect};
use crate::store::{Booking, BookingStore, StoreError};

/// A button that is pressed later than this after its page was made asks again.
const MAX_DWELL: Duration = Duration::from_secs(30 * 60);

/// A click on a link whose signature is valid, with all that its decision depends on.
#[derive(Clone, Copy)]
pub(super) struct ClickContext<'a> {
    pub(super) click: &'a Click,
    pub(super) link: &'a AuthenticLink,
    /// The booking that the click is about: the link's own, or the one that took its place.
    pub(super) booking_id: &'a BookingId,
    pub(super) form_tokens: FormTokens<'a>,
    pub(super) app: &'a App,
    pub(super) graphs: &'a Graphs,
    pub(super) bookings: &'a BookingStore,
    /// When the answer was begun.
    pub(super) begun: Instant,
}

/// An outcome, and the booking that it is about.
pub(super) struct Decided {
    pub(super) outcome: Outcome,
    /// What the booking is about, if it was read.
    pub(super) booking_summary: BookingSummary,
    /// The booking, if it is not the link's own.
    pub(super) moved_to: Option<BookingId>,
}

impl<'a> ClickContext<'a> {
    /// The same click, about the booking that took the place of the link's own.
    pub(super) fn at<'b>(self, booking_id: &'b BookingId) -> ClickContext<'b>
    where
        'a: 'b,
    {
        ClickContext { booking_id, ..self }
    }

    /// Whether the click is about the link's own booking.
    pub(super) fn is_own(&self) -> bool {
        self.booking_id == self.link.booking_id()
    }

    /// An outcome for the booking that the click is about, as far as that was read.
    pub(super) fn decided(&self, outcome: Outcome, booking: Option<&Booking<'_>>) -> Decided {
        Decided {
            outcome,
            booking_summary: booking.map(Booking::summary).unwrap_or_default(),
            moved_to: (!self.is_own()).then(|| self.booking_id.clone()),
        }
    }

    /// Why a page must ask. `None` if the button of our page was pressed within the time in which a
    /// person presses it. Some mail scanners open a page and submit its form at once.
    pub(super) fn prompt_reason(&self) -> Option<PromptReason> {
        self.click.form().map_or(Some(PromptReason::Opened), |_| self.unaccepted_form())
    }

    fn unaccepted_form(&self) -> Option<PromptReason> {
        let Some(token) = self.form_token() else { return Some(PromptReason::Unconfirmed) };
        let dwell = self.click.now.duration_since(token.shown_at).ok();
        let in_time = dwell.is_some_and(|dwell| (self.app.clicks.min_dwell..=MAX_DWELL).contains(&dwell));
        (!in_time).then_some(PromptReason::Again)
    }

    /// Whether the form of that button was submitted.
    pub(super) fn is_submitted(&self, button: Button) -> bool {
        self.click.form().is_some_and(|form| form.button == button)
    }

    /// The token of the form that was submitted, if it is valid.
    pub(super) fn form_token(&self) -> Option<FormToken> {
        let form = self.click.form()?;
        self.form_tokens.read(form.button.field(), form.form_token.as_deref()?)
    }

    /// A token for a button on the page of this click. Its dwell time starts when the page is sent, not when it
    /// was asked for.
    pub(super) fn issue_form_token(&self, button: Button, facts: &str) -> String {
        self.form_tokens.issue(button.field(), facts, self.page_made_at())
    }

    fn page_made_at(&self) -> SystemTime {
        self.click.now + self.begun.elapsed()
    }

    /// The redirect, which tells the landing page what has happened if the app wants that.
    pub(super) fn telling(&self, redirect: Option<Redirect>, state: Option<&State>, outcome: &str) -> Option<Redirect> {
        let redirect = redirect?;
        if !self.app.redirects.tell_outcome {
            return Some(redirect);
        }
        let link = [("booking_id", self.booking_id.as_str()), ("action", self.link.action().as_str())];
        let state = state.map(|state| ("state", state.as_str()));
        Some(redirect.with_query(link.into_iter().chain(state).chain([("outcome", outcome)])))
    }

    /// The outcome for a booking whose state does not allow the link's action: it may be what the link asks for.
    pub(super) fn not_available(&self, booking: &Booking<'_>, redirect: Option<Redirect>) -> Outcome {
        match booking.state().filter(|_| self.graphs.led_to(self.link.action(), booking)) {
            Some(state) => {
                let redirect = self.telling(redirect, Some(&state), "already_done");
                Outcome::AlreadyDone { state, redirect }
            }
            None => Outcome::ActionNotAvailable { state: booking.state(), moved: None },
        }
    }

    /// The form, if its token is valid, so that it can be sent once more.
    pub(super) fn own_form(&self) -> Option<FormSubmission> {
        self.form_token().and(self.click.form()).cloned()
    }

    /// The outcome of a fault of the store.
    pub(super) fn unavailable(&self, fault: &StoreError) -> Outcome {
        Outcome::TemporarilyUnavailable { fault: fault.to_string(), retry: self.own_form() }
    }
}

/// An outcome for which no booking was read.
pub(super) fn unrelated(outcome: Outcome) -> Decided {
    Decided { outcome, booking_summary: BookingSummary::default(), moved_to: None }
}

/// The outcome of a write that failed: a record that cannot be changed, unless the store is at fault.
pub(super) fn unusable(fault: StoreError) -> Result<Decided, StoreError> {
    if fault.is_rejection() {
        return Ok(unrelated(Outcome::BookingUnusable { fault: fault.to_string() }));
    }
    Err(fault)
}

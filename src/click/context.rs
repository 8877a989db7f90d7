//! A click on a link whose signature is valid, with all that its decision depends on.

use std::time::SystemTime;

use tokio::time::Instant;

use super::outcome::{Offer, Outcome};
use super::request::{Button, Click, PromptReason};
use super::rules::note_missing_cut_off;
use crate::app::App;
use crate::domain::{BookingSummary, Graphs};
use crate::link::{AuthenticLink, FormTokens};
use crate::store::{Booking, BookingStore};

/// A click on a link whose signature is valid, with all that its decision depends on.
#[derive(Clone, Copy)]
pub(super) struct ClickContext<'a> {
    pub(super) click: &'a Click,
    pub(super) link: &'a AuthenticLink,
    pub(super) form_tokens: FormTokens<'a>,
    pub(super) app: &'a App,
    pub(super) graphs: &'a Graphs,
    pub(super) bookings: &'a BookingStore,
    /// When the answer was begun.
    pub(super) begun: Instant,
}

/// An outcome, and what the booking is about, if it was read.
pub(super) type Decided = (Outcome, BookingSummary);

impl ClickContext<'_> {
    /// Why a page must ask first. `None` if its button was pressed in time.
    pub(super) fn asking(&self) -> Option<PromptReason> {
        self.click.asking(self.form_tokens, self.app.clicks.min_dwell)
    }

    /// A button on the page of this click. Its dwell time starts when the page is sent, not when it was
    /// asked for.
    pub(super) fn offer(&self, button: Button, facts: &str, why: PromptReason) -> Offer {
        Offer { stamp: self.form_tokens.issue(button.field(), facts, self.page_made_at()), why }
    }

    /// When the page of this click is made.
    pub(super) fn page_made_at(&self) -> SystemTime {
        self.click.now + self.begun.elapsed()
    }

    /// What the booking is about, for a page.
    pub(super) fn about(&self, booking: Option<&Booking<'_>>) -> BookingSummary {
        let Some(booking) = booking else { return BookingSummary::default() };
        note_missing_cut_off(self.app, self.link.action(), booking);
        booking.summary()
    }
}

/// An outcome for which no booking was read.
pub(super) fn unrelated(outcome: Outcome) -> Decided {
    (outcome, BookingSummary::default())
}

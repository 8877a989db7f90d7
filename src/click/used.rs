//! A link that was used: what it did, and what its page offers. That comes before its expiry.

use super::context::{ClickContext, Decided, unrelated};
use super::outcome::Outcome;
use super::prompt::{Prompt, PromptButton, PromptReason, UsedLink};
use super::request::Button;
use super::rules::{owns, unused};
use crate::link::Redirect;
use crate::store::{Booking, StoreError};

impl ClickContext<'_> {
    /// What is known of this link, which was used.
    pub(super) fn used(&self, booking: &Booking<'_>) -> UsedLink {
        let link_id = self.link.link_id().as_str();
        let entry = booking.entry_of_link(link_id);
        UsedLink {
            state: booking.state(),
            to: entry.and_then(|entry| entry.to()),
            at: entry.and_then(|entry| entry.at()).map(str::to_owned),
            undone_at: booking.entry_of_undo(link_id).and_then(|entry| entry.at()).map(str::to_owned),
        }
    }

    /// The outcome of a link that was used before.
    pub(super) fn used_again(&self, booking: &Booking<'_>, redirect: Option<Redirect>) -> Outcome {
        let used = self.used(booking);
        match self.undo_of(booking) {
            Some(undo) if self.is_submitted(Button::Undo) => {
                let button = PromptButton::Undo { used, undo };
                Outcome::Asked(Prompt { reason: PromptReason::Unconfirmed, button })
            }
            undo => {
                let redirect = self.telling(redirect, used.state.as_ref(), "already_used");
                Outcome::LinkUsed { used, redirect, undo }
            }
        }
    }

    /// The outcome of an expired link, for which the booking is read once.
    pub(super) async fn expired(&self) -> Result<Decided, StoreError> {
        let booking = self.bookings.get(self.link.booking_id()).await?.filter(|booking| owns(self.app, booking));
        let Some(booking) = booking else { return Ok(unrelated(self.link_over(false))) };
        let outcome = if unused(self.link.link_id()).predicate.holds(Some(&booking)) {
            self.link_over(false)
        } else {
            // Nothing is written, so a redirect that is no longer allowed is left out.
            self.used_again(&booking, self.link.redirect(&self.app.redirects.policy).ok().flatten())
        };
        Ok((outcome, self.about(Some(&booking))))
    }
}

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

    /// The outcome of a link that was used before: on this booking or, without an entry there, on one to which it was
    /// moved.
    pub(super) async fn used_again(&self, booking: &Booking<'_>, redirect: Option<Redirect>) -> Decided {
        if booking.entry_of_link(self.link.link_id().as_str()).is_none()
            && let Some(moved) = self.destination_to_show(booking).await
            && self.has_used(&moved.booking)
        {
            return self.at(&moved.id).used_on(&moved.booking, redirect);
        }
        self.used_on(booking, redirect)
    }

    /// Whether the link was used on this booking.
    pub(super) fn has_used(&self, booking: &Booking<'_>) -> bool {
        !unused(self.link.link_id()).predicate.holds(Some(booking))
    }

    /// The outcome of a link that was used on this booking.
    pub(super) fn used_on(&self, booking: &Booking<'_>, redirect: Option<Redirect>) -> Decided {
        let used = self.used(booking);
        let outcome = match self.undo_of(booking) {
            Some(undo) if self.is_submitted(Button::Undo) => {
                let button = PromptButton::Undo { used, undo };
                Outcome::Asked(Prompt { reason: PromptReason::Unconfirmed, button })
            }
            undo => {
                let redirect = self.telling(redirect, used.state.as_ref(), "already_used");
                Outcome::LinkUsed { used, redirect, undo }
            }
        };
        self.decided(outcome, Some(booking))
    }

    /// The outcome of an expired link, for which the booking is read once.
    pub(super) async fn expired(&self) -> Result<Decided, StoreError> {
        let booking = self.bookings.get(self.link.booking_id()).await?.filter(|booking| owns(self.app, booking));
        let Some(booking) = booking else { return Ok(unrelated(self.link_over(false))) };
        if !self.has_used(&booking) {
            return Ok(self.decided(self.link_over(false), Some(&booking)));
        }
        // A used link writes nothing. If the app no longer allows its redirect, the page is shown without it.
        Ok(self.used_again(&booking, self.link.redirect(&self.app.redirects.policy).ok().flatten()).await)
    }
}

//! Undo: what a click did is taken back, as long as nothing has changed the booking since.

use std::time::{Duration, SystemTime};

use super::context::{ClickContext, Decided, unrelated, unusable};
use super::outcome::Outcome;
use super::prompt::{Prompt, PromptButton, PromptReason, Undo};
use super::request::Button;
use super::rules::{AppliedChange, UndoRefusal, standing_rules, undo_rules};
use crate::domain::{first_failure, starts_at};
use crate::store::{Booking, BookingUpdate, Change, StoreError, Written};
use crate::time::{from_rfc3339, rfc3339};

impl ClickContext<'_> {
    /// The button that undoes this link's click. `None` if that is not possible now.
    pub(super) fn undo_of(&self, booking: &Booking<'_>) -> Option<Undo> {
        let entry = booking.entry_of_link(self.link.link_id().as_str())?;
        let until = self.undo_until(entry.at()?, booking).filter(|until| self.click.now < *until)?;
        let change = AppliedChange {
            from: booking.previous_state()?,
            to: entry.to()?,
            at: entry.at()?.to_owned(),
            until: until.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs(),
            moved_to: (!self.is_own()).then(|| self.booking_id.clone()),
        };
        if first_failure(&undo_rules(self.link, self.app, &change), Some(booking)).is_some() {
            return None;
        }
        // Three strings always make JSON.
        let facts = serde_json::to_string(&change).unwrap_or_default();
        Some(Undo { form_token: self.issue_form_token(Button::Undo, &facts), until })
    }

    /// Undoes what the form's token says. `None` if that cannot be verified.
    pub(super) async fn undo(&self) -> Result<Option<Decided>, StoreError> {
        let facts = self.form_token().map(|token| token.facts);
        let Some(change): Option<AppliedChange> = facts.and_then(|facts| serde_json::from_str(&facts).ok()) else {
            return Ok(None);
        };
        let Some(id) = &change.moved_to else { return self.undo_change(&change).await.map(Some) };
        // What was revoked for the link's own booking is revoked for the one that took its place.
        let own = self.bookings.get(self.booking_id).await?;
        if first_failure(&standing_rules(self.link.issued_at(), self.app), own.as_ref()).is_some() {
            return Ok(Some(self.not_undone(UndoRefusal::NotPossible, own.as_ref())));
        }
        self.at(id).undo_change(&change).await.map(Some)
    }

    async fn undo_change(&self, change: &AppliedChange) -> Result<Decided, StoreError> {
        let in_time = self.click.now < SystemTime::UNIX_EPOCH + Duration::from_secs(change.until);
        if self.prompt_reason().is_none() && in_time {
            return self.write_undo(change).await;
        }
        // The page again, if undo is still possible.
        let booking = self.bookings.get(self.booking_id).await?;
        let undo = booking.as_ref().filter(|_| in_time).and_then(|own| self.undo_of(own));
        Ok(match (booking, undo) {
            (Some(booking), Some(undo)) => {
                let button = PromptButton::Undo { used: self.used(&booking), undo };
                self.decided(Outcome::Asked(Prompt { reason: PromptReason::Again, button }), Some(&booking))
            }
            (booking, _) => {
                let refusal = first_failure(&undo_rules(self.link, self.app, change), booking.as_ref());
                self.not_undone(refusal.unwrap_or(UndoRefusal::NotPossible), booking.as_ref())
            }
        })
    }

    async fn write_undo(&self, done: &AppliedChange) -> Result<Decided, StoreError> {
        let (app, at) = (&self.app, rfc3339(self.click.now));
        let change = Change::Undo { from: &done.to, to: &done.from };
        let update = BookingUpdate {
            source_ip: self.click.source_ip.as_deref().filter(|_| app.clicks.log_client),
            user_agent: self.click.user_agent.as_deref().filter(|_| app.clicks.log_client),
            ..BookingUpdate::new(change, self.link, &app.id, &self.click.request_id, &at)
        };
        let rules = undo_rules(self.link, self.app, done);
        let state = done.from.clone();
        match self.bookings.write(self.booking_id, &rules, &update, true).await {
            Ok(Written::Applied(booking)) => Ok(self.decided(Outcome::Undone { state }, booking.as_ref())),
            Ok(Written::Own(booking)) => Ok(self.decided(Outcome::Undone { state }, Some(&booking))),
            Ok(Written::Refused(refusal, booking)) => Ok(self.not_undone(refusal, booking.as_ref())),
            Err(fault) => unusable(fault),
        }
    }

    fn not_undone(&self, refusal: UndoRefusal, booking: Option<&Booking<'_>>) -> Decided {
        match refusal {
            UndoRefusal::BookingNotFound => unrelated(Outcome::BookingNotFound),
            UndoRefusal::NotPossible => {
                let state = booking.and_then(Booking::state);
                self.decided(Outcome::UndoNotPossible { state }, booking)
            }
        }
    }

    /// Until when the click of that time can be undone, if its app allows it: not once the appointment has begun.
    fn undo_until(&self, at: &str, booking: &Booking<'_>) -> Option<SystemTime> {
        let until = from_rfc3339(at)?.checked_add(self.app.clicks.undo?)?;
        let starts_at = starts_at(booking).map(|at| Duration::from_secs(at.as_second().try_into().unwrap_or(0)));
        Some(starts_at.map_or(until, |since_1970| until.min(SystemTime::UNIX_EPOCH + since_1970)))
    }
}

//! Undo: what a click did is taken back, as long as nothing has changed the booking since.

use std::time::SystemTime;

use super::context::{ClickContext, Decided, unrelated};
use super::outcome::{Outcome, Undo, UsedLink};
use super::request::{Button, PromptReason};
use super::rules::{AppliedChange, UndoRefusal, undo_rules};
use crate::domain::first_failure;
use crate::store::{Booking, BookingUpdate, Change, StoreError, Written};
use crate::time::{from_rfc3339, rfc3339};

impl ClickContext<'_> {
    /// The button that undoes this link's click. `None` if that is not possible now.
    pub(super) fn undo_offer(&self, booking: &Booking<'_>, why: PromptReason) -> Option<Undo> {
        let entry = booking.entry_of_link(self.link.link_id().as_str())?;
        let done = AppliedChange { from: booking.previous_state()?, to: entry.to()?, at: entry.at()?.to_owned() };
        let until = self.undo_until(&done).filter(|until| self.click.now < *until)?;
        if first_failure(&undo_rules(self.link, self.app, &done), Some(booking)).is_some() {
            return None;
        }
        // Three strings always make JSON.
        let facts = serde_json::to_string(&done).unwrap_or_default();
        Some(Undo { offer: self.offer(Button::Undo, &facts, why), until })
    }

    /// Undoes what the form's stamp says. `None` if that cannot be verified.
    pub(super) async fn undo(&self) -> Result<Option<Decided>, StoreError> {
        let facts = self.click.stamp(self.form_tokens).map(|stamp| stamp.facts);
        let Some(done): Option<AppliedChange> = facts.and_then(|facts| serde_json::from_str(&facts).ok()) else {
            return Ok(None);
        };
        let in_time = self.undo_until(&done).is_some_and(|until| self.click.now < until);
        let decided = match self.asking() {
            None if in_time => self.write_undo(&done).await?,
            // The page again, if undo is still possible.
            _ => {
                let booking = self.bookings.get(self.link.booking_id()).await?;
                let refusal = first_failure(&undo_rules(self.link, self.app, &done), booking.as_ref());
                let undo =
                    booking.as_ref().filter(|_| in_time).and_then(|own| self.undo_offer(own, PromptReason::Again));
                match (booking, undo) {
                    (Some(booking), Some(undo)) => (
                        Outcome::LinkUsed { used: self.used(&booking), redirect: None, undo: Some(undo) },
                        self.about(Some(&booking)),
                    ),
                    (booking, _) => self.not_undone(refusal.unwrap_or(UndoRefusal::Changed), booking.as_ref()),
                }
            }
        };
        Ok(Some(decided))
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
        match self.bookings.write(self.link.booking_id(), &rules, &update, true).await {
            Ok(Written::Applied(booking)) => Ok((Outcome::Undone { state }, self.about(booking.as_ref()))),
            Ok(Written::Own(booking)) => Ok((Outcome::Undone { state }, self.about(Some(&booking)))),
            Ok(Written::Refused(refusal, booking)) => Ok(self.not_undone(refusal, booking.as_ref())),
            Err(fault) if fault.is_rejection() => Ok(unrelated(Outcome::BookingUnusable { fault: fault.to_string() })),
            Err(fault) => Err(fault),
        }
    }

    fn not_undone(&self, refusal: UndoRefusal, booking: Option<&Booking<'_>>) -> Decided {
        match refusal {
            UndoRefusal::BookingNotFound => unrelated(Outcome::BookingNotFound),
            UndoRefusal::Changed => {
                let state = booking.and_then(Booking::state);
                (Outcome::UndoNotPossible { state }, self.about(booking))
            }
        }
    }

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

    /// Until when a click can be undone, if its app allows it.
    fn undo_until(&self, done: &AppliedChange) -> Option<SystemTime> {
        from_rfc3339(&done.at)?.checked_add(self.app.clicks.undo?)
    }
}

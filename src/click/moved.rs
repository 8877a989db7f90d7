//! A booking that was moved: its link goes on with the booking that took its place.

use super::apply::{Apply, MAX_READS};
use super::context::{ClickContext, Decided, unusable};
use super::outcome::Outcome;
use super::prompt::{Moved, Prompt, PromptButton, PromptReason};
use super::request::Button;
use super::rules::{RefusalReason, rules_of_moved, standing_rules};
use crate::booking::BookingId;
use crate::domain::{Attribute, Record, Route, first_failure};
use crate::link::Redirect;
use crate::store::{Booking, BookingStore, Evaluation, StoreError, evaluate};
use crate::time::rfc3339;

/// How many moves are followed. Each is one more request to DynamoDB.
const MAX_MOVES: usize = 5;

/// The booking that took the place of a link's own one.
pub(super) struct Destination<'a> {
    pub(super) id: BookingId,
    pub(super) booking: Booking<'a>,
    /// Whether it was not moved itself. Otherwise the appointment is elsewhere, where the moves cannot be followed.
    is_last: bool,
}

impl<'a> ClickContext<'a> {
    /// The booking to which `booking` was moved: the last one that the moves lead to, or the first one on which
    /// this link was used. `None` if it was not moved, or if the first booking on the way does not exist, belongs
    /// to another app or would revoke this link.
    async fn destination(&self, booking: &Booking<'_>) -> Result<Option<Destination<'a>>, StoreError> {
        let bookings: &'a BookingStore = self.bookings;
        let rules = standing_rules(self.link.issued_at(), self.app);
        let mut seen = vec![self.link.booking_id().clone()];
        let (mut next, mut last) = (booking.rescheduled_to(), None);
        for _ in 0..MAX_MOVES {
            // Bookings that name each other in a circle end here.
            let Some(id) = next.take().filter(|id| !seen.contains(id)) else { break };
            let read = bookings.get(&id).await?;
            let Some(booking) = read.filter(|booking| first_failure(&rules, Some(booking)).is_none()) else { break };
            if !self.has_used(&booking) {
                next = booking.rescheduled_to();
            }
            seen.push(id.clone());
            last = Some(Destination { id, booking, is_last: next.is_none() });
        }
        Ok(last)
    }

    /// The same, for a page that only shows it. A booking that cannot be read does not keep the page.
    pub(super) async fn destination_to_show(&self, booking: &Booking<'_>) -> Option<Destination<'a>> {
        let read = self.destination(booking).await;
        read.inspect_err(|fault| tracing::warn!(%fault, "a moved booking is not read")).ok().flatten()
    }

    /// The booking that the button of a moved booking names, if that was pressed.
    pub(super) fn pressed_for(&self) -> Option<BookingId> {
        let token = self.form_token().filter(|_| self.is_submitted(Button::Act))?;
        BookingId::parse(&token.facts).ok()
    }
}

impl Apply<'_> {
    /// The outcome of a link whose own booking, which was moved, does not allow its action: a page that names the
    /// booking that took its place, with a button. If the action is not possible there, it is what a link of that
    /// booking would come to.
    pub(super) fn offer(
        &self,
        own: &Booking<'_>,
        moved: &Destination<'_>,
        routes: &[Route],
        redirect: Option<Redirect>,
    ) -> Decided {
        let there = self.context.at(&moved.id);
        let outcome = match self.evaluate_at(moved, routes) {
            Evaluation::Own | Evaluation::Refused(RefusalReason::LinkUsed) => {
                return there.used_on(&moved.booking, redirect);
            }
            Evaluation::Passes if moved.is_last => {
                let moved = Some(Box::new(self.moved(moved)));
                let outcome = Outcome::ActionNotAvailable { state: own.state(), moved };
                return self.context.decided(outcome, Some(own));
            }
            Evaluation::Refused(RefusalReason::TooLate) => Outcome::TooLate,
            Evaluation::Passes | Evaluation::Refused(_) => there.not_available(&moved.booking, redirect),
        };
        there.decided(outcome, Some(&moved.booking))
    }

    /// Answers the button that takes the action on `target`, the booking that took the place of the link's own. In
    /// one transaction that booking is changed, and the link is used on both. So it changes no other one, whatever
    /// the owner does with the two.
    pub(super) async fn press_moved(
        &self,
        target: &BookingId,
        routes: &[Route],
        redirect: Option<Redirect>,
    ) -> Result<Decided, StoreError> {
        let ClickContext { app, bookings, click, .. } = self.context;
        for _ in 0..MAX_READS {
            let own = self.read().await?;
            let moved = match (self.evaluate(own.as_ref(), routes), &own) {
                (Evaluation::Refused(RefusalReason::ActionNotAvailable), Some(own)) => {
                    self.context.destination(own).await?
                }
                // It may be this very click that has used it.
                (Evaluation::Refused(RefusalReason::LinkUsed), Some(own)) => {
                    self.context.destination(own).await?.filter(|moved| self.context.has_used(&moved.booking))
                }
                _ => None,
            };
            let (Some(own), Some(moved)) = (&own, moved) else {
                // As if the link were opened: it asks on its own booking, or is refused there.
                return self.ask(PromptReason::Again, routes, redirect).await;
            };
            let there = Apply { context: self.context.at(&moved.id), link: self.link };
            let reason = self.context.prompt_reason();
            match self.evaluate_at(&moved, routes) {
                Evaluation::Own => return Ok(there.applied_as_logged(&moved.booking, redirect)),
                Evaluation::Passes if !moved.is_last => return Ok(self.offer(own, &moved, routes, redirect)),
                Evaluation::Passes if reason.is_some() || moved.id != *target => {
                    let button = PromptButton::Moved(Box::new(self.moved(&moved)));
                    let reason = reason.unwrap_or(PromptReason::Again);
                    return Ok(self.context.decided(Outcome::Asked(Prompt { reason, button }), Some(own)));
                }
                Evaluation::Refused(_) => return Ok(self.offer(own, &moved, routes, redirect)),
                Evaluation::Passes => {}
            }
            let Some(next) = own.rescheduled_to() else { continue };
            let (at, starts_at) = (rfc3339(click.now), own.value(Attribute::StartsAt));
            let of_own = rules_of_moved(self.link.authentic(), app, click.now, starts_at, &next);
            let route = there.route_of(Some(&moved.booking)).unwrap_or(&routes[0]);
            let (rules, update) = (there.rules(route, Some(&moved.booking)), there.update(route, &at));
            let own = (self.link.booking_id(), &*of_own);
            match bookings.write_moved(own, (&moved.id, &rules), &update).await {
                Ok(true) => {
                    // Its page offers undo. It is shown without that if the booking cannot be read.
                    let changed = if redirect.is_none() { bookings.get(&moved.id).await.ok().flatten() } else { None };
                    return Ok(there.applied(route.to.clone(), Some(&changed.unwrap_or(moved.booking)), redirect));
                }
                // One of the two has changed since it was read.
                Ok(false) => {}
                Err(fault) => return unusable(fault),
            }
        }
        Err(StoreError::unsettled())
    }

    /// What the write would do to a booking that took the place of the link's own.
    fn evaluate_at(&self, moved: &Destination<'_>, routes: &[Route]) -> Evaluation<RefusalReason> {
        let there = Apply { context: self.context.at(&moved.id), link: self.link };
        there.evaluate(Some(&moved.booking), routes)
    }

    fn moved(&self, moved: &Destination<'_>) -> Moved {
        Moved {
            booking_id: moved.id.clone(),
            booking_summary: moved.booking.summary(),
            form_token: self.context.issue_form_token(Button::Act, moved.id.as_str()),
            message: self.message_field(),
        }
    }

    /// What the write would do to a booking as it was read.
    pub(super) fn evaluate(&self, booking: Option<&Booking<'_>>, routes: &[Route]) -> Evaluation<RefusalReason> {
        let route = self.route_of(booking).unwrap_or(&routes[0]);
        evaluate(booking, &self.rules(route, booking), &self.update(route, &rfc3339(self.context.click.now)))
    }
}

//! A click on a verified link: ask first, or write.

use super::context::{ClickContext, Decided, unrelated, unusable};
use super::outcome::Outcome;
use super::prompt::{Prompt, PromptButton, PromptReason};
use super::request::Button;
use super::rules::{RefusalReason, note_missing_cut_off, owns, rules};
use crate::booking::State;
use crate::domain::{Attribute, CustomerMessage, Record, Route, Rule};
use crate::link::{Redirect, VerifiedLink};
use crate::store::{Booking, BookingUpdate, Evaluation, StoreError, Written};
use crate::time::rfc3339;

/// How often a start is read that changes before the write.
pub(super) const MAX_READS: usize = 3;

/// A click on a verified link.
pub(super) struct Apply<'a> {
    pub(super) context: ClickContext<'a>,
    pub(super) link: &'a VerifiedLink,
}

impl Apply<'_> {
    pub(super) async fn decide(&self) -> Result<Decided, StoreError> {
        let ClickContext { graphs, app, .. } = self.context;
        let Some(routes) = graphs.routes(self.link.action()) else { return Ok(unrelated(Outcome::UnknownAction)) };
        let redirect = match self.link.authentic().redirect(&app.redirects.policy) {
            Ok(redirect) => redirect,
            Err(error) => return Ok(unrelated(Outcome::RedirectNotAllowed(error))),
        };
        if let Some(target) = self.context.pressed_for() {
            return self.press_moved(&target, routes, redirect).await;
        }
        match self.prompt_reason() {
            Some(reason) => self.ask(reason, routes, redirect).await,
            None => self.write(routes, redirect).await,
        }
    }

    /// Why a page asks first, if one does. The form of another button gets here only if it could not be verified.
    fn prompt_reason(&self) -> Option<PromptReason> {
        match self.context.click.form() {
            Some(form) if form.button != Button::Act => Some(PromptReason::Unconfirmed),
            _ => self.context.prompt_reason().filter(|_| self.asks_first()),
        }
    }

    fn asks_first(&self) -> bool {
        self.context.app.clicks.asks_first(self.link.action(), self.link.authentic().claims().confirm)
    }

    fn asks_reason(&self) -> bool {
        self.context.app.clicks.ask_reason.contains(self.link.action())
    }

    /// Reads the booking, to say at once what cannot work, and asks otherwise.
    pub(super) async fn ask(
        &self,
        reason: PromptReason,
        routes: &[Route],
        redirect: Option<Redirect>,
    ) -> Result<Decided, StoreError> {
        let booking = self.read().await?;
        let booking = booking.as_ref();
        match self.evaluate(booking, routes) {
            Evaluation::Refused(refusal) => Ok(self.refused(refusal, booking, routes, redirect).await),
            Evaluation::Passes | Evaluation::Own => {
                let form_token = self.context.issue_form_token(Button::Act, "");
                let button = PromptButton::Act { form_token, message: self.message_field() };
                Ok(self.context.decided(Outcome::Asked(Prompt { reason, button }), booking))
            }
        }
    }

    /// The text written so far into the field for a reason, if the page has that field.
    pub(super) fn message_field(&self) -> Option<CustomerMessage> {
        let written = || self.context.click.form().map(|form| form.message.clone()).unwrap_or_default();
        self.asks_reason().then(written)
    }

    /// Writes. An action with a notice is decided by the booking's start, which is read before and must be the same
    /// when it is written.
    async fn write(&self, routes: &[Route], redirect: Option<Redirect>) -> Result<Decided, StoreError> {
        if !self.context.app.clicks.min_notice.contains_key(self.link.action()) {
            return self.write_as_read(routes, None, redirect).await;
        }
        for _ in 0..MAX_READS {
            let booking = self.read().await?;
            let booking = booking.as_ref();
            if let Evaluation::Refused(reason) = self.evaluate(booking, routes) {
                return Ok(self.refused(reason, booking, routes, redirect).await);
            }
            match self.write_as_read(routes, booking, redirect.clone()).await {
                Err(fault) if fault.is_unsettled() => {}
                decided => return decided,
            }
        }
        Err(StoreError::unsettled())
    }

    /// Reads the booking, whose start may decide.
    pub(super) async fn read(&self) -> Result<Option<Booking<'_>>, StoreError> {
        let booking = self.context.bookings.get(self.link.booking_id()).await?;
        if let Some(booking) = booking.as_ref().filter(|booking| owns(self.context.app, *booking)) {
            note_missing_cut_off(self.context.app, self.link.action(), booking);
        }
        Ok(booking)
    }

    async fn write_as_read(
        &self,
        routes: &[Route],
        read: Option<&Booking<'_>>,
        redirect: Option<Redirect>,
    ) -> Result<Decided, StoreError> {
        let context = &self.context;
        let at = rfc3339(context.click.now);
        let mut route = &routes[0];
        for _ in routes {
            let (rules, update) = (self.rules(route, read), self.update(route, &at));
            let written = context.bookings.write(self.link.booking_id(), &rules, &update, redirect.is_none()).await;
            return Ok(match written {
                Ok(Written::Applied(booking)) => self.applied(route.to.clone(), booking.as_ref(), redirect),
                Ok(Written::Own(booking)) => self.applied_as_logged(&booking, redirect),
                // In graphs of the user's own, the action may have another result in this booking's.
                Ok(Written::Refused(RefusalReason::ActionNotAvailable, booking))
                    if let Some(other) = self.route_of(booking.as_ref()) =>
                {
                    route = other;
                    continue;
                }
                Ok(Written::Refused(reason, booking)) => self.refused(reason, booking.as_ref(), routes, redirect).await,
                Err(fault) => return unusable(fault),
            });
        }
        Err(StoreError::unsettled())
    }

    /// The outcome of this very click, which the booking's log has.
    pub(super) fn applied_as_logged(&self, booking: &Booking<'_>, redirect: Option<Redirect>) -> Decided {
        let entry = booking.entry_of_link(self.link.link_id().as_str());
        match entry.and_then(|entry| entry.to()) {
            Some(state) => self.applied(state, Some(booking), redirect),
            // Somebody has shortened the log meanwhile.
            None => self.context.used_on(booking, redirect),
        }
    }

    pub(super) fn applied(&self, state: State, booking: Option<&Booking<'_>>, redirect: Option<Redirect>) -> Decided {
        let undo = booking.and_then(|booking| self.context.undo_of(booking));
        let redirect = self.context.telling(redirect, Some(&state), "applied");
        self.context.decided(Outcome::Applied { state, redirect, undo }, booking)
    }

    pub(super) fn rules<'r>(&'r self, route: &'r Route, read: Option<&'r Booking<'_>>) -> Vec<Rule<'r, RefusalReason>> {
        let ClickContext { app, graphs, click, .. } = self.context;
        let starts_at = read.and_then(|booking| booking.value(Attribute::StartsAt));
        rules(self.link, app, route, graphs.default_name(), click.now, starts_at)
    }

    pub(super) fn update<'r>(&'r self, route: &'r Route, at: &'r str) -> BookingUpdate<'r> {
        let ClickContext { click, app, .. } = &self.context;
        let settings = &app.clicks;
        let asks = self.asks_reason() && (self.asks_first() || !self.context.is_own());
        let message = click.form().map(|form| form.message.as_str()).filter(|_| asks);
        let update = BookingUpdate::of_click(self.link, route, &app.id, &click.request_id, at);
        BookingUpdate {
            source_ip: click.source_ip.as_deref().filter(|_| settings.log_client),
            user_agent: click.user_agent.as_deref().filter(|_| settings.log_client),
            message: message.filter(|text| !text.is_empty()),
            ..update.undoable(settings.undo.is_some())
        }
    }

    /// The route of the action in the booking's graph and state, if there is one.
    pub(super) fn route_of(&self, booking: Option<&Booking<'_>>) -> Option<&Route> {
        let booking = booking?;
        self.context.graphs.route(self.link.action(), booking)
    }

    /// The outcome of a refusal. Nothing of another app's booking is shown.
    async fn refused(
        &self,
        reason: RefusalReason,
        booking: Option<&Booking<'_>>,
        routes: &[Route],
        redirect: Option<Redirect>,
    ) -> Decided {
        let context = &self.context;
        let outcome = match (reason, booking) {
            (RefusalReason::BookingNotFound, _) | (_, None) => return unrelated(Outcome::BookingNotFound),
            (RefusalReason::LinkUsed, Some(booking)) => return context.used_again(booking, redirect).await,
            (RefusalReason::LinkRevoked, _) => context.link_over(true),
            (RefusalReason::TooLate, _) => Outcome::TooLate,
            (RefusalReason::ActionNotAvailable, Some(booking)) => {
                if let Some(moved) = context.destination_to_show(booking).await {
                    return self.offer(booking, &moved, routes, redirect);
                }
                context.not_available(booking, redirect)
            }
        };
        context.decided(outcome, booking)
    }
}

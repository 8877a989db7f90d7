//! A click on a verified link: ask first, or write.

use std::time::SystemTime;

use tokio::time::Instant;

use super::outcome::{Outcome, UsedLink};
use super::request::{Asking, Click};
use super::rules::{Reason, rules};
use crate::app::ClickMode;
use crate::appointment::Appointment;
use crate::booking::State;
use crate::graph::{Graphs, Route};
use crate::keyring::Tenant;
use crate::link::{Redirect, VerifiedLink};
use crate::notice::has_cut_off;
use crate::rule::Rule;
use crate::store::{Booking, BookingStore, Changes, Reading, StoreError, Written, read};
use crate::time::rfc3339;

/// A click on a verified link, with all that its decision depends on.
pub(super) struct Act<'a> {
    pub(super) click: &'a Click,
    pub(super) link: &'a VerifiedLink<'a>,
    pub(super) tenant: &'a Tenant,
    pub(super) graphs: &'a Graphs,
    pub(super) bookings: &'a BookingStore,
}

/// An outcome, and what the booking is about, if it was read.
pub(super) type Decided = (Outcome, Appointment);

impl Act<'_> {
    /// Decides the click, whose answer was begun at `begun`.
    pub(super) async fn decide(&self, begun: Instant) -> Result<Decided, StoreError> {
        let Some(routes) = self.graphs.routes(self.link.action()) else { return Ok(unrelated(Outcome::UnknownAction)) };
        let redirect = match self.link.authentic().redirect(&self.tenant.app.redirects.policy) {
            Ok(redirect) => redirect,
            Err(error) => return Ok(unrelated(Outcome::RedirectNotAllowed(error))),
        };
        match self.click.asking(self.link, self.tenant.app.clicks.min_dwell).filter(|_| self.confirms()) {
            Some(why) => self.ask(why, &routes[0], redirect, begun).await,
            None => self.write(routes, redirect).await,
        }
    }

    fn asks_reason(&self) -> bool {
        self.tenant.app.clicks.ask_reason.contains(self.link.action())
    }

    /// Whether a page asks first. The link's own claim comes before the app's settings.
    fn confirms(&self) -> bool {
        let settings = &self.tenant.app.clicks;
        let asks_first = settings.mode == ClickMode::Confirm || settings.confirm_actions.contains(self.link.action());
        let asks = asks_first || self.asks_reason();
        self.link.authentic().claims().confirm.unwrap_or(asks)
    }

    /// Reads the booking, to say at once what cannot work, and asks otherwise.
    async fn ask(
        &self,
        why: Asking,
        first: &Route,
        redirect: Option<Redirect>,
        begun: Instant,
    ) -> Result<Decided, StoreError> {
        let booking = self.bookings.get(self.link.booking_id()).await?;
        let booking = booking.as_ref();
        let route = self.route_of(booking).unwrap_or(first);
        // The dwell time starts when the page is sent, not when it was asked for.
        let now = self.click.now + begun.elapsed();
        Ok(match read(booking, &self.rules(route), &self.changes(route, &rfc3339(now))) {
            Reading::Refused(reason) => self.refused(reason, booking, redirect),
            Reading::Passes | Reading::Own => (self.asked(why, now), self.about(booking)),
        })
    }

    fn asked(&self, why: Asking, now: SystemTime) -> Outcome {
        let reason = || self.click.reason().cloned().unwrap_or_default();
        Outcome::Asked { stamp: self.link.stamp(now), why, reason: self.asks_reason().then(reason) }
    }

    async fn write(&self, routes: &[Route], redirect: Option<Redirect>) -> Result<Decided, StoreError> {
        let at = rfc3339(self.click.now);
        let mut route = &routes[0];
        for _ in routes {
            let (rules, changes) = (self.rules(route), self.changes(route, &at));
            let written = self.bookings.write(self.link.booking_id(), &rules, &changes, redirect.is_none()).await;
            return Ok(match written {
                Ok(Written::Applied(booking)) => {
                    let redirect = self.telling(redirect, Some(&route.to), "applied");
                    (Outcome::Applied { state: route.to.clone(), redirect }, self.about(booking.as_ref()))
                }
                Ok(Written::Own(booking)) => {
                    let entry = booking.entry_of_link(self.link.link_id().as_str());
                    let state = entry.and_then(|entry| entry.to()).unwrap_or_else(|| route.to.clone());
                    let redirect = self.telling(redirect, Some(&state), "applied");
                    (Outcome::Applied { state, redirect }, self.about(Some(&booking)))
                }
                // In graphs of the user's own, the action may have another result in this booking's.
                Ok(Written::Refused(Reason::ActionNotAvailable, booking))
                    if let Some(other) = self.route_of(booking.as_ref()) =>
                {
                    route = other;
                    continue;
                }
                Ok(Written::Refused(reason, booking)) => self.refused(reason, booking.as_ref(), redirect),
                Err(fault) if fault.is_rejection() => unrelated(Outcome::BookingUnusable { fault: fault.to_string() }),
                Err(fault) => return Err(fault),
            });
        }
        Err(StoreError::unsettled())
    }

    fn rules<'r>(&'r self, route: &'r Route) -> Vec<Rule<'r, Reason>> {
        rules(self.link, self.tenant, route, self.graphs.default_name(), self.click.now)
    }

    fn changes<'r>(&'r self, route: &'r Route, at: &'r str) -> Changes<'r> {
        let logs_client = self.tenant.app.clicks.log_client;
        let reason = self.click.reason().filter(|_| self.confirms() && self.asks_reason());
        Changes {
            source_ip: self.click.source_ip.as_deref().filter(|_| logs_client),
            user_agent: self.click.user_agent.as_deref().filter(|_| logs_client),
            message: reason.map(|reason| reason.as_str()).filter(|text| !text.is_empty()),
            ..Changes::new(self.link, route, &self.click.request_id, at)
        }
    }

    /// The route of the action in the booking's graph and state, if there is one.
    fn route_of(&self, booking: Option<&Booking<'_>>) -> Option<&Route> {
        let booking = booking?;
        self.graphs.route(self.link.action(), booking.graph(), booking.state()?.as_str())
    }

    /// The redirect, which tells the landing page what has happened if the app wants that.
    fn telling(&self, redirect: Option<Redirect>, state: Option<&State>, outcome: &str) -> Option<Redirect> {
        let redirect = redirect?;
        if !self.tenant.app.redirects.tell_outcome {
            return Some(redirect);
        }
        let link = [("booking_id", self.link.booking_id().as_str()), ("action", self.link.action().as_str())];
        let state = state.map(|state| ("state", state.as_str()));
        Some(redirect.with_query(link.into_iter().chain(state).chain([("outcome", outcome)])))
    }

    /// What the booking is about, for a page.
    fn about(&self, booking: Option<&Booking<'_>>) -> Appointment {
        let Some(booking) = booking else { return Appointment::default() };
        let has_notice = self.tenant.app.clicks.min_notice.contains_key(self.link.action());
        if has_notice && booking.starts_at().is_some_and(|starts_at| !has_cut_off(starts_at)) {
            tracing::warn!(booking = booking.id(), "`starts_at` has no `Z`, so the booking has no cut-off");
        }
        booking.appointment()
    }

    /// The outcome of a refusal. Nothing of another app's booking is shown.
    fn refused(&self, reason: Reason, booking: Option<&Booking<'_>>, redirect: Option<Redirect>) -> Decided {
        let state: Option<State> = booking.and_then(Booking::state);
        match reason {
            Reason::BookingNotFound => unrelated(Outcome::BookingNotFound),
            Reason::LinkUsed => {
                let entry = booking.and_then(|booking| booking.entry_of_link(self.link.link_id().as_str()));
                let at = entry.and_then(|entry| entry.at()).map(str::to_owned);
                let redirect = self.telling(redirect, state.as_ref(), "already_used");
                let used = UsedLink { state, to: entry.and_then(|entry| entry.to()), at };
                (Outcome::LinkUsed { used, redirect }, self.about(booking))
            }
            Reason::LinkRevoked => (Outcome::LinkRevoked, self.about(booking)),
            Reason::TooLate => (Outcome::TooLate, self.about(booking)),
            Reason::ActionNotAvailable => (Outcome::ActionNotAvailable { state }, self.about(booking)),
        }
    }
}

/// An outcome for which no booking was read.
pub(super) fn unrelated(outcome: Outcome) -> Decided {
    (outcome, Appointment::default())
}

//! A click on a verified link: ask first, or write.

use tokio::time::Instant;

use super::outcome::{Outcome, UsedLink};
use super::request::{Click, Gesture};
use super::rules::{Reason, rules};
use super::{Clicks, unrelated};
use crate::app::ClickMode;
use crate::appointment::Appointment;
use crate::graph::Route;
use crate::keyring::Tenant;
use crate::link::{Redirect, VerifiedLink};
use crate::store::{Booking, Changes, Reading, StoreError, Written, read};
use crate::time::rfc3339;

impl Clicks {
    /// Decides a click on a verified link, whose answer was begun at `begun`.
    pub(super) async fn act(
        &self,
        click: &Click,
        link: &VerifiedLink<'_>,
        tenant: &Tenant,
        begun: Instant,
    ) -> Result<(Outcome, Appointment), StoreError> {
        let settings = &tenant.app.clicks;
        let Some(routes) = self.graphs.routes(link.action()) else { return Ok(unrelated(Outcome::UnknownAction)) };
        let redirect = match link.authentic().redirect(&tenant.app.redirects.policy) {
            Ok(redirect) => redirect,
            Err(error) => return Ok(unrelated(Outcome::RedirectNotAllowed(error))),
        };
        let asks_reason = settings.ask_reason.contains(link.action());
        let asks = asks_reason || settings.mode == ClickMode::Confirm;
        let confirm = link.authentic().claims().confirm.unwrap_or(asks);
        let at = rfc3339(click.now);
        let changes = |route| Changes {
            action: link.action(),
            from: only_state(route),
            to: &route.to,
            completed: route.completed,
            link_id: link.link_id(),
            request_id: &click.request_id,
            at: &at,
            source_ip: click.source_ip.as_deref().filter(|_| settings.log_client),
            user_agent: click.user_agent.as_deref().filter(|_| settings.log_client),
            message: click
                .reason()
                .filter(|_| confirm && asks_reason)
                .map(|reason| reason.as_str())
                .filter(|s| !s.is_empty()),
        };
        let rules = |route| rules(link, tenant, route, self.graphs.default_name());
        if confirm && !click.is_pressed_by_a_person(link, settings.min_dwell) {
            let booking = self.bookings.get(link.booking_id()).await?;
            let route = self.route_of(booking.as_ref(), link).unwrap_or(&routes[0]);
            return Ok(match read(booking.as_ref(), &rules(route), &changes(route)) {
                Reading::Refused(reason) => refused(reason, booking.as_ref(), link, redirect),
                Reading::Passes | Reading::Own => {
                    let again = click.gesture != Gesture::Open;
                    let reason = || click.reason().cloned().unwrap_or_default();
                    // The dwell time starts when the page is sent, not when it was asked for.
                    let stamp = link.stamp(click.now + begun.elapsed());
                    (Outcome::Asked { stamp, again, reason: asks_reason.then(reason) }, about(booking.as_ref()))
                }
            });
        }
        let mut route = &routes[0];
        for _ in routes {
            let written =
                self.bookings.write(link.booking_id(), &rules(route), &changes(route), redirect.is_none()).await?;
            return Ok(match written {
                Written::Applied(booking) => {
                    (Outcome::Applied { state: route.to.clone(), redirect }, about(booking.as_ref()))
                }
                Written::Own(booking) => {
                    let entry = booking.entry_of_link(link.link_id().as_str());
                    let state = entry.and_then(|entry| entry.to()).unwrap_or_else(|| route.to.clone());
                    (Outcome::Applied { state, redirect }, about(Some(&booking)))
                }
                // In graphs of the user's own, the action may have another result in this booking's.
                Written::Refused(Reason::ActionNotAvailable, booking)
                    if let Some(other) = self.route_of(booking.as_ref(), link) =>
                {
                    route = other;
                    continue;
                }
                Written::Refused(reason, booking) => refused(reason, booking.as_ref(), link, redirect),
            });
        }
        Err(StoreError::unsettled())
    }

    /// The route of the link's action in the booking's graph and state, if there is one.
    fn route_of(&self, booking: Option<&Booking<'_>>, link: &VerifiedLink<'_>) -> Option<&Route> {
        let booking = booking?;
        self.graphs.route(link.action(), booking.graph(), booking.state()?.as_str())
    }
}

/// The state that a route leads from, if there is only one: the rules have then checked it.
fn only_state(route: &Route) -> Option<&crate::booking::State> {
    route.from.keys().next().filter(|_| route.from.len() == 1)
}

/// The outcome of a refusal. Nothing of another app's booking is shown.
fn refused(
    reason: Reason,
    booking: Option<&Booking<'_>>,
    link: &VerifiedLink<'_>,
    redirect: Option<Redirect>,
) -> (Outcome, Appointment) {
    let state = || booking.and_then(Booking::state);
    match reason {
        Reason::BookingNotFound => unrelated(Outcome::BookingNotFound),
        Reason::LinkUsed => {
            let entry = booking.and_then(|booking| booking.entry_of_link(link.link_id().as_str()));
            let at = entry.and_then(|entry| entry.at()).map(str::to_owned);
            let used = UsedLink { state: state(), to: entry.and_then(|entry| entry.to()), at };
            (Outcome::LinkUsed { used, redirect }, about(booking))
        }
        Reason::ActionNotAvailable => (Outcome::ActionNotAvailable { state: state() }, about(booking)),
    }
}

fn about(booking: Option<&Booking<'_>>) -> Appointment {
    booking.map(Booking::appointment).unwrap_or_default()
}

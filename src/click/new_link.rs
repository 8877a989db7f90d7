//! A new link on request: a person with an expired or a revoked link may ask for another one. The
//! business sends it to the address that it has.

use super::context::{ClickContext, Decided, unrelated};
use super::outcome::{Offer, Outcome};
use super::request::{Button, PromptReason};
use super::rules::{RequestRefusal, request_rules};
use crate::store::{BookingUpdate, Change, StoreError, Written};
use crate::time::rfc3339;

impl ClickContext<'_> {
    /// The button that asks for a new link, if the app has it.
    pub(super) fn new_link_offer(&self, why: PromptReason) -> Option<Offer> {
        self.app.clicks.offer_new_link.then(|| self.offer(Button::NewLink, "", why))
    }

    /// Notes in the booking that somebody asks for a new link.
    pub(super) async fn request_link(&self) -> Result<Decided, StoreError> {
        let (app, at) = (&self.app, rfc3339(self.click.now));
        let rules = request_rules(self.app, self.click.now);
        let update = BookingUpdate::new(Change::RequestLink, self.link, &app.id, &self.click.request_id, &at);
        match self.bookings.write(self.link.booking_id(), &rules, &update, false).await {
            Ok(Written::Applied(_) | Written::Own(_)) => Ok(unrelated(Outcome::LinkRequested { is_repeated: false })),
            Ok(Written::Refused(RequestRefusal::Recent, _)) => {
                Ok(unrelated(Outcome::LinkRequested { is_repeated: true }))
            }
            Ok(Written::Refused(RequestRefusal::BookingNotFound, _)) => Ok(unrelated(Outcome::BookingNotFound)),
            Err(fault) if fault.is_rejection() => Ok(unrelated(Outcome::BookingUnusable { fault: fault.to_string() })),
            Err(fault) => Err(fault),
        }
    }
}

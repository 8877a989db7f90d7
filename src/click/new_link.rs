//! A new link on request: a person with an expired or a revoked link may ask for another one. The
//! business sends it to the address that it has.

use super::context::{ClickContext, Decided, unrelated, unusable};
use super::outcome::Outcome;
use super::prompt::{Prompt, PromptButton, PromptReason};
use super::request::Button;
use super::rules::{RequestRefusal, request_rules};
use crate::store::{BookingUpdate, Change, StoreError, Written};
use crate::time::rfc3339;

impl ClickContext<'_> {
    /// The outcome of a link that is over: expired or, else, revoked. Its page may have the button.
    pub(super) fn link_over(&self, is_revoked: bool) -> Outcome {
        let new_link = self.app.clicks.offer_new_link.then(|| self.issue_form_token(Button::NewLink, ""));
        match new_link {
            Some(form_token) if self.is_submitted(Button::NewLink) => {
                let reason = self.prompt_reason().unwrap_or(PromptReason::Unconfirmed);
                Outcome::Asked(Prompt { reason, button: PromptButton::NewLink { form_token, is_revoked } })
            }
            new_link if is_revoked => Outcome::LinkRevoked { new_link },
            new_link => Outcome::LinkExpired { new_link },
        }
    }

    /// Answers the button. `None` if its form cannot be verified, or if the app does not have the button.
    pub(super) async fn new_link(&self, is_expired: bool) -> Result<Option<Decided>, StoreError> {
        if !self.app.clicks.offer_new_link {
            return Ok(None);
        }
        match self.prompt_reason() {
            None => self.request_link().await.map(Some),
            Some(PromptReason::Again) => Ok(Some(unrelated(self.link_over(!is_expired)))),
            Some(PromptReason::Opened | PromptReason::Unconfirmed) => Ok(None),
        }
    }

    /// Notes in the booking that somebody asks for a new link.
    async fn request_link(&self) -> Result<Decided, StoreError> {
        let (app, at) = (&self.app, rfc3339(self.click.now));
        let rules = request_rules(app, self.click.now);
        let update = BookingUpdate::new(Change::RequestLink, self.link, &app.id, &self.click.request_id, &at);
        let outcome = match self.bookings.write(self.link.booking_id(), &rules, &update, false).await {
            Ok(Written::Applied(_) | Written::Own(_)) => Outcome::LinkRequested { is_repeated: false },
            Ok(Written::Refused(RequestRefusal::Recent, _)) => Outcome::LinkRequested { is_repeated: true },
            Ok(Written::Refused(RequestRefusal::BookingNotFound, _)) => Outcome::BookingNotFound,
            Err(fault) => return unusable(fault),
        };
        Ok(unrelated(outcome))
    }
}

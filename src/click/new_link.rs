//! A new link on request: a person with an expired or a revoked link may ask for another one. The
//! business sends it to the address that it has.

use std::time::SystemTime;

use super::context::{ClickContext, Decided, unrelated, unusable};
use super::outcome::Outcome;
use super::prompt::{Prompt, PromptButton, PromptReason};
use super::request::Button;
use super::rules::{MIN_REQUEST_INTERVAL, RequestRefusal, request_rules};
use crate::domain::{Attribute, Record};
use crate::store::{BookingUpdate, Change, StoreError, Written};
use crate::time::{from_rfc3339, rfc3339};

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
            Ok(Written::Applied(_) | Written::Own(_)) => Outcome::LinkRequested { minutes_left: None },
            Ok(Written::Refused(RequestRefusal::Recent, booking)) => {
                let requested_at = booking.as_ref().and_then(|booking| booking.text(Attribute::LinkRequestedAt));
                Outcome::LinkRequested { minutes_left: Some(minutes_left(requested_at, self.click.now)) }
            }
            Ok(Written::Refused(RequestRefusal::BookingNotFound, _)) => Outcome::BookingNotFound,
            Err(fault) => return unusable(fault),
        };
        Ok(unrelated(outcome))
    }
}

/// How many minutes a person waits until a link can be asked for again: at least one.
fn minutes_left(requested_at: Option<&str>, now: SystemTime) -> u64 {
    let requested_at = requested_at.and_then(from_rfc3339);
    let passed = requested_at.and_then(|at| now.duration_since(at).ok()).unwrap_or_default();
    MIN_REQUEST_INTERVAL.saturating_sub(passed).as_secs().div_ceil(60).max(1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn minutes_are_rounded_up() {
        let left = |at: &str, seconds| minutes_left(Some(at), SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(left("1970-01-01T00:10:00Z", 600), 10);
        assert_eq!(left("1970-01-01T00:10:00Z", 601), 10);
        assert_eq!(left("1970-01-01T00:10:00Z", 660), 9);
        assert_eq!(left("1970-01-01T00:10:00Z", 1200), 1);
        // A clock that is ahead.
        assert_eq!(left("1970-01-01T00:20:00Z", 600), 10);
        assert_eq!(minutes_left(None, SystemTime::UNIX_EPOCH), 10);
    }
}

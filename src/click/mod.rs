//! The use case: a click on a link. Its result is an [`Outcome`]. No outcome is an error, not even
//! a fault of the store.

mod apply;
mod calendar;
mod calendar_entry;
mod context;
#[cfg(test)]
mod model;
mod moved;
mod new_link;
mod outcome;
mod owner;
mod prompt;
mod request;
mod result;
mod rules;
mod short;
mod undo;
mod used;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::app::App;
use crate::booking::Action;
use crate::domain::Graphs;
use crate::keyring::{BookingOwners, Keyring};
use crate::link::{FormTokens, KeyHint, Refusal, VerifiedLink, Verifier};
use crate::store::{BookingStore, Deadlines, ShortLinkStore, StoreError, within};
use apply::Apply;
pub use calendar_entry::CalendarEntry;
use context::{ClickContext, Decided, unrelated};
pub use outcome::{Outcome, OutcomeRow, Tone};
pub use owner::{ActedByOwner, OwnerAct, RequestId, act};
pub use prompt::{Moved, Prompt, PromptButton, PromptReason, Undo, UsedLink};
pub use request::{Button, Click, ClickKind, FormSubmission};
pub use result::{CalendarHref, ClickResult};
pub use rules::{
    AppliedChange, RefusalReason, RequestRefusal, UndoRefusal, action_rules, check, misses_cut_off,
    note_missing_cut_off, owner_rules, owns, request_rules, rules, rules_of_moved, standing_rules, undo_rules, unused,
};

/// Decides clicks.
#[derive(Debug)]
pub struct Clicks {
    keyring: Keyring,
    bookings: BookingStore,
    owners: BookingOwners,
    graphs: Graphs,
    deadlines: Deadlines,
    short_links: Option<ShortLinkStore>,
}

/// A refusal of a link whose booking was looked up is sent at a multiple of this time after the click, so that the
/// time does not tell whether the booking exists.
const REFUSAL_STEP: Duration = Duration::from_millis(25);

impl Clicks {
    /// Decides clicks with the keys of `keyring` on the bookings of `bookings`, each within a deadline.
    pub fn new(keyring: Keyring, bookings: BookingStore, graphs: Graphs, deadlines: Deadlines) -> Self {
        Self { keyring, bookings, owners: BookingOwners::default(), graphs, deadlines, short_links: None }
    }

    /// Looks up short links in that table, if there is one.
    #[must_use]
    pub fn with_short_links(self, short_links: Option<ShortLinkStore>) -> Self {
        Self { short_links, ..self }
    }

    /// Decides a click. It makes one request to DynamoDB. There is one more for an action with a notice, for a link
    /// without a key id where there are several apps, and one for each move of a booking whose link is refused. The
    /// button of a moved booking makes a transaction, for which both bookings are read.
    pub async fn decide(&self, click: &Click) -> ClickResult {
        self.decide_since(Instant::now(), self.deadlines.begin(), click).await
    }

    async fn decide_since(&self, begun: Instant, deadline: Instant, click: &Click) -> ClickResult {
        let result = self.decide_by(begun, deadline, click).await;
        let is_looked_up = || click.link.unverified_key() == KeyHint::Missing && !self.keyring.holds_one();
        if matches!(result.outcome, Outcome::InvalidSignature) && is_looked_up() {
            let steps = begun.elapsed().as_millis() / REFUSAL_STEP.as_millis() + 1;
            sleep_until(begun + REFUSAL_STEP * u32::try_from(steps).unwrap_or(1)).await;
        }
        result
    }

    async fn decide_by(&self, begun: Instant, deadline: Instant, click: &Click) -> ClickResult {
        let app = match within(deadline, self.app_of(click)).await {
            Ok(app) => app,
            Err(fault) => {
                return Outcome::TemporarilyUnavailable { fault: fault.to_string(), retry: None }.into();
            }
        };
        let Some(app) = app else { return Outcome::InvalidSignature.into() };
        let verified = Verifier::new(app.keys.iter()).verify(&click.link, click.now);
        let authentic = match &verified {
            Ok(link) => link.authentic(),
            Err(Refusal::Expired(link) | Refusal::NotYetValid(link)) => link,
            Err(Refusal::InvalidSignature) => {
                // An unknown key causes an early re-read of the keys. So does a known one that does
                // not fit, so that the time it takes does not tell which of them it was.
                if matches!(click.link.unverified_key(), KeyHint::Named(_)) {
                    // The keys that are held stay if this fails.
                    let _ = self.keyring.read_early(click.now).await;
                }
                return Outcome::InvalidSignature.into();
            }
        };
        // The link was verified with one of these keys.
        let Some(form_tokens) = FormTokens::new(authentic, app.keys.iter()) else {
            return Outcome::InvalidSignature.into();
        };
        let Self { graphs, bookings, .. } = self;
        let booking_id = authentic.booking_id();
        let context =
            ClickContext { click, link: authentic, booking_id, form_tokens, app: &app, graphs, bookings, begun };
        let decided = match &verified {
            _ if click.kind == ClickKind::Calendar => within(deadline, context.calendar()).await,
            Err(Refusal::NotYetValid(_)) => Ok(unrelated(Outcome::LinkNotYetValid)),
            verified => within(deadline, decide(context, verified.as_ref().ok())).await,
        };
        let decided = decided.unwrap_or_else(|fault| match &verified {
            // Only what an expired link has done could not be read. Its other buttons write.
            Err(Refusal::Expired(_))
                if context.own_form().is_none_or(|form| form.button == Button::Act)
                    && click.kind != ClickKind::Calendar =>
            {
                tracing::warn!(%fault, "an expired link's booking is not read");
                unrelated(context.link_over(false))
            }
            _ => unrelated(context.unavailable(&fault)),
        });
        ClickResult {
            outcome: decided.outcome,
            booking_summary: decided.booking_summary,
            moved_to: decided.moved_to,
            is_pressed: context.form_token().is_some(),
            calendar: None,
            is_short: false,
            authentic: Some((authentic.clone(), Arc::clone(&app))),
        }
    }

    /// Whether a graph has the action for a link.
    pub fn knows(&self, action: &Action) -> bool {
        self.graphs.routes(action).is_some()
    }

    /// The app whose keys to try.
    async fn app_of(&self, click: &Click) -> Result<Option<Arc<App>>, StoreError> {
        match click.link.unverified_key() {
            KeyHint::Named(key_id) => return self.keyring.by_key(key_id, click.now).await,
            KeyHint::Unknown => return Ok(None),
            KeyHint::Missing => {}
        }
        if let Some(app) = self.keyring.only(click.now).await? {
            return Ok(Some(app));
        }
        match self.owners.app_of(&self.bookings, click.link.unverified_booking_id(), click.now).await? {
            Some(app_id) => self.keyring.by_id(&app_id, click.now).await,
            None => Ok(None),
        }
    }
}

/// Decides a click by the button that was pressed, if one was. A link that has expired since, for which `verified`
/// is `None`, still undoes what it has done, and asks for a new one.
async fn decide(context: ClickContext<'_>, verified: Option<&VerifiedLink>) -> Result<Decided, StoreError> {
    let decided = match context.click.form().map(|form| form.button) {
        Some(Button::Undo) => context.undo().await?,
        Some(Button::NewLink) => context.new_link(verified.is_none()).await?,
        Some(Button::Act) | None => None,
    };
    match (decided, verified) {
        (Some(decided), _) => Ok(decided),
        (None, Some(link)) => Apply { context, link }.decide().await,
        (None, None) => context.expired().await,
    }
}

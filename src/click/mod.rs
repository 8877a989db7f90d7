//! The use case: a click on a link. Its result is an [`Outcome`]. No outcome is an error, not even
//! a fault of the store.

mod act;
#[cfg(test)]
mod model;
mod outcome;
mod request;
mod rules;

use tokio::time::Instant;

use crate::booking::Action;
use crate::graph::Graphs;
use crate::keyring::{Keyring, Tenant};
use crate::link::{KeyHint, Refusal, VerifiedLink, Verifier};
use crate::store::{BookingStore, Budget, StoreError, within};
use act::{Act, unrelated};
pub use outcome::{Conclusion, Outcome, UsedLink};
pub use request::{Asking, Click, Gesture, Press};
pub use rules::{Reason, check, rules};

/// Decides clicks.
#[derive(Debug)]
pub struct Clicks {
    keyring: Keyring,
    bookings: BookingStore,
    graphs: Graphs,
    budget: Budget,
}

impl Clicks {
    /// Decides clicks with the keys of `keyring` on the bookings of `bookings`, each within `budget`.
    pub fn new(keyring: Keyring, bookings: BookingStore, graphs: Graphs, budget: Budget) -> Self {
        Self { keyring, bookings, graphs, budget }
    }

    /// Decides a click. It makes one request to DynamoDB, and one more for a link without a key id
    /// where there are several apps.
    pub async fn decide(&self, click: &Click) -> Conclusion {
        let begun = Instant::now();
        let deadline = self.budget.begin();
        let tenant = match within(deadline, self.tenant_of(click)).await {
            Ok(tenant) => tenant,
            Err(fault) => return Outcome::unavailable(&fault, None).into(),
        };
        let Some(tenant) = tenant else { return Outcome::InvalidSignature.into() };
        let (authentic, (outcome, appointment)) =
            match Verifier::new(tenant.app.keys.iter()).verify(&click.link, click.now) {
                Ok(link) => {
                    let acted = within(deadline, self.act(click, &link, &tenant).decide(begun)).await;
                    let acted =
                        acted.unwrap_or_else(|fault| unrelated(Outcome::unavailable(&fault, click.own_press(&link))));
                    (link.authentic().clone(), acted)
                }
                Err(Refusal::Expired(link)) => (*link, unrelated(Outcome::LinkExpired)),
                Err(Refusal::NotYetValid(link)) => (*link, unrelated(Outcome::LinkNotYetValid)),
                Err(Refusal::InvalidSignature) => {
                    // An unknown key causes an early re-read of the keys. So does a known one that does
                    // not fit, so that the time it takes does not tell which of them it was.
                    if matches!(click.link.unverified_key(), KeyHint::Named(_)) {
                        // Without keys there would be no app, so there is no error.
                        let _ = self.keyring.read_early(click.now).await;
                    }
                    return Outcome::InvalidSignature.into();
                }
            };
        Conclusion { outcome, authentic: Some((authentic, tenant.app)), appointment }
    }

    /// Whether a graph has the action for a link.
    pub fn knows(&self, action: &Action) -> bool {
        self.graphs.routes(action).is_some()
    }

    /// The app whose keys to try.
    async fn tenant_of(&self, click: &Click) -> Result<Option<Tenant>, StoreError> {
        match click.link.unverified_key() {
            KeyHint::Named(key_id) => return self.keyring.by_key(key_id, click.now).await,
            KeyHint::Foreign => return Ok(None),
            KeyHint::Unsaid => {}
        }
        if let Some(tenant) = self.keyring.only(click.now).await? {
            return Ok(Some(tenant));
        }
        match self.bookings.app_of(click.link.unverified_booking_id()).await? {
            Some(app_id) => self.keyring.by_id(&app_id, click.now).await,
            None => Ok(None),
        }
    }

    fn act<'a>(&'a self, click: &'a Click, link: &'a VerifiedLink<'a>, tenant: &'a Tenant) -> Act<'a> {
        Act { click, link, tenant, graphs: &self.graphs, bookings: &self.bookings }
    }
}

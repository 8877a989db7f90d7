//! The use case: a click on a link. Its result is an [`Outcome`]. No outcome is an error, not even
//! a fault of the store.

mod outcome;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::app::{App, ClickMode};
use crate::appointment::Appointment;
use crate::graph::Graphs;
use crate::keyring::Keyring;
use crate::link::{KeyHint, Refusal, UnverifiedLink, VerifiedLink, Verifier};
use crate::reason::Reason;
use crate::store::{BUDGET, BookingStore, ClickWrite, StoreError, Verdict, within};
use crate::time::rfc3339;
pub use outcome::{Conclusion, Outcome};

/// A button that is pressed later than this after its page was made asks again.
const MAX_DWELL: Duration = Duration::from_secs(30 * 60);

/// Decides clicks.
#[derive(Debug)]
pub struct Clicks {
    keyring: Keyring,
    bookings: BookingStore,
    graphs: Graphs,
}

/// One request to a link.
#[derive(Clone)]
pub struct Click {
    /// The link, unverified.
    pub link: UnverifiedLink,
    /// Whether the link was opened or its button pressed.
    pub gesture: Gesture,
    /// Unique for each click, so that a click can recognise its own write.
    pub request_id: String,
    /// The client's IP address, if the gateway gives it.
    pub source_ip: Option<String>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// When.
    pub now: SystemTime,
}

/// How a person clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The link was opened (GET). In `confirm` mode that only asks.
    Open,
    /// The button was pressed (POST).
    Press {
        /// The stamp of the page's form, unverified.
        stamp: Option<String>,
        /// The text of the field for a reason.
        reason: Reason,
    },
}

impl Gesture {
    /// The reason, if there was a field for it.
    fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Open => None,
            Self::Press { reason, .. } => Some(reason),
        }
    }
}

impl Clicks {
    /// Decides clicks with the keys of `keyring` on the bookings of `bookings`.
    pub fn new(keyring: Keyring, bookings: BookingStore, graphs: Graphs) -> Self {
        Self { keyring, bookings, graphs }
    }

    /// Decides a click. It makes one request to DynamoDB, and one more for a link without a key id
    /// where there are several apps.
    pub async fn decide(&self, click: &Click) -> Conclusion {
        let begun = Instant::now();
        let deadline = begun + BUDGET;
        let app = match within(deadline, self.app_of(click)).await {
            Ok(app) => app,
            Err(fault) => return unavailable(&fault, None).into(),
        };
        let Some(app) = app else { return Outcome::InvalidSignature.into() };
        let (authentic, (outcome, appointment)) =
            match Verifier::new(app.keys.iter().map(|key| &key.key)).verify(&click.link, click.now) {
                Ok(link) => {
                    let outcome = within(deadline, self.act(click, &link, &app, begun)).await;
                    (
                        link.authentic().clone(),
                        outcome.unwrap_or_else(|fault| unrelated(unavailable(&fault, own_press(click, &link)))),
                    )
                }
                Err(Refusal::Expired(link)) => (*link, unrelated(Outcome::LinkExpired)),
                Err(Refusal::NotYetValid(link)) => (*link, unrelated(Outcome::LinkNotYetValid)),
                Err(Refusal::InvalidSignature) => {
                    // An unknown key causes an early re-read of the keys. So does a known one that
                    // does not fit, so that the time it takes does not tell which of them it was.
                    if matches!(click.link.unverified_key(), KeyHint::Named(_)) {
                        self.keyring.read_early(click.now).await;
                    }
                    return Outcome::InvalidSignature.into();
                }
            };
        Conclusion { outcome, authentic: Some((authentic, app)), appointment }
    }

    /// The app whose keys to try.
    async fn app_of(&self, click: &Click) -> Result<Option<Arc<App>>, StoreError> {
        let apps = match click.link.unverified_key() {
            KeyHint::Named(key_id) => {
                let apps = self.keyring.apps_with_key(key_id, click.now).await;
                return Ok(apps.by_key(key_id).cloned());
            }
            KeyHint::Foreign => return Ok(None),
            KeyHint::Unsaid => self.keyring.apps(click.now).await,
        };
        if let Some(app) = apps.sole() {
            return Ok(Some(app.clone()));
        }
        let app_id = self.bookings.app_of(click.link.unverified_booking_id()).await?;
        Ok(app_id.and_then(|id| apps.by_id(&id)).cloned())
    }

    /// Decides a click on a verified link.
    async fn act(
        &self,
        click: &Click,
        link: &VerifiedLink<'_>,
        app: &App,
        begun: Instant,
    ) -> Result<(Outcome, Appointment), StoreError> {
        if self.graphs.routes(link.action()).is_none() {
            return Ok(unrelated(Outcome::UnknownAction));
        }
        let redirect = match link.authentic().redirect(&app.redirects) {
            Ok(redirect) => redirect,
            Err(error) => return Ok(unrelated(Outcome::RedirectNotAllowed(error))),
        };
        let asks_reason = app.ask_reason.contains(link.action());
        let confirm = link.authentic().claims().confirm.unwrap_or(asks_reason || app.click_mode == ClickMode::Confirm);
        let reason = click.gesture.reason().filter(|_| confirm && asks_reason);
        let at = rfc3339(click.now);
        let write = ClickWrite {
            link,
            app,
            request_id: &click.request_id,
            at: &at,
            source_ip: click.source_ip.as_deref().filter(|_| app.log_client),
            user_agent: click.user_agent.as_deref().filter(|_| app.log_client),
            message: reason.filter(|reason| !reason.as_str().is_empty()),
            read_back: redirect.is_none(),
        };
        let (verdict, appointment) = if confirm && !pressed_by_a_person(click, link, app.min_dwell) {
            self.bookings.preview(&write, &self.graphs).await?
        } else {
            let (verdict, appointment) = self.bookings.apply(&write, &self.graphs).await?;
            (Some(verdict), appointment)
        };
        let outcome = match verdict {
            // The dwell time starts when the page is sent, not when it was asked for.
            None => ask(click, link, click.now + begun.elapsed(), asks_reason),
            Some(Verdict::Applied { state }) => Outcome::Applied { state, redirect },
            Some(Verdict::LinkUsed(used)) => Outcome::LinkUsed { used, redirect },
            Some(Verdict::ActionNotAvailable { state }) => Outcome::ActionNotAvailable { state },
            Some(Verdict::BookingNotFound) => Outcome::BookingNotFound,
        };
        Ok((outcome, appointment))
    }
}

/// Whether the button of our page was pressed within the time in which a person presses it. Some
/// mail scanners open a page and submit its form at once.
fn pressed_by_a_person(click: &Click, link: &VerifiedLink<'_>, min_dwell: Duration) -> bool {
    let Gesture::Press { stamp: Some(stamp), .. } = &click.gesture else { return false };
    let dwell = link.stamped_at(stamp).and_then(|shown_at| click.now.duration_since(shown_at).ok());
    dwell.is_some_and(|dwell| (min_dwell..=MAX_DWELL).contains(&dwell))
}

/// Asks with a page that is made at `shown_at`, and keeps the reason that was written on the page
/// before.
fn ask(click: &Click, link: &VerifiedLink<'_>, shown_at: SystemTime, asks_reason: bool) -> Outcome {
    let reason = || click.gesture.reason().cloned().unwrap_or_default();
    let again = click.gesture != Gesture::Open;
    Outcome::Asked { stamp: link.stamp(shown_at), again, reason: asks_reason.then(reason) }
}

/// An outcome for which no booking was read.
fn unrelated(outcome: Outcome) -> (Outcome, Appointment) {
    (outcome, Appointment::default())
}

fn unavailable(fault: &impl ToString, press: Option<(String, Reason)>) -> Outcome {
    Outcome::TemporarilyUnavailable { fault: fault.to_string(), press }
}

/// The stamp and the reason of a press, so that it can be sent once more.
fn own_press(click: &Click, link: &VerifiedLink<'_>) -> Option<(String, Reason)> {
    let Gesture::Press { stamp: Some(stamp), reason } = &click.gesture else { return None };
    link.stamped_at(stamp).map(|_| (stamp.clone(), reason.clone()))
}

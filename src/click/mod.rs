//! The use case: somebody clicked a link. What it comes to is an [`Outcome`], and no outcome is
//! an error: a fault of the store is one of them, too.

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

/// A page that asks has been there for too long: its button asks again.
const MAX_DWELL: Duration = Duration::from_secs(30 * 60);

/// Takes clicks.
#[derive(Debug)]
pub struct Clicks {
    keyring: Keyring,
    bookings: BookingStore,
    graphs: Graphs,
}

/// One request to a link.
#[derive(Clone)]
pub struct Click {
    /// The link, as it came.
    pub link: UnverifiedLink,
    /// Opened, or its button pressed.
    pub gesture: Gesture,
    /// New for each click: how its write is known again.
    pub request_id: String,
    /// The client's address, where the gateway tells it.
    pub source_ip: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// When.
    pub now: SystemTime,
}

/// How a person clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// Opened the link (GET). In `confirm` mode that only asks.
    Open,
    /// Pressed the button (POST).
    Press {
        /// What the page's form carried, unverified: [`VerifiedLink::stamp`], if it is the page's own.
        stamp: Option<String>,
        /// What was written into the field for a reason.
        reason: Reason,
    },
}

impl Gesture {
    /// What was written into the field for a reason, where there was one.
    fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Open => None,
            Self::Press { reason, .. } => Some(reason),
        }
    }
}

impl Clicks {
    /// Takes clicks on the bookings, with the keys of the keyring.
    pub fn new(keyring: Keyring, bookings: BookingStore, graphs: Graphs) -> Self {
        Self { keyring, bookings, graphs }
    }

    /// Decides what `click` comes to. A warm click is one request to DynamoDB; a link without a
    /// key id, where there are several apps, one more.
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
                        (*link).clone(),
                        outcome.unwrap_or_else(|fault| unrelated(unavailable(&fault, own_press(click, &link)))),
                    )
                }
                Err(Refusal::Expired(link)) => (*link, unrelated(Outcome::LinkExpired)),
                Err(Refusal::NotYetValid(link)) => (*link, unrelated(Outcome::LinkNotYetValid)),
                Err(Refusal::InvalidSignature) => {
                    // An unknown key causes an early reading of the keys. So does a known one that
                    // does not fit: which of them it was shall not be told by the time it takes.
                    if matches!(click.link.unverified_key(), KeyHint::Named(_)) {
                        self.keyring.read_early(click.now).await;
                    }
                    return Outcome::InvalidSignature.into();
                }
            };
        Conclusion { outcome, authentic: Some((authentic, app)), appointment }
    }

    /// The app whose keys are to be tried.
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

    /// All that a verified link can come to.
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
        let redirect = match link.redirect(&app.redirects) {
            Ok(redirect) => redirect,
            Err(error) => return Ok(unrelated(Outcome::RedirectNotAllowed(error))),
        };
        let asks_reason = app.ask_reason.contains(link.action());
        let confirm = link.claims().confirm.unwrap_or(asks_reason || app.click_mode == ClickMode::Confirm);
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
            // Our own delay is nobody's time for reading.
            None => ask(click, link, click.now + begun.elapsed(), asks_reason),
            Some(Verdict::Applied { state }) => Outcome::Applied { state, redirect },
            Some(Verdict::LinkUsed(used)) => Outcome::LinkUsed { used, redirect },
            Some(Verdict::ActionNotAvailable { state }) => Outcome::ActionNotAvailable { state },
            Some(Verdict::BookingNotFound) => Outcome::BookingNotFound,
        };
        Ok((outcome, appointment))
    }
}

/// Whether the button of a page of ours was pressed, neither sooner nor later than a person
/// would: some mail scanners open a page and send its form at once.
fn pressed_by_a_person(click: &Click, link: &VerifiedLink<'_>, min_dwell: Duration) -> bool {
    let Gesture::Press { stamp: Some(stamp), .. } = &click.gesture else { return false };
    let dwell = link.stamped_at(stamp).and_then(|shown_at| click.now.duration_since(shown_at).ok());
    dwell.is_some_and(|dwell| (min_dwell..=MAX_DWELL).contains(&dwell))
}

/// Asks, with a page that is shown at that time. What was written on the page before is kept.
fn ask(click: &Click, link: &VerifiedLink<'_>, shown_at: SystemTime, asks_reason: bool) -> Outcome {
    let reason = || click.gesture.reason().cloned().unwrap_or_default();
    match link.stamp(shown_at) {
        Ok(stamp) => Outcome::Asked { stamp, again: click.gesture != Gesture::Open, reason: asks_reason.then(reason) },
        Err(error) => unavailable(&error, None),
    }
}

/// An outcome for which no booking was read.
fn unrelated(outcome: Outcome) -> (Outcome, Appointment) {
    (outcome, Appointment::default())
}

fn unavailable(fault: &impl ToString, press: Option<(String, Reason)>) -> Outcome {
    Outcome::TemporarilyUnavailable { fault: fault.to_string(), press }
}

/// The press of a page of ours, to be pressed once more.
fn own_press(click: &Click, link: &VerifiedLink<'_>) -> Option<(String, Reason)> {
    let Gesture::Press { stamp: Some(stamp), reason } = &click.gesture else { return None };
    link.stamped_at(stamp).map(|_| (stamp.clone(), reason.clone()))
}

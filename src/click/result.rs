//! An outcome, with what is known about the link.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;

use super::outcome::Outcome;
use crate::app::App;
use crate::booking::BookingId;
use crate::domain::{BookingSummary, is_cancelled};
use crate::link::AuthenticLink;

/// The address of a calendar file. Printing it shows nothing, because it may contain a token.
#[derive(Clone)]
pub struct CalendarHref(pub String);

impl fmt::Debug for CalendarHref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CalendarHref(…)")
    }
}

/// An outcome, with what is known about the link.
#[derive(Clone, Debug)]
pub struct ClickResult {
    pub outcome: Outcome,
    /// What the booking is about, if it was read. Never another app's booking.
    pub booking_summary: BookingSummary,
    /// Whether a button of our page was pressed. Nothing is answered with a redirect then, because browsers
    /// apply a page's `form-action` to every redirect that follows.
    pub is_pressed: bool,
    /// The booking that the result is about, if the link's own one was moved to it.
    pub moved_to: Option<BookingId>,
    /// Where the page leads for the booking's calendar file, if it does.
    pub calendar: Option<CalendarHref>,
    /// Whether the link was to be looked up by the code of a short one.
    pub is_short: bool,
    pub(super) authentic: Option<(AuthenticLink, Arc<App>)>,
}

impl ClickResult {
    /// The result for a link whose signature is valid.
    pub fn new(outcome: Outcome, booking_summary: BookingSummary, link: AuthenticLink, app: Arc<App>) -> Self {
        Self { booking_summary, authentic: Some((link, app)), ..outcome.into() }
    }

    /// Whether a person may want the booking in a calendar at `now`: the page tells of its state, it goes on, and it
    /// is not over. Nothing is offered for a booking to which the link's own one was moved, since the file is of that.
    pub fn goes_on(&self, now: SystemTime) -> bool {
        let is_told = self.outcome.state().is_some_and(|state| !is_cancelled(state.as_str()));
        let is_own = self.moved_to.is_none() && self.outcome.moved().is_none();
        let now = || Timestamp::try_from(now).unwrap_or(Timestamp::MAX);
        is_told && is_own && self.booking_summary.end().is_some_and(|end| end > now())
    }

    /// The link, if its signature is valid.
    pub fn link(&self) -> Option<&AuthenticLink> {
        self.authentic.as_ref().map(|(link, _)| link)
    }

    /// The booking that the result is about, if the signature is valid.
    pub fn booking_id(&self) -> Option<&BookingId> {
        self.moved_to.as_ref().or(self.link().map(AuthenticLink::booking_id))
    }

    /// The app that signed the link, if the signature is valid.
    pub fn app(&self) -> Option<&App> {
        self.authentic.as_ref().map(|(_, app)| app.as_ref())
    }
}

impl From<Outcome> for ClickResult {
    fn from(outcome: Outcome) -> Self {
        let booking_summary = BookingSummary::default();
        Self {
            outcome,
            booking_summary,
            is_pressed: false,
            moved_to: None,
            calendar: None,
            is_short: false,
            authentic: None,
        }
    }
}

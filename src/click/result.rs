//! An outcome, with what is known about the link.

use std::sync::Arc;

use super::outcome::Outcome;
use crate::app::App;
use crate::booking::BookingId;
use crate::domain::BookingSummary;
use crate::link::AuthenticLink;

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
    /// Whether the link was to be looked up by the code of a short one.
    pub is_short: bool,
    pub(super) authentic: Option<(AuthenticLink, Arc<App>)>,
}

impl ClickResult {
    /// The result for a link whose signature is valid.
    pub fn new(outcome: Outcome, booking_summary: BookingSummary, link: AuthenticLink, app: Arc<App>) -> Self {
        Self {
            outcome,
            booking_summary,
            is_pressed: false,
            moved_to: None,
            is_short: false,
            authentic: Some((link, app)),
        }
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
        Self { outcome, booking_summary, is_pressed: false, moved_to: None, is_short: false, authentic: None }
    }
}

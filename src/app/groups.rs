//! An app's settings in memory, in groups.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::color::BrandColor;
use super::texts::OwnTexts;
use crate::booking::Action;
use crate::link::{Redirect, RedirectPolicy};

/// Where an app's links may lead.
#[derive(Clone, Debug, Default)]
pub struct Redirects {
    /// Which redirects a link may ask for, and the default.
    pub policy: RedirectPolicy,
    /// Where a browser is redirected when a verified link does not work.
    pub failure: Option<Redirect>,
    /// Whether the booking, the action, the state and the outcome are added to a redirect's query.
    pub tell_outcome: bool,
}

#[derive(Clone, Debug)]
pub struct ClickSettings {
    /// Whether a click acts at once.
    pub mode: ClickMode,
    /// The actions for which a page asks first, whatever the mode.
    pub confirm_actions: Vec<Action>,
    /// In `confirm` mode, the minimum time between the page and the press of its button.
    pub min_dwell: Duration,
    pub on_replay: OnReplay,
    /// How long before the appointment each action is possible, by a link. An action without an entry
    /// is possible at any time.
    pub min_notice: BTreeMap<Action, Duration>,
    /// The actions for which a page asks for a reason.
    pub ask_reason: Vec<Action>,
    /// For how long a click can be undone by a button on its page. `None` if it cannot.
    pub undo: Option<Duration>,
    /// Whether the page of an expired or a revoked link has a button that asks for a new one.
    pub offer_new_link: bool,
    /// Whether the booking's log keeps the IP address and user agent of a click.
    pub log_client: bool,
}

impl ClickSettings {
    /// Whether a link for the action asks before it acts. Its own claim comes before the settings.
    pub fn asks_first(&self, action: &Action, claim: Option<bool>) -> bool {
        let asks = self.mode == ClickMode::Confirm || self.confirm_actions.contains(action);
        claim.unwrap_or(asks || self.ask_reason.contains(action))
    }
}

/// Whether a click acts at once or asks first.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ClickMode {
    /// A GET acts.
    #[default]
    Direct,
    /// A GET shows a page with a button; its POST acts.
    Confirm,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OnReplay {
    /// A page that says what the link did and when.
    #[default]
    Page,
    /// The redirect, as for the first click.
    Redirect,
}

/// What an app's pages look like.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    pub color: Option<BrandColor>,
    /// An image in place of the initial.
    pub logo: Option<Redirect>,
    /// Where the name leads.
    pub homepage: Option<Redirect>,
    /// Where its customers find help: an address to write to.
    pub support_email: Option<String>,
    /// Where its customers find help: a page.
    pub support_url: Option<Redirect>,
    /// A telephone number, as it is written.
    pub phone: Option<String>,
    pub imprint: Option<Redirect>,
    pub privacy: Option<Redirect>,
    pub terms: Option<Redirect>,
    pub texts: OwnTexts,
    /// The pages' language (BCP 47), if the reader asks for none that the pages have.
    pub locale: Option<String>,
    /// The time zone of the pages, for bookings that do not name their customer's.
    pub time_zone: Option<TimeZone>,
}

//! An app: one business that sends e-mails, its settings and its keys.

mod color;
mod record;

use std::time::{Duration, SystemTime};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::booking::Action;
use crate::link::{ApiKey, KeyId, Redirect, RedirectPolicy};
pub use color::BrandColor;
pub use record::{AppRecord, NoApp};

/// A hundred years. A longer lifetime is probably a mistake of the unit.
pub const MAX_LINK_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// An app in memory. Printing it does not show its secrets, because [`ApiKey`] does not.
#[derive(Clone, Debug)]
pub struct App {
    /// The app's id: 1 to 64 characters of a-z 0-9 - _. Bookings name it.
    pub id: String,
    /// The name that its customers see.
    pub name: String,
    /// The keys that verify, the newest first, without the revoked ones.
    pub keys: Vec<AppKey>,
    /// Where clicks may redirect to, and the default.
    pub redirects: RedirectPolicy,
    /// Where a browser is redirected when a verified link does not work.
    pub failure_redirect: Option<Redirect>,
    /// Whether a click acts at once.
    pub click_mode: ClickMode,
    /// In `confirm` mode, the minimum time between the page and the press of its button.
    pub min_dwell: Duration,
    /// What a used link answers.
    pub on_replay: OnReplay,
    /// The lifetime of links that the service signs; `None` if they do not expire.
    pub link_lifetime: Option<Duration>,
    /// Its colour on the pages.
    pub brand_color: Option<BrandColor>,
    /// Where its customers find help: an address to write to.
    pub support_email: Option<String>,
    /// Where its customers find help: a page.
    pub support_url: Option<Redirect>,
    /// The pages' language (BCP 47), if the reader asks for none that the pages have.
    pub locale: Option<String>,
    /// The time zone of the pages, for bookings that do not name their customer's.
    pub time_zone: Option<TimeZone>,
    /// The actions for which a page asks for a reason.
    pub ask_reason: Vec<Action>,
    /// Whether the booking's log keeps the IP address and user agent of a click.
    pub log_client: bool,
    /// Whether it is the deployment's only app, to which bookings without an app belong.
    pub sole: bool,
}

/// One of an app's keys.
#[derive(Clone, Debug)]
pub struct AppKey {
    /// The secret.
    pub key: ApiKey,
    /// When it was made.
    created_at: jiff::Timestamp,
    /// Active keys sign; retired ones only verify.
    active: bool,
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

/// What a used link answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OnReplay {
    /// A page that says what the link did and when.
    #[default]
    Page,
    /// The redirect, as for the first click.
    Redirect,
}

impl App {
    /// A person does not read a page and press its button sooner. Some mail scanners do.
    pub const DEFAULT_MIN_DWELL: Duration = Duration::from_millis(800);

    /// A longer time is probably a mistake of the unit.
    pub const MAX_MIN_DWELL: Duration = Duration::from_secs(60);

    /// Whether a booking that names the app `app_id`, or none, belongs to this app.
    pub fn owns(&self, named: Option<&str>) -> bool {
        named.map_or(self.sole, |id| id == self.id)
    }

    /// The key that signs: the newest active one. `None` if every key is retired or revoked.
    pub fn signing_key(&self) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.active).map(|key| &key.key)
    }

    /// The key with that id, active or retired.
    pub fn key(&self, id: KeyId) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.key.id() == id).map(|key| &key.key)
    }

    /// The key with that id, if it is active.
    pub fn active_key(&self, id: KeyId) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.active && key.key.id() == id).map(|key| &key.key)
    }

    /// When a link that is signed `now` expires, if the app has a lifetime for links.
    pub fn links_expire_at(&self, now: SystemTime) -> Option<SystemTime> {
        now.checked_add(self.link_lifetime?)
    }
}

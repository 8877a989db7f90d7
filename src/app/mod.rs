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

/// A hundred years: whoever asks for links that live longer has mistaken the unit.
pub const MAX_LINK_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// An app as it is held in memory. It cannot be printed with its secrets: [`ApiKey`] does not
/// show them.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id, which bookings name.
    pub id: String,
    /// What its customers call it.
    pub name: String,
    /// Keys that verify, the newest first; revoked ones are not among them.
    pub keys: Vec<AppKey>,
    /// Where clicks may go on to, and go on to by default.
    pub redirects: RedirectPolicy,
    /// Where a browser goes when a verified link does not work.
    pub failure_redirect: Option<Redirect>,
    /// Whether a click acts at once.
    pub click_mode: ClickMode,
    /// In `confirm` mode, how long a page has to have been there before its button acts.
    pub min_dwell: Duration,
    /// What a link that was used before answers.
    pub on_replay: OnReplay,
    /// How long the links that the service signs are good for; `None`: they do not expire.
    pub link_lifetime: Option<Duration>,
    /// Its colour on the pages.
    pub brand_color: Option<BrandColor>,
    /// Where its customers find help: an address to write to.
    pub support_email: Option<String>,
    /// Where its customers find help: a page.
    pub support_url: Option<Redirect>,
    /// The pages' language (BCP 47) for readers who ask for none that the pages speak.
    pub locale: Option<String>,
    /// The time zone of the pages, for bookings that do not name their customer's.
    pub time_zone: Option<TimeZone>,
    /// Actions for which the customer may say why.
    pub ask_reason: Vec<Action>,
    /// Whether the booking's log keeps who clicked: address and user agent.
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

/// What a link that was used before answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OnReplay {
    /// A page that says what it did and when.
    #[default]
    Page,
    /// The redirect, as if it had been applied now.
    Redirect,
}

impl App {
    /// Nobody reads a page and presses its button sooner; some mail scanners do.
    pub const DEFAULT_MIN_DWELL: Duration = Duration::from_millis(800);

    /// Whoever wants people to wait for longer has mistaken the unit.
    pub const MAX_MIN_DWELL: Duration = Duration::from_secs(60);

    /// Whether a booking that names this app, or none, is its own.
    pub fn owns(&self, named: Option<&str>) -> bool {
        named.map_or(self.sole, |id| id == self.id)
    }

    /// The key that signs: the newest active one. `None`: every key is retired or revoked.
    pub fn signing_key(&self) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.active).map(|key| &key.key)
    }

    /// The key of that id, whether it signs or only verifies.
    pub fn key(&self, id: KeyId) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.key.id() == id).map(|key| &key.key)
    }

    /// The key of that id, if it may sign.
    pub fn active_key(&self, id: KeyId) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.active && key.key.id() == id).map(|key| &key.key)
    }

    /// The second from which a link signed `now` is refused, when the app wants its links to
    /// expire.
    pub fn links_expire_at(&self, now: SystemTime) -> Option<SystemTime> {
        now.checked_add(self.link_lifetime?)
    }
}

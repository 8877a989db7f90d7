//! An app: one business that sends e-mails, its settings and its keys.

mod color;
mod groups;
mod keys;
mod reader;
mod record;
mod settings;

use std::time::{Duration, SystemTime};

use crate::booking::AppId;
pub use color::{BrandColor, BrandColorError};
pub use groups::{Brand, ClickMode, ClickSettings, OnReplay, Redirects};
pub use keys::{AppKey, Keys};
pub use record::{AppRecord, NoApp};
pub use settings::{Setting, SettingKind, Unreadable};

/// A hundred years. A longer lifetime is probably a mistake of the unit.
pub const MAX_LINK_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A person does not read a page and press its button sooner. Some mail scanners do.
const DEFAULT_MIN_DWELL: Duration = Duration::from_millis(1250);

/// A longer time is probably a mistake of the unit.
const MAX_MIN_DWELL: Duration = Duration::from_secs(60);

/// The longest time for undo, a day.
const MAX_UNDO: Duration = Duration::from_secs(86_400);

/// An app in memory. Printing it does not show its secrets, because
/// [`ApiKey`](crate::link::ApiKey) does not.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id. Bookings name it.
    pub id: AppId,
    pub name: String,
    /// Whether it is the deployment's only app, to which bookings without an app belong.
    pub is_only: bool,
    pub keys: Keys,
    pub redirects: Redirects,
    pub clicks: ClickSettings,
    pub brand: Brand,
    /// The lifetime of links that the service signs; `None` if they do not expire.
    pub link_lifetime: Option<Duration>,
}

impl App {
    /// When a link that is signed `now` expires, if the app has a lifetime for links.
    pub fn links_expire_at(&self, now: SystemTime) -> Option<SystemTime> {
        now.checked_add(self.link_lifetime?)
    }
}

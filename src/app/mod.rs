//! An app: one business that sends e-mails, its settings and its keys.

mod color;
mod keys;
mod reader;
mod record;
mod settings;

use std::time::{Duration, SystemTime};

use crate::booking::AppId;
pub use color::{BrandColor, BrandColorError};
pub use keys::{AppKey, Keys};
pub use record::{AppRecord, NoApp};
pub use settings::{Brand, ClickMode, ClickSettings, OnReplay, Redirects};

/// A hundred years. A longer lifetime is probably a mistake of the unit.
pub const MAX_LINK_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// An app in memory. Printing it does not show its secrets, because
/// [`ApiKey`](crate::link::ApiKey) does not.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id. Bookings name it.
    pub id: AppId,
    /// The name that its customers see.
    pub name: String,
    /// Whether it is the deployment's only app, to which bookings without an app belong.
    pub is_only: bool,
    pub keys: Keys,
    /// Where its links may lead.
    pub redirects: Redirects,
    /// What a click does.
    pub clicks: ClickSettings,
    /// What its pages look like.
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

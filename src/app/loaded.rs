//! An app in memory.

use std::time::{Duration, SystemTime};

use super::groups::{Brand, ClickSettings, Redirects};
use super::keys::Keys;
use crate::booking::AppId;
use crate::link::BaseUrl;

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
    /// What its links start with, in place of the deployment's.
    pub link_base: Option<BaseUrl>,
    pub link_lifetime: LinkLifetime,
}

/// How long links work that the service signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkLifetime {
    Endless,
    Limited(Duration),
    /// The setting cannot be read. Nothing is signed, because links without an end would be the more dangerous
    /// reading.
    Unreadable,
}

/// Nothing is signed for the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`link_lifetime_seconds` cannot be read, so nothing is signed; correct it with `app update`")]
pub struct SettingInvalid;

impl App {
    /// Whether the service signs links for the app.
    pub fn may_sign(&self) -> Result<(), SettingInvalid> {
        if self.link_lifetime == LinkLifetime::Unreadable { Err(SettingInvalid) } else { Ok(()) }
    }

    /// When a link that is signed `now` expires, if the app has a lifetime for links.
    pub fn links_expire_at(&self, now: SystemTime) -> Option<SystemTime> {
        match self.link_lifetime {
            LinkLifetime::Limited(lifetime) => now.checked_add(lifetime),
            LinkLifetime::Endless | LinkLifetime::Unreadable => None,
        }
    }
}

//! The keys of an app.

use std::cmp::Reverse;
use std::time::{Duration, SystemTime};

use crate::link::{ApiKey, KeyId};

/// An app's keys that verify, the newest first. Revoked ones are not among them.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<AppKey>);

#[derive(Clone, Debug)]
pub struct AppKey {
    pub(super) key: ApiKey,
    pub(super) created_at: jiff::Timestamp,
    /// Active keys sign; retired ones only verify.
    pub(super) active: bool,
}

impl Keys {
    pub(super) fn new(mut keys: Vec<AppKey>) -> Self {
        // Of two of the same second, the later one in the record is newer.
        keys.reverse();
        keys.sort_by_key(|key| Reverse(key.created_at));
        Self(keys)
    }

    /// Every key, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &ApiKey> {
        self.0.iter().map(|key| &key.key)
    }

    /// The key that signs: the newest active one. `None` if every key is retired or revoked.
    pub fn signing(&self) -> Option<&ApiKey> {
        self.0.iter().find(|key| key.active).map(|key| &key.key)
    }

    /// The key with that id, active or retired.
    pub fn get(&self, id: KeyId) -> Option<&ApiKey> {
        self.iter().find(|key| key.id() == id)
    }

    /// The key with that id, if it is active.
    pub fn active(&self, id: KeyId) -> Option<&ApiKey> {
        self.0.iter().find(|key| key.active && key.key.id() == id).map(|key| &key.key)
    }

    /// The age of the key with that id, in whole seconds. `None` if the app does not have the key, or if
    /// the record does not say when it was made.
    pub fn age(&self, id: KeyId, now: SystemTime) -> Option<Duration> {
        let key = self.0.iter().find(|key| key.key.id() == id)?;
        let made_at = u64::try_from(key.created_at.as_second()).ok().map(Duration::from_secs)?;
        Some(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().saturating_sub(made_at))
    }

    /// Removes the keys that do not pass.
    pub fn retain(&mut self, passes: impl Fn(KeyId) -> bool) {
        self.0.retain(|key| passes(key.key.id()));
    }
}

//! The apps of a table that is too large to be held: each is looked up when a link, an API key or a
//! booking names it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lru::LruCache;
use tokio::time::Instant;

use super::tenant::Tenant;
use super::timing::{Age, PATIENCE, READ_BUDGET, passed};
use crate::app::App;
use crate::booking::AppId;
use crate::link::KeyId;
use crate::store::{AppStore, StoreError, within};

/// How many apps are held, and how many keys. An app in memory takes some 4 KB. The compiler
/// evaluates the `unwrap`, so it cannot fail at run time.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(1000).unwrap();

/// The apps that were looked up. The least recently used ones are dropped.
#[derive(Debug)]
pub(super) struct Cache {
    ttl: Duration,
    apps: LruCache<AppId, Held>,
    /// Which app has a key. A hint: the app's record decides.
    owners: LruCache<KeyId, AppId>,
    /// Key ids that no app has, and when that was read. Apart from the others, so that unknown key
    /// ids, which anyone can send, do not drop known ones.
    misses: LruCache<KeyId, SystemTime>,
}

#[derive(Debug)]
struct Held {
    /// None if there is no such app.
    app: Option<Arc<App>>,
    age: Age,
}

impl Cache {
    /// An empty cache, whose apps are read again after `ttl`.
    pub(super) fn new(ttl: Duration) -> Self {
        let (apps, owners, misses) = (LruCache::new(CAPACITY), LruCache::new(CAPACITY), LruCache::new(CAPACITY));
        Self { ttl, apps, owners, misses }
    }

    /// The app with that id.
    pub(super) async fn by_id(
        &mut self,
        store: &AppStore,
        id: &AppId,
        now: SystemTime,
    ) -> Result<Option<Tenant>, StoreError> {
        let ttl = self.ttl;
        self.read(store, id, now, |held| {
            // That there is no such app is believed for a shorter time.
            if held.app.is_some() { held.age.is_due(ttl, now) } else { held.age.may_be_tried(now) }
        })
        .await
    }

    /// The app that has the key, unless the key is revoked.
    pub(super) async fn by_key(
        &mut self,
        store: &AppStore,
        key_id: KeyId,
        now: SystemTime,
    ) -> Result<Option<Tenant>, StoreError> {
        let has = |tenant: &Option<Tenant>| tenant.as_ref().is_some_and(|tenant| tenant.app.keys.get(key_id).is_some());
        if let Some(id) = self.owners.get(&key_id).cloned() {
            let tenant = self.by_id(store, &id, now).await?;
            if has(&tenant) {
                return Ok(tenant);
            }
            self.owners.pop(&key_id);
            self.misses.put(key_id, now);
        }
        if self.misses.get(&key_id).is_some_and(|missed_at| !passed(*missed_at, PATIENCE, now)) {
            return Ok(None);
        }
        let Some(id) = within(Instant::now() + READ_BUDGET, store.owner_of(key_id)).await? else {
            self.misses.put(key_id, now);
            return Ok(None);
        };
        let mut tenant = self.by_id(store, &id, now).await?;
        if !has(&tenant) {
            // The key may be newer than the app that is held.
            tenant = self.read(store, &id, now, |held| held.age.may_be_tried(now)).await?;
        }
        if has(&tenant) {
            self.misses.pop(&key_id);
            self.owners.put(key_id, id);
            return Ok(tenant);
        }
        self.misses.put(key_id, now);
        Ok(None)
    }

    /// The app as it is held, or as it is read now if `is_due` says so. A read that fails is logged,
    /// and what is held stays in use.
    async fn read(
        &mut self,
        store: &AppStore,
        id: &AppId,
        now: SystemTime,
        is_due: impl Fn(&Held) -> bool,
    ) -> Result<Option<Tenant>, StoreError> {
        let held = self.apps.get_mut(id);
        if held.as_deref().is_none_or(is_due) {
            let held = held.map(|held| {
                held.age.tried_at = now;
                held.app.clone()
            });
            match (within(Instant::now() + READ_BUDGET, store.app(id)).await, held.flatten()) {
                (Ok(app), _) => {
                    self.apps.put(id.clone(), Held { app: app.map(Arc::new), age: Age::new(now) });
                }
                (Err(error), Some(_)) => {
                    tracing::error!(app = id.as_str(), %error, "an app could not be read again; it stays as it is");
                }
                (Err(error), None) => return Err(error),
            }
        }
        let app = self.apps.get(id).and_then(|held| held.app.clone());
        Ok(app.map(|app| Tenant { app, is_only: false }))
    }
}

//! The apps of a table that is too large to be held: each is looked up when a link, an API key or a
//! booking names it.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use lru::LruCache;
use tokio::time::Instant;

use super::faults::log_changes;
use super::timing::{Age, PATIENCE, READ_BUDGET, passed};
use crate::app::{App, Fault};
use crate::booking::AppId;
use crate::link::KeyId;
use crate::store::{AppStore, StoreError, within};

/// How many apps are held, and how many keys. An app in memory takes some 4 KB. The compiler
/// evaluates the `unwrap`, so it cannot fail at run time.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(1000).unwrap();

/// The apps that were looked up. The least recently used ones are dropped. No lock is held while the
/// table is read, so that one slow look-up does not hold up the others.
#[derive(Debug)]
pub(super) struct Cache {
    ttl: Duration,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    apps: LruCache<AppId, HeldApp>,
    /// Which app has a key. A hint: the app's record decides.
    owners: LruCache<KeyId, AppId>,
    /// Key ids that no app has, and when that was read. Apart from the others, so that unknown key
    /// ids, which anyone can send, do not drop known ones.
    misses: LruCache<KeyId, SystemTime>,
}

#[derive(Clone, Debug)]
struct HeldApp {
    /// None if there is no such app.
    app: Option<Arc<App>>,
    /// What is wrong with its record.
    faults: Vec<Fault>,
    age: Age,
}

impl Cache {
    /// An empty cache, whose apps are read again after `ttl`.
    pub(super) fn new(ttl: Duration) -> Self {
        let (apps, owners, misses) = (LruCache::new(CAPACITY), LruCache::new(CAPACITY), LruCache::new(CAPACITY));
        Self { ttl, held: Mutex::new(Held { apps, owners, misses }) }
    }

    /// The app with that id. If it cannot be read again, the one that is held stays in use.
    pub(super) async fn by_id(
        &self,
        store: &AppStore,
        id: &AppId,
        now: SystemTime,
    ) -> Result<Option<Arc<App>>, StoreError> {
        let held = match self.held(id, now) {
            Some((held, false)) => return Ok(held.app),
            Some((held, true)) => held.app,
            None => None,
        };
        match self.read(store, id, now).await {
            Err(error) if held.is_some() => {
                tracing::error!(app = id.as_str(), %error, "an app could not be read again; it stays as it is");
                Ok(held)
            }
            read => read,
        }
    }

    /// The app that has the key, unless the key is revoked.
    pub(super) async fn by_key(
        &self,
        store: &AppStore,
        key_id: KeyId,
        now: SystemTime,
    ) -> Result<Option<Arc<App>>, StoreError> {
        let has = |app: &Option<Arc<App>>| app.as_ref().is_some_and(|app| app.keys.get(key_id).is_some());
        let owner = self.lock().owners.get(&key_id).cloned();
        if let Some(id) = owner {
            let app = self.by_id(store, &id, now).await?;
            if has(&app) {
                return Ok(app);
            }
            self.miss(key_id, now);
        }
        if self.lock().misses.get(&key_id).is_some_and(|missed_at| !passed(*missed_at, PATIENCE, now)) {
            return Ok(None);
        }
        let Some(id) = within(Instant::now() + READ_BUDGET, store.owner_of(key_id)).await? else {
            self.miss(key_id, now);
            return Ok(None);
        };
        let mut app = self.by_id(store, &id, now).await?;
        let mut read_at = self.read_at(&id).unwrap_or(now);
        if !has(&app) && passed(read_at, PATIENCE, now) {
            // The key may be newer than the app that is held.
            app = self.read(store, &id, now).await?;
            read_at = now;
        }
        if has(&app) {
            let mut held = self.lock();
            held.misses.pop(&key_id);
            held.owners.put(key_id, id);
            return Ok(app);
        }
        self.miss(key_id, read_at);
        Ok(None)
    }

    /// What is held of an app, and whether it must be read again. If so, that counts as tried now:
    /// others use what is held meanwhile.
    fn held(&self, id: &AppId, now: SystemTime) -> Option<(HeldApp, bool)> {
        let mut held = self.lock();
        let held = held.apps.get_mut(id)?;
        // A missing app is looked up again sooner, because it may have been created since.
        let is_due = if held.app.is_some() { held.age.is_due(self.ttl, now) } else { held.age.may_be_tried(now) };
        if is_due {
            held.age = held.age.tried(now);
        }
        Some((held.clone(), is_due))
    }

    fn read_at(&self, id: &AppId) -> Option<SystemTime> {
        self.lock().apps.get(id).map(|held| held.age.read_at)
    }

    /// Notes that no app had the key when it was read.
    fn miss(&self, key_id: KeyId, read_at: SystemTime) {
        let mut held = self.lock();
        held.owners.pop(&key_id);
        held.misses.put(key_id, read_at);
    }

    async fn read(&self, store: &AppStore, id: &AppId, now: SystemTime) -> Result<Option<Arc<App>>, StoreError> {
        let (app, faults) = within(Instant::now() + READ_BUDGET, store.app(id)).await?;
        let app = app.map(Arc::new);
        let mut held = self.lock();
        log_changes(held.apps.peek(id).map_or(&[], |held| &held.faults), &faults);
        held.apps.put(id.clone(), HeldApp { app: app.clone(), faults, age: Age::new(now) });
        Ok(app)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Each change is a single call, so a panic cannot leave half of one.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

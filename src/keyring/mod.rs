//! The keyring: the apps and their keys. A table of at most one page is held whole; of a larger one
//! each app is looked up when it is needed.

mod apps;
mod cache;
mod faults;
mod owners;
mod timing;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::app::App;
use crate::booking::AppId;
use crate::link::KeyId;
use crate::store::{AppStore, StoreError, within};
use apps::Apps;
use cache::Cache;
use faults::log_changes;
pub use owners::BookingOwners;
use timing::{Age, READ_BUDGET};

/// The apps of the deployment. Several invocations may use it at once.
#[derive(Debug)]
pub struct Keyring {
    store: AppStore,
    ttl: Duration,
    /// None if the table has never been read. Locked only to look at it, and never while the table is
    /// read.
    held: Mutex<Option<Directory>>,
    /// Locked while the table is read: one read serves all that wait for it.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
enum Directory {
    /// The whole table.
    Snapshot(Arc<Apps>, Age),
    /// Some apps of a larger one.
    OnDemand(Arc<Cache>),
}

impl Keyring {
    /// Reads a page of the apps table, which also opens the connection that the first click will
    /// use. If that fails for a reason that may pass, the keyring is empty, and is filled when it is
    /// first used.
    pub async fn load(store: AppStore, ttl: Duration, now: SystemTime) -> Result<Self, StoreError> {
        let keyring = Self { store, ttl, held: Mutex::default(), reading: tokio::sync::Mutex::default() };
        match keyring.read(now).await {
            Ok(_) => {}
            Err(error) if error.is_temporary() => {
                tracing::error!(%error, "the apps could not be read; the first request tries again");
            }
            Err(error) => return Err(error),
        }
        Ok(keyring)
    }

    /// The app that has the key, unless the key is revoked. A table that is held whole is read again
    /// first if no app has the key, because it may be new.
    pub async fn by_key(&self, key_id: KeyId, now: SystemTime) -> Result<Option<Arc<App>>, StoreError> {
        if let Directory::Snapshot(apps, _) = self.current(now).await?
            && let Some(app) = apps.by_key(key_id)
        {
            return Ok(Some(app));
        }
        match self.early(now).await? {
            Directory::Snapshot(apps, _) => Ok(apps.by_key(key_id)),
            Directory::OnDemand(cache) => cache.by_key(&self.store, key_id, now).await,
        }
    }

    /// The app whose API key this is, compared in constant time.
    pub async fn by_secret(&self, secret: &str, now: SystemTime) -> Result<Option<Arc<App>>, StoreError> {
        let app = self.by_key(KeyId::of(secret), now).await?;
        Ok(app.filter(|app| app.keys.iter().any(|key| key.is(secret))))
    }

    /// The app with that id.
    pub async fn by_id(&self, id: &AppId, now: SystemTime) -> Result<Option<Arc<App>>, StoreError> {
        match self.current(now).await? {
            Directory::Snapshot(apps, _) => Ok(apps.by_id(id)),
            Directory::OnDemand(cache) => cache.by_id(&self.store, id, now).await,
        }
    }

    /// The only app, if there is exactly one.
    pub async fn only(&self, now: SystemTime) -> Result<Option<Arc<App>>, StoreError> {
        match self.current(now).await? {
            Directory::Snapshot(apps, _) => Ok(apps.only()),
            Directory::OnDemand(_) => Ok(None),
        }
    }

    /// Whether the table is held, and has exactly one app.
    pub fn holds_one(&self) -> bool {
        matches!(self.held(), Some(Directory::Snapshot(apps, _)) if apps.only().is_some())
    }

    /// Reads a table that is held whole again, unless that was tried in the last 5 s.
    pub async fn read_early(&self, now: SystemTime) -> Result<(), StoreError> {
        self.early(now).await.map(drop)
    }

    /// What is held. It is read first if it has never been, and again if it is older than the time
    /// to live. While one invocation reads it again, the others use what is held.
    async fn current(&self, now: SystemTime) -> Result<Directory, StoreError> {
        match self.held() {
            Some(Directory::Snapshot(_, age)) if age.is_due(self.ttl, now) => {
                self.read_if(|age| age.is_due(self.ttl, now), now).await
            }
            Some(held) => Ok(held),
            None => self.read_if(|_| false, now).await,
        }
    }

    /// What is held, read again if the last try is not too recent. If another invocation is reading
    /// it, this waits for it, because what it brings may have the key.
    async fn early(&self, now: SystemTime) -> Result<Directory, StoreError> {
        self.read_if(|age| age.may_be_tried(now), now).await
    }

    /// What is held, after a read if `is_due` says so or nothing is held. A read that fails is logged,
    /// and the apps that are held stay in use.
    async fn read_if(&self, is_due: impl Fn(&Age) -> bool, now: SystemTime) -> Result<Directory, StoreError> {
        let _reading = self.reading.lock().await;
        match self.held() {
            Some(Directory::Snapshot(apps, age)) if is_due(&age) => {
                self.hold(Directory::Snapshot(Arc::clone(&apps), age.tried(now)));
                match self.read(now).await {
                    Err(error) => {
                        tracing::error!(%error, "the apps could not be read again; the ones in memory stay in use");
                        Ok(Directory::Snapshot(apps, age.tried(now)))
                    }
                    read => read,
                }
            }
            Some(held) => Ok(held),
            None => self.read(now).await,
        }
    }

    /// Reads the table, as far as one page goes, and holds it.
    async fn read(&self, now: SystemTime) -> Result<Directory, StoreError> {
        let page = within(Instant::now() + READ_BUDGET, self.store.load()).await?;
        let held = match page {
            Some(all) => {
                let apps = Apps::new(all);
                match self.held() {
                    Some(Directory::Snapshot(before, _)) => log_changes(&before.faults, &apps.faults),
                    _ => log_changes(&[], &apps.faults),
                }
                Directory::Snapshot(Arc::new(apps), Age::new(now))
            }
            None => Directory::OnDemand(Arc::new(Cache::new(self.ttl))),
        };
        self.hold(held.clone());
        Ok(held)
    }

    fn hold(&self, held: Directory) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }

    fn held(&self) -> Option<Directory> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

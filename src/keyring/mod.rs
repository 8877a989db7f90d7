//! The keyring: the apps and their keys. A table of at most one page is held whole; of a larger one
//! each app is looked up when it is needed.

mod apps;
mod cache;
mod tenant;
mod timing;

use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::booking::AppId;
use crate::link::KeyId;
use crate::store::{AppStore, StoreError, within};
use apps::Apps;
use cache::Cache;
pub use tenant::Tenant;
use timing::{Age, READ_BUDGET};

/// The apps of the deployment.
#[derive(Debug)]
pub struct Keyring {
    store: AppStore,
    ttl: Duration,
    /// None if the table has never been read.
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
enum Held {
    /// The whole table.
    Whole(Apps, Age),
    /// Some apps of a larger one.
    Some(Cache),
}

impl Keyring {
    /// Reads a page of the apps table, which also opens the connection that the first click will
    /// use. If that fails for a reason that may pass, the keyring is empty, and is filled when it is
    /// first used.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table cannot be read for a reason that stays.
    pub async fn load(store: AppStore, ttl: Duration, now: SystemTime) -> Result<Self, StoreError> {
        let keyring = Self { store, ttl, held: Mutex::new(None) };
        match keyring.read(now).await {
            Ok(held) => *keyring.held.lock().await = Some(held),
            Err(error) if error.is_temporary() => {
                tracing::error!(%error, "the apps could not be read; the first request tries again");
            }
            Err(error) => return Err(error),
        }
        Ok(keyring)
    }

    /// The app that has the key, unless the key is revoked. A table that is held whole is read again
    /// first if no app has the key, because it may be new.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is not known which app has the key, and that cannot be read now.
    pub async fn by_key(&self, key_id: KeyId, now: SystemTime) -> Result<Option<Tenant>, StoreError> {
        let mut held = self.held.lock().await;
        if let Held::Whole(apps, _) = self.current(&mut held, now).await?
            && let Some(tenant) = apps.by_key(key_id)
        {
            return Ok(Some(tenant));
        }
        match self.early(&mut held, now).await? {
            Held::Whole(apps, _) => Ok(apps.by_key(key_id)),
            Held::Some(cache) => cache.by_key(&self.store, key_id, now).await,
        }
    }

    /// The app whose API key this is, compared in constant time.
    ///
    /// # Errors
    ///
    /// As [`by_key`](Self::by_key).
    pub async fn by_secret(&self, secret: &str, now: SystemTime) -> Result<Option<Tenant>, StoreError> {
        let tenant = self.by_key(KeyId::of(secret), now).await?;
        Ok(tenant.filter(|tenant| tenant.app.keys.iter().any(|key| key.is(secret))))
    }

    /// The app with that id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the app is not held, and cannot be read now.
    pub async fn by_id(&self, id: &AppId, now: SystemTime) -> Result<Option<Tenant>, StoreError> {
        let mut held = self.held.lock().await;
        match self.current(&mut held, now).await? {
            Held::Whole(apps, _) => Ok(apps.by_id(id)),
            Held::Some(cache) => cache.by_id(&self.store, id, now).await,
        }
    }

    /// The only app, if there is exactly one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the apps have never been read, and cannot be read now.
    pub async fn only(&self, now: SystemTime) -> Result<Option<Tenant>, StoreError> {
        let mut held = self.held.lock().await;
        match self.current(&mut held, now).await? {
            Held::Whole(apps, _) => Ok(apps.only()),
            Held::Some(_) => Ok(None),
        }
    }

    /// Reads a table that is held whole again, unless that was tried in the last 5 s.
    ///
    /// # Errors
    ///
    /// As [`only`](Self::only).
    pub async fn read_early(&self, now: SystemTime) -> Result<(), StoreError> {
        self.early(&mut *self.held.lock().await, now).await.map(drop)
    }

    /// What is held. It is read first if it has never been, and again if it is older than the time
    /// to live.
    async fn current<'h>(&self, held: &'h mut Option<Held>, now: SystemTime) -> Result<&'h mut Held, StoreError> {
        self.read_if(held, |age| age.is_due(self.ttl, now), now).await
    }

    /// What is held, read again if the last try is not too recent.
    async fn early<'h>(&self, held: &'h mut Option<Held>, now: SystemTime) -> Result<&'h mut Held, StoreError> {
        self.read_if(held, |age| age.may_be_tried(now), now).await
    }

    /// A read that fails is logged, and the apps that are held stay in use.
    async fn read_if<'h>(
        &self,
        held: &'h mut Option<Held>,
        is_due: impl Fn(&Age) -> bool,
        now: SystemTime,
    ) -> Result<&'h mut Held, StoreError> {
        let Some(held) = held else { return Ok(held.insert(self.read(now).await?)) };
        if let Held::Whole(_, age) = held
            && is_due(age)
        {
            age.tried_at = now;
            match self.read(now).await {
                Ok(read) => *held = read,
                Err(error) => {
                    tracing::error!(%error, "the apps could not be read again; the ones in memory stay in use");
                }
            }
        }
        Ok(held)
    }

    /// Reads the table, as far as one page goes.
    async fn read(&self, now: SystemTime) -> Result<Held, StoreError> {
        let page = within(Instant::now() + READ_BUDGET, self.store.load()).await?;
        Ok(page.map_or_else(|| Held::Some(Cache::new(self.ttl)), |all| Held::Whole(Apps::new(all), Age::new(now))))
    }
}

//! The keyring: all apps and their keys, kept in memory and read again regularly.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::app::App;
use crate::booking::{AppId, Named};
use crate::link::KeyId;
use crate::store::{AppStore, LoadedApps, StoreError, within};

/// The minimum time between two re-reads that unknown key ids cause, since anyone can send those. A
/// failed re-read is also tried again after this time.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long reading may take. After that the keys that are held are used, because the click still
/// needs time for its own write. Reading ten thousand apps takes two thirds of this at Lambda's
/// smallest share of a processor.
const READ_BUDGET: Duration = Duration::from_secs(3);

/// All apps of the deployment.
#[derive(Debug)]
pub struct Keyring {
    store: AppStore,
    ttl: Duration,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    /// The apps, and when they were read. None if the table has never been read.
    apps: Option<(Arc<Apps>, SystemTime)>,
    /// When they were last tried to be read.
    tried_at: SystemTime,
}

impl Keyring {
    /// Reads the apps table, which also opens the connection that the first click will use. If that
    /// fails for a reason that may pass, the keyring is empty, and is filled when it is first used.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table cannot be read for a reason that stays.
    pub async fn load(store: AppStore, ttl: Duration, now: SystemTime) -> Result<Self, StoreError> {
        let keyring = Self { store, ttl, held: Mutex::new(Held { apps: None, tried_at: now }) };
        match keyring.refresh(&mut *keyring.held.lock().await, now).await {
            Err(error) if error.is_temporary() => {
                tracing::error!(%error, "the apps could not be read; the first request tries again");
            }
            read => drop(read?),
        }
        Ok(keyring)
    }

    /// The apps. They are read again first if they are older than the time to live. A re-read that
    /// fails is logged, and the apps that are held stay in use.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the apps have never been read, and cannot be read now.
    pub async fn apps(&self, now: SystemTime) -> Result<Arc<Apps>, StoreError> {
        let mut held = self.held.lock().await;
        if let Some((apps, read_at)) = &held.apps {
            let failed = held.tried_at != *read_at;
            let due = passed(*read_at, self.ttl, now) && (!failed || passed(held.tried_at, PATIENCE, now));
            if !due {
                return Ok(apps.clone());
            }
        }
        self.refresh(&mut held, now).await
    }

    /// The apps. They are read again first if none of them has this key, because the key may be
    /// new.
    ///
    /// # Errors
    ///
    /// As [`apps`](Self::apps).
    pub async fn apps_with_key(&self, key_id: KeyId, now: SystemTime) -> Result<Arc<Apps>, StoreError> {
        let apps = self.apps(now).await?;
        if apps.by_key(key_id).is_some() { Ok(apps) } else { self.read_early(now).await }
    }

    /// The apps, read again first unless that was tried in the last 5 s.
    ///
    /// # Errors
    ///
    /// As [`apps`](Self::apps).
    pub async fn read_early(&self, now: SystemTime) -> Result<Arc<Apps>, StoreError> {
        let mut held = self.held.lock().await;
        match &held.apps {
            Some((apps, _)) if !passed(held.tried_at, PATIENCE, now) => Ok(apps.clone()),
            _ => self.refresh(&mut held, now).await,
        }
    }

    /// Reads the apps. If that fails, the ones that are held are returned.
    async fn refresh(&self, held: &mut Held, now: SystemTime) -> Result<Arc<Apps>, StoreError> {
        held.tried_at = now;
        match (within(Instant::now() + READ_BUDGET, self.store.load()).await, &held.apps) {
            (Ok(loaded), _) => {
                let apps = Arc::new(Apps::new(loaded));
                held.apps = Some((apps.clone(), now));
                Ok(apps)
            }
            (Err(error), Some((apps, _))) => {
                tracing::error!(%error, "the apps could not be read again; the ones in memory stay in use");
                Ok(apps.clone())
            }
            (Err(error), None) => Err(error),
        }
    }
}

/// Whether `wait` has passed since `then`. It counts as passed if the clock was set back: one read
/// too many is better than a revoked key that works for hours.
fn passed(then: SystemTime, wait: Duration, now: SystemTime) -> bool {
    now.duration_since(then).map_or(true, |age| age >= wait)
}

/// An app, and whether it is the only one: both decide which bookings are its own.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The app.
    pub app: Arc<App>,
    /// Whether it is the deployment's only app, to which bookings without an app belong.
    pub is_only: bool,
}

impl Tenant {
    /// Whether a booking that names `app` belongs to this app.
    pub fn owns(&self, app: Named<&str>) -> bool {
        match app {
            Named::Absent => self.is_only,
            Named::Name(id) => id == self.app.id.as_str(),
            Named::Other => false,
        }
    }
}

/// The apps that one read returned.
#[derive(Debug)]
pub struct Apps {
    by_id: HashMap<AppId, Arc<App>>,
    by_key: HashMap<KeyId, Arc<App>>,
    /// Whether there is exactly one app. A record that cannot be read is not an app.
    has_only_one: bool,
}

impl Apps {
    fn new(mut loaded: LoadedApps) -> Self {
        drop_dead_keys(&mut loaded);
        let has_only_one = loaded.apps.len() == 1;
        let mut by_id = HashMap::new();
        let mut by_key = HashMap::new();
        for app in loaded.apps {
            let app = Arc::new(app);
            by_key.extend(app.keys.iter().map(|key| (key.id(), app.clone())));
            by_id.insert(app.id.clone(), app);
        }
        Self { by_id, by_key, has_only_one }
    }

    /// The app with that id.
    pub fn by_id(&self, id: &str) -> Option<Tenant> {
        self.by_id.get(id).map(|app| self.tenant(app))
    }

    /// The app that has the key, unless the key is revoked.
    pub fn by_key(&self, key_id: KeyId) -> Option<Tenant> {
        self.by_key.get(&key_id).map(|app| self.tenant(app))
    }

    /// The app whose API key this is, compared in constant time.
    pub fn by_secret(&self, secret: &str) -> Option<Tenant> {
        self.by_key(KeyId::of(secret)).filter(|tenant| tenant.app.keys.iter().any(|key| key.is(secret)))
    }

    /// The only app, if there is exactly one.
    pub fn only(&self) -> Option<Tenant> {
        self.by_id.values().next().filter(|_| self.has_only_one).map(|app| self.tenant(app))
    }

    fn tenant(&self, app: &Arc<App>) -> Tenant {
        Tenant { app: app.clone(), is_only: self.has_only_one }
    }
}

/// Removes keys that two apps have, because it is unclear whose links they are, and keys that are
/// revoked in any app, because they have leaked.
fn drop_dead_keys(loaded: &mut LoadedApps) {
    let mut owners: HashMap<KeyId, HashSet<&AppId>> = HashMap::new();
    for app in &loaded.apps {
        for key in app.keys.iter() {
            owners.entry(key.id()).or_default().insert(&app.id);
        }
    }
    let shared: HashSet<KeyId> =
        owners.into_iter().filter(|(_, owners)| owners.len() > 1).map(|(key_id, _)| key_id).collect();
    for key_id in &shared {
        tracing::error!(%key_id, "two apps have the same key; it is rejected for both");
    }
    for app in &mut loaded.apps {
        app.keys.retain(|key_id| !shared.contains(&key_id) && !loaded.revoked.contains(&key_id));
    }
}

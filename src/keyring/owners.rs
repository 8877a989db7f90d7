//! Which app a booking names, for links without a key id where there are several apps. Anyone can send such links,
//! so each answer is remembered for a moment, in bounded memory.

use std::num::NonZeroUsize;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use lru::LruCache;

use super::timing::{PATIENCE, passed};
use crate::booking::{AppId, BookingId};
use crate::store::{BookingStore, StoreError};

/// How many bookings are held, of some 200 bytes each. The compiler evaluates the `unwrap`.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(1000).unwrap();

/// The apps that bookings name. The least recently used ones are dropped.
#[derive(Debug, Default)]
pub struct BookingOwners {
    /// Most deployments never need it.
    held: OnceLock<Mutex<LruCache<BookingId, Owner>>>,
}

#[derive(Clone, Debug)]
struct Owner {
    /// `None` if there is no such booking, or it names no app.
    app: Option<AppId>,
    read_at: SystemTime,
}

impl BookingOwners {
    /// The app that a booking names. `None` if there is no such booking, or it names none. That is remembered for
    /// 5 s, too.
    pub async fn app_of(
        &self,
        store: &BookingStore,
        id: &BookingId,
        now: SystemTime,
    ) -> Result<Option<AppId>, StoreError> {
        let held = self.held.get_or_init(|| Mutex::new(LruCache::new(CAPACITY)));
        if let Some(owner) = held.lock().unwrap_or_else(PoisonError::into_inner).get(id)
            && !passed(owner.read_at, PATIENCE, now)
        {
            return Ok(owner.app.clone());
        }
        let app = store.app_of(id).await?;
        held.lock().unwrap_or_else(PoisonError::into_inner).put(id.clone(), Owner { app: app.clone(), read_at: now });
        Ok(app)
    }
}

//! What a link is compared with: apps and their keys, the booking, and the time.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::SystemTime;

use super::pasted::{Pasted, Short};
use crate::app::App;
use crate::domain::Graphs;
use crate::link::{ApiKey, BaseUrl, KeyId};
use crate::store::{AppStore, Booking, BookingStore, ShortLinkStore};

/// What is known beside the link.
pub struct InspectionContext<'a> {
    /// The apps, if they could be read.
    pub(super) apps: Option<Vec<Arc<App>>>,
    pub(super) revoked: HashSet<KeyId>,
    /// A key that was given, for an inspection without tables.
    pub(super) key: Option<ApiKey>,
    /// The booking; `None` if it could not be looked for.
    pub(super) booking: Option<Option<Booking<'a>>>,
    pub(super) graphs: &'a Graphs,
    pub(super) base: Option<&'a BaseUrl>,
    pub(super) now: SystemTime,
    /// Why something could not be read.
    pub(super) faults: Vec<String>,
}

impl<'a> InspectionContext<'a> {
    /// What is known without any table.
    pub fn offline(graphs: &'a Graphs, base: Option<&'a BaseUrl>, key: Option<ApiKey>, now: SystemTime) -> Self {
        let (apps, booking, revoked, faults) = (None, None, HashSet::new(), Vec::new());
        Self { apps, revoked, key, booking, graphs, base, now, faults }
    }

    /// Reads the apps. What fails is told in the inspection.
    pub async fn read_apps(&mut self, store: &AppStore) {
        match store.records().await {
            Ok(records) => {
                self.revoked = records.iter().flat_map(|record| record.revoked_keys()).collect();
                let apps = records.into_iter().filter_map(|record| App::from_record(record, self.graphs).ok());
                let apps: Vec<App> = apps.map(|(app, _)| app).collect();
                let is_only = apps.len() == 1;
                self.apps = Some(apps.into_iter().map(|app| Arc::new(App { is_only, ..app })).collect());
            }
            Err(error) => self.faults.push(format!("the apps could not be read: {error}")),
        }
    }

    /// Looks up the link that a short one stands for, before its booking is read. What fails is told in the inspection.
    pub async fn read_short_link(&mut self, pasted: &mut Pasted, store: &ShortLinkStore) {
        let Some(code) = pasted.short_code() else { return };
        match store.link(code, self.now).await {
            Ok(stored) => pasted.resolve(stored),
            Err(error) => {
                self.faults.push(format!("the short link could not be looked up: {error}"));
                pasted.short = Some(Short::Failed);
            }
        }
    }

    /// Reads the link's booking. What fails is told in the inspection.
    pub async fn read_booking(&mut self, pasted: &Pasted, store: &'a BookingStore) {
        let Some(link) = pasted.link() else { return };
        match store.get(link.unverified_booking_id()).await {
            Ok(booking) => self.booking = Some(booking),
            Err(error) => self.faults.push(format!("the booking could not be read: {error}")),
        }
    }
}

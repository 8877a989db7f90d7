//! The apps table, as the functions read it.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use super::client::Client;
use super::error::{Answered, StoreError};
use super::json::Json;
use super::pointer;
use crate::app::{App, AppRecord, Fault};
use crate::booking::AppId;
use crate::domain::Graphs;
use crate::link::KeyId;

/// The apps table. It has an item for each app, and one for each key, which leads to its app.
#[derive(Clone, Debug)]
pub struct AppStore {
    pub(super) client: Client,
    pub(super) table: String,
    graphs: Graphs,
}

/// All of a table of at most one page.
#[derive(Debug, Default)]
pub struct LoadedApps {
    pub apps: Vec<App>,
    /// The revoked keys. They are rejected in every app that has them.
    pub revoked: HashSet<KeyId>,
    /// To which app a key id leads.
    pub pointers: HashMap<KeyId, AppId>,
    /// What is wrong with records. It does not affect other apps.
    pub faults: Vec<Fault>,
}

impl AppStore {
    /// The apps table named `table`, whose partition key is `id`. Settings of apps name actions of
    /// `graphs`.
    pub fn new(client: Client, table: impl Into<String>, graphs: Graphs) -> Self {
        Self { client, table: table.into(), graphs }
    }

    /// The name of the table.
    #[cfg(feature = "cli")]
    pub fn name(&self) -> &str {
        &self.table
    }

    /// Reads one page (1 MB). Returns `None` if there is more than that. Nothing is logged.
    pub async fn load(&self) -> Result<Option<LoadedApps>, StoreError> {
        let page = self.scan().send().await.answered("Scan", &self.table)?;
        if page.last_evaluated_key.is_some_and(|key| !key.is_empty()) {
            return Ok(None);
        }
        let mut loaded = LoadedApps::default();
        for item in page.items.unwrap_or_default() {
            if let Some((key_id, app)) = pointer::read(&item) {
                loaded.pointers.insert(key_id, app);
            } else if let Some(record) = app_record(item) {
                loaded.revoked.extend(record.leaked_keys());
                loaded.apps.extend(self.read(record, &mut loaded.faults));
            }
        }
        Ok(Some(loaded))
    }

    /// Reads one app, with what is wrong with its record. There is no app if there is no record, or if that is
    /// invalid. Nothing is logged.
    pub async fn app(&self, id: &AppId) -> Result<(Option<App>, Vec<Fault>), StoreError> {
        let mut faults = Vec::new();
        let app = self.record(id).await?.and_then(|record| self.read(record, &mut faults));
        Ok((app, faults))
    }

    /// Reads one app's record unchanged.
    pub async fn record(&self, id: &AppId) -> Result<Option<AppRecord>, StoreError> {
        Ok(self.item(id.as_str()).await?.and_then(app_record))
    }

    /// The app to which a key id leads. Whether that app has the key is for its record to say.
    pub async fn owner_of(&self, key_id: KeyId) -> Result<Option<AppId>, StoreError> {
        Ok(self.item(&pointer::id(key_id)).await?.as_ref().and_then(pointer::app))
    }

    async fn item(&self, id: &str) -> Result<Option<HashMap<String, AttributeValue>>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let get = get.key("id", AttributeValue::S(id.to_owned())).send().await;
        Ok(get.answered("GetItem", &self.table)?.item)
    }

    /// The app of a record, if it is valid.
    fn read(&self, record: AppRecord, faults: &mut Vec<Fault>) -> Option<App> {
        match App::from_record(record, &self.graphs) {
            Ok((app, of_settings)) => {
                faults.extend(of_settings.into_iter().map(Fault::Setting));
                Some(app)
            }
            Err(error) => {
                faults.push(Fault::NoApp(error.to_string()));
                None
            }
        }
    }

    /// The graphs whose actions its settings name.
    #[cfg(feature = "cli")]
    pub fn graphs(&self) -> &Graphs {
        &self.graphs
    }

    pub(super) fn scan(&self) -> ScanFluentBuilder {
        self.client.scan().table_name(&self.table).consistent_read(true)
    }
}

/// An item as an app's record, unless it is a pointer.
pub(super) fn app_record(item: HashMap<String, AttributeValue>) -> Option<AppRecord> {
    let id = item.get("id").and_then(|id| id.as_s().ok());
    if id.is_some_and(|id| pointer::is_pointer(id)) {
        return None;
    }
    let attributes =
        item.iter().map(|(name, value)| (name.clone(), serde_json::to_value(Json(value)).unwrap_or_default()));
    Some(AppRecord(attributes.collect()))
}

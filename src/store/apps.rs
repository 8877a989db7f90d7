//! The apps table.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_dynamo::from_attribute_value;
use serde_json::Value;

use super::client::Client;
use super::error::StoreError;
use super::put;
use crate::app::{App, AppRecord};
use crate::link::KeyId;

/// The apps table. All of it is read, because every key may be needed.
#[derive(Clone, Debug)]
pub struct AppStore {
    client: Client,
    table: String,
}

/// The result of reading the table.
#[derive(Debug, Default)]
pub struct LoadedApps {
    /// The apps.
    pub apps: Vec<App>,
    /// The revoked keys. They are rejected in every app that lists them.
    pub revoked: HashSet<KeyId>,
}

impl AppStore {
    /// The apps table named `table`, whose partition key is `id`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Reads all apps. Faults of a record are logged and do not affect other apps.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table cannot be read to its end.
    pub async fn load(&self) -> Result<LoadedApps, StoreError> {
        let mut loaded = LoadedApps::default();
        for record in self.records().await? {
            loaded.revoked.extend(record.revoked_keys());
            match App::from_record(record) {
                Ok((app, faults)) => {
                    faults.iter().for_each(|fault| tracing::error!(%fault, "a setting is left out"));
                    loaded.apps.push(app);
                }
                Err(error) => tracing::error!(%error, "an app is left out"),
            }
        }
        Ok(loaded)
    }

    /// Writes an app's record and replaces an existing one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the record cannot be written.
    #[cfg(feature = "local")]
    pub async fn put(&self, AppRecord(record): AppRecord) -> Result<(), StoreError> {
        put::put(&self.client, &self.table, record).await
    }

    /// Reads all records unchanged.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table cannot be read to its end.
    pub async fn records(&self) -> Result<Vec<AppRecord>, StoreError> {
        let mut records = Vec::new();
        let mut pages = self.client.scan().table_name(&self.table).consistent_read(true).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| StoreError::sdk("Scan", &self.table, error))?;
            for item in page.items.unwrap_or_default() {
                records.push(settings(item));
            }
        }
        Ok(records)
    }

    /// Writes a new app's record. Returns `false` if there is already another one with that id.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. After a [temporary](StoreError::is_temporary) one the record may have been
    /// written, or still be written within minutes.
    pub async fn create(&self, record: AppRecord) -> Result<bool, StoreError> {
        let created = put::create(&self.client, &self.table, "id", record.0.clone()).await;
        match created {
            Ok(true) => Ok(true),
            // The reply to an attempt may be lost. The next attempt is then refused because of the
            // record that the lost one has written.
            Ok(false) => self.has(&record).await,
            Err(error) if error.is_temporary() && self.has(&record).await.is_ok_and(|has| has) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Whether the table has exactly this record.
    async fn has(&self, AppRecord(record): &AppRecord) -> Result<bool, StoreError> {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let get = get.key("id", AttributeValue::S(id.to_owned())).send().await;
        let item = get.map_err(|error| StoreError::sdk("GetItem", &self.table, error))?.item;
        Ok(item.is_some_and(|item| settings(item).0 == *record))
    }
}

/// An item as an app's record. Attributes that JSON cannot represent, such as binary data, are not
/// settings.
fn settings(item: HashMap<String, AttributeValue>) -> AppRecord {
    AppRecord(item.into_iter().filter_map(|(name, value)| Some((name, from_attribute_value(value).ok()?))).collect())
}

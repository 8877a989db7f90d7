//! The apps table.

use std::collections::HashSet;

use serde_dynamo::from_attribute_value;

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
                // Attributes that JSON cannot represent, such as binary data, are not settings.
                let settings =
                    item.into_iter().filter_map(|(name, value)| Some((name, from_attribute_value(value).ok()?)));
                records.push(AppRecord(settings.collect()));
            }
        }
        Ok(records)
    }

    /// Writes a new app's record. Returns `false` if there is already one with that id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the record cannot be written.
    pub async fn create(&self, AppRecord(record): AppRecord) -> Result<bool, StoreError> {
        put::create(&self.client, &self.table, "id", record).await
    }
}

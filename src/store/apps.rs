//! The apps table.

use std::collections::HashSet;

use serde_dynamo::from_attribute_value;

use super::{Client, StoreError};
use crate::app::{App, AppRecord};
use crate::link::KeyId;

/// The apps table: read whole, since it is small and every key may be needed.
#[derive(Clone, Debug)]
pub struct AppStore {
    client: Client,
    table: String,
}

/// What a reading of the table brought.
#[derive(Debug, Default)]
pub struct LoadedApps {
    /// The apps.
    pub apps: Vec<App>,
    /// How many records are none; the log says why.
    pub left_out: usize,
    /// Keys that are good for nothing, wherever else they may be listed.
    pub revoked: HashSet<KeyId>,
}

impl AppStore {
    /// The apps of `table`, partition key `id`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Reads every app. What is wrong with a record is logged: one app's mistake stops no other.
    ///
    /// # Errors
    ///
    /// [`StoreError`], when the table cannot be read to its end.
    pub async fn load(&self) -> Result<LoadedApps, StoreError> {
        let mut loaded = LoadedApps::default();
        for record in self.records().await? {
            loaded.revoked.extend(record.revoked_keys());
            match App::from_record(record) {
                Ok((app, faults)) => {
                    faults.iter().for_each(|fault| tracing::error!(%fault, "a setting is left out"));
                    loaded.apps.push(app);
                }
                Err(error) => {
                    tracing::error!(%error, "an app is left out");
                    loaded.left_out += 1;
                }
            }
        }
        Ok(loaded)
    }

    /// Writes an app's record, in place of the one that is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`], when the record cannot be written.
    #[cfg(feature = "local")]
    pub async fn put(&self, AppRecord(record): AppRecord) -> Result<(), StoreError> {
        super::create::put(&self.client, &self.table, record).await
    }

    /// Reads every record as it stands.
    ///
    /// # Errors
    ///
    /// [`StoreError`], when the table cannot be read to its end.
    pub async fn records(&self) -> Result<Vec<AppRecord>, StoreError> {
        let mut records = Vec::new();
        let mut pages = self.client.scan().table_name(&self.table).consistent_read(true).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| StoreError::sdk("Scan", &self.table, error))?;
            for item in page.items.unwrap_or_default() {
                // What JSON cannot hold, such as binary data, is none of the settings.
                let settings =
                    item.into_iter().filter_map(|(name, value)| Some((name, from_attribute_value(value).ok()?)));
                records.push(AppRecord(settings.collect()));
            }
        }
        Ok(records)
    }

    /// Writes a new app's record; `false` when there is one of that id already.
    ///
    /// # Errors
    ///
    /// [`StoreError`], when the record cannot be written.
    pub async fn create(&self, AppRecord(record): AppRecord) -> Result<bool, StoreError> {
        super::create(&self.client, &self.table, "id", record).await
    }
}

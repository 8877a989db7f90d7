//! The index of the apps table: the pointers of all keys.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::apps::{AppStore, app_record};
use super::error::{Answered, StoreError};
use super::pointer;
use crate::app::AppRecord;
use crate::booking::AppId;
use crate::link::KeyId;

/// The apps that have each key, sorted as the records are. A key of several apps is rejected for all of them.
pub fn owners(records: &[AppRecord]) -> HashMap<KeyId, Vec<AppId>> {
    let mut owners: HashMap<KeyId, Vec<AppId>> = HashMap::new();
    for (app, record) in records.iter().filter_map(|record| Some((record.id()?, record))) {
        for key_id in record.key_ids() {
            let owners = owners.entry(key_id).or_default();
            if !owners.contains(&app) {
                owners.push(app.clone());
            }
        }
    }
    owners
}

/// What [`AppStore::index_keys`] has done.
#[derive(Debug, Default)]
pub struct Indexed {
    /// How many keys had a pointer.
    pub present: usize,
    /// How many got one.
    pub written: usize,
    /// The keys of several apps. They have a pointer to one of them at most.
    pub shared: Vec<KeyId>,
}

impl AppStore {
    /// Writes the pointers that are missing.
    pub async fn index_keys(&self) -> Result<Indexed, StoreError> {
        let (records, pointers) = self.all().await?;
        let mut indexed = Indexed::default();
        for (key_id, owners) in owners(&records) {
            match &*owners {
                [app] if pointers.get(&key_id) == Some(app) => indexed.present += 1,
                [app] if self.put_pointer(key_id, app).await? => indexed.written += 1,
                _ => indexed.shared.push(key_id),
            }
        }
        indexed.shared.sort();
        Ok(indexed)
    }

    /// Reads all records unchanged.
    pub async fn records(&self) -> Result<Vec<AppRecord>, StoreError> {
        Ok(self.all().await?.0)
    }

    /// Reads all records unchanged, and to which app each key id leads.
    pub async fn all(&self) -> Result<(Vec<AppRecord>, HashMap<KeyId, AppId>), StoreError> {
        let (mut records, mut pointers) = (Vec::new(), HashMap::new());
        let mut pages = self.scan().into_paginator().send();
        while let Some(page) = pages.next().await {
            for item in page.answered("Scan", &self.table)?.items.unwrap_or_default() {
                pointers.extend(pointer::read(&item));
                records.extend(app_record(item));
            }
        }
        Ok((records, pointers))
    }

    /// Returns `false` if the key's pointer leads to another app.
    async fn put_pointer(&self, key_id: KeyId, app: &AppId) -> Result<bool, StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(pointer::item(key_id, app)));
        let put = put.condition_expression(pointer::IS_FREE);
        let put = put.expression_attribute_values(":app", AttributeValue::S(app.to_string()));
        put.send().await.written("PutItem", &self.table)
    }
}

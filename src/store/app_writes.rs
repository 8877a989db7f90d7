//! The apps table, as the command line writes it. A key and its pointer are written together, so
//! that no two apps can have the same key.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use serde_json::{Map, Value};

use super::apps::AppStore;
use super::error::{Answered, StoreError};
use super::pointer;
use crate::app::AppRecord;
use crate::booking::AppId;
use crate::link::KeyId;

/// The result of a write of an app and its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppWritten {
    /// All of it was written.
    Done,
    /// Nothing was written: there is already an app with that id or, for a new key, none.
    OtherApp,
    /// Nothing was written: an app has that key already.
    KeyTaken,
}

impl AppStore {
    /// Writes a new app and the pointers of its keys, in one transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. After a [temporary](StoreError::is_temporary) one the app may have been
    /// written, or still be written within minutes.
    pub async fn create(&self, record: &AppRecord) -> Result<AppWritten, StoreError> {
        let item = serde_dynamo::to_item(&record.0).map_err(|_| self.fault("the record is no item"))?;
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(id)").build().map_err(StoreError::client)?;
        let id = record.id().ok_or_else(|| self.fault("the record has no valid `id`"))?;
        let written = self.transact(TransactWriteItem::builder().put(put).build(), &id, record.key_ids()).await;
        match &written {
            // The reply to an attempt may be lost. The next attempt is then refused because of what
            // the lost one has written.
            Ok(AppWritten::OtherApp | AppWritten::KeyTaken) => {
                if self.has(&id, record).await? {
                    Ok(AppWritten::Done)
                } else {
                    written
                }
            }
            Err(error) if error.is_temporary() && self.has(&id, record).await.is_ok_and(|has| has) => {
                Ok(AppWritten::Done)
            }
            Ok(AppWritten::Done) | Err(_) => written,
        }
    }

    /// Adds a key to an app, and writes its pointer, in one transaction.
    pub async fn add_key(&self, app: &AppId, key_id: KeyId, key: &Value) -> Result<AppWritten, StoreError> {
        let keys: AttributeValue =
            serde_dynamo::to_attribute_value([key]).map_err(|_| self.fault("the key is no attribute"))?;
        let update = Update::builder()
            .table_name(&self.table)
            .key("id", AttributeValue::S(app.to_string()))
            .update_expression("SET #keys = list_append(#keys, :new)")
            .condition_expression("attribute_exists(#keys)")
            .expression_attribute_names("#keys", "keys")
            .expression_attribute_values(":new", keys)
            .build()
            .map_err(StoreError::client)?;
        let written = self.transact(TransactWriteItem::builder().update(update).build(), app, [key_id]).await;
        // As above: what a lost reply has written is its own.
        match &written {
            Err(error) if !error.is_temporary() => written,
            Ok(AppWritten::Done | AppWritten::OtherApp) => written,
            Ok(AppWritten::KeyTaken) | Err(_) => {
                let record = self.record(app).await;
                let is_there = record.is_ok_and(|record| record.is_some_and(|record| record.has_key(key)));
                if is_there { Ok(AppWritten::Done) } else { written }
            }
        }
    }

    /// Sets `attribute` (`retired_at` or `revoked_at`) of an app's key to `at`, wherever the record lists
    /// the key. Returns `false` if it does not.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. It is temporary also if the record was changed meanwhile. The same change can be
    /// made again.
    pub async fn mark_key(&self, app: &AppId, key_id: KeyId, attribute: &str, at: &str) -> Result<bool, StoreError> {
        let Some(record) = self.record(app).await? else { return Ok(false) };
        let places: Vec<(usize, &Value)> = record.key_places(key_id).collect();
        let open: Vec<_> = places.iter().filter(|(_, key)| key.get(attribute).is_none_or(Value::is_null)).collect();
        if open.is_empty() {
            return Ok(!places.is_empty());
        }
        let mut update = self.client.update_item().table_name(&self.table);
        update = update.key("id", AttributeValue::S(app.to_string()));
        update = update.expression_attribute_names("#keys", "keys").expression_attribute_names("#at", attribute);
        update = update.expression_attribute_values(":at", AttributeValue::S(at.to_owned()));
        let (mut sets, mut conditions) = (Vec::new(), Vec::new());
        for (index, key) in open {
            // The key is still at that place.
            let key = serde_dynamo::to_attribute_value(key).map_err(|_| self.fault("the key is no attribute"))?;
            update = update.expression_attribute_values(format!(":key{index}"), key);
            sets.push(format!("#keys[{index}].#at = :at"));
            conditions.push(format!("#keys[{index}] = :key{index}"));
        }
        let update = update.update_expression(format!("SET {}", sets.join(", ")));
        let update = update.condition_expression(conditions.join(" AND "));
        if update.send().await.written("UpdateItem", &self.table)? {
            return Ok(true);
        }
        // The reply to an attempt may be lost: then the key is marked by now.
        let record = self.record(app).await?;
        let is_marked = |key: &Value| key.get(attribute).and_then(Value::as_str) == Some(at);
        match record.is_some_and(|record| record.key_places(key_id).any(|(_, key)| is_marked(key))) {
            true => Ok(true),
            false => Err(StoreError::changed(&self.table)),
        }
    }

    /// Sets and removes settings of an app. Returns `false` if there is no such app.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. After a [temporary](StoreError::is_temporary) one the settings may have been
    /// changed; the same change can be made again.
    pub async fn update(&self, app: &AppId, set: &Map<String, Value>, remove: &[String]) -> Result<bool, StoreError> {
        let mut update = self.client.update_item().table_name(&self.table);
        update = update.key("id", AttributeValue::S(app.to_string())).condition_expression("attribute_exists(id)");
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        for (index, (name, value)) in set.iter().enumerate() {
            let value = serde_dynamo::to_attribute_value(value).map_err(|_| self.fault("a value is no attribute"))?;
            update = update.expression_attribute_names(format!("#s{index}"), name);
            update = update.expression_attribute_values(format!(":s{index}"), value);
            sets.push(format!("#s{index} = :s{index}"));
        }
        for (index, name) in remove.iter().enumerate() {
            update = update.expression_attribute_names(format!("#r{index}"), name);
            removes.push(format!("#r{index}"));
        }
        let clause = |word: &str, parts: Vec<String>| {
            if parts.is_empty() { String::new() } else { format!("{word} {} ", parts.join(", ")) }
        };
        let expression = clause("SET", sets) + &clause("REMOVE", removes);
        update.update_expression(expression.trim()).send().await.written("UpdateItem", &self.table)
    }

    /// Deletes an app and the pointers to it, in one transaction. Returns `false` if its keys are not those of
    /// `record` any more.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. After a [temporary](StoreError::is_temporary) one the app may have been deleted.
    #[cfg(feature = "cli")]
    pub async fn delete(&self, record: &AppRecord) -> Result<bool, StoreError> {
        let id = record.id().ok_or_else(|| self.fault("the record has no valid `id`"))?;
        let keys = record.0.get("keys").cloned().unwrap_or_default();
        let keys: AttributeValue =
            serde_dynamo::to_attribute_value(keys).map_err(|_| self.fault("the keys are no attribute"))?;
        let of = |key: String| {
            aws_sdk_dynamodb::types::Delete::builder().table_name(&self.table).key("id", AttributeValue::S(key))
        };
        let app = of(id.to_string()).condition_expression("#keys = :keys").expression_attribute_names("#keys", "keys");
        let app = app.expression_attribute_values(":keys", keys).build().map_err(StoreError::client)?;
        let mut request = self.client.transact_write_items();
        request = request.transact_items(TransactWriteItem::builder().delete(app).build());
        for key_id in record.key_ids().collect::<BTreeSet<_>>() {
            // A key of two apps may lead to the other one.
            if self.owner_of(key_id).await? == Some(id.clone()) {
                let delete = of(pointer::id(key_id)).build().map_err(StoreError::client)?;
                request = request.transact_items(TransactWriteItem::builder().delete(delete).build());
            }
        }
        let Err(error) = request.send().await else { return Ok(true) };
        let is_refused =
            error.as_service_error().is_some_and(TransactWriteItemsError::is_transaction_canceled_exception);
        let error = StoreError::sdk("TransactWriteItems", &self.table, error);
        // The reply to an attempt may be lost: then the app is gone by now.
        if (is_refused || error.is_temporary()) && self.record(&id).await?.is_none() {
            return Ok(true);
        }
        if is_refused { Ok(false) } else { Err(error) }
    }

    /// Writes an app's record and its pointers, and replaces existing ones.
    #[cfg(feature = "local")]
    pub async fn put(&self, record: AppRecord) -> Result<(), StoreError> {
        let pointers =
            record.id().into_iter().flat_map(|app| record.key_ids().map(move |key_id| pointer::item(key_id, &app)));
        let app = serde_dynamo::to_item(&record.0).map_err(|_| self.fault("the record is no item"))?;
        for item in pointers.chain([app]) {
            let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
            put.send().await.answered("PutItem", &self.table)?;
        }
        Ok(())
    }

    /// Makes `change` and writes the pointers of `keys` to `app`, or does nothing.
    async fn transact(
        &self,
        change: TransactWriteItem,
        app: &AppId,
        keys: impl IntoIterator<Item = KeyId>,
    ) -> Result<AppWritten, StoreError> {
        let mut request = self.client.transact_write_items().transact_items(change);
        // A transaction must not name an item twice.
        for key_id in keys.into_iter().collect::<BTreeSet<_>>() {
            let put = Put::builder().table_name(&self.table).set_item(Some(pointer::item(key_id, app)));
            let put = put.condition_expression(pointer::IS_FREE);
            let put = put.expression_attribute_values(":app", AttributeValue::S(app.to_string()));
            let put = put.build().map_err(StoreError::client)?;
            request = request.transact_items(TransactWriteItem::builder().put(put).build());
        }
        let Err(error) = request.send().await else { return Ok(AppWritten::Done) };
        let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) = error.as_service_error() else {
            return Err(StoreError::sdk("TransactWriteItems", &self.table, error));
        };
        let mut reasons = canceled.cancellation_reasons().iter();
        let is_refused = |code: Option<&str>| code == Some("ConditionalCheckFailed");
        if is_refused(reasons.next().and_then(|reason| reason.code())) {
            return Ok(AppWritten::OtherApp);
        }
        if reasons.any(|reason| is_refused(reason.code())) {
            return Ok(AppWritten::KeyTaken);
        }
        Err(StoreError::canceled(&self.table, canceled.message().unwrap_or_default()))
    }

    /// Whether the table has exactly this record.
    async fn has(&self, id: &AppId, record: &AppRecord) -> Result<bool, StoreError> {
        Ok(self.record(id).await?.is_some_and(|found| found.0 == record.0))
    }

    fn fault(&self, fault: &str) -> StoreError {
        StoreError::new("PutItem", &self.table, fault)
    }
}

//! Reading the bookings table.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value};

use super::booking::Booking;
use super::client::Client;
use super::error::{Answered, StoreError};
use super::page_key::PageKey;
use crate::booking::{AppId, BookingId};
use crate::config::DEFAULT_INDEX;
use crate::domain::{Attribute, AttributeNames, Record};

#[derive(Clone, Debug)]
pub struct BookingStore {
    pub(super) client: Client,
    pub(super) table: String,
    index: String,
    pub(super) names: AttributeNames,
    pub(super) events: bool,
}

/// The result of one request for a list.
#[derive(Debug)]
pub struct Page<'a> {
    /// Bookings, the newest first.
    pub records: Vec<Booking<'a>>,
    /// Whether there may be more after the last of them.
    pub more: bool,
}

impl BookingStore {
    /// The bookings table named `table`, with these names of attributes.
    pub fn new(client: Client, table: impl Into<String>, names: AttributeNames) -> Self {
        Self { client, table: table.into(), index: DEFAULT_INDEX.to_owned(), names, events: false }
    }

    /// The index that serves an app's list.
    #[must_use]
    pub fn with_index(self, index: impl Into<String>) -> Self {
        Self { index: index.into(), ..self }
    }

    /// Whether each write also sets the attributes of an event for other systems.
    #[must_use]
    pub fn with_events(self, events: bool) -> Self {
        Self { events, ..self }
    }

    pub fn names(&self) -> &AttributeNames {
        &self.names
    }

    /// The name of the table.
    #[cfg(feature = "cli")]
    pub fn name(&self) -> &str {
        &self.table
    }

    /// The name of the index that serves an app's list.
    #[cfg(feature = "cli")]
    pub fn index(&self) -> &str {
        &self.index
    }

    /// Writes a new booking's record. Returns `false` if there is already one with that id.
    pub async fn create(&self, record: Map<String, Value>) -> Result<bool, StoreError> {
        let item = serde_dynamo::to_item(record)
            .map_err(|_| StoreError::new("PutItem", &self.table, "the record is no item"))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(#id)").expression_attribute_names("#id", self.id());
        put.send().await.written("PutItem", &self.table)
    }

    /// Revokes the links of a booking that were signed before `second` (since 1970). Returns `false` if
    /// there is no such booking.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. After a [temporary](StoreError::is_temporary) one the links may have been
    /// revoked; revoking them again does no harm.
    #[cfg(feature = "cli")]
    pub async fn revoke_links(&self, id: &BookingId, second: u64) -> Result<bool, StoreError> {
        let update = self.client.update_item().table_name(&self.table).key(self.id(), text(id.as_str()));
        let update = update.condition_expression("attribute_exists(#id)").expression_attribute_names("#id", self.id());
        let after = self.names.name(Attribute::LinksValidAfter);
        let update = update.update_expression(format!("SET {after} = :second"));
        let update = update.expression_attribute_values(":second", AttributeValue::N(second.to_string()));
        update.send().await.written("UpdateItem", &self.table)
    }

    /// Deletes a booking, if there is one.
    #[cfg(feature = "cli")]
    pub async fn delete(&self, id: &BookingId) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).key(self.id(), text(id.as_str()));
        delete.send().await.answered("DeleteItem", &self.table).map(drop)
    }

    /// Checks that the table exists, has the right key and may be read.
    pub async fn check(&self) -> Result<(), StoreError> {
        let request = self.client.get_item().table_name(&self.table).key(self.id(), text("-"));
        request.send().await.answered("GetItem", &self.table).map(drop)
    }

    /// Reads one booking of any app.
    pub async fn get(&self, id: &BookingId) -> Result<Option<Booking<'_>>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).key(self.id(), text(id.as_str()));
        let answer = request.consistent_read(true).send().await.answered("GetItem", &self.table)?;
        Ok(answer.item.map(|item| Booking::new(item, &self.names)))
    }

    /// Reads only the app that a booking names. Returns `None` if there is no such booking, or it
    /// names none.
    pub async fn app_of(&self, id: &BookingId) -> Result<Option<AppId>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).key(self.id(), text(id.as_str()));
        let request = request.consistent_read(true).projection_expression("#app");
        let request = request.expression_attribute_names("#app", self.names.name(Attribute::App));
        let answer = request.send().await.answered("GetItem", &self.table)?;
        let booking = answer.item.map(|item| Booking::new(item, &self.names));
        Ok(booking.and_then(|booking| AppId::parse(booking.text(Attribute::App)?).ok()))
    }

    /// Reads at most `limit` of an app's bookings after `after`, the newest first. DynamoDB ends a
    /// page at 1 MB, so a shorter page need not be the last one.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. It is a rejection if there is no such index, or one with other keys.
    pub async fn list(&self, app_id: &AppId, after: Option<&PageKey>, limit: i32) -> Result<Page<'_>, StoreError> {
        let (app, created_at) = (self.names.name(Attribute::App), self.names.name(Attribute::CreatedAt));
        let start = after.map(|after| {
            HashMap::from([
                (self.id().to_owned(), text(&after.id)),
                (app.to_owned(), text(app_id.as_str())),
                (created_at.to_owned(), (&after.created_at).into()),
            ])
        });
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(&self.index)
            .key_condition_expression("#app = :app")
            .expression_attribute_names("#app", app)
            .expression_attribute_values(":app", text(app_id.as_str()))
            .set_exclusive_start_key(start)
            .scan_index_forward(false)
            .limit(limit);
        let answer = request.send().await.answered("Query", &self.table)?;
        let records = answer.items.unwrap_or_default().into_iter();
        Ok(Page {
            records: records.map(|item| Booking::new(item, &self.names)).collect(),
            more: answer.last_evaluated_key.is_some(),
        })
    }

    /// The name of the partition key.
    fn id(&self) -> &str {
        self.names.name(Attribute::Id)
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

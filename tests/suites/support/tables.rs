//! What is in the world's tables: records, as their owner reads and writes them.

use std::collections::{BTreeSet, HashMap};

use action_links::link::KeyId;
use action_links::store::ShortLinkStore;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, PutRequest, ScalarAttributeType, StreamSpecification, StreamViewType, WriteRequest,
};
use serde_json::{Value, json};

use super::proxy::{Fault, Heard, Reply as StoreReply};
use super::records::{app_record, booking};
use super::world::{BASE, World};

/// Names of attributes, each with its type.
pub(crate) type Keys = BTreeSet<(String, String)>;

/// A table's keys and key attributes, and its indexes: name, keys, projection.
pub(crate) struct Described {
    pub(crate) keys: Keys,
    pub(crate) attributes: Keys,
    pub(crate) indexes: Vec<(String, Keys, String)>,
}

/// What a table looks like: by default, as the bookings table should.
pub(crate) struct TableShape {
    /// The name of its key, and its type (`S` or `N`).
    pub(crate) key: (&'static str, char),
    /// The keys of the index `by-app`.
    pub(crate) index: Option<(&'static str, &'static str)>,
    /// The type of the second of them.
    pub(crate) sorted_by: char,
    pub(crate) stream: Option<StreamViewType>,
}

impl Default for TableShape {
    fn default() -> Self {
        Self { key: ("id", 'S'), index: Some(("app_id", "created_at")), sorted_by: 'S', stream: None }
    }
}

impl World {
    /// Writes a booking.
    pub(crate) async fn put(&self, booking: Value) {
        assert!(self.bookings.create(booking.as_object().unwrap().clone()).await.unwrap());
        self.proxy.take();
    }

    /// Writes a tentative booking `b-1` of `ada`, changed and extended by these attributes.
    pub(crate) async fn book(&self, attributes: Value) {
        self.put(booking(attributes)).await;
    }

    /// Writes an app's record, and replaces an existing one.
    pub(crate) async fn put_app(&self, record: Value) {
        self.apps.put(app_record(record)).await.unwrap();
        self.proxy.take();
    }

    /// The state of a booking.
    pub(crate) async fn state(&self, id: &str) -> String {
        self.item(id).await["state"].as_str().unwrap().to_owned()
    }

    /// The log of a booking.
    pub(crate) async fn log(&self, id: &str) -> Vec<Value> {
        self.item(id).await["action_log"].as_array().cloned().unwrap_or_default()
    }

    /// Signs a link of `ada`, and stores it under a short one: its path.
    pub(crate) async fn shorten(&self, booking: &str, action: &str) -> String {
        let event =
            json!({ "operation": "sign", "booking_id": booking, "action": action, "app_id": "ada", "short": true });
        let signed = self.invoke(event).await;
        self.proxy.take();
        signed["short_url"].as_str().unwrap().strip_prefix(BASE).unwrap().to_owned()
    }

    /// The table of short links.
    pub(crate) fn short_links(&self) -> ShortLinkStore {
        ShortLinkStore::new(self.sdk.clone(), &self.env["SHORT_LINKS_TABLE"])
    }

    /// The item of a short link.
    pub(crate) async fn short_link(&self, path: &str) -> Value {
        let (_, code) = path.rsplit_once('/').unwrap();
        let get = self.sdk.get_item().table_name(&self.env["SHORT_LINKS_TABLE"]);
        let item = get.key("code", AttributeValue::S(code.to_owned())).send().await.unwrap().item;
        self.proxy.take();
        item.map_or(Value::Null, |item| serde_dynamo::from_item(item).unwrap())
    }

    /// Sets when a short link ends.
    pub(crate) async fn end_short_link(&self, path: &str, second: u64) {
        let (_, code) = path.rsplit_once('/').unwrap();
        let update = self.sdk.update_item().table_name(&self.env["SHORT_LINKS_TABLE"]);
        let update = update.key("code", AttributeValue::S(code.to_owned())).update_expression("SET expires_at = :end");
        let update = update.expression_attribute_values(":end", AttributeValue::N(second.to_string()));
        update.send().await.unwrap();
        self.proxy.take();
    }

    /// Adds apps until the table has more than one page.
    pub(crate) async fn outgrow_a_page(&self) {
        let padding = "x".repeat(390_000);
        let app = |n| json!({ "id": format!("large-{n}"), "name": "Large", "keys": [], "padding": padding });
        self.put_all("APPS_TABLE", &(0..3).map(app).collect::<Vec<_>>()).await;
    }

    /// Writes that many apps, each with a key, whose secrets `secret_of` makes.
    pub(crate) async fn put_apps(&self, count: usize, secret_of: impl Fn(usize) -> String) {
        let items = (0..count).flat_map(|n| {
            let (id, secret) = (format!("app-{n}"), secret_of(n));
            let pointer = json!({ "id": format!("key#{}", KeyId::of(&secret)), "app_id": id });
            [json!({ "id": id, "name": "Many", "keys": [{ "secret": secret }] }), pointer]
        });
        self.put_all("APPS_TABLE", &items.collect::<Vec<_>>()).await;
    }

    /// Deletes an app's record.
    pub(crate) async fn delete_app(&self, id: &str) {
        let delete = self.sdk.delete_item().table_name(&self.env["APPS_TABLE"]);
        delete.key("id", AttributeValue::S(id.to_owned())).send().await.unwrap();
        self.proxy.take();
    }

    /// Deletes the index entry of a key.
    pub(crate) async fn delete_pointer(&self, secret: &str) {
        let delete = self.sdk.delete_item().table_name(&self.env["APPS_TABLE"]);
        let id = AttributeValue::S(format!("key#{}", KeyId::of(secret)));
        delete.key("id", id).send().await.unwrap();
        self.proxy.take();
    }

    /// Writes many bookings.
    pub(crate) async fn put_bookings(&self, bookings: &[Value]) {
        self.put_all("BOOKINGS_TABLE", bookings).await;
    }

    async fn put_all(&self, table: &str, records: &[Value]) {
        let request = |record: &Value| {
            let item = serde_dynamo::to_item(record).unwrap();
            WriteRequest::builder().put_request(PutRequest::builder().set_item(Some(item)).build().unwrap()).build()
        };
        // As many as DynamoDB accepts at once.
        for some in records.chunks(25) {
            let some = some.iter().map(request).collect();
            let written = self.sdk.batch_write_item().request_items(&self.env[table], some).send().await.unwrap();
            assert_eq!(written.unprocessed_items.map_or(0, |left| left.len()), 0);
        }
        self.proxy.take();
    }

    /// Deletes a booking, as its owner may.
    pub(crate) async fn delete(&self, id: &str) {
        let delete = self.sdk.delete_item().table_name(&self.env["BOOKINGS_TABLE"]);
        delete.key("id", AttributeValue::S(id.to_owned())).send().await.unwrap();
    }

    /// Writes a booking and replaces an existing one.
    pub(crate) async fn put_item(&self, id: &str, mut item: HashMap<String, AttributeValue>) {
        item.insert("id".to_owned(), AttributeValue::S(id.to_owned()));
        self.sdk.put_item().table_name(&self.env["BOOKINGS_TABLE"]).set_item(Some(item)).send().await.unwrap();
    }

    /// Changes a booking's state, as its owner may at any time.
    pub(crate) async fn set_state(&self, id: &str, state: &str) {
        self.set_text(id, "state", state).await;
    }

    /// Sets a string of a booking, as its owner may.
    pub(crate) async fn set_text(&self, id: &str, attribute: &str, text: &str) {
        assert!(self.try_to_set_text(id, attribute, text).await);
    }

    /// The same, but it reaches the engine after the next request.
    pub(crate) async fn set_text_after_the_next(&self, id: &str, attribute: &str, text: &str) {
        self.proxy.play(&[Fault(Heard::AfterTheNext, StoreReply::Error(400, "AccessDeniedException"))]);
        assert!(!self.try_to_set_text(id, attribute, text).await);
        self.proxy.take();
    }

    async fn try_to_set_text(&self, id: &str, attribute: &str, text: &str) -> bool {
        let update = self.sdk.update_item().table_name(&self.env["BOOKINGS_TABLE"]);
        let update = update.key("id", AttributeValue::S(id.to_owned())).update_expression("SET #name = :text");
        let update = update.expression_attribute_names("#name", attribute);
        update.expression_attribute_values(":text", AttributeValue::S(text.to_owned())).send().await.is_ok()
    }

    /// Revokes a booking's links that were signed before that second, as its owner may.
    pub(crate) async fn set_valid_after(&self, id: &str, second: u64) {
        let update = self.sdk.update_item().table_name(&self.env["BOOKINGS_TABLE"]);
        let update = update.key("id", AttributeValue::S(id.to_owned())).update_expression("SET links_valid_after = :s");
        update.expression_attribute_values(":s", AttributeValue::N(second.to_string())).send().await.unwrap();
    }

    /// A booking's item in the table.
    pub(crate) async fn item(&self, id: &str) -> Value {
        let table = &self.env["BOOKINGS_TABLE"];
        let key = self.env.get("BOOKING_ID_ATTRIBUTE").map_or("id", String::as_str);
        let get =
            self.sdk.get_item().table_name(table).key(key, AttributeValue::S(id.to_owned())).consistent_read(true);
        let item = get.send().await.unwrap().item.map_or(Value::Null, |item| serde_dynamo::from_item(item).unwrap());
        self.proxy.take();
        item
    }

    /// The table that a setting names, as the engine describes it.
    pub(crate) async fn describe(&self, setting: &str) -> Described {
        let table = self.sdk.describe_table().table_name(&self.env[setting]).send().await.unwrap().table.unwrap();
        let keys = |schema: &[KeySchemaElement]| {
            schema.iter().map(|key| (key.attribute_name.clone(), key.key_type.as_str().to_owned())).collect()
        };
        let attributes = table.attribute_definitions().iter();
        let indexes = table.global_secondary_indexes().iter().map(|index| {
            let projection = index.projection().and_then(|projection| projection.projection_type()).unwrap();
            (index.index_name().unwrap().to_owned(), keys(index.key_schema()), projection.as_str().to_owned())
        });
        Described {
            keys: keys(table.key_schema()),
            attributes: attributes.map(|a| (a.attribute_name.clone(), a.attribute_type.as_str().to_owned())).collect(),
            indexes: indexes.collect(),
        }
    }

    /// Replaces the bookings table by one whose index is sorted by a number.
    pub(crate) async fn sort_bookings_by_number(&self) {
        self.replace_bookings(TableShape { sorted_by: 'N', ..TableShape::default() }).await;
    }

    /// Replaces the bookings table by one of another shape.
    pub(crate) async fn replace_bookings(&self, shape: TableShape) {
        self.drop_bookings().await;
        self.make_table("BOOKINGS_TABLE", shape).await;
    }

    /// Makes the table that a setting names.
    pub(crate) async fn make_table(&self, setting: &str, shape: TableShape) {
        let attribute = |name: &str, of: char| {
            let of = if of == 'N' { ScalarAttributeType::N } else { ScalarAttributeType::S };
            AttributeDefinition::builder().attribute_name(name).attribute_type(of).build().unwrap()
        };
        let key =
            |name: &str, of: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(of).build().unwrap();
        let mut table = self.sdk.create_table().table_name(&self.env[setting]);
        table = table.billing_mode(BillingMode::PayPerRequest).key_schema(key(shape.key.0, KeyType::Hash));
        table = table.attribute_definitions(attribute(shape.key.0, shape.key.1));
        if let Some((partition, sort)) = shape.index {
            let index = GlobalSecondaryIndex::builder()
                .index_name("by-app")
                .key_schema(key(partition, KeyType::Hash))
                .key_schema(key(sort, KeyType::Range))
                .projection(Projection::builder().projection_type(ProjectionType::All).build());
            table = table.attribute_definitions(attribute(partition, 'S'));
            table = table.attribute_definitions(attribute(sort, shape.sorted_by));
            table = table.global_secondary_indexes(index.build().unwrap());
        }
        if let Some(view) = shape.stream {
            let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(view);
            table = table.stream_specification(stream.build().unwrap());
        }
        table.send().await.unwrap();
        self.proxy.take();
    }

    /// How many bookings there are.
    pub(crate) async fn count_bookings(&self) -> usize {
        let scan = self.sdk.scan().table_name(&self.env["BOOKINGS_TABLE"]).send().await.unwrap();
        self.proxy.take();
        scan.items().len()
    }

    /// Deletes the bookings table while the functions are running.
    pub(crate) async fn drop_bookings(&self) {
        self.sdk.delete_table().table_name(&self.env["BOOKINGS_TABLE"]).send().await.unwrap();
    }

    /// Deletes the table of short links while the functions are running.
    pub(crate) async fn drop_short_links(&self) {
        self.sdk.delete_table().table_name(&self.env["SHORT_LINKS_TABLE"]).send().await.unwrap();
        self.proxy.take();
    }

    /// Deletes the apps table while the functions are running.
    pub(crate) async fn drop_apps(&self) {
        self.sdk.delete_table().table_name(&self.env["APPS_TABLE"]).send().await.unwrap();
        self.proxy.take();
    }
}

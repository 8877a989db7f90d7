//! A new record, in either table.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use serde_json::{Map, Value};

use super::client::Client;
use super::error::StoreError;

/// Returns `false` if there is already an item with that key, which is then unchanged.
pub(super) async fn create(
    client: &Client,
    table: &str,
    key: &str,
    record: Map<String, Value>,
) -> Result<bool, StoreError> {
    let put = request(client, table, record)?;
    let put = put.condition_expression("attribute_not_exists(#key)").expression_attribute_names("#key", key);
    let Err(error) = put.send().await else { return Ok(true) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(false),
        _ => Err(StoreError::sdk("PutItem", table, error)),
    }
}

/// Replaces an existing one.
#[cfg(feature = "local")]
pub(super) async fn put(client: &Client, table: &str, record: Map<String, Value>) -> Result<(), StoreError> {
    let put = request(client, table, record)?;
    put.send().await.map(drop).map_err(|error| StoreError::sdk("PutItem", table, error))
}

fn request(client: &Client, table: &str, record: Map<String, Value>) -> Result<PutItemFluentBuilder, StoreError> {
    let item = serde_dynamo::to_item(record).map_err(|_| StoreError::new("PutItem", table, "the record is no item"))?;
    Ok(client.put_item().table_name(table).set_item(Some(item)))
}

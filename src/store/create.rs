//! A new record, in either table.

use aws_sdk_dynamodb::error::SdkError;
use serde_json::{Map, Value};

use super::{Client, StoreError};

/// `false`: there is one of that key already, and it stays.
pub(super) async fn create(
    client: &Client,
    table: &str,
    key: &str,
    record: Map<String, Value>,
) -> Result<bool, StoreError> {
    let item = serde_dynamo::to_item(record).map_err(|_| StoreError::new("PutItem", table, "the record is no item"))?;
    let put = client.put_item().table_name(table).set_item(Some(item));
    let put = put.condition_expression("attribute_not_exists(#key)").expression_attribute_names("#key", key);
    match put.send().await {
        Ok(_) => Ok(true),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(false),
        Err(error) => Err(StoreError::sdk("PutItem", table, error)),
    }
}

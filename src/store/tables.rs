//! The two tables as `template.yaml` defines them, for a local engine.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};

use super::bookings::BY_APP;
use super::client::Client;
use super::error::StoreError;
use crate::config::Attributes;

/// Makes the apps table and the bookings table if they do not exist.
///
/// # Errors
///
/// [`StoreError`] when a table cannot be made.
pub async fn create_tables(client: &Client, apps: &str, bookings: &str, names: &Attributes) -> Result<(), StoreError> {
    let by_app = GlobalSecondaryIndex::builder()
        .index_name(BY_APP)
        .set_key_schema(Some(key_schema(&[&names.app, "created_at"])?))
        .projection(Projection::builder().projection_type(ProjectionType::All).build())
        .build()
        .map_err(StoreError::client)?;
    create(client, apps, &["id"], "id", None).await?;
    create(client, bookings, &[&names.id, &names.app, "created_at"], &names.id, Some(by_app)).await
}

async fn create(
    client: &Client,
    table: &str,
    attributes: &[&str],
    key: &str,
    index: Option<GlobalSecondaryIndex>,
) -> Result<(), StoreError> {
    let mut request = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    for name in attributes {
        let definition = AttributeDefinition::builder().attribute_name(*name).attribute_type(ScalarAttributeType::S);
        request = request.attribute_definitions(definition.build().map_err(StoreError::client)?);
    }
    let request = request.set_key_schema(Some(key_schema(&[key])?));
    match request.set_global_secondary_indexes(index.map(|index| vec![index])).send().await {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error)) if error.err().is_resource_in_use_exception() => Ok(()),
        Err(error) => Err(StoreError::sdk("CreateTable", table, error)),
    }
}

/// A partition key and, as a second name, a sort key.
fn key_schema(names: &[&str]) -> Result<Vec<KeySchemaElement>, StoreError> {
    let types = [KeyType::Hash, KeyType::Range];
    let element = |(name, key_type): (&&str, KeyType)| {
        KeySchemaElement::builder().attribute_name(*name).key_type(key_type).build().map_err(StoreError::client)
    };
    names.iter().zip(types).map(element).collect()
}

//! The tables as `template.yaml` defines them, for a local engine.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};

use super::client::Client;
use super::error::StoreError;
use super::short_links::{CODE, EXPIRES_AT};
use crate::config::Config;
use crate::domain::Attribute;

/// Makes the apps table, the bookings table and, if it has a name, the table of short links, unless they exist. With
/// events, the bookings table has a stream.
pub async fn create_tables(client: &Client, config: &Config) -> Result<(), StoreError> {
    let name = |attribute| config.attributes.name(attribute);
    let (id, app, created_at) = (name(Attribute::Id), name(Attribute::App), name(Attribute::CreatedAt));
    let by_app = GlobalSecondaryIndex::builder()
        .index_name(&config.bookings_index)
        .set_key_schema(Some(key_schema(&[app, created_at])?))
        .projection(Projection::builder().projection_type(ProjectionType::All).build())
        .build()
        .map_err(StoreError::client)?;
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewImage);
    let stream = stream.build().map_err(StoreError::client)?;
    let bookings = client
        .create_table()
        .set_global_secondary_indexes(Some(vec![by_app]))
        .set_stream_specification(config.events.then_some(stream));
    create(client.create_table(), &config.apps_table, &["id"], "id").await?;
    if let Some(table) = &config.short_links_table {
        create(client.create_table(), table, &[CODE], CODE).await?;
        let on = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES_AT);
        let on = on.build().map_err(StoreError::client)?;
        // A table that was kept has it already, and refuses it.
        let _ = client.update_time_to_live().table_name(table).time_to_live_specification(on).send().await;
    }
    create(bookings, &config.bookings_table, &[id, app, created_at], id).await
}

async fn create(
    request: CreateTableFluentBuilder,
    table: &str,
    attributes: &[&str],
    key: &str,
) -> Result<(), StoreError> {
    let mut request = request.table_name(table).billing_mode(BillingMode::PayPerRequest);
    for name in attributes {
        let definition = AttributeDefinition::builder().attribute_name(*name).attribute_type(ScalarAttributeType::S);
        request = request.attribute_definitions(definition.build().map_err(StoreError::client)?);
    }
    match request.set_key_schema(Some(key_schema(&[key])?)).send().await {
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

//! A table, as DynamoDB describes it.

use aws_sdk_dynamodb::types::{
    KeySchemaElement, KeyType, PointInTimeRecoveryStatus, TableDescription, TimeToLiveStatus,
};

use super::client::Client;
use super::error::{Answered, StoreError};

/// What of a table matters to a deployment.
#[derive(Clone, Debug)]
pub struct TableFacts {
    pub key: KeyFacts,
    /// The index that serves the list.
    pub by_app: Option<KeyFacts>,
    /// What its stream has, such as `NEW_IMAGE`.
    pub stream: Option<String>,
    pub is_protected: bool,
}

/// The names and types (`S`, `N`, `B`) of a key's attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    pub partition: (String, String),
    pub sort: Option<(String, String)>,
    /// Of an index: whether it has all attributes.
    pub is_whole: bool,
}

/// Describes a table, with the index of that name.
pub async fn describe(client: &Client, table: &str, index: &str) -> Result<TableFacts, StoreError> {
    let answer = client.describe_table().table_name(table).send().await.answered("DescribeTable", table)?;
    let described = answer.table.ok_or_else(|| StoreError::new("DescribeTable", table, "no description"))?;
    let indexes = described.global_secondary_indexes.iter().flatten();
    let by_app = indexes.clone().find(|one| one.index_name() == Some(index)).map(|index| {
        let projection = index.projection().and_then(|projection| projection.projection_type());
        let is_whole = projection.is_some_and(|projection| projection.as_str() == "ALL");
        KeyFacts { is_whole, ..key(index.key_schema(), &described) }
    });
    let stream = described.stream_specification.as_ref().filter(|stream| stream.stream_enabled);
    let stream = stream.map(|stream| stream.stream_view_type.as_ref().map_or("", |view| view.as_str()).to_owned());
    Ok(TableFacts {
        key: key(described.key_schema(), &described),
        by_app,
        stream,
        is_protected: described.deletion_protection_enabled.unwrap_or_default(),
    })
}

/// The attribute that has the time at which items of a table are deleted, if that is turned on.
pub async fn time_to_live(client: &Client, table: &str) -> Result<Option<String>, StoreError> {
    let answer = client.describe_time_to_live().table_name(table).send().await;
    let described = answer.answered("DescribeTimeToLive", table)?.time_to_live_description;
    let is_on = |status: &TimeToLiveStatus| matches!(status, TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling);
    let on = described.filter(|described| described.time_to_live_status.as_ref().is_some_and(is_on));
    Ok(on.and_then(|described| described.attribute_name))
}

/// Whether a table has point-in-time recovery.
pub async fn has_backups(client: &Client, table: &str) -> Result<bool, StoreError> {
    let answer = client.describe_continuous_backups().table_name(table).send().await;
    let described = answer.answered("DescribeContinuousBackups", table)?.continuous_backups_description;
    let recovery = described.and_then(|described| described.point_in_time_recovery_description);
    let status = recovery.and_then(|recovery| recovery.point_in_time_recovery_status);
    Ok(status == Some(PointInTimeRecoveryStatus::Enabled))
}

fn key(schema: &[KeySchemaElement], table: &TableDescription) -> KeyFacts {
    let of = |key_type: KeyType| {
        let name = schema.iter().find(|key| key.key_type == key_type)?.attribute_name.clone();
        let definition = table.attribute_definitions().iter().find(|definition| definition.attribute_name == name);
        Some((name, definition.map_or("?", |definition| definition.attribute_type.as_str()).to_owned()))
    };
    KeyFacts { partition: of(KeyType::Hash).unwrap_or_default(), sort: of(KeyType::Range), is_whole: true }
}

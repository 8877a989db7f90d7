//! A position in a list of bookings.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// Where a list continues: after this booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageKey {
    pub id: String,
    /// Its sort key in the index.
    pub created_at: SortKey,
}

/// A value of `created_at`, the sort key of the index. It is a string in a table that this service
/// makes, and may be a number in an existing one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    Text(String),
    /// A number, in DynamoDB's decimal form.
    Number(String),
}

impl From<&SortKey> for AttributeValue {
    fn from(key: &SortKey) -> Self {
        match key {
            SortKey::Text(text) => Self::S(text.clone()),
            SortKey::Number(digits) => Self::N(digits.clone()),
        }
    }
}

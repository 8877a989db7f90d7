//! Attributes as JSON.

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// An attribute as JSON: numbers digit for digit, sets as lists, binary as base64.
pub(super) struct Json<'a>(pub(super) &'a AttributeValue);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            AttributeValue::S(text) => serializer.serialize_str(text),
            AttributeValue::N(number) => Number(number).serialize(serializer),
            AttributeValue::Bool(value) => serializer.serialize_bool(*value),
            AttributeValue::Null(_) => serializer.serialize_unit(),
            AttributeValue::B(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
            AttributeValue::L(values) => serializer.collect_seq(values.iter().map(Json)),
            AttributeValue::M(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_unstable_by_key(|(name, _)| name.as_str());
                let mut map = serializer.serialize_map(Some(sorted.len()))?;
                for (name, value) in sorted {
                    map.serialize_entry(name, &Json(value))?;
                }
                map.end()
            }
            AttributeValue::Ss(set) => serializer.collect_seq(set),
            AttributeValue::Ns(set) => serializer.collect_seq(set.iter().map(|number| Number(number))),
            AttributeValue::Bs(set) => serializer.collect_seq(set.iter().map(|bytes| STANDARD.encode(bytes))),
            _ => serializer.serialize_unit(),
        }
    }
}

/// A number as DynamoDB writes it, with up to 38 digits. A double cannot hold that.
struct Number<'a>(&'a str);

impl Serialize for Number<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match RawValue::from_string(self.0.to_owned()) {
            Ok(digits) => digits.serialize(serializer),
            Err(_) => serializer.serialize_str(self.0),
        }
    }
}

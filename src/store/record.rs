//! A booking's record in the table.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::appointment::Appointment;
use crate::config::Attributes;

/// The attributes that a click adds to a booking. No answer shows them unless asked.
pub(super) const USED_LINKS: &str = "used_links";
pub(super) const ACTION_LOG: &str = "action_log";

/// A record of the bookings table, with all its attributes.
#[derive(Clone, Debug)]
pub struct BookingRecord<'a> {
    pub(super) item: HashMap<String, AttributeValue>,
    names: &'a Attributes,
}

impl<'a> BookingRecord<'a> {
    pub(super) fn new(item: HashMap<String, AttributeValue>, names: &'a Attributes) -> Self {
        Self { item, names }
    }

    /// Its id.
    pub fn id(&self) -> Option<&str> {
        self.text(&self.names.id)
    }

    /// Its state.
    pub fn state(&self) -> Option<&str> {
        self.text(&self.names.state)
    }

    /// The graph that it names. Null counts as absent. A value that is not a string names a graph
    /// that does not exist.
    pub fn graph(&self) -> Option<&str> {
        self.name(&self.names.graph)
    }

    /// The app that it names. Null counts as absent. A value that is not a string names an app that
    /// does not exist.
    pub fn app_id(&self) -> Option<&str> {
        self.name(&self.names.app)
    }

    /// When it was made. The list is sorted by this.
    pub fn created_at(&self) -> Option<&str> {
        self.text("created_at")
    }

    /// An absent attribute means the default graph or the only app; one that is not a string means
    /// neither.
    fn name(&self, name: &str) -> Option<&str> {
        let value = self.item.get(name).filter(|value| !value.is_null())?;
        Some(value.as_s().map_or("", String::as_str))
    }

    /// What the booking is about.
    pub(super) fn appointment(&self) -> Appointment {
        let info = || self.item.get("attributes")?.as_m().ok()?.get("event_info")?.as_m().ok();
        let of_info = |name: &str| text_of(info()?.get(name)?);
        let customers = self.item.get("customers").and_then(|customers| customers.as_l().ok()).into_iter().flatten();
        let mut time_zones = customers.filter_map(|customer| text_of(customer.as_m().ok()?.get("timezone")?));
        Appointment {
            what: of_info("what"),
            place: of_info("where"),
            starts_at: self.text("starts_at").and_then(|time| time.parse().ok()),
            time_zone: time_zones.next(),
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.item.get(name)?.as_s().ok().map(String::as_str)
    }

    /// Its attributes sorted by name, for a JSON answer: without `used_links`, and without
    /// `action_log` unless `with_log`.
    pub fn attributes(&self, with_log: bool) -> Vec<(&str, impl Serialize + '_)> {
        let shown = |name: &str| name != USED_LINKS && (with_log || name != ACTION_LOG);
        let mut attributes: Vec<_> = self
            .item
            .iter()
            .filter(|(name, _)| shown(name))
            .map(|(name, value)| (name.as_str(), Json(value)))
            .collect();
        attributes.sort_unstable_by_key(|(name, _)| *name);
        attributes
    }
}

/// The string of an attribute, if it is not blank.
fn text_of(value: &AttributeValue) -> Option<String> {
    value.as_s().ok().filter(|text| !text.trim().is_empty()).cloned()
}

/// An attribute as JSON: numbers digit for digit, sets as lists, binary as base64.
struct Json<'a>(&'a AttributeValue);

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

//! A booking, as the table has it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::ser::Serialize;

use super::json::Json;
use super::page_key::{PageKey, SortKey};
use crate::booking::{BookingId, State};
use crate::domain::{Attribute, AttributeNames, BookingSummary, Record, Value, Visibility, starts_at, time_of};

/// The action of the entry that an undo adds to the log.
pub(crate) const UNDO: &str = "undo";

/// Who acts, in the entry of an action that the business has taken itself.
pub(super) const OWNER: &str = "owner";

/// What an entry of the log may say of a person.
#[cfg(feature = "cli")]
const PERSONAL: [&str; 4] = ["message", "sub", "source_ip", "user_agent"];

/// A view of an item of the bookings table.
#[derive(Clone, Debug)]
pub struct Booking<'a> {
    item: HashMap<String, AttributeValue>,
    names: &'a AttributeNames,
}

/// An entry of a booking's `action_log`.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a>(&'a HashMap<String, AttributeValue>);

impl<'a> Booking<'a> {
    pub(super) fn new(item: HashMap<String, AttributeValue>, names: &'a AttributeNames) -> Self {
        Self { item, names }
    }

    /// Makes it of JSON, for a model that has no table.
    #[cfg(test)]
    pub(crate) fn of(record: serde_json::Value, names: &'a AttributeNames) -> Self {
        Self { item: serde_dynamo::to_item(record).unwrap(), names }
    }

    /// Its state. `None` if the attribute is not the name of a state.
    pub fn state(&self) -> Option<State> {
        State::parse(self.text(Attribute::State)?).ok()
    }

    /// The state before the last click, if that click can be undone.
    pub fn previous_state(&self) -> Option<State> {
        State::parse(self.text(Attribute::PreviousState)?).ok()
    }

    /// The booking that took its place, if it was moved and names a valid id.
    pub fn rescheduled_to(&self) -> Option<BookingId> {
        BookingId::parse(self.text(Attribute::RescheduledTo)?).ok()
    }

    /// The entries of the log that say something of a person: the place of each, itself, and the names of what it says.
    #[cfg(feature = "cli")]
    pub(super) fn personal_entries(&self) -> impl Iterator<Item = (usize, &AttributeValue, Vec<&'static str>)> {
        let log = self.get(Attribute::ActionLog).and_then(|log| log.as_l().ok()).into_iter().flatten();
        log.enumerate().filter_map(|(place, entry)| {
            let members = entry.as_m().ok()?;
            let names: Vec<_> = PERSONAL.into_iter().filter(|name| members.contains_key(*name)).collect();
            (!names.is_empty()).then_some((place, entry, names))
        })
    }

    /// The attribute that no click can write, because it has another type than a click gives it. DynamoDB refuses
    /// such a write.
    #[cfg(any(feature = "cli", feature = "local"))]
    pub(crate) fn unwritable(&self) -> Option<Attribute> {
        let is_wrong = |attribute, is_right: fn(&AttributeValue) -> bool| {
            self.get(attribute).is_some_and(|value| !is_right(value)).then_some(attribute)
        };
        let links = is_wrong(Attribute::UsedLinks, AttributeValue::is_ss);
        links.or_else(|| is_wrong(Attribute::ActionLog, AttributeValue::is_l))
    }

    /// How many entries its log has.
    pub fn log_length(&self) -> usize {
        self.entries().count()
    }

    /// Its position in the list. `None` if its sort key is neither a string nor a number.
    pub fn page_key(&self) -> Option<PageKey> {
        let created_at = match self.value(Attribute::CreatedAt)? {
            Value::Text(text) => SortKey::Text(text.to_owned()),
            Value::Number(digits) => SortKey::Number(digits.to_owned()),
            Value::Null | Value::Other => return None,
        };
        Some(PageKey { id: self.text(Attribute::Id)?.to_owned(), created_at })
    }

    /// The newest entry of the log.
    #[cfg(feature = "local")]
    pub fn last_entry(&self) -> Option<Entry<'_>> {
        self.entries().next_back()
    }

    /// The entry of the log for the click on that link, if it has one.
    pub fn entry_of_link(&self, link_id: &str) -> Option<Entry<'_>> {
        self.entries_of(link_id).find(|entry| entry.text("action") != Some(UNDO))
    }

    /// The entry of the log for the undo of the click on that link, if it has one.
    pub fn entry_of_undo(&self, link_id: &str) -> Option<Entry<'_>> {
        self.entries_of(link_id).find(|entry| entry.text("action") == Some(UNDO))
    }

    /// The newest one comes first.
    fn entries_of(&self, link_id: &str) -> impl Iterator<Item = Entry<'_>> {
        self.entries().rev().filter(move |entry| entry.text("link_id") == Some(link_id))
    }

    /// The entry of the log that the request `request_id` wrote, if it did: a click on that link or, without a link,
    /// the business itself.
    pub(super) fn entry_of_request(&self, link_id: Option<&str>, request_id: &str) -> Option<Entry<'_>> {
        let fits = |entry: &Entry<'_>| entry.text("request_id") == Some(request_id) && entry.text("link_id") == link_id;
        self.entries().rev().find(fits)
    }

    /// The entry of the log that the business's own request `request_id` wrote, if it did.
    pub fn entry_of_owner(&self, request_id: &str) -> Option<Entry<'_>> {
        self.entry_of_request(None, request_id)
    }

    fn entries(&self) -> impl DoubleEndedIterator<Item = Entry<'_>> {
        let log = self.get(Attribute::ActionLog).and_then(|log| log.as_l().ok()).into_iter().flatten();
        log.filter_map(|entry| entry.as_m().ok().map(Entry))
    }

    fn get(&self, attribute: Attribute) -> Option<&AttributeValue> {
        self.item.get(self.names.name(attribute))
    }

    pub fn summary(&self) -> BookingSummary {
        let info = || self.item.get("attributes")?.as_m().ok()?.get("event_info")?.as_m().ok();
        let of_info = |name: &str| text_of(info()?.get(name)?);
        let customers = self.item.get("customers").and_then(|customers| customers.as_l().ok()).into_iter().flatten();
        let mut time_zones = customers.filter_map(|customer| text_of(customer.as_m().ok()?.get("timezone")?));
        BookingSummary {
            what: of_info("what"),
            place: of_info("where"),
            starts_at: starts_at(self),
            ends_at: self.value(Attribute::EndsAt).and_then(time_of),
            time_zone: time_zones.next(),
        }
    }

    /// Its attributes sorted by name, for a JSON answer: those that may be seen, and the log if `with_log`.
    pub fn attributes(&self, with_log: bool) -> Vec<(&str, impl Serialize + '_)> {
        let is_shown = |name: &str| match self.names.visibility(name) {
            Visibility::Shown => true,
            Visibility::Log => with_log,
            Visibility::Private => false,
        };
        let shown = self.item.iter().filter(|(name, _)| is_shown(name));
        let mut attributes: Vec<_> = shown.map(|(name, value)| (name.as_str(), Json(value))).collect();
        attributes.sort_unstable_by_key(|(name, _)| *name);
        attributes
    }
}

impl Record for Booking<'_> {
    fn value(&self, attribute: Attribute) -> Option<Value<'_>> {
        Some(match self.get(attribute)? {
            AttributeValue::Null(_) => Value::Null,
            AttributeValue::S(text) => Value::Text(text),
            AttributeValue::N(digits) => Value::Number(digits),
            _ => Value::Other,
        })
    }

    fn contains(&self, attribute: Attribute, text: &str) -> bool {
        match self.get(attribute) {
            Some(AttributeValue::Ss(set)) => set.iter().any(|element| element == text),
            Some(AttributeValue::L(list)) => {
                list.iter().any(|element| matches!(element, AttributeValue::S(own) if own == text))
            }
            Some(AttributeValue::S(own)) => own.contains(text),
            _ => false,
        }
    }
}

impl<'a> Entry<'a> {
    pub fn action(self) -> Option<&'a str> {
        self.text("action")
    }

    /// The state that the click led to.
    pub fn to(self) -> Option<State> {
        State::parse(self.text("to")?).ok()
    }

    /// When (RFC 3339, UTC).
    pub fn at(self) -> Option<&'a str> {
        self.text("at")
    }

    fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_s().ok().map(String::as_str)
    }
}

/// The string of an attribute, if it is not blank.
fn text_of(value: &AttributeValue) -> Option<String> {
    value.as_s().ok().filter(|text| !text.trim().is_empty()).cloned()
}

//! A booking, as the table has it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::ser::Serialize;

use super::json::Json;
use super::page_key::{PageKey, SortKey};
use crate::booking::{BookingId, Named, State};
use crate::config::Attributes;
use crate::domain::{Attribute, BookingSummary};

/// The attributes that a click adds to a booking. No answer shows them unless asked.
pub(super) const USED_LINKS: &str = "used_links";
pub(super) const ACTION_LOG: &str = "action_log";

/// The attributes that make a click undoable. No answer shows them.
const PREVIOUS_STATE: &str = "previous_state";
const UNDO_OF: &str = "undo_of";

/// When a new link was last requested.
const LINK_REQUESTED_AT: &str = "link_requested_at";

/// The attributes of the last event, for a stream's filter. No answer shows them.
pub(super) const EVENT_ATTRIBUTES: [&str; 10] = [
    "event_id",
    "event_type",
    "event_app_id",
    "event_booking_id",
    "event_action",
    "event_from",
    "event_to",
    "event_at",
    "event_link_id",
    "event_sub",
];

/// The action of the entry that an undo adds to the log.
pub(crate) const UNDO: &str = "undo";

/// The attributes that decide until when, and from when on, links work.
pub(crate) const STARTS_AT: &str = "starts_at";
pub(crate) const LINKS_VALID_AFTER: &str = "links_valid_after";

/// A view of an item of the bookings table.
#[derive(Clone, Debug)]
pub struct Booking<'a> {
    item: HashMap<String, AttributeValue>,
    names: &'a Attributes,
}

/// An entry of a booking's `action_log`.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a>(&'a HashMap<String, AttributeValue>);

impl<'a> Booking<'a> {
    pub(super) fn new(item: HashMap<String, AttributeValue>, names: &'a Attributes) -> Self {
        Self { item, names }
    }

    /// Makes it of JSON, for a model that has no table.
    #[cfg(test)]
    pub(crate) fn of(record: serde_json::Value, names: &'a Attributes) -> Self {
        Self { item: serde_dynamo::to_item(record).unwrap(), names }
    }

    /// Its id.
    pub fn id(&self) -> Option<&str> {
        self.text(&self.names.id)
    }

    /// Its state. `None` if the attribute is not the name of a state.
    pub fn state(&self) -> Option<State> {
        State::parse(self.text(&self.names.state)?).ok()
    }

    /// The graph that it names.
    pub fn graph(&self) -> Named<&str> {
        self.named(&self.names.graph)
    }

    /// The app that it names.
    pub fn app_id(&self) -> Named<&str> {
        self.named(&self.names.app)
    }

    /// The state before the last click, if that click can be undone.
    pub fn previous_state(&self) -> Option<State> {
        State::parse(self.text(PREVIOUS_STATE)?).ok()
    }

    /// The booking that took its place, if it was moved and names a valid id.
    pub fn rescheduled_to(&self) -> Option<BookingId> {
        BookingId::parse(self.text("rescheduled_to")?).ok()
    }

    /// When it starts, as it is written.
    pub fn starts_at(&self) -> Option<&str> {
        self.text(STARTS_AT)
    }

    /// The second from which on its links are valid, if that is set to a number.
    pub fn links_valid_after(&self) -> Option<f64> {
        self.item.get(LINKS_VALID_AFTER)?.as_n().ok()?.parse().ok()
    }

    /// Its position in the list. `None` if its sort key is neither a string nor a number.
    pub fn page_key(&self) -> Option<PageKey> {
        let created_at = match self.item.get("created_at")? {
            AttributeValue::S(text) => SortKey::Text(text.clone()),
            AttributeValue::N(digits) => SortKey::Number(digits.clone()),
            _ => return None,
        };
        Some(PageKey { id: self.id()?.to_owned(), created_at })
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

    /// The entry of the log that the click `request_id` on that link wrote, if it did.
    pub(super) fn entry_of_click(&self, link_id: &str, request_id: &str) -> Option<Entry<'_>> {
        let fits =
            |entry: &Entry<'_>| entry.text("request_id") == Some(request_id) && entry.text("link_id") == Some(link_id);
        self.entries().rev().find(fits)
    }

    fn entries(&self) -> impl DoubleEndedIterator<Item = Entry<'_>> {
        let log = self.item.get(ACTION_LOG).and_then(|log| log.as_l().ok()).into_iter().flatten();
        log.filter_map(|entry| entry.as_m().ok().map(Entry))
    }

    /// The value of an attribute that rules speak of.
    pub(super) fn value(&self, attribute: Attribute) -> Option<&AttributeValue> {
        self.item.get(attribute_name(attribute, self.names))
    }

    /// What the booking is about.
    pub fn summary(&self) -> BookingSummary {
        let info = || self.item.get("attributes")?.as_m().ok()?.get("event_info")?.as_m().ok();
        let of_info = |name: &str| text_of(info()?.get(name)?);
        let customers = self.item.get("customers").and_then(|customers| customers.as_l().ok()).into_iter().flatten();
        let mut time_zones = customers.filter_map(|customer| text_of(customer.as_m().ok()?.get("timezone")?));
        BookingSummary {
            what: of_info("what"),
            place: of_info("where"),
            starts_at: self.starts_at().and_then(|time| time.parse().ok()),
            time_zone: time_zones.next(),
        }
    }

    /// Its attributes sorted by name, for a JSON answer: without those that only a click needs, and
    /// without `action_log` unless `with_log`.
    pub fn attributes(&self, with_log: bool) -> Vec<(&str, impl Serialize + '_)> {
        let shown = |name: &str| match name {
            USED_LINKS | PREVIOUS_STATE | UNDO_OF => false,
            ACTION_LOG => with_log,
            _ => !EVENT_ATTRIBUTES.contains(&name),
        };
        let mut attributes: Vec<_> = self
            .item
            .iter()
            .filter(|(name, _)| shown(name))
            .map(|(name, value)| (name.as_str(), Json(value)))
            .collect();
        attributes.sort_unstable_by_key(|(name, _)| *name);
        attributes
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.item.get(name)?.as_s().ok().map(String::as_str)
    }

    fn named(&self, name: &str) -> Named<&str> {
        match self.item.get(name) {
            None | Some(AttributeValue::Null(_)) => Named::Absent,
            Some(AttributeValue::S(text)) => Named::Name(text),
            Some(_) => Named::Other,
        }
    }
}

impl<'a> Entry<'a> {
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

/// The name of an attribute in the table.
pub(super) fn attribute_name(attribute: Attribute, names: &Attributes) -> &str {
    match attribute {
        Attribute::Id => &names.id,
        Attribute::App => &names.app,
        Attribute::Graph => &names.graph,
        Attribute::State => &names.state,
        Attribute::UsedLinks => USED_LINKS,
        Attribute::LinksValidAfter => LINKS_VALID_AFTER,
        Attribute::StartsAt => STARTS_AT,
        Attribute::PreviousState => PREVIOUS_STATE,
        Attribute::UndoOf => UNDO_OF,
        Attribute::UpdatedAt => "updated_at",
        Attribute::LinkRequestedAt => LINK_REQUESTED_AT,
    }
}

/// The string of an attribute, if it is not blank.
fn text_of(value: &AttributeValue) -> Option<String> {
    value.as_s().ok().filter(|text| !text.trim().is_empty()).cloned()
}

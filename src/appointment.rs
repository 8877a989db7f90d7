//! What a booking is about, as far as its record says so, for people to recognise it by.

use jiff::Timestamp;
use serde::Serialize;

/// What a booking is about: every part of it optional, none of it ever decides anything.
#[derive(Clone, Debug, Default, Serialize, PartialEq, Eq)]
pub struct Appointment {
    /// What was booked: the record's `attributes.event_info.what`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Where: `attributes.event_info.where`.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it begins: `starts_at`, if that is an RFC 3339 time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Where the customer's clock stands (IANA, `Europe/Berlin`): the `timezone` of the first
    /// of its `customers` that has one. Nobody has looked whether there is such a zone.
    #[serde(rename = "timezone", skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

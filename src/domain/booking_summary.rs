//! What a booking is about, so that people recognise it.

use jiff::Timestamp;
use serde::Serialize;

/// What a booking is about. Every part is optional, and nothing is decided by it.
#[derive(Clone, Debug, Default, Serialize, PartialEq, Eq)]
pub struct BookingSummary {
    /// What was booked: the record's `attributes.event_info.what`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Where: `attributes.event_info.where`.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it begins: `starts_at`, if that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// When it ends: `ends_at`, if that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The customer's time zone (`Europe/Berlin`): the `timezone` of the first of its
    /// `customers` that has one. It is not checked here that the zone exists.
    #[serde(rename = "timezone", skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

impl BookingSummary {
    /// When it ends, if it begins: at its beginning, unless a later end is known.
    pub fn end(&self) -> Option<Timestamp> {
        let start = self.starts_at?;
        Some(self.ends_at.filter(|end| *end > start).unwrap_or(start))
    }
}

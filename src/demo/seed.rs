//! Writes the demo's data into the tables.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::data::{Data, DemoApp, DemoBooking};
use super::error::DemoError;
use super::mail::email;
use crate::app::{App, AppRecord};
use crate::domain::Graphs;
use crate::link::KeyId;
use crate::store::{AppStore, BookingStore};
use crate::time::rfc3339;

/// In seconds.
const DAY: u64 = 86_400;

/// When the first appointment of a day is, in UTC.
const OPENS_AT: u64 = 10;

const HOURS_OPEN: u64 = 7;

/// Writes the apps, with this server's address, and those bookings that the table does not have.
pub(super) async fn seed(
    apps: &AppStore,
    bookings: &BookingStore,
    data: &Data,
    base: &str,
    now: SystemTime,
) -> Result<(), DemoError> {
    for app in &data.apps {
        apps.put(app.record(base, now)).await?;
    }
    for (index, booking) in (0..).zip(&data.bookings) {
        // Each a little older than the one before, so that the list is in the same order.
        let created_at = now - Duration::from_secs(3600 * (index + 1));
        bookings.create(booking.record(created_at, booking.starts_at(index, now))).await?;
    }
    Ok(())
}

impl DemoApp {
    pub(super) fn record(&self, base: &str, now: SystemTime) -> AppRecord {
        let key = json!({ "kid": KeyId::of(&self.key), "secret": self.key, "created_at": rfc3339(now) });
        let mut record = object(json!({ "id": self.id, "name": self.name, "keys": [key] }));
        record.extend(self.settings.clone().into_iter().map(|(name, setting)| match setting {
            Value::String(text) => (name, text.replace("{base}", base).into()),
            other => (name, other),
        }));
        AppRecord(record)
    }

    /// It, as the functions read it.
    pub(super) fn loaded(&self, base: &str, now: SystemTime, graphs: &Graphs) -> Result<App, DemoError> {
        let loaded = App::from_record(self.record(base, now), graphs);
        loaded.map(|(app, _)| app).map_err(|error| DemoError::Data(error.to_string()))
    }
}

impl DemoBooking {
    /// At a full hour of the business's day, unless it starts within a day.
    fn starts_at(&self, index: u64, now: SystemTime) -> SystemTime {
        let at = now + Duration::from_secs(3600 * self.starts_in_hours);
        let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let hour = match self.starts_in_hours {
            0..24 => seconds / 3600,
            _ => seconds / DAY * 24 + OPENS_AT + index * 3 % HOURS_OPEN,
        };
        SystemTime::UNIX_EPOCH + Duration::from_secs(3600 * hour)
    }

    fn record(&self, created_at: SystemTime, starts_at: SystemTime) -> Map<String, Value> {
        let mut record = json!({
            "id": self.id, "app_id": self.app, "graph": self.graph, "state": self.state,
            "created_at": rfc3339(created_at), "updated_at": rfc3339(created_at),
            "completed": self.state.starts_with("cancelled"),
            "starts_at": rfc3339(starts_at),
            "ends_at": rfc3339(starts_at + Duration::from_secs(3600)),
            "attributes": { "event_info": { "what": self.what, "where": "12 Analytical Row" } },
            "customers": [{ "name": self.customer, "email": email(&self.customer) }],
        });
        if self.is_revoked {
            let sent = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
            record["links_valid_after"] = json!(sent + 60);
        }
        if let Some(booking) = &self.rescheduled_to {
            record["rescheduled_to"] = json!(booking);
        }
        object(record)
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

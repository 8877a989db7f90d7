//! Records of apps and bookings.

use action_links::app::{App, AppRecord};
use action_links::domain::Graphs;
use serde_json::{Value, json};

use super::jws::SECRET;

/// The key of the app `bob`.
pub(crate) const BOB: &str = "test_api_key_of_another_business_0123456789";

/// A JSON object, changed and extended by the members of another one.
pub(crate) fn extended(mut base: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("{more} is not an object") };
    base.as_object_mut().unwrap().extend(more);
    base
}

/// The record of the app `ada` with these settings, beside the required ones.
pub(crate) fn ada(settings: Value) -> Value {
    let keys = json!([{ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z" }]);
    extended(json!({ "id": "ada", "name": "Hair by Ada", "keys": keys }), settings)
}

/// The record of another app.
pub(crate) fn bob() -> Value {
    json!({ "id": "bob", "name": "Bob", "keys": [{ "secret": BOB }] })
}

/// The tentative booking `b-1` of the app `ada`, changed and extended by these attributes.
pub(crate) fn booking(attributes: Value) -> Value {
    let booking = json!({
        "id": "b-1", "app_id": "ada", "graph": "confirm_decline", "state": "tentative", "completed": false,
        "created_at": "2026-11-01T08:00:00Z", "updated_at": "2026-11-01T08:00:00Z",
        "attributes": { "what": "Cut" },
    });
    extended(booking, attributes)
}

/// An app's record, as the store takes it.
pub(crate) fn app_record(record: Value) -> AppRecord {
    let Value::Object(record) = record else { panic!("{record} is not an object") };
    AppRecord::from(record)
}

/// The app that is read from a record.
pub(crate) fn app(record: Value) -> App {
    App::from_record(app_record(record), &graphs()).unwrap().0
}

/// The graphs that are built in.
pub(crate) fn graphs() -> Graphs {
    Graphs::built_in(None).unwrap()
}

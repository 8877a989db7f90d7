//! Apps for a person and for a program, without their secrets.

use serde_json::{Value, json as value};

use crate::app::{AppRecord, Setting};
use crate::cli::marks::key_state;
use crate::domain::printable;
use crate::link::KeyId;

/// An app and its keys, a line each.
pub(super) fn brief(record: &AppRecord) -> String {
    let text = |name| record.0.get(name).and_then(Value::as_str).map_or_else(|| "?".to_owned(), printable);
    let head = format!("{}  {}\n", text("id"), text("name"));
    let keys = keys(record).map(|key| {
        let text = |name: &str| key[name].as_str().map_or_else(|| "?".to_owned(), printable);
        format!("  key {}  {}  created {}\n", text("kid"), key_state(&text("state")), text("created_at"))
    });
    head + &keys.collect::<String>()
}

/// An app with its settings, a line each.
pub(super) fn whole(record: &AppRecord) -> String {
    let settings =
        settings(record).map(|(name, value)| format!("  {}  {}\n", printable(name), printable(&value.to_string())));
    brief(record) + &settings.collect::<String>()
}

/// The record without secrets: of each key, its id and its state.
pub(super) fn json(record: &AppRecord) -> Value {
    let mut app = value!({ "id": record.0.get("id"), "name": record.0.get("name") });
    for (name, setting) in settings(record) {
        app[name] = setting.clone();
    }
    app["keys"] = Value::Array(keys(record).collect());
    app
}

/// The settings in the order of their table, then whatever else is in the record.
fn settings(record: &AppRecord) -> impl Iterator<Item = (&String, &Value)> {
    let rank = |name: &str| Setting::ALL.iter().position(|setting| setting.name == name).unwrap_or(Setting::ALL.len());
    let mut settings: Vec<_> =
        record.0.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "name" | "keys")).collect();
    settings.sort_by_key(|(name, _)| rank(name));
    settings.into_iter()
}

fn keys(record: &AppRecord) -> impl Iterator<Item = Value> {
    record.0.get("keys").and_then(Value::as_array).into_iter().flatten().map(key)
}

/// A key without its secret.
pub(in crate::cli) fn key(key: &Value) -> Value {
    let has = |name| key.get(name).is_some_and(|value| !value.is_null());
    let state = match (has("revoked_at"), has("retired_at")) {
        (true, _) => "revoked",
        (false, true) => "retired",
        (false, false) => "active",
    };
    let of_secret = key.get("secret").and_then(Value::as_str).map(|secret| KeyId::of(secret).to_string());
    let key_id = of_secret.or_else(|| key.get("kid")?.as_str().map(str::to_owned));
    value!({ "kid": key_id, "state": state, "created_at": key.get("created_at") })
}

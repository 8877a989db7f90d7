//! The events of `events/`, and the programs that take them. A file is named `source_case.json`;
//! `examples/event.rs` says what its placeholders stand for.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::http::Address;
use super::jws::SECRET;
use super::world::BASE;

#[path = "../../../examples/event.rs"]
#[expect(dead_code, reason = "`main` and its key are the program's")]
mod example;

pub(crate) const ACTION_LINK: &str = env!("CARGO_BIN_EXE_action-link");
pub(crate) const BOOKING_LINKS: &str = env!("CARGO_BIN_EXE_booking-links");

/// Every event by its file's name, the placeholders filled in.
pub(crate) fn every_event() -> Vec<(String, String)> {
    let fill = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let event = example::fill(&text, &name, &booking_of(&name), "ada", SECRET).unwrap();
        assert!(!event.contains("{{"), "{name}: {event}");
        (name, event)
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("events");
    let mut events: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| fill(entry.unwrap().path())).collect();
    events.sort();
    events
}

/// The event of a file.
pub(crate) fn event(name: &str) -> String {
    every_event().into_iter().find(|(found, _)| found == name).unwrap().1
}

/// The booking of a file: each has its own.
pub(crate) fn booking_of(name: &str) -> String {
    format!("b-{}", name.replace('_', "-"))
}

/// A request as an HTTP API hands it over.
pub(crate) fn http_api(method: &str, to: impl Address, headers: Value, body: &str) -> String {
    let (path, query) = to.address().trim_start_matches(BASE).split_once('?').unwrap();
    let event = json!({
        "version": "2.0", "rawPath": path, "rawQueryString": query, "headers": headers, "body": body,
        "requestContext": { "http": { "method": method, "path": path } }, "isBase64Encoded": false,
    });
    event.to_string()
}

//! A booking's log as a story.

use std::time::SystemTime;

use anstyle::Style;
use serde_json::Value;

use crate::domain::printable;
use crate::inspect::distance;
use crate::time::from_rfc3339;

/// A line with its title, if there is something to say.
pub(super) fn line(title: &str, text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!("  {title:<10}  {}\n", printable(text)))
}

/// What happened, the oldest first.
pub(super) fn story(log: Option<&Value>, now: SystemTime) -> String {
    let bold = Style::new().bold();
    let entries: Vec<&Value> = log.and_then(Value::as_array).into_iter().flatten().collect();
    if entries.is_empty() {
        return format!("\n{bold}Nothing has happened to it yet.{bold:#}\n");
    }
    let told: String = entries.into_iter().map(|entry| chapter(entry, now)).collect();
    format!("\n{bold}What happened{bold:#}\n{told}")
}

fn chapter(entry: &Value, now: SystemTime) -> String {
    let text = |name: &str| entry[name].as_str().map(printable);
    let at = text("at").unwrap_or_else(|| "?".to_owned());
    let ago = entry["at"].as_str().and_then(from_rfc3339).map(|at| format!(", {}", distance(at, now)));
    let action = text("action").unwrap_or_else(|| "?".to_owned());
    let from = text("from").map(|from| format!("{from} → ")).unwrap_or_default();
    let to = text("to").unwrap_or_else(|| "?".to_owned());
    let by = match (text("by"), text("link_id")) {
        (Some(by), _) => format!("by the {by}"),
        (None, Some(link)) => format!("by the link {link}"),
        (None, None) => "by a program".to_owned(),
    };
    let sent_to = text("sub").map(|sub| format!(", sent to {sub}")).unwrap_or_default();
    let client = text("source_ip").map(|ip| format!(", from {ip}")).unwrap_or_default();
    let message = text("message").map(|message| format!("      \u{201c}{message}\u{201d}\n")).unwrap_or_default();
    format!("  {at}{}\n      {action}: {from}{to}, {by}{sent_to}{client}\n{message}", ago.unwrap_or_default())
}

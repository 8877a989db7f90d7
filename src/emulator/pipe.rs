//! Stands in for the EventBridge pipe of `template.yaml`: passes a stream's records through its filter
//! and its transformer, whose texts are the deployed ones. It knows the parts of both that they use.

use serde::Deserialize;
use serde_json::Value;

/// The texts of the pipe. `template.yaml` has the same; a test compares them.
const TEXTS: &str = include_str!("../../cdk/lib/pipe.json");

/// The pipe between the stream of the bookings table and the event bus.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pipe {
    pattern: String,
    source: String,
    detail_type: String,
    time: String,
    input_template: String,
}

/// An event as it comes out of the pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Who sends it: `action-links`.
    pub source: String,
    /// What kind of event it is.
    pub detail_type: String,
    /// When it happened (RFC 3339, UTC).
    pub time: String,
    /// The rest.
    pub detail: Value,
}

impl Pipe {
    /// The pipe that is deployed.
    ///
    /// # Errors
    ///
    /// When its texts cannot be read.
    pub fn deployed() -> serde_json::Result<Self> {
        serde_json::from_str(TEXTS)
    }

    /// The event of a stream's record. `None` if the record does not pass the filter.
    ///
    /// # Errors
    ///
    /// When the transformer names something that the record does not have, or does not make JSON. Such a
    /// record would go to the dead letters.
    pub fn pass(&self, record: &Value) -> Result<Option<Event>, String> {
        let pattern: Value = serde_json::from_str(&self.pattern).map_err(|error| error.to_string())?;
        if !fits(&pattern, record) {
            return Ok(None);
        }
        let text = |path: &str| match at(record, path) {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(format!("{path} is not a string of the record")),
        };
        Ok(Some(Event {
            source: self.source.clone(),
            detail_type: text(&self.detail_type)?,
            time: text(&self.time)?,
            detail: transformed(&self.input_template, record)?,
        }))
    }
}

/// Whether a record fits an event pattern: each field of the pattern is in it, with one of the listed
/// values (EventBridge User Guide, "Event patterns").
fn fits(pattern: &Value, record: &Value) -> bool {
    match pattern {
        Value::Object(fields) => {
            fields.iter().all(|(name, of)| record.get(name).is_some_and(|record| fits(of, record)))
        }
        Value::Array(allowed) => allowed.contains(record),
        _ => false,
    }
}

/// The template with each `<$.path>` replaced by the value there (EventBridge User Guide, "Amazon EventBridge Pipes
/// input transformation"). A string gets quotes around it, and nothing in it is escaped.
fn transformed(template: &str, record: &Value) -> Result<Value, String> {
    let mut parts = template.split('<');
    let mut json = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (path, rest) = part.split_once('>').ok_or("a path does not end")?;
        let value = at(record, path).ok_or_else(|| format!("{path} is not in the record"))?;
        match value {
            Value::String(text) => json.extend(["\"", text, "\""]),
            other => json += &other.to_string(),
        }
        json += rest;
    }
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

/// The value at a path: `$.dynamodb.NewImage.event_id.S`.
fn at<'r>(record: &'r Value, path: &str) -> Option<&'r Value> {
    path.strip_prefix("$.")?.split('.').try_fold(record, |value, name| value.get(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pattern_is_a_list_of_values_for_each_field() {
        let pattern = json!({ "kind": ["a", "b"], "of": { "deep": ["c"] } });
        assert!(fits(&pattern, &json!({ "kind": "b", "of": { "deep": "c", "more": 1 }, "other": 2 })));
        for record in [json!({ "kind": "c", "of": { "deep": "c" } }), json!({ "kind": "a" }), json!({ "kind": ["a"] })]
        {
            assert!(!fits(&pattern, &record), "{record}");
        }
    }

    #[test]
    fn a_template_makes_json_or_a_fault() {
        let record = json!({ "a": { "S": "say \"hi\"" } });
        assert_eq!(transformed(r#"{"b": <$.c.S>}"#, &json!({ "c": { "S": "hi" } })), Ok(json!({ "b": "hi" })));
        // As AWS does: it does not become JSON.
        assert!(transformed(r#"{"b": <$.a.S>}"#, &record).is_err());
        assert!(transformed(r#"{"b": <$.c.S>}"#, &record).unwrap_err().contains("$.c.S"));
        assert!(transformed(r#"{"b": <$.a.S}"#, &record).is_err());
    }
}

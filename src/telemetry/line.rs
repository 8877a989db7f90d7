//! The form of a log line: JSON, with metrics if it has any.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer as _};
use serde_json::{Error, Serializer};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::metrics::{self, Present};

/// The bytes that are reserved for a line with metrics. That of a click has about 1,200.
const USUAL_LENGTH: usize = 1500;

/// Writes each event as one line of JSON.
pub(super) struct Line {
    json: Format<Json>,
    /// The function whose metrics the lines have.
    function: Option<String>,
}

impl Line {
    pub(super) fn new(function: Option<String>) -> Self {
        let json = Format::default().json().flatten_event(true).with_target(false);
        Self { json: json.with_current_span(false).with_span_list(false), function }
    }
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let Some(function) = self.function.as_deref().filter(|_| metrics::are_in(event.metadata())) else {
            return self.json.format_event(context, writer, event);
        };
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let mut line = Vec::with_capacity(USUAL_LENGTH);
        with_metrics(&mut line, event, &time, function).map_err(|_| fmt::Error)?;
        line.push(b'\n');
        writer.write_str(std::str::from_utf8(&line).map_err(|_| fmt::Error)?)
    }
}

/// The line that `tracing-subscriber` would write, with the members of the metrics after its own. It is written in one
/// pass, because each click has such a line.
fn with_metrics(line: &mut Vec<u8>, event: &Event<'_>, time: &str, function: &str) -> Result<(), Error> {
    let mut json = Serializer::new(line);
    let mut map = json.serialize_map(None)?;
    map.serialize_entry("timestamp", time)?;
    map.serialize_entry("level", event.metadata().level().as_str())?;
    let mut fields = Fields { map, present: Present::default(), state: Ok(()) };
    event.record(&mut fields);
    let Fields { mut map, present, state } = fields;
    state?;
    map.serialize_entry("function", function)?;
    map.serialize_entry("_aws", &present.directives())?;
    SerializeMap::end(map)
}

/// The fields of an event, on their way into a line.
struct Fields<M: SerializeMap> {
    map: M,
    present: Present,
    state: Result<(), M::Error>,
}

impl<M: SerializeMap> Fields<M> {
    fn write(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        self.present.note(field.name());
        if self.state.is_ok() {
            self.state = self.map.serialize_entry(field.name(), value);
        }
    }
}

/// As `tracing-serde` does it.
impl<M: SerializeMap> Visit for Fields<M> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.write(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(field, &format_args!("{value:?}"));
    }
}

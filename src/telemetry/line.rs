//! The form of a log line: JSON, with metrics if it has any.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::metrics;

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
        let mut line = String::new();
        self.json.format_event(context, Writer::new(&mut line), event)?;
        let object = line.trim_end().strip_suffix('}').ok_or(fmt::Error)?;
        let members = metrics::members(event, function).map_err(|_| fmt::Error)?;
        writeln!(writer, "{object},{members}}}")
    }
}

//! `booking show`.

use std::time::SystemTime;

use anstyle::Style;
use clap::Args;
use serde_json::{Map, Value, json};

use super::story::{line, story};
use crate::booking::BookingId;
use crate::cli::failure::{CliError, failure, store};
use crate::cli::output::Output;
use crate::cli::table::BookingsTable;
use crate::domain::{Attribute, AttributeNames, printable};
use crate::store::Booking;

/// A booking to be shown.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links booking show b-1001")]
pub(crate) struct Show {
    /// The booking's id.
    #[arg(value_name = "ID")]
    id: BookingId,
    #[command(flatten)]
    table: BookingsTable,
}

impl Show {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let (table, graphs) = self.table.open_with_graphs().await?;
        let booking = table.get(&self.id).await.map_err(store)?;
        let Some(booking) = booking else {
            let message = format!("there is no booking `{}`", self.id);
            return Err(failure(message, "Compare the id with your records, and the table with --bookings-table."));
        };
        let state = booking.state();
        let graph = graphs.of_booking(&booking);
        let available = graph.zip(state.as_ref()).map(|(graph, state)| graph.available(state.as_str()));
        let available: Vec<&str> = available.into_iter().flatten().map(|t| t.action.as_str()).collect();
        let mut record = Map::new();
        for (name, value) in booking.attributes(true) {
            record.insert(name.to_owned(), serde_json::to_value(value).unwrap_or_default());
        }
        record.insert("available_actions".to_owned(), json!(available));
        let text = told(&booking, &record, table.names(), SystemTime::now());
        Ok(Output::new(text, Value::Object(record)))
    }
}

/// A booking for a person: what it is about, what is possible, what happened, and what else is in its record.
fn told(booking: &Booking<'_>, record: &Map<String, Value>, names: &AttributeNames, now: SystemTime) -> String {
    let bold = Style::new().bold();
    let of = |attribute| record.get(names.name(attribute));
    let text = |attribute| of(attribute).and_then(Value::as_str).map(printable);
    let state = text(Attribute::State).unwrap_or_else(|| "without a state".to_owned());
    let mut told = format!("{bold}{}{bold:#}  {state}\n\n", text(Attribute::Id).unwrap_or_default());
    let summary = booking.summary();
    let actions = record["available_actions"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let actions = actions.collect::<Vec<_>>().join(", ");
    let actions = if actions.is_empty() { "nothing: no link works".to_owned() } else { actions };
    told += &line("what", summary.what.as_deref());
    told += &line("where", summary.place.as_deref());
    for (title, attribute) in [
        ("starts", Attribute::StartsAt),
        ("ends", Attribute::EndsAt),
        ("app", Attribute::App),
        ("graph", Attribute::Graph),
        ("created", Attribute::CreatedAt),
        ("moved to", Attribute::RescheduledTo),
        ("links from", Attribute::LinksValidAfter),
        ("link asked", Attribute::LinkRequestedAt),
    ] {
        let value = of(attribute).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        told += &line(title, value.as_deref());
    }
    told += &line("possible", Some(&actions));
    told += &story(of(Attribute::ActionLog), now);
    // What the lines above have is left out.
    let is_other = |name: &String| names.attribute(name).is_none() && name != "available_actions";
    let others: Vec<_> = record.iter().filter(|(name, _)| is_other(name)).collect();
    if !others.is_empty() {
        told += &format!("\n{bold}Also in its record{bold:#}\n");
    }
    for (name, value) in others {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        told += &format!("  {}  {}\n", printable(name), printable(&value));
    }
    told
}

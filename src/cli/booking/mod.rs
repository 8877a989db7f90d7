//! `booking`: shows bookings, and acts on them.

mod act;
mod erase;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::booking::BookingId;
use crate::cli::failure::{CliError, failure, store};
use crate::cli::output::Output;
use crate::cli::table::{BookingsTable, graphs};
use crate::domain::printable;
use act::Act;
use erase::Erase;

/// The commands for bookings.
#[derive(Debug, Subcommand)]
pub(crate) enum BookingCommand {
    /// Show a booking, its log, and the actions that its state allows.
    Show(Show),
    /// Take an action on behalf of the business, without a link.
    Act(Act),
    /// Remove what clicks have kept of a person from a booking.
    Erase(Erase),
}

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

impl BookingCommand {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        match self {
            Self::Show(show) => show.run().await,
            Self::Act(act) => act.run().await,
            Self::Erase(erase) => erase.run().await,
        }
    }
}

impl Show {
    async fn run(self) -> Result<Output, CliError> {
        let table = self.table.open().await?;
        let booking = table.get(&self.id).await.map_err(store)?;
        let Some(booking) = booking else {
            let message = format!("there is no booking `{}`", self.id);
            return Err(failure(message, "Compare the id with your records, and the table with --bookings-table."));
        };
        let graphs = graphs()?;
        let state = booking.state();
        let graph = graphs.of_booking(&booking);
        let available = graph.zip(state.as_ref()).map(|(graph, state)| graph.available(state.as_str()));
        let available: Vec<&str> = available.into_iter().flatten().map(|t| t.action.as_str()).collect();
        let mut record = Map::new();
        for (name, value) in booking.attributes(true) {
            record.insert(name.to_owned(), serde_json::to_value(value).unwrap_or_default());
        }
        record.insert("available_actions".to_owned(), json!(available));
        let lines = record.iter().map(|(name, value)| match value {
            Value::String(text) => format!("{}  {}\n", printable(name), printable(text)),
            other => format!("{}  {}\n", printable(name), printable(&other.to_string())),
        });
        Ok(Output::new(lines.collect::<String>(), Value::Object(record)))
    }
}

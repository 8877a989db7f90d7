//! `booking erase`.

use clap::Args;
use serde_json::json;

use crate::booking::BookingId;
use crate::cli::consent::Consent;
use crate::cli::failure::{CliError, failure, store};
use crate::cli::output::Output;
use crate::cli::table::BookingsTable;

/// A booking from which what clicks have kept of a person is removed.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links booking erase b-1001

It removes `message`, `sub`, `source_ip` and `user_agent` from the entries of the log, and `sub` from the last event.
States, links and times stay: a link still works once. docs/privacy.md says what else is stored, and where.")]
pub(crate) struct Erase {
    /// The booking's id.
    #[arg(value_name = "ID")]
    id: BookingId,
    #[command(flatten)]
    table: BookingsTable,
    #[command(flatten)]
    consent: Consent,
}

impl Erase {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let table = self.table.open().await?;
        let what = format!("What clicks have kept of a person is removed from the booking {}, for good.", self.id);
        self.consent.ask(&what)?;
        let Some(entries) = table.erase(&self.id).await.map_err(store)? else {
            let message = format!("there is no booking `{}`; nothing was changed", self.id);
            return Err(failure(message, "Compare the id with your records, and the table with --bookings-table."));
        };
        let text = match entries {
            0 => format!("The log of the booking {} says nothing of a person.\n", self.id),
            entries => {
                format!("Removed what {entries} entries of the log of the booking {} said of a person.\n", self.id)
            }
        };
        Ok(Output::new(text, json!({ "booking": self.id, "entries": entries })))
    }
}

//! `link revoke`.

use std::time::{Duration, SystemTime};

use clap::Args;
use serde_json::json;

use crate::booking::BookingId;
use crate::cli::consent::Consent;
use crate::cli::failure::{CliError, failure, store};
use crate::cli::output::Output;
use crate::cli::table::BookingsTable;
use crate::time::rfc3339;

/// A booking whose links are revoked.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links link revoke --booking b-1001")]
pub(crate) struct Revoke {
    /// The booking's id.
    #[arg(long, value_name = "ID")]
    booking: BookingId,
    #[command(flatten)]
    table: BookingsTable,
    #[command(flatten)]
    consent: Consent,
}

impl Revoke {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        // Links of this very second may have been sent, too.
        let from = SystemTime::now() + Duration::from_secs(1);
        let time = rfc3339(from);
        let what = format!("All links of the booking {} that were signed before {time} stop working.", self.booking);
        self.consent.ask(&what)?;
        let second = from.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        if self.table.open().await?.revoke_links(&self.booking, second).await.map_err(store)? {
            return Ok(Output::new(what + "\n", json!({ "booking": self.booking, "links_valid_after": second })));
        }
        let message = format!("there is no booking `{}`; nothing was changed", self.booking);
        Err(failure(message, "Compare the id with your records, and the table with --bookings-table."))
    }
}

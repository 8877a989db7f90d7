//! `link revoke`.

use std::time::{Duration, SystemTime};

use clap::Args;

use super::CliError;
use super::consent::Consent;
use super::table::BookingsTable;
use crate::booking::BookingId;
use crate::time::rfc3339;

/// A booking whose links are revoked.
#[derive(Args, Debug)]
pub struct Revoke {
    #[command(flatten)]
    table: BookingsTable,
    /// The booking's id.
    #[arg(long, value_name = "ID")]
    booking: BookingId,
    #[command(flatten)]
    consent: Consent,
}

impl Revoke {
    pub(super) async fn run(self) -> Result<String, CliError> {
        // Links of this very second may have been sent, too.
        let from = SystemTime::now() + Duration::from_secs(1);
        let what = format!(
            "All links of the booking {} that were signed before {} stop working.",
            self.booking,
            rfc3339(from)
        );
        self.consent.ask(&what)?;
        let second = from.duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        match self.table.open().await?.revoke_links(&self.booking, second).await? {
            true => Ok(what + "\n"),
            false => Err(format!("there is no booking `{}`; nothing was changed", self.booking).into()),
        }
    }
}

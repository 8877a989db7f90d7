//! `link`: signs links, looks at them, and revokes them.

mod bulk;
mod checkpoint;
mod inspect;
mod lifetime;
mod revoke;
mod row;
mod short;
mod sign;
mod stream;

use clap::Subcommand;

use super::failure::CliError;
use super::output::Output;
use inspect::Inspect;
use revoke::Revoke;
use sign::Sign;

/// The commands for links.
#[derive(Debug, Subcommand)]
pub(crate) enum LinkCommand {
    /// Sign a link, or all those of a CSV file. Works offline, with the API key.
    Sign(Box<Sign>),
    /// Find out why a link does not work. Works offline as far as it can.
    Inspect(Inspect),
    /// Revoke all links that were sent for a booking so far.
    Revoke(Revoke),
}

impl LinkCommand {
    pub(super) async fn run(self, json: bool) -> Result<Output, CliError> {
        match self {
            Self::Sign(sign) => sign.run(json).await,
            Self::Inspect(inspect) => inspect.run().await,
            Self::Revoke(revoke) => revoke.run().await,
        }
    }
}

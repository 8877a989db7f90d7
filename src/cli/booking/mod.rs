//! `booking`: looks at bookings, acts on them, and makes one to try.

mod act;
mod app;
mod create;
mod erase;
mod list;
mod made;
mod show;
mod story;

use clap::Subcommand;

use super::failure::CliError;
use super::output::Output;
use act::Act;
use create::Create;
use erase::Erase;
use list::List;
pub(super) use made::is_made;
use show::Show;

/// The commands for bookings.
#[derive(Debug, Subcommand)]
pub(crate) enum BookingCommand {
    /// Make a booking, for a first try. Your own programs write theirs into the table.
    Create(Create),
    /// List an app's bookings, the newest first.
    List(List),
    /// Show a booking, what happened to it, and the actions that its state allows.
    Show(Show),
    /// Take an action on behalf of the business, without a link.
    Act(Act),
    /// Remove what clicks have kept of a person from a booking.
    Erase(Erase),
}

impl BookingCommand {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Act(act) => act.run().await,
            Self::Erase(erase) => erase.run().await,
        }
    }
}

//! The command line: apps, keys, links and bookings.

mod app;
mod booking;
mod consent;
mod failure;
mod generate;
mod key;
mod link;
mod nearest;
mod new_key;
mod output;
mod secret;
mod table;

use clap::{Parser, Subcommand};

pub use failure::CliError;
pub use output::Output;

/// One-time action links for bookings: apps, keys, links and bookings.
///
/// Commands that read or write tables use AWS with the usual credentials (environment, profile, SSO). For the tables of
/// `make run`, set the variables that it prints.
#[derive(Debug, Parser)]
#[command(version, name = "action-links", max_term_width = 100, after_long_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; for `link inspect`: the link would work now
  1  not done, or not known whether it was done: the message says which; for `link inspect`: the link would not work
  2  the arguments are wrong

API keys are never arguments, because other programs can see those: commands take --api-key-file (`-` for standard
input) or the variable ACTION_LINKS_API_KEY. NO_COLOR turns colours off.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make, show, list and change apps: the businesses whose bookings have links.
    #[command(subcommand)]
    App(app::AppCommand),
    /// Add, list, retire and revoke an app's API keys.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Sign links, find out why one does not work, or revoke those of a booking.
    #[command(subcommand)]
    Link(link::LinkCommand),
    /// Look at a booking, or act on it.
    #[command(subcommand)]
    Booking(booking::BookingCommand),
    /// Print a completion script for a shell.
    Completions(generate::Completions),
    /// Print the manual page, in roff.
    Man,
}

impl Arguments {
    /// Runs the command and returns what to print.
    pub async fn run(self) -> Result<Output, CliError> {
        match self.command {
            Command::App(command) => command.run().await,
            Command::Key(command) => command.run().await,
            Command::Link(command) => command.run().await,
            Command::Booking(command) => command.run().await,
            Command::Completions(completions) => Ok(completions.print::<Self>()),
            Command::Man => generate::man::<Self>(),
        }
    }
}

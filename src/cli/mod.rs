//! The command line: apps, keys, links and bookings.

mod app;
mod booking;
mod consent;
mod doctor;
mod failure;
mod generate;
mod key;
mod link;
mod marks;
mod nearest;
mod new_key;
mod output;
mod place;
mod reached;
mod secret;
mod table;

use clap::{Parser, Subcommand};

pub use failure::CliError;
pub use output::Output;

/// One-time action links for bookings.
#[derive(Debug, Parser)]
#[command(version, name = "action-links", max_term_width = 100, after_help = EXAMPLES, subcommand_required = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print JSON, errors too.
    #[arg(long, global = true, display_order = 900)]
    pub json: bool,
}

/// With the list of commands it fits on one screen.
const EXAMPLES: &str = "\
Example: action-links doctor --stack action-links   Does the deployment work?
         action-links link inspect 'https://…'      Why does this link not work?
         action-links booking show b-1001           What happened to this booking?
Exit codes: 0 done, or the link works; 1 not done: the message says why; 2 the arguments are wrong.
API keys are never arguments: --api-key-file FILE, or ACTION_LINKS_API_KEY. NO_COLOR: no colors.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Say whether a deployment works, line by line.
    Doctor(doctor::Doctor),
    /// Make, list, show, change and delete apps: businesses whose bookings have links.
    #[command(
        subcommand,
        after_help = "Example: action-links app create --id salon --name 'The Salon' --time-zone Europe/Berlin"
    )]
    App(app::AppCommand),
    /// Add, list, retire and revoke an app's API keys.
    #[command(subcommand, after_help = "Example: action-links key add --app salon")]
    Key(key::KeyCommand),
    /// Sign links, find out why one does not work, or revoke those of a booking.
    #[command(subcommand, after_help = "Example: action-links link inspect 'https://…'")]
    Link(link::LinkCommand),
    /// Make, list and show bookings, and act on them.
    #[command(subcommand, after_help = "Example: action-links booking show b-1001")]
    Booking(booking::BookingCommand),
    /// Print a completion script for a shell.
    Completions(generate::Completions),
    /// Print the manual page, in roff.
    #[command(after_help = "Example: action-links man >~/.local/share/man/man1/action-links.1")]
    Man,
}

impl Arguments {
    /// Runs the command and returns what to print.
    pub async fn run(self) -> Result<Output, CliError> {
        match self.command {
            Command::Doctor(doctor) => doctor.run().await,
            Command::App(command) => command.run().await,
            Command::Key(command) => command.run().await,
            Command::Link(command) => command.run(self.json).await,
            Command::Booking(command) => command.run().await,
            Command::Completions(completions) => Ok(completions.print::<Self>()),
            Command::Man => generate::man::<Self>(),
        }
    }
}

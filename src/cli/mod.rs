//! The command line: apps, keys and links.

mod app;
mod link;

use clap::{Parser, Subcommand};

pub use app::AppCommand;
pub use link::LinkCommand;

/// One-time action links: apps, keys and links.
#[derive(Debug, Parser)]
#[command(version, name = "action-links")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The businesses whose bookings have links.
    #[command(subcommand)]
    App(AppCommand),
    /// Links: sign one, or see what one says.
    #[command(subcommand)]
    Link(LinkCommand),
}

/// Why a command failed, for a person to read.
pub type CliError = Box<dyn std::error::Error + Send + Sync>;

impl Arguments {
    /// Does what was asked, and returns what is to be printed.
    ///
    /// # Errors
    ///
    /// [`CliError`].
    pub async fn run(self) -> Result<String, CliError> {
        match self.command {
            Command::App(command) => command.run().await,
            Command::Link(command) => command.run(),
        }
    }
}

/// Whoever wrote a link or a record may not write to the terminal of whoever looks at it: line
/// breaks, escape sequences and whatever else is not ASCII are spelt out.
fn printable(text: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    text.chars().map(|c| if plain(c) { c.to_string() } else { c.escape_unicode().to_string() }).collect()
}

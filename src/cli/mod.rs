//! The command line: apps, keys and links.

mod app;
mod consent;
mod key;
mod link;
mod new_key;
mod revoke;
mod table;
mod update;

use clap::{Parser, Subcommand};

pub use app::AppCommand;
pub use key::KeyCommand;
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
    /// Make and list apps: the businesses whose bookings have links.
    #[command(subcommand)]
    App(AppCommand),
    /// Add keys to apps, and index them.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Sign a link, or inspect one.
    #[command(subcommand)]
    Link(LinkCommand),
}

/// The error of a command, as a message for a person.
pub type CliError = Box<dyn std::error::Error + Send + Sync>;

/// What a command prints.
#[derive(Debug)]
pub struct Output {
    /// The text for standard output.
    pub text: String,
    /// What to tell a person if the text could not be printed, where that loses something.
    pub if_lost: Option<String>,
}

impl From<String> for Output {
    fn from(text: String) -> Self {
        Self { text, if_lost: None }
    }
}

impl Arguments {
    /// Runs the command and returns what to print.
    ///
    /// # Errors
    ///
    /// [`CliError`].
    pub async fn run(self) -> Result<Output, CliError> {
        match self.command {
            Command::App(command) => command.run().await,
            Command::Key(command) => command.run().await,
            Command::Link(command) => Ok(command.run().await?.into()),
        }
    }
}

/// Escapes everything that is not printable ASCII: a link or a record must not be able to control
/// the terminal of the person who inspects it.
fn printable(text: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    text.chars().map(|c| if plain(c) { c.to_string() } else { c.escape_unicode().to_string() }).collect()
}

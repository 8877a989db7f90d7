//! Asks before something that cannot be undone.

use std::io::{IsTerminal, Write};

use clap::Args;

use super::failure::{CliError, failure};

/// Whether a person agrees.
#[derive(Args, Debug)]
pub(super) struct Consent {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

impl Consent {
    /// Says what will happen, and asks whether it may.
    pub(super) fn ask(&self, what: &str) -> Result<(), CliError> {
        if self.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(failure(format!("not done: {what}"), "Give --yes if that is what you want."));
        }
        match answer_to(what).map_err(|error| failure(error, "Give --yes, which asks nothing."))?.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(failure("nothing was changed", "Answer y to go on.")),
        }
    }
}

/// The line that a person answers.
fn answer_to(what: &str) -> std::io::Result<String> {
    let mut stderr = std::io::stderr();
    write!(stderr, "{what}\nGo on? [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer)
}

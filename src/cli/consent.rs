//! Asks before something that cannot be undone.

use std::io::{IsTerminal, Write};

use clap::Args;

use super::CliError;

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
            return Err(format!("{what}\nGive --yes if that is what you want; nothing was changed.").into());
        }
        let mut stderr = std::io::stderr();
        write!(stderr, "{what}\nGo on? [y/N] ")?;
        stderr.flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        match answer.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err("nothing was changed".into()),
        }
    }
}

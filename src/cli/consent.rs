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
        match answer_to(&format!("{what}\nGo on? [y/N] "))
            .map_err(|error| failure(error, "Give --yes, which asks nothing."))?
            .trim()
        {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(failure("nothing was changed", "Answer y to go on.")),
        }
    }
}

/// What a person answers to a question, which `option` answers as well.
pub(super) fn ask(question: &str, option: &str) -> Result<String, CliError> {
    let advice = format!("Give {option}.");
    if !std::io::stdin().is_terminal() {
        return Err(failure(format!("{option} is missing"), advice));
    }
    let answer = answer_to(question).map_err(|error| failure(error, &advice))?;
    Some(answer.trim().to_owned())
        .filter(|answer| !answer.is_empty())
        .ok_or_else(|| failure("nothing was made", advice))
}

/// The line that a person answers.
fn answer_to(question: &str) -> std::io::Result<String> {
    let mut stderr = std::io::stderr();
    write!(stderr, "{question}")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer)
}

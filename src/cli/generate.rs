//! Completions and the manual page, from the definition of the commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use super::failure::{CliError, failure};
use super::output::Output;

/// A completion script.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: action-links completions bash >~/.local/share/bash-completion/completions/action-links"
)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn print<C: CommandFactory>(&self) -> Output {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut C::command(), "action-links", &mut script);
        written(&script)
    }
}

pub(super) fn man<C: CommandFactory>() -> Result<Output, CliError> {
    let mut page = Vec::new();
    let mut all = vec![C::command()];
    // One page: the program, then each of its commands.
    while let Some(command) = all.pop() {
        let unwritten = |error| failure(error, "Run the command again.");
        clap_mangen::Man::new(command.clone()).render(&mut page).map_err(unwritten)?;
        let name = command.get_name().to_owned();
        let below = command.get_subcommands().map(|sub| sub.clone().name(format!("{name} {}", sub.get_name())));
        all.extend(below.collect::<Vec<_>>().into_iter().rev());
    }
    Ok(written(&page))
}

fn written(bytes: &[u8]) -> Output {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let json = json!({ "text": text });
    Output::new(text, json)
}

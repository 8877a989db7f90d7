//! The command line.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use action_links::cli::{Arguments, CliError, Output};
use action_links::domain::{printable, printable_json};
use clap::Parser;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and the version go to standard output, with colours.
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => {
            // It repeats arguments, which may contain anything.
            if std::env::args_os().any(|argument| argument == "--json") {
                let text = error.render().to_string();
                let (message, help) = text.trim_start_matches("error: ").split_once("\n\n").unwrap_or((&text, ""));
                let error = CliError { message: message.trim().to_owned(), advice: help.trim().to_owned() };
                let _ = write!(anstream::stderr(), "{}", printable_json(&format!("{:#}\n", error.json())));
                return ExitCode::from(2);
            }
            let _ = write!(anstream::stderr(), "{}", printable_lines(&error.render().to_string()));
            return ExitCode::from(2);
        }
    };
    let json = arguments.json;
    match arguments.run().await.and_then(|output| print(output, json)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) if json => {
            let _ = write!(anstream::stderr(), "{}", printable_json(&format!("{:#}\n", error.json())));
            ExitCode::FAILURE
        }
        Err(error) => {
            let red = anstyle::AnsiColor::Red.on_default().bold();
            let _ = writeln!(anstream::stderr(), "{red}action-links:{red:#} {}", printable_lines(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

/// A message of several lines.
fn printable_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => printable(line) + "\n",
            None => printable(line),
        })
        .collect()
}

/// Prints the output, and returns whether the command has succeeded. Colours are left out if standard
/// output is not a terminal.
fn print(output: Output, json: bool) -> Result<bool, CliError> {
    if let Some(warning) = output.warning {
        let (yellow, warning) = (anstyle::AnsiColor::Yellow.on_default(), printable_lines(&warning));
        let (head, rest) = warning.split_once("warning:").map_or(("", &*warning), |(_, rest)| ("warning:", rest));
        let _ = writeln!(anstream::stderr(), "{yellow}{head}{yellow:#}{rest}");
    }
    let text = if json { printable_json(&format!("{:#}\n", output.json)) } else { output.text };
    let mut stdout = anstream::stdout();
    let error = match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => return Ok(output.is_success),
        Err(error) => error,
    };
    let message = format!("standard output: {error}");
    match output.if_lost {
        Some(advice) => Err(CliError { message, advice }),
        // A closed pipe, as with `| head`, is not a failure.
        None if error.kind() == ErrorKind::BrokenPipe => Ok(output.is_success),
        None => Err(CliError { message, advice: "Write it somewhere else.".to_owned() }),
    }
}

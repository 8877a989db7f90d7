//! The command line.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use action_links::cli::{Arguments, CliError, Output};
use clap::Parser;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Arguments::parse().run().await.and_then(print) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "action-links: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(Output { text, if_lost }: Output) -> Result<(), CliError> {
    let mut stdout = std::io::stdout();
    let error = match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    match if_lost {
        Some(advice) => Err(format!("standard output: {error}\n{advice}").into()),
        // A closed pipe, as with `| head`, is not a failure.
        None if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        None => Err(format!("standard output: {error}").into()),
    }
}

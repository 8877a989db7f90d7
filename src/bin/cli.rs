//! The command line.

use std::io::Write;
use std::process::ExitCode;

use action_links::cli::Arguments;
use clap::Parser;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // A closed pipe, as with `| head`, is not a failure.
    match Arguments::parse().run().await {
        Ok(text) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "action-links: {error}");
            ExitCode::FAILURE
        }
    }
}

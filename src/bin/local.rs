//! Both functions behind one local HTTP server, on an embedded DynamoDB, with demo data.

use std::path::PathBuf;
use std::process::ExitCode;

use action_links::local::{Options, serve};
use clap::Parser;

/// Runs Action Links on this machine, with demo data and links to click.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port to listen on, at 127.0.0.1.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    port: u16,
    /// A file that keeps the tables; without it they are gone when the program ends.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { port, data } = Arguments::parse();
    let stop = async {
        // Without a signal handler there is nothing to wait for but the end.
        let _ = tokio::signal::ctrl_c().await;
    };
    match serve(&Options { port, data }, stop, &mut std::io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "a person reads it, at a terminal")]
            {
                eprintln!("local: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

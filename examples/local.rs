//! Both functions behind one local HTTP server, on an embedded DynamoDB, with demo data: `make run`.

use std::path::PathBuf;
use std::process::ExitCode;

use action_links::demo::{Options, serve};
use clap::Parser;

/// Runs Action Links on this machine, with demo data and links to click.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port to listen on, at 127.0.0.1.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    port: u16,
    /// A file that keeps the tables. Without it they are gone when the program ends.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Graphs of your own in place of the built-in ones: a path, or JSON that begins with `{`.
    #[arg(long, env = "GRAPHS", value_name = "PATH|JSON")]
    graphs: Option<String>,
    /// The graph of a booking that names none.
    #[arg(long, env = "DEFAULT_GRAPH", value_name = "NAME")]
    default_graph: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { port, data, graphs, default_graph } = Arguments::parse();
    let options = Options { port, data, graphs, default_graph };
    let stop = async {
        // If no signal handler can be installed, the program stops at once.
        let _ = tokio::signal::ctrl_c().await;
    };
    match serve(&options, stop, &mut std::io::stdout()).await {
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

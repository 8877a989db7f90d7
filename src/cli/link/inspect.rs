//! `link inspect`.

use std::fmt::Write;
use std::time::SystemTime;

use anstyle::{AnsiColor, Style};
use clap::Args;

use crate::cli::failure::{CliError, failure};
use crate::cli::output::Output;
use crate::cli::secret::SecretSource;
use crate::cli::table::{Tables, graphs};
use crate::inspect::{Inspection, InspectionContext, Mark, Pasted, inspect};
use crate::link::BaseUrl;

/// A link that does not work.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: action-links link inspect 'https://links.salon.example/v2/bookings/b-1001/external_action/confirm?signature=…'

From a mail's source: action-links link inspect - <link.txt
The tables are read if they are named. Without them, a key can be given: --api-key-file."
)]
pub(crate) struct Inspect {
    /// The link, a token alone, or `-` for standard input.
    #[arg(value_name = "URL|TOKEN|-")]
    link: String,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    key: SecretSource,
    /// The start of this deployment's links.
    #[arg(long, env = "LINK_BASE_URL", value_name = "URL")]
    base_url: Option<BaseUrl>,
}

impl Inspect {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let text = match self.link.as_str() {
            "-" => {
                let text = std::io::read_to_string(std::io::stdin());
                text.map_err(|error| failure(format!("standard input: {error}"), "Pipe the link into it."))?
            }
            link => link.to_owned(),
        };
        let pasted = Pasted::read(&text);
        let (apps, bookings) = self.tables.open().await?;
        let (graphs, key) = (graphs()?, self.key.key()?);
        let mut context = InspectionContext::offline(&graphs, self.base_url.as_ref(), key, SystemTime::now());
        if let Some(apps) = &apps {
            context.read_apps(apps).await;
        }
        if let Some(bookings) = &bookings {
            context.read_booking(&pasted, bookings).await;
        }
        let inspection = inspect(&pasted, &context);
        let json =
            serde_json::to_value(&inspection).map_err(|error| failure(error, "This is a bug. Please report it."))?;
        let mut output = Output::new(told(&inspection), json);
        output.is_success = inspection.works;
        Ok(output)
    }
}

/// The lines, for a terminal.
fn told(inspection: &Inspection) -> String {
    let mut text = String::new();
    let style = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    for line in &inspection.lines {
        let style = match line.mark {
            Mark::Good => style(AnsiColor::Green),
            Mark::Bad => style(AnsiColor::Red),
            Mark::Note => Style::new(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{style}{}{style:#} {:<10} {}", line.mark.sign(), line.subject, line.text);
        if let Some(advice) = line.advice {
            let _ = writeln!(text, "             {advice}");
        }
    }
    text + "\n" + &inspection.verdict() + "\n"
}

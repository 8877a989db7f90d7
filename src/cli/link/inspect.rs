//! `link inspect`.

use std::time::SystemTime;

use anstyle::Style;
use clap::Args;

use crate::cli::failure::{CliError, failure};
use crate::cli::marks::marked;
use crate::cli::output::Output;
use crate::cli::secret::SecretSource;
use crate::cli::table::Tables;
use crate::inspect::{Inspection, InspectionContext, Pasted, inspect};
use crate::link::BaseUrl;
use crate::store::ShortLinkStore;

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
    /// The name of the table of short links. Without it, that of --stack, or SHORT_LINKS_TABLE.
    #[arg(long, value_name = "NAME", help_heading = "Deployment")]
    short_links_table: Option<String>,
    /// The start of this deployment's links. Without it, that of --stack, or LINK_BASE_URL.
    #[arg(long, value_name = "URL", help_heading = "Deployment")]
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
        let mut pasted = Pasted::read(&text);
        let (apps, bookings, place) = self.tables.open_named().await?;
        let (graphs, base, key) = (place.graphs()?, place.base_url(self.base_url.as_ref())?, self.key.key()?);
        let mut context = InspectionContext::offline(&graphs, base.as_ref(), key, SystemTime::now());
        let given = self.short_links_table.or_else(|| place.setting("SHORT_LINKS_TABLE"));
        if let Some(table) = given.filter(|_| pasted.short_code().is_some()) {
            let client = self.tables.connection.aws().await?.dynamodb();
            context.read_short_link(&mut pasted, &ShortLinkStore::new(client, table)).await;
        }
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
    let bold = Style::new().bold();
    let mut text = format!("{bold}{}{bold:#}\n\n", inspection.verdict);
    text.extend(inspection.lines.iter().map(|line| marked(line.mark, 11, line.subject, &line.text, line.advice)));
    match inspection.answer() {
        Some(answer) => text + "\n" + &answer + "\n",
        None => text,
    }
}

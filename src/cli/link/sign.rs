//! `link sign`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::Args;
use serde_json::json;

use super::bulk::Bulk;
use super::short;
use crate::app::MAX_LINK_LIFETIME;
use crate::booking::{Action, BookingId};
use crate::cli::failure::{CliError, failure};
use crate::cli::nearest::nearest;
use crate::cli::output::Output;
use crate::cli::secret::SecretSource;
use crate::cli::table::{ShortLinksTable, graphs};
use crate::link::{BaseUrl, LanguageTag, Redirect, Signer, Subject, UnsignedLink};

/// Some mail programs cut off what is longer, in characters.
const MAX_SAFE_LENGTH: usize = 2000;

/// A link to be signed, or a file of them.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: action-links link sign --base-url https://links.salon.example --booking b-1001 --action confirm --api-key-file key.txt

Many: action-links link sign --base-url https://links.salon.example --api-key-file key.txt --from bookings.csv --to links.csv
For a text message: --short, which stores the link in the table of short links and prints the short one.

The columns of bookings.csv are booking_id, action and, if you want, redirect, expires_in and sub. Rows that make no sense
go to links.csv.errors.csv. No file is overwritten. If the program is interrupted, the same command goes on where it
stopped."
)]
pub(crate) struct Sign {
    #[command(flatten)]
    key: SecretSource,
    /// The start of the link, for instance the output `ApiUrl` of the deployment.
    #[arg(long, env = "LINK_BASE_URL", value_name = "URL")]
    base_url: BaseUrl,
    /// The booking's id.
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    booking: Option<BookingId>,
    /// The action.
    #[arg(long, required_unless_present = "from")]
    action: Option<Action>,
    /// The page that the click redirects to.
    #[arg(long, value_name = "URL")]
    redirect: Option<String>,
    /// Seconds until the link expires, at most 100 years.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=MAX_LINK_LIFETIME.as_secs()))]
    expires_in: Option<u64>,
    /// Ask before acting.
    #[arg(long)]
    confirm: bool,
    /// An id of yours for the person to whom the link is sent, for the booking's log.
    #[arg(long, value_name = "ID")]
    sub: Option<Subject>,
    /// The language of the pages, such as `da` or `pt-BR`. Without it, that of the browser.
    #[arg(long, value_name = "TAG")]
    lang: Option<LanguageTag>,
    #[command(flatten)]
    short: ShortLinksTable,
    /// A CSV file of links to be signed.
    #[arg(long, value_name = "FILE", requires = "to", conflicts_with_all = ["booking", "action", "redirect", "expires_in", "sub", "lang"])]
    from: Option<PathBuf>,
    /// The CSV file to write them to, with a column `url`.
    #[arg(long, value_name = "FILE", requires = "from")]
    to: Option<PathBuf>,
}

impl Sign {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let now = SystemTime::now();
        let short = self.short.open().await?;
        let key = self.key.required()?;
        let signer = Signer::new(&key, &self.base_url);
        let graphs = graphs()?;
        let (booking, action) = match (self.booking, self.action, self.from, self.to) {
            (_, _, Some(from), Some(to)) => {
                let bulk = Bulk {
                    signer,
                    key: &key,
                    base: &self.base_url,
                    graphs: &graphs,
                    from,
                    to,
                    confirm: self.confirm,
                    short,
                    now,
                };
                return bulk.run().await;
            }
            (Some(booking), Some(action), ..) => (booking, action),
            _ => return Err(failure("there is nothing to sign", "Give --booking and --action, or --from and --to.")),
        };
        if graphs.routes(&action).is_none() {
            let known: BTreeSet<&str> = graphs.all_routes().map(|(action, _)| action.as_str()).collect();
            return Err(failure(
                format!("no graph has the action `{action}` for a link"),
                nearest(action.as_str(), known.iter().copied()),
            ));
        }
        let mut link = UnsignedLink::new(booking, action);
        if let Some(seconds) = self.expires_in {
            link = link.expires_in(Duration::from_secs(seconds));
        }
        if let Some(redirect) = self.redirect {
            let redirect = Redirect::trusted(&redirect);
            link = link.redirect(&redirect.map_err(|error| failure(error, "Give an https URL as --redirect."))?);
        }
        if self.confirm {
            link = link.confirm(true);
        }
        if let Some(sub) = self.sub {
            link = link.subject(sub);
        }
        if let Some(lang) = self.lang {
            link = link.lang(lang);
        }
        let signed = signer.sign(&link, now).map_err(|error| failure(error, "Give a shorter --redirect."))?;
        let mut json = json!({ "url": signed.url, "signature": signed.signature, "link_id": signed.link_id });
        if let Some((_, store)) = short {
            let url = short::keep(&store, &[signed], now).await?.concat();
            json["short_url"] = json!(url);
            return Ok(Output::new(url + "\n", json));
        }
        let length = signed.url.len();
        let is_long = length > MAX_SAFE_LENGTH;
        let warning =
            || format!("warning: the link has {length} characters, and some mail programs cut it off at 2,000");
        Ok(Output { warning: is_long.then(warning), ..Output::new(signed.url + "\n", json) })
    }
}

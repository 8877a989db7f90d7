//! `link sign`.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::Args;
use serde_json::json;

use super::bulk::{Bulk, STANDARD};
use super::lifetime::{lifetime, time};
use super::short;
use crate::booking::{Action, BookingId};
use crate::cli::failure::{CliError, failure};
use crate::cli::nearest::{nearest_action, unknown_locale};
use crate::cli::output::Output;
use crate::cli::place::Connection;
use crate::cli::secret::SecretSource;
use crate::cli::table::ShortLinksTable;
use crate::link::{BaseUrl, LanguageTag, Redirect, Signer, Subject, UnsignedLink};

/// Some mail programs cut off what is longer, in characters.
const MAX_SAFE_LENGTH: usize = 2000;

/// A link to be signed, or a file of them.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: action-links link sign --base-url https://links.salon.example --booking b-1001 --action confirm --api-key-file key.txt

Many: action-links link sign --base-url https://links.salon.example --api-key-file key.txt --from bookings.csv --to links.csv
For a text message: --short, which stores the link in the table of short links and prints the short one.

The columns of bookings.csv are booking_id, action and, if you want, redirect, expires_in (14d), sub, confirm (true), lang
and not_before (2026-12-24T18:00:00Z), separated by commas, semicolons or tabs. Rows that make no sense go to
links.csv.errors.csv. No file is overwritten. If the program is interrupted, the same command goes on where it stopped.
With --to - the links go to standard output, and --from - reads standard input."
)]
pub(crate) struct Sign {
    #[command(flatten)]
    key: SecretSource,
    #[command(flatten)]
    connection: Connection,
    /// The start of the link. Without it, that of --stack, or LINK_BASE_URL.
    #[arg(long, value_name = "URL", help_heading = "Deployment")]
    base_url: Option<BaseUrl>,
    /// The booking's id.
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    booking: Option<BookingId>,
    /// The action.
    #[arg(long, required_unless_present = "from")]
    action: Option<Action>,
    /// The page that the click redirects to.
    #[arg(long, value_name = "URL")]
    redirect: Option<String>,
    /// How long until the link expires: 90m, 12h, 14d, 2w, or seconds; at most 100 years.
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    expires_in: Option<Duration>,
    /// From when on the link is valid, such as 2026-12-24T18:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = time)]
    not_before: Option<SystemTime>,
    /// The language of the pages, such as `da` or `pt-BR`. Without it, that of the browser.
    #[arg(long, value_name = "TAG")]
    lang: Option<LanguageTag>,
    /// Ask before acting.
    #[arg(long)]
    confirm: bool,
    /// An id of yours for the person to whom the link is sent, for the booking's log.
    #[arg(long, value_name = "ID")]
    sub: Option<Subject>,
    #[command(flatten)]
    short: ShortLinksTable,
    /// A CSV file of links to be signed; `-` for standard input, with --to -.
    #[arg(long, value_name = "FILE", requires = "to", conflicts_with_all = ["booking", "action", "redirect", "expires_in", "not_before", "lang", "sub"])]
    from: Option<PathBuf>,
    /// The CSV file to write them to, with a column `url`; `-` for standard output.
    #[arg(long, value_name = "FILE", requires = "from")]
    to: Option<PathBuf>,
}

impl Sign {
    pub(super) async fn run(self, json: bool) -> Result<Output, CliError> {
        let now = SystemTime::now();
        let short = self.short.open(&self.connection).await?;
        let key = self.key.required()?;
        let place = self.connection.place().await?;
        let base = place.base_url(self.base_url.as_ref())?.ok_or_else(|| {
            failure(
                "the base of the link is not named",
                "Give --base-url or set LINK_BASE_URL, or name the deployment's stack: --stack.",
            )
        })?;
        let signer = Signer::new(&key, &base);
        let graphs = place.graphs()?;
        let (booking, action) = match (self.booking, self.action, self.from, self.to) {
            (_, _, Some(from), Some(to)) => {
                if from == Path::new(STANDARD) && to != Path::new(STANDARD) {
                    let message = "standard input cannot be read twice, as an interrupted run does";
                    return Err(failure(message, "Give --to -, or name a file as --from."));
                }
                if to == Path::new(STANDARD) && json {
                    return Err(failure("--json and --to - both want standard output", "Leave one of them out."));
                }
                let bulk = Bulk {
                    signer,
                    key: &key,
                    base: &base,
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
            let message = format!("no graph has the action `{action}` for a link (--action)");
            return Err(failure(message, nearest_action(&action, &graphs)));
        }
        let mut link = UnsignedLink::new(booking, action);
        if let Some(lifetime) = self.expires_in {
            link = link.expires_in(lifetime);
        }
        if let Some(time) = self.not_before {
            link = link.not_before(time);
        }
        if let Some(tag) = self.lang {
            if let Some(hint) = unknown_locale(tag.as_str()) {
                return Err(failure(format!("the pages have no language `{}` (--lang)", tag.as_str()), hint));
            }
            link = link.lang(tag);
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
        let signed = signer.sign(&link, now).map_err(|error| failure(error, "Give a shorter --redirect."))?;
        let mut told = json!({ "url": signed.url, "signature": signed.signature, "link_id": signed.link_id });
        if let Some((_, store)) = short {
            let url = short::keep(&store, &[signed], now).await?.concat();
            told["short_url"] = json!(url);
            return Ok(Output::new(url + "\n", told));
        }
        let length = signed.url.len();
        let is_long = length > MAX_SAFE_LENGTH;
        let warning =
            || format!("warning: the link has {length} characters, and some mail programs cut it off at 2,000");
        Ok(Output { warning: is_long.then(warning), ..Output::new(signed.url + "\n", told) })
    }
}

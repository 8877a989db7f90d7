//! `booking list`.

use std::time::SystemTime;

use clap::Args;
use serde_json::{Map, Value};

use super::app::app_or_only;
use crate::booking::{AppId, State};
use crate::cli::failure::{CliError, failure, store};
use crate::cli::output::Output;
use crate::cli::table::Tables;
use crate::domain::{Attribute, Record, printable};
use crate::inspect::distance;
use crate::store::Booking;

/// The most bookings that one request asks for.
const PAGE: i32 = 100;

/// An app's bookings.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links booking list --app salon --state tentative --limit 5")]
pub(crate) struct List {
    #[command(flatten)]
    tables: Tables,
    /// The app's id. Without it, the only app.
    #[arg(long, value_name = "ID")]
    app: Option<AppId>,
    /// Only those in this state.
    #[arg(long)]
    state: Option<State>,
    /// How many at most.
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
}

impl List {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let (apps, bookings, _) = self.tables.open().await?;
        let app = app_or_only(self.app, &apps).await?;
        let limit = usize::from(self.limit);
        let mut found: Vec<Booking<'_>> = Vec::new();
        let (mut after, mut more) = (None, true);
        while more && found.len() < limit {
            let page = bookings.list(&app, after.as_ref(), PAGE).await.map_err(|error| match error.is_rejection() {
                true => failure(
                    format!("the bookings table has no index `{}`, or one with other keys", bookings.index()),
                    "docs/existing-table.md says what the list needs. `action-links doctor` looks at it.",
                ),
                false => store(error),
            })?;
            after = page.records.last().and_then(Booking::page_key);
            more = page.more && after.is_some();
            let fits = |booking: &Booking<'_>| self.state.is_none() || booking.state() == self.state;
            found.extend(page.records.into_iter().filter(fits));
        }
        more |= found.len() > limit;
        found.truncate(limit);
        let width =
            |of: fn(&Booking<'_>) -> String| found.iter().map(|b| of(b).chars().count()).max().unwrap_or_default();
        let (of_id, of_state) = (width(id), width(state));
        let mut text: String = found
            .iter()
            .map(|b| format!("{:<of_id$}  {:<of_state$}  {}\n", id(b), state(b), about(b)).trim_end().to_owned() + "\n")
            .collect();
        if found.is_empty() {
            text = format!("There are no such bookings of {app}.\n");
        } else if more {
            text += "There are more: --limit.\n";
        }
        let json = found.iter().map(|booking| {
            let attributes = booking.attributes(false).into_iter();
            let attributes =
                attributes.map(|(name, value)| (name.to_owned(), serde_json::to_value(value).unwrap_or_default()));
            Value::Object(attributes.collect::<Map<_, _>>())
        });
        Ok(Output::new(text, Value::Array(json.collect())))
    }
}

fn id(booking: &Booking<'_>) -> String {
    printable(booking.text(Attribute::Id).unwrap_or("?"))
}

fn state(booking: &Booking<'_>) -> String {
    booking.state().map_or_else(|| "?".to_owned(), |state| state.to_string())
}

/// What it is about, and when.
fn about(booking: &Booking<'_>) -> String {
    let summary = booking.summary();
    let time = summary.starts_at.and_then(|time| u64::try_from(time.as_second()).ok());
    let time = time.map(|second| SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second));
    let when = time.map(|time| distance(time, SystemTime::now()));
    let words = [summary.what.map(|what| printable(&what)), when];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

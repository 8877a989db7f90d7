//! Where the apps and the bookings are.

use clap::Args;

use super::failure::CliError;
use super::place::{Connection, Place};
use crate::config::BookingsConfig;
use crate::domain::Graphs;
use crate::store::{AppStore, BookingStore, Client, ShortLinkStore};

/// The apps table.
#[derive(Args, Debug)]
pub(crate) struct AppsTable {
    #[command(flatten)]
    connection: Connection,
    /// The name of the apps table. Without it, that of --stack, or APPS_TABLE.
    #[arg(long, value_name = "NAME", help_heading = "Deployment")]
    apps_table: Option<String>,
}

impl AppsTable {
    /// The options that the next command needs as well, to be shown.
    pub(super) fn repeated(&self) -> String {
        self.connection.repeated()
    }

    /// The table. Settings of apps name actions of the deployment's graphs.
    pub(super) async fn open(&self) -> Result<AppStore, CliError> {
        let (aws, place) = self.connection.open().await?;
        apps(&place, aws.dynamodb(), self.apps_table.as_deref(), place.graphs()?)
    }
}

/// The bookings table.
#[derive(Args, Debug)]
pub(crate) struct BookingsTable {
    #[command(flatten)]
    connection: Connection,
    /// The name of the bookings table. Without it, that of --stack, or BOOKINGS_TABLE.
    #[arg(long, value_name = "NAME", help_heading = "Deployment")]
    bookings_table: Option<String>,
}

impl BookingsTable {
    pub(super) async fn open(&self) -> Result<BookingStore, CliError> {
        Ok(self.open_with_graphs().await?.0)
    }

    /// The table, and the deployment's graphs.
    pub(super) async fn open_with_graphs(&self) -> Result<(BookingStore, Graphs), CliError> {
        let (aws, place) = self.connection.open().await?;
        let table = bookings(&place, aws.dynamodb(), self.bookings_table.as_deref(), place.bookings()?)?;
        Ok((table, place.graphs()?))
    }
}

/// The table of short links, if they are wanted.
#[derive(Args, Debug)]
pub(crate) struct ShortLinksTable {
    /// Also store each link under a short one, for a text message. This needs the table of short links.
    #[arg(long)]
    short: bool,
    /// The name of the table of short links. Without it, that of --stack, or SHORT_LINKS_TABLE.
    #[arg(long, value_name = "NAME", help_heading = "Deployment")]
    short_links_table: Option<String>,
}

impl ShortLinksTable {
    /// Its name and the table. Nothing is connected to unless short links are wanted.
    pub(super) async fn open(&self, connection: &Connection) -> Result<Option<(String, ShortLinkStore)>, CliError> {
        if !self.short {
            return Ok(None);
        }
        let place = connection.place().await?;
        let given = self.short_links_table.as_deref();
        let name = place.required(given, "table of short links", "--short-links-table", "SHORT_LINKS_TABLE")?;
        let client = connection.aws().await?.dynamodb();
        Ok(Some((name.clone(), ShortLinkStore::new(client, name))))
    }
}

/// Both tables.
#[derive(Args, Debug)]
pub(crate) struct Tables {
    #[command(flatten)]
    pub(super) connection: Connection,
    /// The name of the apps table. Without it, that of --stack, or APPS_TABLE.
    #[arg(long, value_name = "NAME", help_heading = "Deployment")]
    pub(super) apps_table: Option<String>,
    /// The name of the bookings table. Without it, that of --stack, or BOOKINGS_TABLE.
    #[arg(long, value_name = "NAME", help_heading = "Deployment")]
    pub(super) bookings_table: Option<String>,
}

impl Tables {
    /// Both tables, and the deployment's graphs.
    pub(super) async fn open(&self) -> Result<(AppStore, BookingStore, Graphs), CliError> {
        let (aws, place) = self.connection.open().await?;
        let (client, graphs) = (aws.dynamodb(), place.graphs()?);
        let apps = apps(&place, client.clone(), self.apps_table.as_deref(), graphs.clone())?;
        Ok((apps, bookings(&place, client, self.bookings_table.as_deref(), place.bookings()?)?, graphs))
    }

    /// The tables that are named. AWS is not asked if none is.
    pub(super) async fn open_named(&self) -> Result<(Option<AppStore>, Option<BookingStore>, Place), CliError> {
        let place = self.connection.place().await?;
        let is_named = |given: &Option<String>, variable| given.is_some() || place.setting(variable).is_some();
        let has_apps = is_named(&self.apps_table, "APPS_TABLE");
        let has_bookings = is_named(&self.bookings_table, "BOOKINGS_TABLE");
        if !has_apps && !has_bookings {
            return Ok((None, None, place));
        }
        let (aws, place) = self.connection.open().await?;
        let client = aws.dynamodb();
        let open_apps = || apps(&place, client.clone(), self.apps_table.as_deref(), place.graphs()?);
        let apps = has_apps.then(open_apps).transpose()?;
        let open_bookings = || bookings(&place, client, self.bookings_table.as_deref(), place.bookings()?);
        let bookings = has_bookings.then(open_bookings).transpose()?;
        Ok((apps, bookings, place))
    }
}

pub(super) fn apps(place: &Place, client: Client, given: Option<&str>, graphs: Graphs) -> Result<AppStore, CliError> {
    let table = place.required(given, "apps table", "--apps-table", "APPS_TABLE")?;
    Ok(AppStore::new(client, table, graphs))
}

pub(super) fn bookings(
    place: &Place,
    client: Client,
    given: Option<&str>,
    config: BookingsConfig,
) -> Result<BookingStore, CliError> {
    let table = place.required(given, "bookings table", "--bookings-table", "BOOKINGS_TABLE")?;
    let table = BookingStore::new(client, table, config.attributes);
    Ok(table.with_index(config.index).with_events(config.events))
}

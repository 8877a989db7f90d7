//! Where the apps and the bookings are.

use clap::Args;

use super::failure::{CliError, failure, store};
use crate::config::Config;
use crate::domain::Graphs;
use crate::store::{AppStore, BookingStore, Client, ShortLinkStore, connect_as_user};

/// How DynamoDB is reached.
#[derive(Args, Debug)]
pub(crate) struct Connection {
    /// The address of DynamoDB, for instance the one that `make run` prints. Without it, the region's own.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl Connection {
    pub(super) async fn client(&self) -> Result<Client, CliError> {
        connect_as_user(self.endpoint_url.as_deref()).await.map_err(store)
    }
}

/// The apps table.
#[derive(Args, Debug)]
pub(crate) struct AppsTable {
    /// The name of the apps table.
    #[arg(long, env = "APPS_TABLE", value_name = "NAME")]
    apps_table: String,
    #[command(flatten)]
    connection: Connection,
}

impl AppsTable {
    /// The table. Settings of apps name actions of the graphs of `GRAPHS`, or of the built-in ones.
    pub(super) async fn open(&self) -> Result<AppStore, CliError> {
        apps(self.connection.client().await?, &self.apps_table)
    }
}

/// The bookings table.
#[derive(Args, Debug)]
pub(crate) struct BookingsTable {
    /// The name of the bookings table.
    #[arg(long, env = "BOOKINGS_TABLE", value_name = "NAME")]
    bookings_table: String,
    #[command(flatten)]
    connection: Connection,
}

impl BookingsTable {
    pub(super) async fn open(&self) -> Result<BookingStore, CliError> {
        bookings(self.connection.client().await?, &self.bookings_table)
    }
}

/// The table of short links, if they are wanted.
#[derive(Args, Debug)]
pub(crate) struct ShortLinksTable {
    /// Also store each link under a short one, for a text message. This needs the table of short links.
    #[arg(long, requires = "short_links_table")]
    short: bool,
    /// The name of the table of short links.
    #[arg(long, env = "SHORT_LINKS_TABLE", value_name = "NAME")]
    short_links_table: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

impl ShortLinksTable {
    /// Its name and the table. Nothing is connected to unless short links are wanted.
    pub(super) async fn open(&self) -> Result<Option<(&str, ShortLinkStore)>, CliError> {
        let Some(name) = self.short_links_table.as_deref().filter(|_| self.short) else { return Ok(None) };
        Ok(Some((name, ShortLinkStore::new(self.connection.client().await?, name))))
    }
}

/// Both tables, each only if it is named.
#[derive(Args, Debug)]
pub(crate) struct Tables {
    /// The name of the apps table.
    #[arg(long, env = "APPS_TABLE", value_name = "NAME")]
    apps_table: Option<String>,
    /// The name of the bookings table.
    #[arg(long, env = "BOOKINGS_TABLE", value_name = "NAME")]
    bookings_table: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

impl Tables {
    /// The tables that are named. Nothing is connected to without a name.
    pub(super) async fn open(&self) -> Result<(Option<AppStore>, Option<BookingStore>), CliError> {
        let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        let (apps_table, bookings_table) = (named(&self.apps_table), named(&self.bookings_table));
        if apps_table.is_none() && bookings_table.is_none() {
            return Ok((None, None));
        }
        let client = self.connection.client().await?;
        let apps = apps_table.map(|table| apps(client.clone(), &table)).transpose()?;
        Ok((apps, bookings_table.map(|table| bookings(client, &table)).transpose()?))
    }
}

/// The graphs of `GRAPHS` and `DEFAULT_GRAPH`, or the built-in ones.
pub(super) fn graphs() -> Result<Graphs, CliError> {
    Config::graphs_from_env().map_err(|error| failure(error, "Correct GRAPHS or DEFAULT_GRAPH, or unset them."))
}

fn apps(client: Client, table: &str) -> Result<AppStore, CliError> {
    Ok(AppStore::new(client, table, graphs()?))
}

/// The names of the attributes are those of the environment.
fn bookings(client: Client, table: &str) -> Result<BookingStore, CliError> {
    let names = Config::attributes_from_env();
    let names = names.map_err(|error| failure(error, "Correct the variables BOOKING_ID_ATTRIBUTE and its like."))?;
    Ok(BookingStore::new(client, table, names))
}

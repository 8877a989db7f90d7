//! Where the apps and the bookings are.

use clap::Args;

use super::CliError;
use crate::config::Config;
use crate::store::{AppStore, BookingStore, connect_as_user};

/// The apps table.
#[derive(Args, Debug)]
pub struct AppsTable {
    /// The name of the apps table.
    #[arg(long, env = "APPS_TABLE", value_name = "NAME")]
    apps_table: String,
    /// The address of DynamoDB, for instance the one that `make run` prints. Without it, the
    /// region's own.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl AppsTable {
    pub(super) async fn open(&self) -> Result<AppStore, CliError> {
        let graphs = Config::graphs_from_env()?;
        Ok(AppStore::new(connect_as_user(self.endpoint_url.as_deref()).await?, &self.apps_table, graphs))
    }
}

/// The bookings table.
#[derive(Args, Debug)]
pub(super) struct BookingsTable {
    /// The name of the bookings table.
    #[arg(long, env = "BOOKINGS_TABLE", value_name = "NAME")]
    bookings_table: String,
    /// The address of DynamoDB, for instance the one that `make run` prints. Without it, the
    /// region's own.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl BookingsTable {
    /// The table. The names of its attributes are those of the environment.
    pub(super) async fn open(&self) -> Result<BookingStore, CliError> {
        let names = Config::attributes_from_env()?;
        Ok(BookingStore::new(connect_as_user(self.endpoint_url.as_deref()).await?, &self.bookings_table, names))
    }
}

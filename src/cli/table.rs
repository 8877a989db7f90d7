//! Where the apps are.

use clap::Args;

use super::CliError;
use crate::config::Config;
use crate::store::{AppStore, connect_as_user};

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

//! `app`: the businesses whose bookings have links.

mod create;
mod delete;
mod describe;
mod hosts;
mod update;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::failure::{CliError, no_app, store};
use super::output::Output;
use super::table::AppsTable;
use crate::booking::AppId;
use create::Create;
use delete::Delete;
pub(super) use describe::key as key_without_secret;
use describe::{brief, json, whole};
use update::Update;

/// The commands for apps.
#[derive(Debug, Subcommand)]
pub(crate) enum AppCommand {
    /// Make an app and its first API key. The key is shown once.
    Create(Box<Create>),
    /// List the apps and the ids of their keys.
    #[command(after_help = "Example: action-links app list --json")]
    List(AppsTable),
    /// Show an app's settings and the ids of its keys.
    Show(Show),
    /// Change settings of an app.
    Update(Update),
    /// Delete an app that no booking names.
    Delete(Delete),
}

/// An app to be shown.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links app show salon")]
pub(crate) struct Show {
    /// The app's id.
    #[arg(value_name = "ID")]
    id: AppId,
    #[command(flatten)]
    table: AppsTable,
}

impl AppCommand {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(table) => list(&table).await,
            Self::Show(show) => show.run().await,
            Self::Update(update) => update.run().await,
            Self::Delete(delete) => delete.run().await,
        }
    }
}

async fn list(table: &AppsTable) -> Result<Output, CliError> {
    let records = table.open().await?.records().await.map_err(store)?;
    let mut apps: Vec<String> = records.iter().map(brief).collect();
    apps.sort();
    Ok(Output::new(apps.concat(), Value::Array(records.iter().map(json).collect())))
}

impl Show {
    async fn run(self) -> Result<Output, CliError> {
        let record = self.table.open().await?.record(&self.id).await.map_err(store)?;
        let record = record.ok_or_else(|| no_app(&self.id))?;
        Ok(Output::new(whole(&record), json(&record)))
    }
}

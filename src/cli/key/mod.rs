//! `key`: an app's API keys.

mod add;
mod mark;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::app::key_without_secret;
use super::failure::{CliError, failure, no_app, store};
use super::marks::key_state;
use super::output::Output;
use super::table::AppsTable;
use crate::app::{App, AppRecord};
use crate::booking::AppId;
use crate::domain::{Graphs, printable};
use crate::link::{ApiKey, KeyId};
use add::Add;
use mark::{Retire, Revoke};

/// The commands for keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Add a key to an app. It is shown once. The functions sign with it within a minute (`KEYRING_TTL_SECONDS`).
    Add(Add),
    /// List the ids of an app's keys, and say which one signs.
    List(List),
    /// Let a key verify links, while the service signs no more with it.
    Retire(Retire),
    /// Let every link that a key has signed stop working.
    Revoke(Revoke),
    /// Write the index entries of keys that have none.
    ///
    /// A table of more than a page (1 MB, some 2,500 apps) is not read whole any more. Keys are then found by the index
    /// alone. `app create` and `key add` do the same before anything else.
    #[command(after_help = "Example: action-links key index")]
    Index(AppsTable),
}

/// An app whose keys are listed.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links key list --app salon")]
pub(crate) struct List {
    /// The app's id.
    #[arg(long, value_name = "ID")]
    app: AppId,
    #[command(flatten)]
    table: AppsTable,
}

impl KeyCommand {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Retire(retire) => retire.run().await,
            Self::Revoke(revoke) => revoke.run().await,
            Self::Index(table) => index(&table).await,
        }
    }
}

impl List {
    async fn run(self) -> Result<Output, CliError> {
        let apps = self.table.open().await?;
        let record = apps.record(&self.app).await.map_err(store)?.ok_or_else(|| no_app(&self.app))?;
        let signing = signing(record.clone(), apps.graphs());
        let keys = record.0.get("keys").and_then(Value::as_array).into_iter().flatten();
        let keys: Vec<Value> = keys
            .map(|key| {
                let mut key = key_without_secret(key);
                let signs = signing.is_some_and(|signing| key["kid"] == signing.as_str());
                key["signs"] = signs.into();
                key
            })
            .collect();
        let text = |key: &Value, name: &str| key[name].as_str().map_or_else(|| "?".to_owned(), printable);
        let line = |key: &Value| {
            let signs = if key["signs"] == true { "  signs" } else { "" };
            format!(
                "{}  {}  created {}{signs}\n",
                text(key, "kid"),
                key_state(&text(key, "state")),
                text(key, "created_at")
            )
        };
        Ok(Output::new(keys.iter().map(line).collect::<String>(), Value::Array(keys)))
    }
}

/// The key that signs the links of an app, as the functions read its record.
fn signing(record: AppRecord, graphs: &Graphs) -> Option<KeyId> {
    let (app, _) = App::from_record(record, graphs).ok()?;
    app.keys.signing().map(ApiKey::id)
}

async fn index(table: &AppsTable) -> Result<Output, CliError> {
    let indexed = table.open().await?.index_keys().await.map_err(store)?;
    let told = format!("Indexed {} keys; {} were indexed before.\n", indexed.written, indexed.present);
    if indexed.shared.is_empty() {
        return Ok(Output::new(told, json!({ "written": indexed.written, "present": indexed.present })));
    }
    let shared: Vec<String> = indexed.shared.iter().map(ToString::to_string).collect();
    Err(failure(
        format!("{told}These keys are in several apps, so it is unclear whose links they sign: {}", shared.join(", ")),
        "Revoke them in all apps, and add new ones.",
    ))
}

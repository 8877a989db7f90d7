//! `key add`, `key index`.

use clap::{Args, Subcommand};

use super::new_key::NewKey;
use super::table::AppsTable;
use super::{CliError, Output};
use crate::booking::AppId;
use crate::store::AppWritten;

/// The commands for keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Add a key to an app. It is shown once, and signs from now on.
    Add(Add),
    /// Write the index entries of keys that have none.
    ///
    /// A table of more than a page (1 MB, some 2,500 apps) is not read whole any more. Keys are then
    /// found by the index alone. `app create` and `key add` do the same before anything else.
    Index(AppsTable),
}

/// A new key.
#[derive(Args, Debug)]
pub struct Add {
    #[command(flatten)]
    table: AppsTable,
    /// The app's id.
    #[arg(long, value_name = "ID")]
    app: AppId,
    /// Make a key for tests, which begins with `test_api_key_`.
    #[arg(long)]
    test: bool,
}

impl KeyCommand {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        match self {
            Self::Add(add) => add.run().await,
            Self::Index(table) => index(&table).await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<Output, CliError> {
        let (app, key) = (self.app, NewKey::random(self.test)?);
        let apps = self.table.open().await?;
        apps.index_keys().await?;
        match apps.add_key(&app, key.id(), &key.record()).await {
            Ok(AppWritten::Done) => Ok(Output {
                text: format!("Added a key to the app {app}. It is shown only this once:\n\n{}\n", key.secret()),
                if_lost: Some(format!(
                    "The key {} was added, but it could not be shown. Remove it from the record of the app `{app}`, \
                     and add another one.",
                    key.id()
                )),
            }),
            Ok(AppWritten::OtherApp) => Err(format!("there is no app `{app}`; nothing was changed").into()),
            Ok(AppWritten::KeyTaken) => Err("another app has this key already; nothing was changed".into()),
            Err(error) if error.is_temporary() => Err(format!(
                "{error}\nIt is not known whether the key {} was added. Wait some minutes, then run `action-links app \
                 list`. If it lists the key, remove it from the app's record, because it was never shown. Then add \
                 another one.",
                key.id()
            )
            .into()),
            Err(error) => Err(error.into()),
        }
    }
}

async fn index(table: &AppsTable) -> Result<Output, CliError> {
    let indexed = table.open().await?.index_keys().await?;
    let told = format!("Indexed {} keys; {} were indexed before.\n", indexed.written, indexed.present);
    if indexed.shared.is_empty() {
        return Ok(told.into());
    }
    let shared: Vec<String> = indexed.shared.iter().map(ToString::to_string).collect();
    Err(format!(
        "{told}These keys are in several apps, so it is unclear whose links they sign: {}. Revoke them in all, and \
         add new ones.",
        shared.join(", ")
    )
    .into())
}

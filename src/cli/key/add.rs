//! `key add`.

use clap::Args;
use serde_json::json;

use crate::booking::AppId;
use crate::cli::failure::{CliError, failure, no_app, store};
use crate::cli::new_key::NewKeyArguments;
use crate::cli::output::Output;
use crate::cli::table::AppsTable;
use crate::store::AppWritten;

/// A new key.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links key add --app salon")]
pub(crate) struct Add {
    /// The app's id.
    #[arg(long, value_name = "ID")]
    app: AppId,
    #[command(flatten)]
    table: AppsTable,
    #[command(flatten)]
    key: NewKeyArguments,
}

impl Add {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let (app, key) = (self.app, self.key.key()?);
        let apps = self.table.open().await?;
        apps.index_keys().await.map_err(store)?;
        match apps.add_key(&app, key.id(), &key.record()).await {
            Ok(AppWritten::Done) => Ok(Output::new(
                format!("Added a key to the app {app}. {}", key.shown()),
                json!({ "app": app, "key": key.json() }),
            )
            .if_lost(format!(
                "The key {} was added, but it could not be shown. Revoke it with `key revoke`, and add another one.",
                key.id()
            ))),
            Ok(AppWritten::OtherApp) => Err(no_app(&app)),
            Ok(AppWritten::KeyTaken) => {
                Err(failure("an app has this key already; nothing was changed", "Use another key."))
            }
            Err(error) if error.is_temporary() => Err(failure(
                format!("{error}. It is not known whether the key {} was added", key.id()),
                format!(
                    "Wait some minutes, then run `action-links key list --app {app}`. If it lists the key, revoke it, \
                     because it was never shown. Then add another one."
                ),
            )),
            Err(error) => Err(store(error)),
        }
    }
}

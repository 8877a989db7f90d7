//! `app delete`.

use clap::Args;
use serde_json::json;

use crate::booking::AppId;
use crate::cli::consent::Consent;
use crate::cli::failure::{CliError, failure, no_app, store};
use crate::cli::output::Output;
use crate::cli::table::Tables;

/// An app that is not needed any more.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links app delete salon")]
pub(crate) struct Delete {
    /// The app's id.
    #[arg(value_name = "ID")]
    id: AppId,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    consent: Consent,
}

impl Delete {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let (apps, bookings, _) = self.tables.open().await?;
        let id = self.id;
        let record = apps.record(&id).await.map_err(store)?.ok_or_else(|| no_app(&id))?;
        let named = bookings.list(&id, None, 1).await.map_err(|error| match error.is_rejection() {
            true => failure(
                format!(
                    "it cannot be seen whether bookings name the app: the bookings table has no index `{}`; nothing was deleted",
                    bookings.index()
                ),
                "docs/existing-table.md says what the index is.",
            ),
            false => store(error),
        })?;
        if !named.records.is_empty() {
            return Err(failure(
                format!("bookings name the app `{id}`; nothing was deleted"),
                format!(
                    "`action-links booking list --app {id}` lists them: delete them, or write another app into them. To stop \
                     its links now, revoke its keys: `key revoke`."
                ),
            ));
        }
        let keys = record.key_ids().count();
        self.consent.ask(&format!(
            "The app {id} is deleted, with its settings and its {keys} keys. No link that they have signed works any more."
        ))?;
        if !apps.delete(&record).await.map_err(store)? {
            return Err(failure(
                format!("the app `{id}` was changed meanwhile; nothing was deleted"),
                "Look at it with `app show`, and run the command again.",
            ));
        }
        let text = format!("Deleted the app {id}. The functions know within a minute (KEYRING_TTL_SECONDS).\n");
        Ok(Output::new(text, json!({ "deleted": id })))
    }
}

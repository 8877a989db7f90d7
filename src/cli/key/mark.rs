//! `key retire`, `key revoke`.

use std::time::SystemTime;

use clap::Args;
use serde_json::json;

use crate::app::App;
use crate::booking::AppId;
use crate::cli::consent::Consent;
use crate::cli::failure::{CliError, failure, store};
use crate::cli::output::Output;
use crate::cli::table::AppsTable;
use crate::link::{ApiKey, KeyId};
use crate::store::AppStore;
use crate::time::rfc3339;

/// A key of an app.
#[derive(Args, Debug)]
struct Key {
    /// The key's id, as `key list` shows it.
    #[arg(value_name = "KID")]
    key: KeyId,
    /// The app's id.
    #[arg(long, value_name = "ID")]
    app: AppId,
    #[command(flatten)]
    table: AppsTable,
}

/// A key that signs no more.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links key retire 3f2a8c1f0e2ab94d --app salon")]
pub(crate) struct Retire {
    #[command(flatten)]
    key: Key,
}

/// A key that is rejected.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links key revoke 3f2a8c1f0e2ab94d --app salon")]
pub(crate) struct Revoke {
    #[command(flatten)]
    key: Key,
    #[command(flatten)]
    consent: Consent,
}

impl Retire {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let apps = self.key.table.open().await?;
        let warning = self.key.if_last(&apps).await?;
        let text = format!("The key {} signs no more. Links that it has signed keep working.\n", self.key.key);
        self.key.mark(&apps, "retired_at").await?;
        Ok(Output { warning, ..Output::new(text, json!({ "kid": self.key.key, "state": "retired" })) })
    }
}

impl Revoke {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let apps = self.key.table.open().await?;
        let warning = self.key.if_last(&apps).await?;
        let what =
            format!("All links that the key {} of the app {} has signed stop working.", self.key.key, self.key.app);
        let asked = warning.as_ref().map_or_else(|| what.clone(), |warning| format!("{what}\n{warning}"));
        self.consent.ask(&asked)?;
        self.key.mark(&apps, "revoked_at").await?;
        let text = format!("{what} The functions know within a minute (KEYRING_TTL_SECONDS).\n");
        Ok(Output { warning, ..Output::new(text, json!({ "kid": self.key.key, "state": "revoked" })) })
    }
}

impl Key {
    /// A warning if no other key of the app signs.
    async fn if_last(&self, apps: &AppStore) -> Result<Option<String>, CliError> {
        let Some(record) = apps.record(&self.app).await.map_err(store)? else { return Ok(None) };
        let Ok((app, _)) = App::from_record(record, apps.graphs()) else { return Ok(None) };
        let mut active = app.keys.iter().map(ApiKey::id).filter(|id| app.keys.active(*id).is_some());
        let is_last = app.keys.active(self.key).is_some() && active.all(|id| id == self.key);
        let warning = || {
            format!(
                "warning: it is the last key of the app {0} that signs. Until there is another, no link can be signed for it: \
                 `action-links key add --app {0}`",
                self.app
            )
        };
        Ok(is_last.then(warning))
    }

    async fn mark(&self, apps: &AppStore, attribute: &str) -> Result<(), CliError> {
        let now = rfc3339(SystemTime::now());
        let marked = apps.mark_key(&self.app, self.key, attribute, &now).await.map_err(store)?;
        if marked {
            return Ok(());
        }
        let message = format!("the app `{}` has no key {}; nothing was changed", self.app, self.key);
        Err(failure(message, format!("`action-links key list --app {}` lists its keys.", self.app)))
    }
}

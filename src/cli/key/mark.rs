//! `key retire`, `key revoke`.

use std::time::SystemTime;

use clap::Args;
use serde_json::json;

use crate::booking::AppId;
use crate::cli::consent::Consent;
use crate::cli::failure::{CliError, failure, store};
use crate::cli::output::Output;
use crate::cli::table::AppsTable;
use crate::link::KeyId;
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
        let text = format!("The key {} signs no more. Links that it has signed keep working.\n", self.key.key);
        self.key.mark("retired_at").await?;
        Ok(Output::new(text, json!({ "kid": self.key.key, "state": "retired" })))
    }
}

impl Revoke {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let what =
            format!("All links that the key {} of the app {} has signed stop working.", self.key.key, self.key.app);
        self.consent.ask(&what)?;
        self.key.mark("revoked_at").await?;
        let text = format!("{what} The functions know within a minute (KEYRING_TTL_SECONDS).\n");
        Ok(Output::new(text, json!({ "kid": self.key.key, "state": "revoked" })))
    }
}

impl Key {
    async fn mark(&self, attribute: &str) -> Result<(), CliError> {
        let now = rfc3339(SystemTime::now());
        let marked = self.table.open().await?.mark_key(&self.app, self.key, attribute, &now).await.map_err(store)?;
        if marked {
            return Ok(());
        }
        let message = format!("the app `{}` has no key {}; nothing was changed", self.app, self.key);
        Err(failure(message, format!("`action-links key list --app {}` lists its keys.", self.app)))
    }
}

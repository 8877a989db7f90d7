//! `app create`, `app list`.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::new_key::NewKey;
use super::table::AppsTable;
use super::update::Update;
use super::{CliError, Output, printable};
use crate::app::{App, AppRecord};
use crate::link::KeyId;
use crate::store::AppWritten;

/// The commands for apps.
#[derive(Debug, Subcommand)]
pub enum AppCommand {
    /// Make an app and its first API key. The key is shown once.
    Create(Create),
    /// Change settings of an app.
    Update(Update),
    /// List the apps and the ids of their keys.
    List(AppsTable),
}

/// A new app.
#[derive(Args, Debug)]
pub struct Create {
    #[command(flatten)]
    table: AppsTable,
    /// The app's id: 1 to 64 characters of a-z 0-9 - _. Bookings name it.
    #[arg(long)]
    id: String,
    /// The name that its customers see.
    #[arg(long)]
    name: String,
    /// The page that clicks redirect to if a link has no redirect.
    #[arg(long, value_name = "URL")]
    redirect_url: Option<String>,
    /// A host to which a link's unsigned redirect may lead, or `*.host`. Can be given several
    /// times.
    #[arg(long = "redirect-host", value_name = "HOST")]
    redirect_hosts: Vec<String>,
    /// Let links that cancel or decline act at once. Without this, a page asks first, since mail
    /// scanners open links.
    #[arg(long)]
    no_confirm_actions: bool,
    /// Make a key for tests, which begins with `test_api_key_`.
    #[arg(long)]
    test: bool,
}

impl AppCommand {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        match self {
            Self::Create(create) => create.run().await,
            Self::Update(update) => update.run().await,
            Self::List(table) => Ok(list(&table).await?.into()),
        }
    }
}

impl Create {
    async fn run(self) -> Result<Output, CliError> {
        let named = |text: &str| !text.trim().is_empty();
        let id_fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if !named(&self.id) || self.id.len() > 64 || !self.id.bytes().all(id_fits) {
            return Err("--id must be 1 to 64 characters of a-z 0-9 - _".into());
        }
        if !named(&self.name) {
            return Err("--name is empty".into());
        }
        let key = NewKey::random(self.test)?;
        let mut record = Map::new();
        record.insert("id".to_owned(), self.id.clone().into());
        record.insert("name".to_owned(), self.name.into());
        record.insert("keys".to_owned(), json!([key.record()]));
        if let Some(url) = self.redirect_url {
            record.insert("redirect_url".to_owned(), url.into());
        }
        if !self.redirect_hosts.is_empty() {
            record.insert("redirect_hosts".to_owned(), self.redirect_hosts.into());
        }
        let apps = self.table.open().await?;
        if !self.no_confirm_actions {
            let actions = apps.graphs().cancelling_actions();
            record.insert("confirm_actions".to_owned(), actions.into_iter().map(ToString::to_string).collect());
        }
        let record = AppRecord(record);
        // Settings that the functions would log and leave out are refused here.
        let (_, faults) = App::from_record(record.clone(), apps.graphs())?;
        if !faults.is_empty() {
            return Err(format!("no app was made: {}", faults.join("; ")).into());
        }
        let id = self.id;
        // Before the table can grow past a page, beyond which keys are found by the index alone.
        apps.index_keys().await?;
        match apps.create(&record).await {
            Ok(AppWritten::Done) => Ok(Output {
                text: format!("Made the app {id}. Its API key is shown only this once:\n\n{}\n", key.secret()),
                if_lost: Some(format!(
                    "The app `{id}` was made, but its API key could not be shown. Delete its record from the apps \
                     table, and create it again."
                )),
            }),
            Ok(AppWritten::OtherApp) => Err(format!("there is already an app `{id}`; nothing was changed").into()),
            Ok(AppWritten::KeyTaken) => Err("another app has this key already; nothing was changed".into()),
            Err(error) if error.is_temporary() => Err(format!(
                "{error}\nIt is not known whether the app `{id}` was made. Wait some minutes, then run `action-links \
                 app list`. If it lists the key {}, delete the app's record from the apps table, because the key was \
                 never shown. Then create the app again.",
                key.id()
            )
            .into()),
            Err(error) => Err(error.into()),
        }
    }
}

async fn list(table: &AppsTable) -> Result<String, CliError> {
    let mut apps: Vec<String> = table.open().await?.records().await?.iter().map(describe).collect();
    apps.sort();
    Ok(apps.concat())
}

/// An app and its keys, one line each, without secrets.
fn describe(AppRecord(record): &AppRecord) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map_or_else(|| "?".to_owned(), printable);
    let mut lines = format!("{}  {}\n", text(record.get("id")), text(record.get("name")));
    for key in record.get("keys").and_then(Value::as_array).into_iter().flatten() {
        let has = |name| key.get(name).is_some_and(|value| !value.is_null());
        let state = match (has("revoked_at"), has("retired_at")) {
            (true, _) => "revoked",
            (false, true) => "retired",
            (false, false) => "active",
        };
        let key_id = key.get("secret").and_then(Value::as_str).map(|secret| KeyId::of(secret).to_string());
        let key_id = key_id.as_deref().unwrap_or("?");
        lines += &format!("  key {key_id}  {state}  created {}\n", text(key.get("created_at")));
    }
    lines
}

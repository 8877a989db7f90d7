//! `app update`.

use std::str::FromStr;

use clap::Args;
use serde_json::Value;

use super::table::AppsTable;
use super::{CliError, Output};
use crate::app::{App, AppRecord};
use crate::booking::AppId;

/// Changes of an app's settings.
#[derive(Args, Debug)]
pub struct Update {
    #[command(flatten)]
    table: AppsTable,
    /// The app's id.
    #[arg(long, value_name = "ID")]
    id: AppId,
    /// A setting and its new value, which is JSON or else a string. Can be given several times.
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    set: Vec<Assignment>,
    /// A setting to remove, so that its default applies. Can be given several times.
    #[arg(long = "unset", value_name = "SETTING")]
    unset: Vec<String>,
}

/// A setting and its value.
#[derive(Clone, Debug)]
struct Assignment(String, Value);

impl FromStr for Assignment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("write it as SETTING=VALUE")?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        Ok(Self(name.to_owned(), value))
    }
}

impl Update {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let names = || self.set.iter().map(|Assignment(name, _)| name).chain(&self.unset);
        if let Some(name) = names().find(|name| matches!(name.as_str(), "id" | "keys")) {
            return Err(format!("`{name}` cannot be changed here; `key add` and `key revoke` change keys").into());
        }
        if names().next().is_none() {
            return Err("nothing to change: give --set or --unset".into());
        }
        let apps = self.table.open().await?;
        let found = apps.record(&self.id).await?;
        let AppRecord(mut record) = found.ok_or_else(|| format!("there is no app `{}`", self.id))?;
        // Only what this change adds is refused. What the record has already is named in the log.
        let (_, before) = App::from_record(AppRecord(record.clone()), apps.graphs())?;
        for name in &self.unset {
            record.remove(name);
        }
        for Assignment(name, value) in &self.set {
            record.insert(name.clone(), value.clone());
        }
        let (_, faults) = App::from_record(AppRecord(record), apps.graphs())?;
        let new: Vec<&str> = faults.iter().filter(|fault| !before.contains(fault)).map(String::as_str).collect();
        if !new.is_empty() {
            return Err(format!("nothing was changed: {}", new.join("; ")).into());
        }
        let set = self.set.into_iter().map(|Assignment(name, value)| (name, value)).collect();
        if !apps.update(&self.id, &set, &self.unset).await? {
            return Err(format!("there is no app `{}`", self.id).into());
        }
        Ok(format!("Changed the app {}. The functions read it within a minute.\n", self.id).into())
    }
}

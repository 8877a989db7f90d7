//! `app update`.

use std::str::FromStr;

use clap::Args;
use serde_json::{Value, json};

use super::hosts::{no_ones_host, public_suffixes};
use crate::app::{App, AppRecord, Setting};
use crate::booking::AppId;
use crate::cli::failure::{CliError, failure, no_app, store};
use crate::cli::nearest::{nearest, nearest_value, unknown_locale};
use crate::cli::output::Output;
use crate::cli::table::AppsTable;
use crate::domain::Graphs;
use crate::pages::unused_texts;

/// Changes of an app's settings.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: action-links app update salon --set click_mode=confirm --set 'min_notice_seconds={\"cancel_by_customer\": 86400}'

docs/settings.md lists the settings."
)]
pub(crate) struct Update {
    /// The app's id.
    #[arg(value_name = "ID")]
    id: AppId,
    #[command(flatten)]
    table: AppsTable,
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
        let names: Vec<String> = self.set.iter().map(|Assignment(name, _)| name).chain(&self.unset).cloned().collect();
        if let Some(name) = names.iter().find(|name| matches!(name.as_str(), "id" | "keys")) {
            return Err(failure(
                format!("`{name}` cannot be changed here; nothing was changed"),
                "Use `key add`, `key retire` and `key revoke` for keys. An id is for ever.",
            ));
        }
        if names.is_empty() {
            return Err(failure("there is nothing to change", "Give --set or --unset."));
        }
        let apps = self.table.open().await?;
        let AppRecord(mut record) = apps.record(&self.id).await.map_err(store)?.ok_or_else(|| no_app(&self.id))?;
        // A setting that does not exist can be removed where it stands, but not be set.
        let set = self.set.iter().map(|Assignment(name, _)| name);
        let unset = self.unset.iter().filter(|name| !record.contains_key(*name));
        if let Some(name) = set.chain(unset).find(|name| Setting::find(name).is_none()) {
            let settable =
                Setting::ALL.iter().map(|setting| setting.name).filter(|name| !matches!(*name, "id" | "keys"));
            let advice = nearest(name, settable);
            return Err(failure(format!("there is no setting `{name}`; nothing was changed"), advice));
        }
        let read = |record: &serde_json::Map<String, Value>| {
            let read = App::from_record(AppRecord(record.clone()), apps.graphs());
            read.map_err(|error| failure(format!("{error}; nothing was changed"), "Correct the setting."))
        };
        for name in &self.unset {
            record.remove(name);
        }
        for Assignment(name, value) in &self.set {
            record.insert(name.clone(), value.clone());
        }
        if self.set.iter().any(|Assignment(name, _)| name == Setting::REDIRECT_HOSTS.name)
            && let Some(host) = public_suffixes(&record).next()
        {
            return Err(no_ones_host(host, "nothing was changed"));
        }
        // What else is wrong in the record is named in the log.
        let (app, faults) = read(&record)?;
        let is_new = |fault: &&str| self.set.iter().any(|Assignment(name, _)| fault.contains(&format!("`{name}")));
        let new: Vec<&str> = faults.iter().map(String::as_str).filter(is_new).collect();
        if !new.is_empty() {
            let advice = misspelt(&self.set, apps.graphs());
            let advice = advice.unwrap_or_else(|| "docs/settings.md lists the settings and their values.".to_owned());
            return Err(failure(format!("nothing was changed: {}", new.join("; ")), advice));
        }
        if self.set.iter().any(|Assignment(name, _)| name == Setting::TEXTS.name)
            && let Some((tag, name)) = unused_texts(&app.brand.texts).next()
        {
            return Err(failure(
                format!(
                    "nothing was changed: texts.{tag}.{name} is not a text of the pages, or has placeholders that it has not"
                ),
                "docs/pages.md says what the texts are called.",
            ));
        }
        if let Some((tag, hint)) = without_pages(&self.set) {
            return Err(failure(format!("nothing was changed: the pages have no language `{tag}` (`locale`)"), hint));
        }
        let set = self.set.into_iter().map(|Assignment(name, value)| (name, value)).collect();
        if !apps.update(&self.id, &set, &self.unset).await.map_err(store)? {
            return Err(no_app(&self.id));
        }
        let text =
            format!("Changed the app {}: {}. The functions read it within a minute.\n", self.id, names.join(", "));
        Ok(Output::new(text, json!({ "id": self.id, "changed": names })))
    }
}

/// What was probably meant by the first value that is a misspelt name.
fn misspelt(set: &[Assignment], graphs: &Graphs) -> Option<String> {
    set.iter().find_map(|Assignment(name, value)| nearest_value(*Setting::find(name)?, value, graphs))
}

/// A language that the pages do not have, and what to do.
fn without_pages(set: &[Assignment]) -> Option<(&str, String)> {
    let locale = set.iter().find(|Assignment(name, _)| name == Setting::LOCALE.name)?;
    let tag = locale.1.as_str()?;
    Some((tag, unknown_locale(tag)?))
}

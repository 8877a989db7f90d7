//! `app create`.

use clap::Args;
use serde_json::{Map, Value, json};

use super::hosts::{no_ones_host, public_suffixes};
use crate::app::{App, AppRecord, Setting};
use crate::cli::consent::ask;
use crate::cli::failure::{CliError, failure, store};
use crate::cli::nearest::{nearest_value, unknown_locale};
use crate::cli::new_key::NewKeyArguments;
use crate::cli::output::Output;
use crate::cli::table::AppsTable;
use crate::domain::Graphs;
use crate::store::AppWritten;

/// For how long a click can be undone, unless that is changed.
const UNDO_SECONDS: u64 = 600;

/// A new app.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: action-links app create --id salon --name 'The Salon' --time-zone Europe/Berlin --support-email hello@salon.example

With a key that you have: action-links app create --id salon --name 'The Salon' --time-zone Europe/Berlin --existing-key --api-key-file key.txt"
)]
pub(crate) struct Create {
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
    /// A host to which a link's unsigned redirect may lead, or `*.host`. Can be given several times.
    #[arg(long = "redirect-host", value_name = "HOST")]
    redirect_hosts: Vec<String>,
    /// The time zone of the times on its pages, such as `Europe/Berlin`. It is asked for on a terminal.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The language of its pages for readers whose languages are not available, such as `de`.
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    /// The color of its pages, such as `#7a1f5c`.
    #[arg(long, value_name = "COLOR")]
    brand_color: Option<String>,
    /// Where its customers find help: an e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    support_email: Option<String>,
    /// Where its customers find help: a page.
    #[arg(long, value_name = "URL")]
    support_url: Option<String>,
    /// Where its customers find help: a telephone number.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// Let every link act at once. Without this, a page asks first for every action but `confirm`, since mail scanners
    /// open links.
    #[arg(long)]
    no_confirm_actions: bool,
    #[command(flatten)]
    key: NewKeyArguments,
}

impl Create {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let named = |text: &str| !text.trim().is_empty();
        let id_fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if !named(&self.id) || self.id.len() > 64 || !self.id.bytes().all(id_fits) {
            return Err(failure("--id must be 1 to 64 characters of a-z 0-9 - _", "Choose another id."));
        }
        if !named(&self.name) {
            return Err(failure("--name is empty", "Give the name that customers see."));
        }
        let time_zone = match self.time_zone {
            Some(zone) => zone,
            None => ask("The time zone of its times, such as Europe/Berlin: ", "--time-zone")?,
        };
        let key = self.key.key()?;
        let apps = self.table.open().await?;
        let mut record = Map::new();
        record.insert("id".to_owned(), self.id.clone().into());
        record.insert("name".to_owned(), self.name.into());
        record.insert("keys".to_owned(), json!([key.record()]));
        let has_contact = self.support_email.is_some() || self.support_url.is_some() || self.phone.is_some();
        for (setting, value) in [
            (Setting::REDIRECT_URL, self.redirect_url),
            (Setting::TIME_ZONE, Some(time_zone)),
            (Setting::LOCALE, self.locale),
            (Setting::BRAND_COLOR, self.brand_color),
            (Setting::SUPPORT_EMAIL, self.support_email),
            (Setting::SUPPORT_URL, self.support_url),
            (Setting::PHONE, self.phone),
        ] {
            if let Some(value) = value {
                record.insert(setting.name.to_owned(), value.into());
            }
        }
        if !self.redirect_hosts.is_empty() {
            record.insert(Setting::REDIRECT_HOSTS.name.to_owned(), self.redirect_hosts.into());
        }
        record.insert(Setting::UNDO_SECONDS.name.to_owned(), UNDO_SECONDS.into());
        if !self.no_confirm_actions {
            let actions = apps.graphs().actions_to_ask_for();
            let actions: Value = actions.into_iter().map(ToString::to_string).collect();
            record.insert(Setting::CONFIRM_ACTIONS.name.to_owned(), actions);
        }
        let record = AppRecord(record);
        if let Some(host) = public_suffixes(&record.0).next() {
            return Err(no_ones_host(host, "no app was made"));
        }
        // Settings that the functions would log and leave out are refused here.
        let (_, faults) = App::from_record(record.clone(), apps.graphs())
            .map_err(|error| failure(error, "Correct the arguments."))?;
        if !faults.is_empty() {
            let hint =
                record.0.iter().find_map(|(name, value)| nearest_value(*Setting::find(name)?, value, apps.graphs()));
            let hint = hint.unwrap_or_else(|| "Correct the arguments.".to_owned());
            return Err(failure(format!("no app was made: {}", faults.join("; ")), hint));
        }
        let tag = record.0.get(Setting::LOCALE.name).and_then(Value::as_str);
        if let Some((tag, hint)) = tag.and_then(|tag| Some((tag, unknown_locale(tag)?))) {
            return Err(failure(format!("no app was made: the pages have no language `{tag}` (--locale)"), hint));
        }
        let id = self.id;
        // Before the table can grow past a page, beyond which keys are found by the index alone.
        apps.index_keys().await.map_err(store)?;
        match apps.create(&record).await {
            Ok(AppWritten::Done) => {
                let connection = self.table.repeated();
                let text = format!(
                    "Made the app {id}. {}\nNext, with the key in a file of yours:\n\n  action-links booking create{connection} \
                     b-try-1 --app {id}\n  action-links link sign{connection} --booking b-try-1 --action {} \
                     --api-key-file key.txt\n  action-links doctor{connection} --app {id}\n",
                    key.shown(),
                    first_action(apps.graphs()),
                );
                let output = Output::new(text, json!({ "id": id, "key": key.json() })).if_lost(format!(
                    "The app `{id}` was made, but its API key could not be shown. Delete its record from the apps \
                     table, and create it again."
                ));
                let warning = "warning: pages tell customers to contact the business, and name no contact: give \
                               support_email, support_url or phone with `app update`";
                Ok(Output { warning: (!has_contact).then(|| warning.to_owned()), ..output })
            }
            Ok(AppWritten::OtherApp) => Err(failure(
                format!("there is already an app `{id}`; nothing was changed"),
                "Choose another id, or change the app with `app update` and `key add`.",
            )),
            Ok(AppWritten::KeyTaken) => {
                Err(failure("another app has this key already; nothing was changed", "Use another key."))
            }
            Err(error) if error.is_temporary() => Err(failure(
                format!("{error}. It is not known whether the app `{id}` was made"),
                format!(
                    "Wait some minutes, then run `action-links app list`. If it lists the key {}, delete the app's record \
                     from the apps table, because the key was never shown. Then create the app again.",
                    key.id()
                ),
            )),
            Err(error) => Err(store(error)),
        }
    }
}

/// An action that is possible in the first state of a booking, for an example.
fn first_action(graphs: &Graphs) -> &str {
    let graph = graphs.get(graphs.default_name().as_str());
    let action = graph.and_then(|graph| graph.available(graph.initial().as_str()).next());
    action.map_or("confirm", |transition| transition.action.as_str())
}

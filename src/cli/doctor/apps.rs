//! Every app: a key that signs, time zone, contact, what asks first.

use super::report::Report;
use crate::app::{App, ClickMode, LinkLifetime};
use crate::booking::AppId;
use crate::store::{AppStore, owners};

/// Reads the apps, and says what is wrong with each.
pub(super) async fn look(table: &AppStore, report: &mut Report) -> Option<Vec<App>> {
    let (mut records, pointers) = table.all().await.map_err(|error| report.store("apps", &error)).ok()?;
    if records.is_empty() {
        report.bad(
            "apps",
            "there is no app, so no link can be verified",
            "Make one: `action-links app create --help`.",
        );
        return None;
    }
    records.sort_by_key(|record| record.id());
    let owners = owners(&records);
    let mut apps = Vec::new();
    for record in records {
        let name = record.id().map_or_else(|| "app".to_owned(), |id| format!("app {id}"));
        match App::from_record(record, table.graphs()) {
            Ok((app, faults)) => {
                for fault in faults {
                    let fault = fault.strip_prefix(&format!("{name}: ")).unwrap_or(&fault);
                    report.bad(&name, fault, "Correct it with `app update`, `key add` or `key revoke`.");
                }
                describe(&name, &app, table, report);
                apps.push(app);
            }
            Err(error) => report.bad(&name, error.to_string(), "Correct the record, or delete it."),
        }
    }
    let mut shared: Vec<_> = owners.iter().filter(|(_, owners)| owners.len() > 1).collect();
    shared.sort();
    for (key_id, owners) in shared {
        let owners: Vec<&str> = owners.iter().map(AppId::as_str).collect();
        let text = format!("the key {key_id} is in several apps: {}", owners.join(", "));
        report.bad("keys", text, "Revoke it in all of them, and add new keys: `key revoke`, `key add`.");
    }
    let missing = owners.keys().filter(|key_id| !pointers.contains_key(key_id)).count();
    report.check(
        missing == 0,
        "keys",
        "each is in the index",
        &format!("{missing} are not in the index: they would not be found if the table grew past a page"),
        "`action-links key index` writes what is missing.",
    );
    Some(apps)
}

fn describe(name: &str, app: &App, table: &AppStore, report: &mut Report) {
    match (app.keys.signing(), app.link_lifetime) {
        (None, _) => report.bad(
            name,
            "it has no key that signs: its links cannot be made, and those of revoked keys do not work",
            format!("`action-links key add --app {}`", app.id),
        ),
        (Some(_), LinkLifetime::Unreadable) => report.bad(
            name,
            "nothing is signed, because `link_lifetime_seconds` cannot be read",
            "Correct it with `app update`.",
        ),
        (Some(key), _) => report.good(name, format!("the key {} signs", key.id())),
    }
    let mut facts = Vec::new();
    facts.push(match &app.brand.time_zone {
        Some(zone) => format!("times in {}", zone.iana_name().unwrap_or("a fixed offset")),
        None => "times in UTC: it has no `time_zone`".to_owned(),
    });
    let brand = &app.brand;
    let has_contact = brand.support_email.is_some() || brand.support_url.is_some() || brand.phone.is_some();
    facts.push(
        if has_contact { "a contact" } else { "no contact (`support_email`, `support_url` or `phone`)" }.to_owned(),
    );
    let acting = table.graphs().actions_to_ask_for().into_iter();
    let acting: Vec<&str> =
        acting.filter(|action| !app.clicks.asks_first(action, None)).map(|action| action.as_str()).collect();
    facts.push(match (app.clicks.mode, acting.as_slice()) {
        (ClickMode::Confirm, _) => "every action asks first".to_owned(),
        (_, []) => "every action but `confirm` asks first".to_owned(),
        (_, acting) => format!("act at once, also when a mail scanner opens them: {}", acting.join(", ")),
    });
    let is_all = brand.time_zone.is_some() && has_contact && acting.is_empty();
    let advice =
        (!is_all).then(|| format!("`action-links app update {} --set …` changes it: docs/settings.md.", app.id));
    report.note(name, facts.join("; "), advice.as_deref());
}

/// The app whose key signs the link that is clicked.
pub(super) fn signer<'a>(apps: &'a [App], wanted: Option<&AppId>, report: &mut Report) -> Option<&'a App> {
    let mut able = apps.iter().filter(|app| app.keys.signing().is_some());
    let app = able.find(|app| wanted.is_none_or(|wanted| app.id == *wanted));
    if app.is_none() {
        match wanted {
            Some(id) => report.bad(
                "click",
                format!("not tried: the app {id} of --app is not there, or has no key that signs"),
                "`action-links app list` lists the apps.",
            ),
            None => report.note("click", "not tried: no app has a key that signs", None),
        }
    }
    app
}

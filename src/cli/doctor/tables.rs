//! The tables: keys, index, stream, protection, backups, time to live.

use super::functions::Settings;
use super::report::Report;
use crate::cli::place::Place;
use crate::domain::Attribute;
use crate::store::{BookingStore, Client, KeyFacts, TableFacts, describe, has_backups, time_to_live};

/// The bookings table, and what it is like.
pub(super) type Found = (BookingStore, TableFacts);

/// Looks at tables.
pub(super) struct Guard<'a> {
    pub(super) client: &'a Client,
    /// Whether the tables are an emulator's, which protects nothing.
    pub(super) is_local: bool,
    pub(super) place: &'a Place,
}

impl Guard<'_> {
    /// Whether the apps table can be used.
    pub(super) async fn apps(&self, table: &str, report: &mut Report) -> bool {
        let subject = "apps table";
        let Some(facts) = self.facts(subject, table, "", report).await else { return false };
        let is_keyed = has_key(&facts.key, "id", "S");
        report.check(
            is_keyed,
            subject,
            &format!("{table}: its key is `id`, a string"),
            &format!("{table}: its key is {}, and must be `id`, a string, alone", shown(&facts.key)),
            "Name the apps table, and not another one: --apps-table, APPS_TABLE, or the parameter AppsTableName.",
        );
        self.protection(subject, table, &facts, report).await;
        is_keyed
    }

    /// What the bookings table is like, if it can be used.
    pub(super) async fn bookings(
        &self,
        table: &BookingStore,
        settings: &Settings<'_>,
        report: &mut Report,
    ) -> Option<TableFacts> {
        let subject = "bookings table";
        let (name, names, by_app) = (table.name(), table.names(), table.index());
        let facts = self.facts(subject, name, by_app, report).await?;
        let (id, app) = (names.name(Attribute::Id), names.name(Attribute::App));
        let created_at = names.name(Attribute::CreatedAt);
        let is_keyed = has_key(&facts.key, id, "S");
        report.check(
            is_keyed,
            subject,
            &format!("{name}: its key is `{id}`, a string"),
            &format!("{name}: its key is {}, and must be `{id}`, a string, alone", shown(&facts.key)),
            "Set BookingIdAttribute (BOOKING_ID_ATTRIBUTE) to the name of the table's key, or name another table.",
        );
        let advice = "docs/existing-table.md says what the list needs, and how to add the index.";
        match &facts.by_app {
            None => report.bad(subject, format!("it has no index `{by_app}`: GET /v2/bookings answers 500"), advice),
            Some(index) => {
                let is_sorted = index.sort.as_ref().is_some_and(|(name, kind)| name == created_at && kind != "B");
                let is_right = index.partition == (app.to_owned(), "S".to_owned()) && is_sorted && index.is_whole;
                let whole = if index.is_whole { "" } else { ", without all attributes" };
                report.check(
                    is_right,
                    subject,
                    &format!("its index `{by_app}` has the keys `{app}` and `{created_at}`"),
                    &format!(
                        "its index `{by_app}` has the keys {}{whole}, and must have `{app}` and `{created_at}`, and all attributes",
                        shown(index)
                    ),
                    advice,
                );
            }
        }
        if settings.setting("EVENTS").as_deref() == Some("on") {
            let bad = facts.stream.as_ref().map_or_else(
                || "EVENTS is on, and the table has no stream: no event is sent".to_owned(),
                |view| {
                    format!("EVENTS is on, and the table's stream has {view}, without the new image: no event is sent")
                },
            );
            report.check(
                facts.stream.as_deref().is_some_and(|view| view.starts_with("NEW_")),
                subject,
                "its stream has what events are made of",
                &bad,
                "Turn on a stream with NEW_IMAGE, set BookingsStreamArn to its ARN, and deploy again.",
            );
        }
        self.protection(subject, name, &facts, report).await;
        is_keyed.then_some(facts)
    }

    /// Whether the table of short links can be used, where there are short links.
    pub(super) async fn short_links(&self, settings: &Settings<'_>, report: &mut Report) {
        let subject = "short links";
        let Some(table) = settings.setting("SHORT_LINKS_TABLE") else { return };
        let Some(facts) = self.facts(subject, &table, "", report).await else { return };
        let is_keyed = has_key(&facts.key, "code", "S");
        report.check(
            is_keyed,
            subject,
            &format!("{table}: its key is `code`, a string"),
            &format!("{table}: its key is {}, and must be `code`, a string, alone", shown(&facts.key)),
            "Name the table of short links (SHORT_LINKS_TABLE), and not another one.",
        );
        // With a time to live, another table would lose items.
        if !is_keyed {
            return;
        }
        match time_to_live(self.client, &table).await {
            Ok(attribute) => report.check(
                attribute.as_deref() == Some("expires_at"),
                subject,
                "old ones are deleted",
                "old ones are not deleted: the table has no time to live on `expires_at`",
                &format!(
                    "`aws dynamodb update-time-to-live --table-name {table} --time-to-live-specification \
                     Enabled=true,AttributeName=expires_at`"
                ),
            ),
            Err(error) => report.note(subject, format!("time to live: not looked at: {error}"), None),
        }
    }

    async fn facts(&self, subject: &str, table: &str, index: &str, report: &mut Report) -> Option<TableFacts> {
        describe(self.client, table, index).await.map_err(|error| report.store(subject, &error)).ok()
    }

    async fn protection(&self, subject: &str, table: &str, facts: &TableFacts, report: &mut Report) {
        if self.is_local {
            return report.note(
                subject,
                "protection and backups: not looked at, as the table is on this machine",
                None,
            );
        }
        let stack = self.place.stack.as_ref();
        if stack.and_then(|stack| stack.parameter("DeletionProtection")) == Some("false") && !facts.is_protected {
            report.note(subject, "not protected against deletion, as the stack's parameter says", None);
        } else {
            report.check(
                facts.is_protected,
                subject,
                "protected against deletion",
                "not protected against deletion",
                &format!("`aws dynamodb update-table --table-name {table} --deletion-protection-enabled`"),
            );
        }
        match has_backups(self.client, table).await {
            Ok(has) => report.check(
                has,
                subject,
                "backed up: point-in-time recovery is on",
                "not backed up: point-in-time recovery is off",
                &format!(
                    "`aws dynamodb update-continuous-backups --table-name {table} --point-in-time-recovery-specification \
                     PointInTimeRecoveryEnabled=true`"
                ),
            ),
            Err(error) => report.note(subject, format!("backups: not looked at: {error}"), None),
        }
    }
}

fn has_key(key: &KeyFacts, name: &str, kind: &str) -> bool {
    key.partition == (name.to_owned(), kind.to_owned()) && key.sort.is_none()
}

fn shown(key: &KeyFacts) -> String {
    let names = [Some(&key.partition), key.sort.as_ref()].into_iter().flatten();
    let kind = |kind: &str| match kind {
        "S" => "a string",
        "N" => "a number",
        _ => "binary",
    };
    names.map(|(name, of)| format!("`{name}`, {}", kind(of))).collect::<Vec<_>>().join(" and ")
}

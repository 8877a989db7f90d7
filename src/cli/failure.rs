//! Errors of commands: what is wrong, and what to do next.

use serde_json::{Value, json};

use super::reached::reached;
use crate::booking::AppId;
use crate::store::StoreError;

/// The error of a command, for a person.
#[derive(Debug, thiserror::Error)]
#[error("{message}\n  help: {advice}")]
pub struct CliError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

impl CliError {
    /// The same for a program.
    pub fn json(&self) -> Value {
        json!({ "error": { "message": self.message, "help": self.advice } })
    }
}

/// An error with what to do about it.
pub(super) fn failure(message: impl ToString, advice: impl ToString) -> CliError {
    CliError { message: message.to_string(), advice: advice.to_string() }
}

/// A fault of the store. The command has changed nothing, or may be run again.
pub(super) fn store(error: StoreError) -> CliError {
    let used = reached().map(|reached| format!(" [{}]", reached.told())).unwrap_or_default();
    failure(format!("{}{used}", store_message(&error)), if_store_fails(&error))
}

/// What is wrong.
pub(super) fn store_message(error: &StoreError) -> String {
    let told = error.to_string();
    reached().filter(|_| error.is_unreached()).map_or(told.clone(), |reached| reached.unreached(&told))
}

/// What to do about a fault of the store.
pub(super) fn if_store_fails(error: &StoreError) -> String {
    const TABLE: &str = "Check the name of the table: --apps-table or APPS_TABLE, --bookings-table or BOOKINGS_TABLE, \
                         --short-links-table or SHORT_LINKS_TABLE, or --stack, and the region.";
    let reached = reached();
    match error.code() {
        Some("ResourceNotFoundException") => TABLE.to_owned(),
        Some("AccessDeniedException") => {
            "Your credentials may not do that: the message names the permission. Sign in as somebody who may (--profile)."
                .to_owned()
        }
        Some(code) if !error.is_temporary() => reached.map_or_else(|| TABLE.to_owned(), |used| used.if_denied(code)),
        None if error.is_unreached() => {
            reached.map_or_else(|| "Run the command again.".to_owned(), crate::deployment::Reached::if_unreached)
        }
        _ if error.is_temporary() => "Run the command again.".to_owned(),
        _ => TABLE.to_owned(),
    }
}

/// There is no such app.
pub(super) fn no_app(id: &AppId) -> CliError {
    failure(format!("there is no app `{id}`; nothing was changed"), "`action-links app list` lists the apps.")
}

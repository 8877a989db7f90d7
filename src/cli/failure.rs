//! Errors of commands: what is wrong, and what to do next.

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

/// An error with what to do about it.
pub(super) fn failure(message: impl ToString, advice: impl ToString) -> CliError {
    CliError { message: message.to_string(), advice: advice.to_string() }
}

/// A fault of the store. The command has changed nothing, or may be run again.
pub(super) fn store(error: StoreError) -> CliError {
    let advice = if error.is_temporary() {
        "Run the command again."
    } else {
        "Check the name of the table (--apps-table, --bookings-table), the region, the address (--endpoint-url) and your \
         credentials."
    };
    failure(error, advice)
}

/// There is no such app.
pub(super) fn no_app(id: &AppId) -> CliError {
    failure(format!("there is no app `{id}`; nothing was changed"), "`action-links app list` lists the apps.")
}

//! Which app a command is about.

use crate::booking::AppId;
use crate::cli::failure::{CliError, failure, store};
use crate::store::AppStore;

/// The app that was named, or else the only one.
pub(super) async fn app_or_only(given: Option<AppId>, apps: &AppStore) -> Result<AppId, CliError> {
    let mut ids: Vec<AppId> = match given {
        Some(id) => return Ok(id),
        None => apps.records().await.map_err(store)?.iter().filter_map(|record| record.id()).collect(),
    };
    ids.sort();
    match &ids[..] {
        [id] => Ok(id.clone()),
        [] => Err(failure("there is no app", "Make one: `action-links app create --help`.")),
        _ => {
            let ids: Vec<&str> = ids.iter().map(AppId::as_str).collect();
            Err(failure("there are several apps, and --app names none", format!("Give --app: {}.", ids.join(", "))))
        }
    }
}

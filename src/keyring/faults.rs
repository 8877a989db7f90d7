//! The log of faults in records. Anyone can cause the apps to be read again, so a fault is logged once, when it
//! appears, and not at every read.

use std::collections::HashSet;

use crate::app::Fault;

/// Logs what is new in the faults of a read, and what is gone.
pub(super) fn log_changes(before: &[Fault], now: &[Fault]) {
    let set = |faults: &[Fault]| faults.iter().cloned().collect::<HashSet<_>>();
    let (known, present) = (set(before), set(now));
    now.iter().filter(|fault| !known.contains(fault)).for_each(log);
    for fault in before.iter().filter(|fault| !present.contains(fault)) {
        tracing::info!(?fault, "a fault of the apps table is gone");
    }
}

fn log(fault: &Fault) {
    match fault {
        Fault::Setting(fault) => tracing::error!(fault, SettingFaults = 1, "a setting cannot be read"),
        Fault::NoApp(fault) => tracing::error!(fault, "an app is left out"),
        Fault::SharedKey(key_id) => tracing::error!(%key_id, "two apps have the same key; it is rejected for both"),
        Fault::NotIndexed(app, key_id) => {
            let app = app.as_str();
            tracing::warn!(app, %key_id, "a key is not indexed; run `action-links key index`");
        }
    }
}

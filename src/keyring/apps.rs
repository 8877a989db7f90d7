//! All apps of a table that is held whole.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::app::App;
use crate::booking::AppId;
use crate::link::KeyId;
use crate::store::LoadedApps;

/// The apps that one read returned.
#[derive(Debug)]
pub(super) struct Apps {
    by_id: HashMap<AppId, Arc<App>>,
    by_key: HashMap<KeyId, Arc<App>>,
}

impl Apps {
    pub(super) fn new(mut loaded: LoadedApps) -> Self {
        drop_dead_keys(&mut loaded);
        note_keys_without_pointer(&loaded);
        // A record that cannot be read is not an app.
        let is_only = loaded.apps.len() == 1;
        let mut by_id = HashMap::new();
        let mut by_key = HashMap::new();
        for app in loaded.apps {
            let app = Arc::new(App { is_only, ..app });
            by_key.extend(app.keys.iter().map(|key| (key.id(), app.clone())));
            by_id.insert(app.id.clone(), app);
        }
        Self { by_id, by_key }
    }

    pub(super) fn by_id(&self, id: &AppId) -> Option<Arc<App>> {
        self.by_id.get(id).cloned()
    }

    pub(super) fn by_key(&self, key_id: KeyId) -> Option<Arc<App>> {
        self.by_key.get(&key_id).cloned()
    }

    /// The only app, if there is exactly one.
    pub(super) fn only(&self) -> Option<Arc<App>> {
        self.by_id.values().find(|app| app.is_only).cloned()
    }
}

/// Removes keys that two apps have, because it is unclear whose links they are, and keys that are
/// revoked in any app, because they have leaked.
fn drop_dead_keys(loaded: &mut LoadedApps) {
    let mut owners: HashMap<KeyId, HashSet<&AppId>> = HashMap::new();
    for app in &loaded.apps {
        for key in app.keys.iter() {
            owners.entry(key.id()).or_default().insert(&app.id);
        }
    }
    let shared: HashSet<KeyId> =
        owners.into_iter().filter(|(_, owners)| owners.len() > 1).map(|(key_id, _)| key_id).collect();
    for key_id in &shared {
        tracing::error!(%key_id, "two apps have the same key; it is rejected for both");
    }
    for app in &mut loaded.apps {
        app.keys.retain(|key_id| !shared.contains(&key_id) && !loaded.revoked.contains(&key_id));
    }
}

/// Names the keys that would not be found any more if the table grew past a page.
fn note_keys_without_pointer(loaded: &LoadedApps) {
    for app in &loaded.apps {
        for key_id in app.keys.iter().map(|key| key.id()) {
            if loaded.pointers.get(&key_id) != Some(&app.id) {
                let app = app.id.as_str();
                tracing::warn!(app, %key_id, "a key is not indexed; run `action-links key index`");
            }
        }
    }
}

//! All apps of a table that is held whole.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::app::{App, Fault};
use crate::booking::AppId;
use crate::link::KeyId;
use crate::store::LoadedApps;

/// The apps that one read returned.
#[derive(Debug)]
pub(super) struct Apps {
    by_id: HashMap<AppId, Arc<App>>,
    by_key: HashMap<KeyId, Arc<App>>,
    /// What is wrong with the records.
    pub(super) faults: Vec<Fault>,
}

impl Apps {
    pub(super) fn new(mut loaded: LoadedApps) -> Self {
        drop_dead_keys(&mut loaded);
        note_keys_without_pointer(&mut loaded);
        // A record that cannot be read is not an app.
        let is_only = loaded.apps.len() == 1;
        let mut by_id = HashMap::new();
        let mut by_key = HashMap::new();
        for app in loaded.apps {
            let app = Arc::new(App { is_only, ..app });
            by_key.extend(app.keys.iter().map(|key| (key.id(), app.clone())));
            by_id.insert(app.id.clone(), app);
        }
        Self { by_id, by_key, faults: loaded.faults }
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
    loaded.faults.extend(shared.iter().copied().map(Fault::SharedKey));
    for app in &mut loaded.apps {
        app.keys.retain(|key_id| !shared.contains(&key_id) && !loaded.revoked.contains(&key_id));
    }
}

/// Names the keys that would not be found any more if the table grew past a page.
fn note_keys_without_pointer(loaded: &mut LoadedApps) {
    let keys = loaded.apps.iter().flat_map(|app| app.keys.iter().map(|key| (&app.id, key.id())));
    let unindexed = keys.filter(|(app, key_id)| loaded.pointers.get(key_id) != Some(app));
    loaded.faults.extend(unindexed.map(|(app, key_id)| Fault::NotIndexed(app.clone(), key_id)));
}

//! Pointers: items of the apps table that lead from a key id to the app that has the key.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::booking::AppId;
use crate::link::KeyId;

const PREFIX: &str = "key#";
const APP_ID: &str = "app_id";

/// The condition under which a pointer may be written: the key is no other app's. `:app` is the app.
pub(super) const IS_FREE: &str = "attribute_not_exists(id) OR app_id = :app";

/// The `id` of the pointer of a key.
pub(super) fn id(key_id: KeyId) -> String {
    format!("{PREFIX}{key_id}")
}

/// Whether an item with this `id` is a pointer. It is then not an app, whatever else it has.
pub(super) fn is_pointer(id: &str) -> bool {
    id.starts_with(PREFIX)
}

pub(super) fn item(key_id: KeyId, app: &AppId) -> HashMap<String, AttributeValue> {
    let text = |text: String| AttributeValue::S(text);
    HashMap::from([("id".to_owned(), text(id(key_id))), (APP_ID.to_owned(), text(app.to_string()))])
}

/// The app to which an item leads, if it is a pointer.
pub(super) fn app(item: &HashMap<String, AttributeValue>) -> Option<AppId> {
    AppId::parse(item.get(APP_ID)?.as_s().ok()?).ok()
}

/// The key and the app of an item, if it is a pointer.
pub(super) fn read(item: &HashMap<String, AttributeValue>) -> Option<(KeyId, AppId)> {
    let key_id = item.get("id")?.as_s().ok()?.strip_prefix(PREFIX)?;
    Some((KeyId::parse(key_id).ok()?, app(item)?))
}

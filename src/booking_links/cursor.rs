//! The cursor of a list: the position of its next page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::link::ApiKey;
use crate::store::PageKey;

/// The purpose of a cursor's seal.
const PURPOSE: &str = "cursor";

/// A cursor: base64url of `[created_at, id]`, a dot, and a seal by the key of the request. It
/// cannot be forged, and works only for that key's app.
pub(super) fn encode(position: &PageKey, key: &ApiKey) -> String {
    let text = URL_SAFE_NO_PAD.encode(serde_json::json!([position.created_at, position.id]).to_string());
    let seal = key.seal(PURPOSE, &text);
    format!("{text}.{seal}")
}

/// The position of a cursor. `None` unless one of the app's present keys has sealed it.
pub(super) fn decode(cursor: &str, app: &App) -> Option<PageKey> {
    let (text, seal) = cursor.split_once('.')?;
    app.keys.iter().find(|key| key.is_seal(seal, PURPOSE, text))?;
    let (created_at, id) = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    Some(PageKey { id, created_at })
}

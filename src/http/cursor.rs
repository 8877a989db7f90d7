//! Where a list goes on, as the caller holds it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::link::{ApiKey, SigningError};
use crate::store::Position;

/// What a cursor's seal is for.
const PURPOSE: &str = "cursor";

/// A cursor: base64url of `[created_at, id]`, a dot, and the seal of the key that asks. So nobody
/// but us makes one, and it is good for that key's app alone.
pub(super) fn encode(position: &Position, key: &ApiKey) -> Result<String, SigningError> {
    let text = URL_SAFE_NO_PAD.encode(serde_json::json!([position.created_at, position.id]).to_string());
    let seal = key.seal(PURPOSE, &text)?;
    Ok(format!("{text}.{seal}"))
}

/// The position; `None` for what no key made that is still the app's.
pub(super) fn decode(cursor: &str, app: &App) -> Option<Position> {
    let (text, seal) = cursor.split_once('.')?;
    app.keys.iter().find(|key| key.key.is_seal(seal, PURPOSE, text))?;
    let [created_at, id]: [String; 2] = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    Some(Position { id, created_at })
}

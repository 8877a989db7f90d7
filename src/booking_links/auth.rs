//! Authentication: the API key as the password of Basic authentication (RFC 7617).

use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::gateway::Pairs;
use crate::keyring::Keyring;
use crate::link::KeyId;
use crate::store::StoreError;

/// The app of the request's API key, and the key's id.
pub(super) struct Caller {
    pub(super) app: Arc<App>,
    pub(super) key_id: KeyId,
}

/// The caller, if the request has an API key that is not revoked.
pub(super) async fn caller(
    headers: &Pairs<'_>,
    keyring: &Keyring,
    now: SystemTime,
) -> Result<Option<Caller>, StoreError> {
    let Some(secret) = password(headers) else { return Ok(None) };
    let key_id = KeyId::of(secret.expose_secret());
    let app = keyring.by_secret(secret.expose_secret(), now).await?;
    Ok(app.map(|app| Caller { app, key_id }))
}

/// The password. The user name is ignored.
fn password(headers: &Pairs<'_>) -> Option<SecretString> {
    let (scheme, credentials) = headers.get("authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = SecretString::from(String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?);
    credentials.expose_secret().split_once(':').map(|(_, password)| password.into())
}

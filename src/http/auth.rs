//! Who is asking: the API key as the password of Basic authentication (RFC 7617).

use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::AUTHORIZATION;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::keyring::Keyring;
use crate::link::KeyId;

/// The app whose API key the request holds.
pub(super) async fn app(headers: &HeaderMap, keyring: &Keyring, now: SystemTime) -> Option<Arc<App>> {
    let secret = password(headers)?;
    let secret = secret.expose_secret();
    let apps = keyring.apps_with_key(KeyId::of(secret), now).await;
    apps.by_secret(secret).cloned()
}

/// The password, whatever the user name.
fn password(headers: &HeaderMap) -> Option<SecretString> {
    let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = SecretString::from(String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?);
    credentials.expose_secret().split_once(':').map(|(_, password)| password.into())
}

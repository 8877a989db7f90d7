//! A new API key.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::CliError;
use crate::link::KeyId;
use crate::time::rfc3339;

/// A key that no table has yet.
pub(super) struct NewKey(SecretString);

impl NewKey {
    /// A key of 256 random bits, with a prefix that secret scanners can recognise.
    pub(super) fn random(test: bool) -> Result<Self, CliError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let prefix = if test { "test_api_key_" } else { "live_api_key_" };
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)).into()))
    }

    pub(super) fn id(&self) -> KeyId {
        KeyId::of(self.secret())
    }

    pub(super) fn secret(&self) -> &str {
        self.0.expose_secret()
    }

    /// Its entry in the record of an app.
    pub(super) fn record(&self) -> Value {
        let created_at = rfc3339(SystemTime::now());
        json!({ "kid": self.id().as_str(), "secret": self.secret(), "created_at": created_at })
    }
}

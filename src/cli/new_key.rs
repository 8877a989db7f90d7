//! An API key that no table has yet.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::failure::{CliError, failure};
use super::secret::SecretSource;
use crate::link::KeyId;
use crate::time::rfc3339;

/// How a new key is made.
#[derive(Args, Debug)]
pub(crate) struct NewKeyArguments {
    /// Take a key that you have, in place of a new one. It must have at least 32 bytes.
    #[arg(long, conflicts_with = "test")]
    existing_key: bool,
    #[command(flatten)]
    source: SecretSource,
    /// Make a key for tests, which begins with `test_api_key_`.
    #[arg(long)]
    test: bool,
}

/// A key that no table has yet.
pub(super) struct NewKey {
    secret: SecretString,
    /// Whether the person has it already.
    pub(super) is_existing: bool,
}

impl NewKeyArguments {
    pub(super) fn key(&self) -> Result<NewKey, CliError> {
        if !self.existing_key {
            return NewKey::random(self.test);
        }
        let advice = "Give --api-key-file (`-` for standard input), or set ACTION_LINKS_API_KEY.";
        let secret = self.source.secret()?.ok_or_else(|| failure("there is no API key to take", advice))?;
        self.source.check(&secret)?;
        Ok(NewKey { secret, is_existing: true })
    }
}

impl NewKey {
    /// A key of 256 random bits, with a prefix that secret scanners can recognise.
    fn random(test: bool) -> Result<Self, CliError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| failure(error, "The system gives no random numbers."))?;
        let prefix = if test { "test_api_key_" } else { "live_api_key_" };
        let secret = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)).into();
        Ok(Self { secret, is_existing: false })
    }

    pub(super) fn id(&self) -> KeyId {
        KeyId::of(self.secret.expose_secret())
    }

    /// Its entry in the record of an app.
    pub(super) fn record(&self) -> Value {
        let created_at = rfc3339(SystemTime::now());
        json!({ "kid": self.id().as_str(), "secret": self.secret.expose_secret(), "created_at": created_at })
    }

    /// How it is shown, once: alone on its line. A key that the person has already is not shown.
    pub(super) fn shown(&self) -> String {
        if self.is_existing {
            return format!("Its key is the one that you gave: {}\n", self.id());
        }
        format!("Its API key {} is shown only this once:\n\n{}\n", self.id(), self.secret.expose_secret())
    }

    /// The same for a program.
    pub(super) fn json(&self) -> Value {
        let secret = (!self.is_existing).then(|| self.secret.expose_secret());
        json!({ "kid": self.id().as_str(), "api_key": secret })
    }
}

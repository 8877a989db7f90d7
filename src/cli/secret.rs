//! Where a command takes an API key from.

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::failure::{CliError, failure};
use crate::link::ApiKey;

const VARIABLE: &str = "ACTION_LINKS_API_KEY";

/// The source of an API key.
#[derive(Args, Debug)]
pub(crate) struct SecretSource {
    /// A file with the API key, or `-` for standard input. One line break at its end is not part of the key. Without
    /// this, the variable ACTION_LINKS_API_KEY.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<String>,
}

impl SecretSource {
    /// The secret, if there is one.
    pub(super) fn secret(&self) -> Result<Option<SecretString>, CliError> {
        let Some(path) = &self.api_key_file else {
            return Ok(std::env::var(VARIABLE).ok().filter(|secret| !secret.is_empty()).map(SecretString::from));
        };
        let text = if path == "-" { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(path) };
        let text = text.map_err(|error| failure(format!("{path}: {error}"), "Name a file that holds the API key."))?;
        let text = SecretString::from(text);
        let key = text.expose_secret();
        let key = key.strip_suffix('\n').map_or(key, |line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Some(key.to_owned().into()))
    }

    /// The key, if there is one.
    pub(super) fn key(&self) -> Result<Option<ApiKey>, CliError> {
        let Some(secret) = self.secret()? else { return Ok(None) };
        let key = ApiKey::new(secret.expose_secret());
        key.map(Some).map_err(|error| failure(error, "Use a key that `app create` or `key add` has made."))
    }

    /// The key, which the command needs.
    pub(super) fn required(&self) -> Result<ApiKey, CliError> {
        let advice = format!("Give --api-key-file (`-` for standard input), or set {VARIABLE}.");
        self.key()?.ok_or_else(|| failure("there is no API key", advice))
    }
}

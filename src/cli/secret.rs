//! Where a command takes an API key from.

use std::fs::File;
use std::io::{ErrorKind, Write};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::failure::{CliError, failure};
use crate::domain::printable;
use crate::link::ApiKey;

const VARIABLE: &str = "ACTION_LINKS_API_KEY";

/// The source of an API key.
#[derive(Args, Debug)]
pub(crate) struct SecretSource {
    /// A file with the API key alone, or `-` for standard input. White space at its end is not part of the key. Without
    /// this, the variable ACTION_LINKS_API_KEY.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<String>,
}

impl SecretSource {
    /// The secret, if there is one.
    pub(super) fn secret(&self) -> Result<Option<SecretString>, CliError> {
        let text = match self.api_key_file.as_deref() {
            None => std::env::var(VARIABLE).unwrap_or_default(),
            Some(path) => read(path).map_err(|error| {
                let advice = match error.kind() {
                    ErrorKind::InvalidData => "Save the file as UTF-8.",
                    ErrorKind::PermissionDenied => {
                        "Others must not be able to write the file: `chmod 600` it, and check that the key is yours."
                    }
                    _ => "Name a file that holds the API key.",
                };
                failure(format!("{path}: {error}"), advice)
            })?,
        };
        let text = SecretString::from(text);
        let key = ApiKey::in_key_file(text.expose_secret());
        let is_there = self.api_key_file.is_some() || !key.is_empty();
        Ok(is_there.then(|| key.to_owned().into()))
    }

    /// The key, if there is one.
    pub(super) fn key(&self) -> Result<Option<ApiKey>, CliError> {
        let Some(secret) = self.secret()? else { return Ok(None) };
        self.check(&secret).map(Some)
    }

    /// The key of a secret from this source.
    pub(super) fn check(&self, secret: &SecretString) -> Result<ApiKey, CliError> {
        ApiKey::new(secret.expose_secret()).map_err(|error| {
            let place = self.api_key_file.as_deref().unwrap_or(VARIABLE);
            failure(format!("{place}: {error}"), "Use a key that `app create` or `key add` has made, alone.")
        })
    }

    /// The key, which the command needs.
    pub(super) fn required(&self) -> Result<ApiKey, CliError> {
        let advice = format!("Give --api-key-file (`-` for standard input), or set {VARIABLE}.");
        self.key()?.ok_or_else(|| failure("there is no API key", advice))
    }
}

fn read(path: &str) -> std::io::Result<String> {
    if path == "-" {
        return std::io::read_to_string(std::io::stdin());
    }
    let file = File::open(path)?;
    #[cfg(unix)]
    check_owner(path, &file.metadata()?)?;
    std::io::read_to_string(file)
}

/// Refuses a key file that others can write, and warns of one that they can read. A pipe belongs to who made it.
#[cfg(unix)]
fn check_owner(path: &str, file: &std::fs::Metadata) -> std::io::Result<()> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.permissions());
    if !file.is_file() || mode & 0o066 == 0 {
        return Ok(());
    }
    if mode & 0o022 != 0 {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let warning = format!("warning: {path} can be read by others; `chmod 600` it");
    let _ = writeln!(anstream::stderr(), "{}", printable(&warning));
    Ok(())
}

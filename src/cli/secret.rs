//! Where a command takes an API key from.

use std::fs::File;
use std::io::{ErrorKind, Write};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::failure::{CliError, failure};
use crate::domain::{is_harmless, printable};
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
        let key = alone(text.expose_secret()).map_err(|(fault, advice)| {
            let place = self.api_key_file.as_deref().unwrap_or(VARIABLE);
            failure(format!("{place}: this is not an API key alone: it has {fault}"), advice)
        })?;
        let is_there = self.api_key_file.is_some() || !key.is_empty();
        Ok(is_there.then(|| key.to_owned().into()))
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

/// The key in a text. Editors and shells leave a byte order mark before it and white space behind it.
/// What else is there beside a key is refused: the fault, which quotes nothing, and what to do.
fn alone(text: &str) -> Result<&str, (&'static str, &'static str)> {
    let key = text.trim_start_matches('\u{feff}').trim_end();
    let (before, behind) = key.split_once('=').unwrap_or_default();
    let name = before.split_whitespace().next_back().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    Err(if key.contains(['\n', '\r']) {
        ("more than one line", "Give the key alone, on one line.")
    } else if is_name && !behind.trim_matches('=').is_empty() {
        // base64 may end in `=`.
        ("`NAME=` before it", "Give what stands behind the `=`, without quotes.")
    } else if key.contains(|c: char| "\"'`<>«»‹›‘’‚“”„".contains(c)) {
        ("quotes in it", "Give what stands between the quotes.")
    } else if key.contains(|c: char| c.is_whitespace() || c.is_control()) {
        ("white space in it", "Give the key alone.")
    } else if !key.chars().all(is_harmless) {
        // Copied from a chat or a page.
        ("an invisible character in it", "Type the key, or copy it from where it was shown.")
    } else {
        return Ok(key);
    })
}

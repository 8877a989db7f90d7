//! The text of an API key: what cannot be a part of it.

use crate::characters::is_harmless;

/// The fewest bytes of a key (RFC 7518 §3.2: at least the size of the hash).
pub(super) const MIN_LENGTH: usize = 32;

/// A text is not an API key. The message quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// It is too short to sign with (RFC 7518 §3.2).
    #[error("API key: must have at least {} bytes; this one has {length}", MIN_LENGTH)]
    TooShort {
        /// Its length in bytes.
        length: usize,
    },
    /// It has several lines.
    #[error("API key: has more than one line; give the key alone")]
    Lines,
    /// It has white space or a control character in it.
    #[error("API key: has white space in it; give the key alone")]
    WhiteSpace,
    /// It has a quote in it, as in a settings file.
    #[error("API key: has quotes in it; give what stands between them")]
    Quotes,
    /// The name of a variable and `=` stand before it.
    #[error("API key: has `NAME=` before it; give what stands behind the `=`")]
    Name,
    /// It has a character that cannot be seen, as keys have that were copied from a chat or a page.
    #[error("API key: has an invisible character in it; type it, or copy it from where it was shown")]
    Invisible,
}

/// Checks everything but the length.
pub(super) fn check(key: &str) -> Result<(), ApiKeyError> {
    if key.contains(['\n', '\r']) {
        Err(ApiKeyError::Lines)
    } else if has_name(key) {
        Err(ApiKeyError::Name)
    } else if key.contains(|c: char| "\"'`<>«»‹›‘’‚“”„".contains(c)) {
        Err(ApiKeyError::Quotes)
    } else if key.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Err(ApiKeyError::WhiteSpace)
    } else if !key.chars().all(is_harmless) {
        Err(ApiKeyError::Invisible)
    } else {
        Ok(())
    }
}

fn has_name(key: &str) -> bool {
    let (before, behind) = key.split_once('=').unwrap_or_default();
    let name = before.split_whitespace().next_back().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    // base64 may end in `=`.
    is_name && !behind.trim_matches('=').is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::ApiKey;

    #[test]
    fn a_key_stands_alone() {
        let key = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718";
        assert_eq!(ApiKey::in_key_file(&format!("\u{feff}{key} \r\n\n")), key);
        for (text, fault) in [
            (key.to_owned(), None),
            (format!("{key}=="), None),
            (format!("{key}\n"), Some(ApiKeyError::Lines)),
            (format!("# mine\n{key}"), Some(ApiKeyError::Lines)),
            (format!(" {key}"), Some(ApiKeyError::WhiteSpace)),
            (format!("{key}\t"), Some(ApiKeyError::WhiteSpace)),
            (format!("{key}\0"), Some(ApiKeyError::WhiteSpace)),
            (format!("\"{key}\""), Some(ApiKeyError::Quotes)),
            (format!("„{key}“"), Some(ApiKeyError::Quotes)),
            (format!("API_KEY={key}"), Some(ApiKeyError::Name)),
            (format!("export API_KEY='{key}'"), Some(ApiKeyError::Name)),
            (format!("{key}\u{200b}"), Some(ApiKeyError::Invisible)),
            (format!("\u{feff}{key}"), Some(ApiKeyError::Invisible)),
        ] {
            assert_eq!(check(&text).err(), fault, "{text:?}");
        }
    }
}

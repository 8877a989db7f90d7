//! An API key: the secret that signs and verifies an app's links.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::EncodingKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use signature::{Signer, Verifier};
use subtle::ConstantTimeEq;

use super::crypto::Hs256;
use super::key_text::{self, ApiKeyError};
use zeroize::Zeroizing;

/// The id of an API key: the first 16 hexadecimal digits of SHA-256 of its bytes.
///
/// Anyone who has the key can compute it. The key cannot be computed from it. It is the JWT's `kid`
/// header.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// The key id of `secret`, whatever its length.
    pub fn of(secret: &str) -> Self {
        Self::of_bytes(secret.as_bytes())
    }

    fn of_bytes(secret: &[u8]) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let digest = Sha256::digest(secret);
        let mut digits = [0; 16];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(digest) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
        Self(digits)
    }

    /// Parses a key id: exactly 16 hexadecimal digits, in upper or lower case.
    ///
    /// # Errors
    ///
    /// [`KeyIdError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeyIdError> {
        let mut digits: [u8; 16] = text.as_bytes().try_into().map_err(|_| KeyIdError)?;
        digits.make_ascii_lowercase();
        if digits.iter().all(u8::is_ascii_hexdigit) { Ok(Self(digits)) } else { Err(KeyIdError) }
    }

    /// The 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        // Both constructors accept ASCII only.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The string does not have the form of a key id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key id has exactly 16 hexadecimal digits")]
pub struct KeyIdError;

impl FromStr for KeyId {
    type Err = KeyIdError;

    fn from_str(text: &str) -> Result<Self, KeyIdError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for KeyId {
    type Error = KeyIdError;

    fn try_from(text: &str) -> Result<Self, KeyIdError> {
        Self::parse(text)
    }
}

impl AsRef<str> for KeyId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// An API key, ready to sign and verify with.
///
/// Its bytes are the HMAC secret (UTF-8; nothing is decoded or trimmed). It cannot be printed, and
/// its memory is wiped when it is dropped.
///
/// ```
/// use action_links::link::{ApiKey, KeyId};
///
/// let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718")?;
/// assert_eq!(key.id().as_str(), "78324689ee0e2942");
/// # Ok::<(), action_links::link::ApiKeyError>(())
/// ```
#[derive(Clone)]
pub struct ApiKey {
    id: KeyId,
    /// The secret itself, in this one place. It is compared with what a caller presents.
    secret: EncodingKey,
    /// The hash states that the secret leads to, not the secret: they spare each MAC half of its work.
    hs256: Hs256,
    /// The header of links that it signs, in base64url.
    header: String,
}

impl ApiKey {
    /// HMAC-SHA256 requires a key of at least the hash's size (RFC 7518 §3.2).
    pub const MIN_LENGTH: usize = key_text::MIN_LENGTH;

    /// Takes the secret as it stands: nothing is trimmed or decoded.
    ///
    /// # Errors
    ///
    /// [`ApiKeyError`] if it has fewer than [`ApiKey::MIN_LENGTH`] bytes, or if it cannot be a key alone: it has white
    /// space, line breaks, quotes, invisible characters, or a `NAME=` before it.
    pub fn new(secret: &str) -> Result<Self, ApiKeyError> {
        key_text::check(secret)?;
        Self::stored(secret)
    }

    /// Takes the text of a key file: a byte order mark at its start and white space at its end are dropped.
    ///
    /// # Errors
    ///
    /// [`ApiKeyError`], as [`ApiKey::new`].
    pub fn from_key_file(text: &str) -> Result<Self, ApiKeyError> {
        Self::new(Self::in_key_file(text))
    }

    /// The key in the text of a key file. Editors and shells leave a byte order mark before it and white space behind
    /// it.
    pub(crate) fn in_key_file(text: &str) -> &str {
        text.trim_start_matches('\u{feff}').trim_end()
    }

    /// Takes a secret of an app's record. Whatever it looks like, links may have been signed with it.
    ///
    /// # Errors
    ///
    /// [`ApiKeyError::TooShort`].
    #[doc(hidden)]
    pub fn stored(secret: &str) -> Result<Self, ApiKeyError> {
        Self::of_bytes(secret.as_bytes())
    }

    /// For keys of other programs, which need not be UTF-8.
    pub(super) fn of_bytes(secret: &[u8]) -> Result<Self, ApiKeyError> {
        let key = if secret.len() < Self::MIN_LENGTH { None } else { Self::of_any_length(secret) };
        key.ok_or(ApiKeyError::TooShort { length: secret.len() })
    }

    /// For keys that only compare. HMAC takes a secret of any length, so there is always one.
    pub(super) fn of_any_length(secret: &[u8]) -> Option<Self> {
        let id = KeyId::of_bytes(secret);
        Some(Self {
            id,
            header: URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"JWT","alg":"HS256","kid":"{id}"}}"#)),
            secret: EncodingKey::from_secret(secret),
            hs256: Hs256::new(secret).ok()?,
        })
    }

    /// Its id, which is the `kid` header of its links.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether `secret` is this key. The time depends on the lengths only.
    pub fn is(&self, secret: &str) -> bool {
        self.secret.as_bytes().ct_eq(secret.as_bytes()).into()
    }

    /// Its secret.
    pub(super) fn secret(&self) -> &[u8] {
        self.secret.as_bytes()
    }

    pub(super) fn header(&self) -> &str {
        &self.header
    }

    /// base64url(HMAC-SHA256) of a message.
    pub(super) fn mac(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.hs256.sign(message))
    }

    /// Whether `mac` is this key's MAC of a message, in base64url. Compared in constant time.
    pub(super) fn is_mac(&self, mac: &str, message: &[u8]) -> bool {
        URL_SAFE_NO_PAD.decode(mac).is_ok_and(|mac| self.hs256.verify(message, &mac).is_ok())
    }

    /// A seal for a string that a client sends back: base64url(HMAC-SHA256) over `purpose` and the
    /// string.
    ///
    /// The sealed bytes begin with a line break, which no JWT's signing input has (RFC 7515 §5.1).
    /// So a seal cannot be used as a signature, nor a signature as a seal.
    pub(crate) fn seal(&self, purpose: &str, text: &str) -> String {
        self.mac(format!("\n{purpose}\n{text}").as_bytes())
    }

    /// Whether `seal` is this key's seal of that string for that purpose. Compared in constant
    /// time.
    pub(crate) fn is_seal(&self, seal: &str, purpose: &str, text: &str) -> bool {
        self.is_mac(seal, format!("\n{purpose}\n{text}").as_bytes())
    }
}

impl FromStr for ApiKey {
    type Err = ApiKeyError;

    fn from_str(secret: &str) -> Result<Self, ApiKeyError> {
        Self::new(secret)
    }
}

impl<'de> Deserialize<'de> for ApiKey {
    /// From a string, as [`ApiKey::new`]. The error does not quote it. A reader of settings may quote the line beside
    /// it, as `toml` does: show the error's `message()` alone then.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let secret = Zeroizing::new(String::deserialize(deserializer)?);
        Self::new(&secret).map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718";

    #[test]
    fn the_key_id_is_what_sha256sum_prints() {
        // printf %s "$SECRET" | sha256sum | cut -c1-16
        assert_eq!(KeyId::of(SECRET).as_str(), "78324689ee0e2942");
        assert_eq!(KeyId::parse("78324689ee0e2942"), Ok(KeyId::of(SECRET)));
        assert_eq!(KeyId::parse("78324689EE0E2942"), Ok(KeyId::of(SECRET)));
    }

    #[test]
    fn other_strings_are_not_key_ids() {
        for text in ["", "78324689ee0e294", "78324689ee0e29420", "78324689ee0e294g"] {
            assert_eq!(KeyId::parse(text), Err(KeyIdError), "{text}");
        }
    }

    #[test]
    fn a_key_cannot_be_printed() {
        let key = ApiKey::new(SECRET).unwrap();
        assert_eq!(format!("{key:?} {:?}", key.id()), "ApiKey(78324689ee0e2942) KeyId(78324689ee0e2942)");
        let printed = format!("{key:#?} {:?}", key.secret);
        assert!(!printed.contains(SECRET) && !printed.contains("test_api_key"), "{printed}");
    }

    #[test]
    fn a_key_knows_its_own_secret() {
        let key = ApiKey::new(SECRET).unwrap();
        assert!(key.is(SECRET));
        assert!(!key.is(&SECRET[1..]) && !key.is("") && !key.is(&SECRET.replace('8', "9")));
    }

    #[test]
    fn a_short_secret_is_not_a_key() {
        assert_eq!(ApiKey::new(&"k".repeat(31)).unwrap_err(), ApiKeyError::TooShort { length: 31 });
        assert!(ApiKey::new(&"k".repeat(32)).is_ok());
    }
}

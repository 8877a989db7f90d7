//! The link id.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Identifies one link without revealing it: the first 22 characters (132 bits) of
/// base64url(SHA-256(signing input)). The signing input is `header.payload` as sent (RFC 7515
/// §5.1). The same token is the same link; two tokens that differ in any claim are two links.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct LinkId(String);

impl LinkId {
    pub(super) fn of(signing_input: &str) -> Self {
        let mut text = URL_SAFE_NO_PAD.encode(Sha256::digest(signing_input.as_bytes()));
        text.truncate(22);
        Self(text)
    }

    /// The 22 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for LinkId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

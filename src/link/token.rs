//! The parts of a compact JWS (RFC 7515 §3.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::key::{ApiKey, KeyId};
use crate::json::Object;

/// A token that has not been verified. It can only be used to choose a key to verify it with. It
/// cannot be printed.
#[derive(Clone)]
pub(super) struct UnverifiedToken {
    text: String,
    /// Where the payload begins.
    payload: usize,
    /// Where the MAC begins.
    mac: usize,
    key_id: KeyHint,
}

/// Which key a token claims to be signed with. It can only be used to find that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyHint {
    /// The token has no `kid`.
    Missing,
    /// The key with this id.
    Named(KeyId),
    /// The `kid` does not have the form of a key id, or the token is invalid. No key fits.
    Unknown,
}

impl UnverifiedToken {
    /// Parses three parts with a header for HS256. It is strict, because every tolerance would
    /// allow a second spelling of the same token: base64url without padding and with its unused
    /// bits zero, no white space, no repeated member (RFC 7515 §5.2, RFC 8725 §3).
    pub(super) fn parse(token: &str) -> Option<Self> {
        let (signing_input, _mac) = token.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        if payload.contains('.') {
            return None;
        }
        Some(Self {
            key_id: Self::read_header(header)?,
            payload: header.len() + 1,
            mac: signing_input.len() + 1,
            text: token.to_owned(),
        })
    }

    pub(super) fn key_id(&self) -> KeyHint {
        self.key_id
    }

    /// `header.payload`, which the MAC is over.
    pub(super) fn signing_input(&self) -> &str {
        &self.text[..self.mac - 1]
    }

    /// The MAC, in base64url.
    pub(super) fn mac(&self) -> &str {
        &self.text[self.mac..]
    }

    /// The payload's bytes. They are not trusted until the MAC has been verified.
    pub(super) fn decode_payload(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(&self.text[self.payload..self.mac - 1]).ok()
    }

    fn read_header(header: &str) -> Option<KeyHint> {
        let json = URL_SAFE_NO_PAD.decode(header).ok()?;
        let members = Object::parse_unambiguous(&json).ok()?;
        let text = |name| members.get::<String>(name).ok();
        if text("alg")?? != "HS256" || text("typ")?.is_some_and(|typ| typ != "JWT") {
            return None;
        }
        // `crit` names extensions that a verifier must know (RFC 7515 §4.1.11). We know none.
        if members.raw("crit").is_some() {
            return None;
        }
        Some(match text("kid")? {
            None => KeyHint::Missing,
            Some(kid) => KeyId::parse(&kid).map_or(KeyHint::Unknown, KeyHint::Named),
        })
    }
}

/// Whether a token's MAC was made with a key.
pub(super) fn mac_fits(token: &UnverifiedToken, key: &ApiKey) -> bool {
    key.is_mac(token.mac(), token.signing_input().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(json: &str) -> Option<KeyHint> {
        let token = format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(json));
        UnverifiedToken::parse(&token).map(|token| token.key_id())
    }

    #[test]
    fn a_kid_is_a_hint_and_a_strange_one_fits_no_key() {
        let kid = KeyId::of("k");
        assert_eq!(header(&format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#)), Some(KeyHint::Named(kid)));
        assert_eq!(header(r#"{"alg":"HS256","kid":"../../etc/passwd"}"#), Some(KeyHint::Unknown));
    }
}

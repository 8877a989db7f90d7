//! Signing.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::base::BaseUrl;
use super::id::LinkId;
use super::key::{ApiKey, KeyId};
use super::path;
use super::unsigned::{Payload, SignError, UnsignedLink};
use super::unverified::UnverifiedLink;

/// A signed link, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedLink {
    /// The whole URL, ASCII.
    pub url: String,
    /// The JWT in it.
    pub signature: String,
    /// Its id in the booking's record and in the logs.
    pub link_id: LinkId,
    /// When it expires, if it does.
    pub expires_at: Option<SystemTime>,
}

impl fmt::Debug for SignedLink {
    /// Without the token and the URL, which contains it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedLink").field("link_id", &self.link_id).finish_non_exhaustive()
    }
}

/// Signs links with one key.
///
/// ```
/// use std::time::SystemTime;
/// use action_links::link::{ApiKey, BaseUrl, Signer, UnsignedLink};
///
/// let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718")?;
/// let base: BaseUrl = "https://links.example".parse()?;
/// let link = UnsignedLink::new("b-17".parse()?, "confirm".parse()?);
/// let signed = Signer::new(&key, &base).sign(&link, SystemTime::now())?;
/// assert!(signed.url.starts_with("https://links.example/v2/bookings/b-17/external_action/confirm?signature="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    key: &'a ApiKey,
    base: &'a BaseUrl,
}

impl<'a> Signer<'a> {
    /// A signer whose links start with `base` and have the key's id as `kid`.
    pub fn new(key: &'a ApiKey, base: &'a BaseUrl) -> Self {
        Self { key, base }
    }

    /// The id of the key that signs.
    pub fn key_id(&self) -> KeyId {
        self.key.id()
    }

    /// Signs `link`, with `now` as its `iat`. Links that are signed in different seconds are
    /// different links.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    pub fn sign(&self, link: &UnsignedLink, now: SystemTime) -> Result<SignedLink, SignError> {
        link.check_times(now)?;
        // Names, strings, numbers and booleans can always be written.
        let payload = serde_json::to_string(&Payload { link, now }).unwrap_or_default();
        let mut signature = String::with_capacity(512);
        signature.push_str(self.key.header());
        signature.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut signature);
        let link_id = LinkId::of(&signature);
        let mac = self.key.mac(signature.as_bytes());
        signature.push('.');
        signature.push_str(&mac);
        if signature.len() > UnverifiedLink::MAX_TOKEN_LENGTH {
            return Err(SignError::TooLong { length: signature.len() });
        }
        let url = format!("{}{}?signature={signature}", self.base, path::of_link(&link.booking_id, &link.action));
        Ok(SignedLink { url, signature, link_id, expires_at: link.expiry(now) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_link_prints_no_token() {
        let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718").unwrap();
        let base = BaseUrl::parse("https://links.example").unwrap();
        let link = UnsignedLink::new("b".parse().unwrap(), "confirm".parse().unwrap());
        let signed = Signer::new(&key, &base).sign(&link, SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(format!("{signed:?}"), format!("SignedLink {{ link_id: {:?}, .. }}", signed.link_id));
    }

    #[test]
    fn no_link_is_signed_that_no_verifier_takes() {
        let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718").unwrap();
        let base = BaseUrl::parse("https://links.example").unwrap();
        let link = |length| {
            let link = UnsignedLink::new("b".parse().unwrap(), "confirm".parse().unwrap());
            link.claim("note", "x".repeat(length)).unwrap()
        };
        let signed = |length| Signer::new(&key, &base).sign(&link(length), SystemTime::UNIX_EPOCH);
        let longest = (2800..3100).filter(|length| signed(*length).is_ok()).max().unwrap();
        assert!(matches!(signed(longest + 1), Err(SignError::TooLong { length: 4097.. })));
        let sent: UnverifiedLink = signed(longest).unwrap().url.parse().unwrap();
        assert!(crate::link::Verifier::new([&key]).verify(&sent, SystemTime::UNIX_EPOCH).is_ok());
    }
}

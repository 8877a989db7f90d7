//! Signing.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::base::BaseUrl;
use super::claims::{Claims, NumericDate};
use super::id::LinkId;
use super::key::{ApiKey, KeyId};
use super::path;
use super::redirect::Redirect;
use crate::booking::{Action, BookingId, NameError};

/// A link to be signed: a booking, an action, and optional claims.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use action_links::link::UnsignedLink;
///
/// let link = UnsignedLink::new("b-17".parse()?, "cancel_by_customer".parse()?)
///     .expires_at(SystemTime::now() + Duration::from_secs(3600))
///     .confirm(true)
///     .lang("da");
/// # Ok::<(), action_links::booking::NameError>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnsignedLink {
    booking_id: BookingId,
    action: Action,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    redirect: Option<String>,
    confirm: Option<bool>,
    lang: Option<String>,
    jti: Option<String>,
    sub: Option<String>,
}

/// The payload of a link, as it is written.
#[derive(Serialize)]
struct Payload<'a> {
    booking_id: &'a BookingId,
    action: &'a Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<NumericDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<NumericDate>,
    iat: NumericDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
}

impl UnsignedLink {
    /// A link that does not expire, follows the app's `click_mode`, and redirects to the app's own
    /// page.
    pub fn new(booking_id: BookingId, action: Action) -> Self {
        let (exp, nbf, redirect, confirm, lang, jti, sub) = (None, None, None, None, None, None, None);
        Self { booking_id, action, exp, nbf, redirect, confirm, lang, jti, sub }
    }

    fn payload(&self, now: SystemTime) -> Payload<'_> {
        Payload {
            booking_id: &self.booking_id,
            action: &self.action,
            exp: self.exp,
            nbf: self.nbf,
            iat: now.into(),
            redirect: self.redirect.as_deref(),
            confirm: self.confirm,
            lang: self.lang.as_deref(),
            jti: self.jti.as_deref(),
            sub: self.sub.as_deref(),
        }
    }

    /// Makes the link expire: it is refused from this second on.
    #[must_use]
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.exp = Some(NumericDate::from(time));
        self
    }

    /// Makes the link valid from this second on. A verifier gives it 60 s of leeway.
    #[must_use]
    pub fn not_before(mut self, time: SystemTime) -> Self {
        self.nbf = Some(NumericDate::from(time));
        self
    }

    /// Sets the page that the click redirects to. It is signed, so it cannot be altered.
    #[must_use]
    pub fn redirect(mut self, redirect: &Redirect) -> Self {
        self.redirect = Some(redirect.to_string());
        self
    }

    /// Asks before acting (`true`) or acts at once (`false`), whatever the app's settings.
    #[must_use]
    pub fn confirm(mut self, confirm: bool) -> Self {
        self.confirm = Some(confirm);
        self
    }

    /// Sets the language of the pages, a BCP 47 tag. An unknown one is ignored when a page is shown.
    #[must_use]
    pub fn lang(mut self, tag: impl Into<String>) -> Self {
        self.lang = Some(tag.into());
        self
    }

    /// Makes the link different from one that is otherwise the same (RFC 7519 §4.1.7).
    #[must_use]
    pub fn jti(mut self, id: impl Into<String>) -> Self {
        self.jti = Some(id.into());
        self
    }

    /// Sets an opaque id of the person to whom the link is sent, at most 256 characters (RFC 7519
    /// §4.1.2).
    ///
    /// # Errors
    ///
    /// [`NameError::TooLong`].
    pub fn subject(mut self, subject: &str) -> Result<Self, NameError> {
        if subject.chars().count() > Claims::MAX_SUBJECT_LENGTH {
            return Err(NameError::TooLong(Claims::MAX_SUBJECT_LENGTH));
        }
        self.sub = Some(subject.to_owned());
        Ok(self)
    }
}

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
/// let signed = Signer::new(&key, &base).sign(&link, SystemTime::now());
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
    pub fn sign(&self, link: &UnsignedLink, now: SystemTime) -> SignedLink {
        // Names, strings, numbers and booleans can always be written.
        let payload = serde_json::to_string(&link.payload(now)).unwrap_or_default();
        let mut signature = String::with_capacity(512);
        signature.push_str(self.key.header());
        signature.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut signature);
        let link_id = LinkId::of(&signature);
        let mac = self.key.mac(signature.as_bytes());
        signature.push('.');
        signature.push_str(&mac);
        let url = format!("{}{}?signature={signature}", self.base, path::of_link(&link.booking_id, &link.action));
        SignedLink { url, signature, link_id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_link_prints_no_token() {
        let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718").unwrap();
        let base = BaseUrl::parse("https://links.example").unwrap();
        let link = UnsignedLink::new(BookingId::parse("b").unwrap(), Action::parse("confirm").unwrap());
        let signed = Signer::new(&key, &base).sign(&link, SystemTime::UNIX_EPOCH);
        assert_eq!(format!("{signed:?}"), format!("SignedLink {{ link_id: {:?}, .. }}", signed.link_id));
    }

    #[test]
    fn a_subject_has_at_most_256_characters() {
        let link = || UnsignedLink::new(BookingId::parse("b").unwrap(), Action::parse("confirm").unwrap());
        assert!(link().subject(&"ä".repeat(256)).is_ok());
        assert_eq!(link().subject(&"a".repeat(257)).unwrap_err(), NameError::TooLong(256));
    }
}

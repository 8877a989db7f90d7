//! Signing.

use std::fmt;
use std::time::SystemTime;

use jsonwebtoken::{Algorithm, Header};
use url::Url;

use super::claims::{Claims, NumericDate};
use super::id::LinkId;
use super::key::ApiKey;
use super::redirect::Redirect;
use crate::booking::{Action, BookingId};

/// A link to be signed: a booking, an action, and optional claims.
#[derive(Clone, Debug)]
pub struct ActionLink {
    booking_id: BookingId,
    action: Action,
    expires_at: Option<SystemTime>,
    redirect: Option<Redirect>,
    confirm: Option<bool>,
}

impl ActionLink {
    /// A link that does not expire, follows the app's `click_mode`, and redirects to the app's own
    /// page.
    pub fn new(booking_id: BookingId, action: Action) -> Self {
        Self { booking_id, action, expires_at: None, redirect: None, confirm: None }
    }

    /// Makes the link expire: it is refused from this second on.
    #[must_use]
    pub fn expires_at(self, time: SystemTime) -> Self {
        Self { expires_at: Some(time), ..self }
    }

    /// Sets the page that the click redirects to. It is signed, so it cannot be altered.
    #[must_use]
    pub fn redirect(self, redirect: Redirect) -> Self {
        Self { redirect: Some(redirect), ..self }
    }

    /// Asks before acting (`true`) or acts at once (`false`), whatever the app's settings.
    #[must_use]
    pub fn confirm(self, confirm: bool) -> Self {
        Self { confirm: Some(confirm), ..self }
    }
}

/// A signed link, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
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

/// The process's `jsonwebtoken` cannot sign with HS256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the crypto provider that this program gave to jsonwebtoken cannot sign with HS256")]
pub struct SigningError;

/// The start of every link: the scheme, the host and, if there is one, a stage or base path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Why a string is not a valid [`BaseUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an http(s) URL without user info, query and fragment")]
pub struct BaseUrlError;

impl BaseUrl {
    /// Parses `https://links.example` or `https://links.example/prod`, with or without a slash at
    /// the end. `http` is accepted too, for a developer's machine.
    ///
    /// # Errors
    ///
    /// [`BaseUrlError`].
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError)?;
        let plain = matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if plain { Ok(Self(url.as_str().trim_end_matches('/').to_owned())) } else { Err(BaseUrlError) }
    }

    /// The URL, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Signs links with one key.
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

    /// Signs `link`, with `now` as its `iat`. Links that are signed in different seconds are
    /// different links.
    ///
    /// # Errors
    ///
    /// [`SigningError`] in a program that gave `jsonwebtoken` a provider without HS256.
    pub fn sign(&self, link: &ActionLink, now: SystemTime) -> Result<SignedLink, SigningError> {
        let claims = Claims {
            booking_id: link.booking_id.to_string(),
            action: link.action.to_string(),
            exp: link.expires_at.map(NumericDate::from),
            iat: Some(now.into()),
            redirect: link.redirect.as_ref().map(Redirect::to_string),
            confirm: link.confirm,
            ..Claims::default()
        };
        let header = Header { kid: Some(self.key.id().to_string()), ..Header::new(Algorithm::HS256) };
        let signature = jsonwebtoken::encode(&header, &claims, &self.key.signing).map_err(|_| SigningError)?;
        let (signing_input, _mac) = signature.rsplit_once('.').ok_or(SigningError)?;
        Ok(SignedLink {
            url: format!(
                "{}/v2/bookings/{}/external_action/{}?signature={signature}",
                self.base.0, link.booking_id, link.action
            ),
            link_id: LinkId::of(signing_input),
            signature,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_has_no_slash_at_its_end_and_nothing_after_its_path() {
        assert_eq!(BaseUrl::parse("https://links.example/").unwrap().as_str(), "https://links.example");
        assert_eq!(BaseUrl::parse("https://links.example/prod/").unwrap().as_str(), "https://links.example/prod");
        for text in [
            "links.example",
            "https://",
            "https://u@links.example",
            "https://links.example?x",
            "https://links.example/#x",
            "mailto:a@b.example",
        ] {
            assert_eq!(BaseUrl::parse(text), Err(BaseUrlError), "{text}");
        }
    }

    #[test]
    fn a_signed_link_prints_no_token() {
        let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718").unwrap();
        let base = BaseUrl::parse("https://links.example").unwrap();
        let link = ActionLink::new(BookingId::parse("b").unwrap(), Action::parse("confirm").unwrap());
        let signed = Signer::new(&key, &base).sign(&link, SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(format!("{signed:?}"), format!("SignedLink {{ link_id: {:?}, .. }}", signed.link_id));
    }
}

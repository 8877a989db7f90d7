//! Verification: from an unverified link to a verified one, or to a refusal.

use std::time::SystemTime;

use super::claims::Claims;
use super::id::LinkId;
use super::key::{ApiKey, KeyId};
use super::redirect::{Redirect, RedirectError, RedirectPolicy};
use super::token::{KeyHint, mac_fits};
use super::unverified::UnverifiedLink;
use crate::booking::{Action, BookingId};

/// The leeway of `nbf` in seconds, because a signer's clock may run ahead of ours. `exp` has none:
/// it means exactly that second.
const NOT_BEFORE_LEEWAY: f64 = 60.0;

/// How many seconds `iat` may be ahead of our clock. One that is further ahead, as in milliseconds, could not
/// be revoked.
pub(crate) const ISSUED_AT_LEEWAY: f64 = 300.0;

/// A link whose MAC is valid, whose claims equal its path, and whose time is now. Only a
/// [`Verifier`] makes one, so a program that has one may act on it, once: to prevent a second use
/// is the caller's job.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedLink {
    authentic: AuthenticLink,
}

impl VerifiedLink {
    /// The booking that it may change.
    pub fn booking_id(&self) -> &BookingId {
        &self.authentic.booking_id
    }

    /// The action that it may take.
    pub fn action(&self) -> &Action {
        &self.authentic.action
    }

    /// Its id, to be stored when it is used.
    pub fn link_id(&self) -> &LinkId {
        &self.authentic.link_id
    }

    /// Everything else about it.
    pub fn authentic(&self) -> &AuthenticLink {
        &self.authentic
    }
}

/// A link whose signature is valid, whatever the time. A page may show what it is about. Its action must
/// not be taken; the buttons of its pages need a [form token](super::FormTokens) of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthenticLink {
    booking_id: BookingId,
    action: Action,
    key_id: KeyId,
    link_id: LinkId,
    claims: Claims,
    unverified_redirect: Option<String>,
}

/// Why a link is not verified.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The token is invalid, no key fits, or the claims differ from the path. There is one answer
    /// for all of them, because the difference would only help a forger.
    #[error("the signature does not fit this link")]
    InvalidSignature,
    /// The signature is valid, but the link has expired.
    #[error("the link has expired")]
    Expired(Box<AuthenticLink>),
    /// The signature is valid, but the link is not valid yet.
    #[error("the link is not valid yet")]
    NotYetValid(Box<AuthenticLink>),
}

/// Verifies links with the given keys.
///
/// ```
/// use std::time::SystemTime;
/// use action_links::link::{ApiKey, Refusal, UnverifiedLink, Verifier};
///
/// let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718")?;
/// let link: UnverifiedLink = "https://links.example/v2/bookings/b-17/external_action/confirm?signature=a.b.c".parse()?;
/// let refusal = Verifier::new([&key]).verify(&link, SystemTime::now()).unwrap_err();
/// assert!(matches!(refusal, Refusal::InvalidSignature));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier<'k> {
    keys: Vec<&'k ApiKey>,
}

impl<'k> Verifier<'k> {
    /// If the token's header has a `kid`, only that key is tried, otherwise every key.
    pub fn new(keys: impl IntoIterator<Item = &'k ApiKey>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }

    /// Verifies `link` as of `now`.
    ///
    /// # Errors
    ///
    /// [`Refusal`]. The time is checked last, so `Expired` and `NotYetValid` are returned for
    /// genuine links only.
    pub fn verify(&self, link: &UnverifiedLink, now: SystemTime) -> Result<VerifiedLink, Refusal> {
        let authentic = self.authenticate(link).ok_or(Refusal::InvalidSignature)?;
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        if authentic.claims.iat.is_some_and(|iat| iat.as_seconds() > now + ISSUED_AT_LEEWAY) {
            return Err(Refusal::InvalidSignature);
        }
        match (authentic.claims.exp, authentic.claims.nbf) {
            (Some(exp), _) if now >= exp.as_seconds() => Err(Refusal::Expired(Box::new(authentic))),
            (_, Some(nbf)) if now + NOT_BEFORE_LEEWAY < nbf.as_seconds() => {
                Err(Refusal::NotYetValid(Box::new(authentic)))
            }
            _ => Ok(VerifiedLink { authentic }),
        }
    }

    /// Everything but the time.
    fn authenticate(&self, link: &UnverifiedLink) -> Option<AuthenticLink> {
        let token = link.unverified_token.as_ref()?;
        let hint = token.key_id();
        let candidates = self.keys.iter().filter(|key| match hint {
            KeyHint::Missing => true,
            KeyHint::Named(key_id) => key_id == key.id(),
            KeyHint::Unknown => false,
        });
        let key = candidates.copied().find(|key| mac_fits(token, key))?;
        // From here on the payload is known to be signed with the key.
        let claims = Claims::parse(&token.decode_payload()?)?;
        if claims.booking_id != link.booking_id.as_str() || claims.action != link.action.as_str() {
            return None;
        }
        Some(AuthenticLink {
            booking_id: link.booking_id.clone(),
            action: link.action.clone(),
            key_id: key.id(),
            link_id: LinkId::of(token.signing_input()),
            claims,
            unverified_redirect: link.unverified_redirect.clone(),
        })
    }
}

impl AuthenticLink {
    /// The one booking that it may change.
    pub fn booking_id(&self) -> &BookingId {
        &self.booking_id
    }

    /// The one action that it may take.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// The key that signed it.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Its id, which is stored when it has been used.
    pub fn link_id(&self) -> &LinkId {
        &self.link_id
    }

    /// The second since 1970 in which it was signed, if it says so. A fraction is cut off.
    pub fn issued_at(&self) -> Option<u64> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 2^53")]
        self.claims.iat.map(|iat| iat.as_seconds() as u64)
    }

    /// All its claims.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The redirect of the query, which is not signed.
    pub fn unverified_redirect(&self) -> Option<&str> {
        self.unverified_redirect.as_deref()
    }

    /// The redirect of the click: the signed one, else the query's, else the policy's default;
    /// `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`RedirectError`] when that redirect is not allowed, or the signed one and the query's
    /// differ.
    pub fn redirect(&self, policy: &RedirectPolicy) -> Result<Option<Redirect>, RedirectError> {
        policy.decide(self.claims.redirect.as_deref(), self.unverified_redirect.as_deref())
    }
}

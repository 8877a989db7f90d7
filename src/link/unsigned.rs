//! A link to be signed.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::claim_values::{JwtId, LanguageTag, Subject};
use super::claims::{Claims, NumericDate};
use super::redirect::Redirect;
use super::unverified::UnverifiedLink;
use crate::booking::{Action, BookingId};

/// A link to be signed: a booking, an action, and optional claims.
///
/// ```
/// use std::time::Duration;
/// use action_links::link::UnsignedLink;
///
/// let link = UnsignedLink::new("b-17".parse()?, "cancel_by_customer".parse()?)
///     .expires_in(Duration::from_secs(14 * 86_400))
///     .confirm(true)
///     .lang("da".parse()?)
///     .claim("campaign", "autumn")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedLink {
    pub(super) booking_id: BookingId,
    pub(super) action: Action,
    expiry: Option<Expiry>,
    nbf: Option<NumericDate>,
    redirect: Option<String>,
    confirm: Option<bool>,
    lang: Option<LanguageTag>,
    jti: Option<JwtId>,
    sub: Option<Subject>,
    own: OwnClaims,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expiry {
    At(SystemTime),
    /// Behind the time of signing.
    In(Duration),
}

/// Claims of the signer's own. Printed by name, because their values may be personal.
#[derive(Clone, Default, PartialEq)]
struct OwnClaims(Vec<(String, Value)>);

impl fmt::Debug for OwnClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A claim of one's own cannot have that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The name is one of those that this library reads.
    #[error("claim: this name is one of the link's own")]
    Reserved,
    /// There is a claim of that name.
    #[error("claim: there is one of this name")]
    Repeated,
}

/// A link cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// Its token would be longer than [`UnverifiedLink::MAX_TOKEN_LENGTH`], so no verifier would take it. The redirect
    /// is the longest claim.
    #[error("link: its token would have {length} bytes, and at most {} are allowed", UnverifiedLink::MAX_TOKEN_LENGTH)]
    TooLong {
        /// The token's length in bytes.
        length: usize,
    },
    /// It would have expired, or would live for more than [`UnsignedLink::MAX_LIFETIME`].
    #[error("link: must expire from 1 second to 100 years after it is signed")]
    Lifetime,
    /// It would expire before it is valid.
    #[error("link: must be valid before it expires")]
    NeverValid,
}

impl UnsignedLink {
    /// The longest time between signing and expiry: 100 years.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(3_153_600_000);

    /// A link that does not expire, follows the app's `click_mode`, and redirects to the app's own
    /// page.
    pub fn new(booking_id: BookingId, action: Action) -> Self {
        let (expiry, nbf, redirect, confirm, lang, jti, sub) = (None, None, None, None, None, None, None);
        Self { booking_id, action, expiry, nbf, redirect, confirm, lang, jti, sub, own: OwnClaims::default() }
    }

    /// Makes the link expire: it is refused from this second on. A `DateTime` of chrono converts as it is, a
    /// `Timestamp` of jiff by `SystemTime::try_from`.
    #[must_use]
    pub fn expires_at(self, time: impl Into<SystemTime>) -> Self {
        Self { expiry: Some(Expiry::At(time.into())), ..self }
    }

    /// Makes the link expire so long after it has been signed.
    #[must_use]
    pub fn expires_in(self, time: Duration) -> Self {
        Self { expiry: Some(Expiry::In(time)), ..self }
    }

    /// Makes the link valid from this second on. A verifier gives it 60 s of leeway.
    #[must_use]
    pub fn not_before(self, time: impl Into<SystemTime>) -> Self {
        Self { nbf: Some(time.into().into()), ..self }
    }

    /// Sets the page that the click redirects to. It is signed, so it cannot be altered.
    #[must_use]
    pub fn redirect(self, redirect: &Redirect) -> Self {
        Self { redirect: Some(redirect.to_string()), ..self }
    }

    /// Asks before acting (`true`) or acts at once (`false`), whatever the app's settings.
    #[must_use]
    pub fn confirm(self, confirm: bool) -> Self {
        Self { confirm: Some(confirm), ..self }
    }

    /// Sets the language of the pages. One that the pages do not have is ignored.
    #[must_use]
    pub fn lang(self, tag: LanguageTag) -> Self {
        Self { lang: Some(tag), ..self }
    }

    /// Makes the link different from one that is otherwise the same.
    #[must_use]
    pub fn jti(self, id: JwtId) -> Self {
        Self { jti: Some(id), ..self }
    }

    /// Sets an opaque id of the person to whom the link is sent.
    #[must_use]
    pub fn subject(self, subject: Subject) -> Self {
        Self { sub: Some(subject), ..self }
    }

    /// Adds a claim of one's own, which the service ignores: the link can be told apart where it comes back.
    ///
    /// # Errors
    ///
    /// [`ClaimError`].
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Result<Self, ClaimError> {
        let name = name.into();
        if Claims::NAMES.contains(&name.as_str()) {
            return Err(ClaimError::Reserved);
        }
        if self.own.0.iter().any(|(own, _)| *own == name) {
            return Err(ClaimError::Repeated);
        }
        self.own.0.push((name, value.into()));
        Ok(self)
    }

    /// Checks that a verifier takes it at some time after it was signed.
    pub(super) fn check_times(&self, now: SystemTime) -> Result<(), SignError> {
        let Some(expiry) = self.expiry(now) else { return Ok(()) };
        let (exp, iat) = (NumericDate::from(expiry), NumericDate::from(now));
        let latest = now.checked_add(Self::MAX_LIFETIME).map(NumericDate::from);
        if exp <= iat || latest.is_some_and(|latest| exp > latest) {
            return Err(SignError::Lifetime);
        }
        if self.nbf.is_some_and(|nbf| nbf >= exp) { Err(SignError::NeverValid) } else { Ok(()) }
    }

    /// When it expires, if it is signed now.
    pub(super) fn expiry(&self, now: SystemTime) -> Option<SystemTime> {
        self.expiry.map(|expiry| match expiry {
            Expiry::At(time) => time,
            // What no clock can show is refused.
            Expiry::In(time) => now.checked_add(time).unwrap_or(now),
        })
    }
}

/// The payload of a link that is signed now, as it is written.
pub(super) struct Payload<'a> {
    pub(super) link: &'a UnsignedLink,
    pub(super) now: SystemTime,
}

impl Serialize for Payload<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { link, now } = self;
        let mut claims = serializer.serialize_map(None)?;
        claims.serialize_entry("booking_id", &link.booking_id)?;
        claims.serialize_entry("action", &link.action)?;
        optional(&mut claims, "exp", &link.expiry(*now).map(NumericDate::from))?;
        optional(&mut claims, "nbf", &link.nbf)?;
        claims.serialize_entry("iat", &NumericDate::from(*now))?;
        optional(&mut claims, "redirect", &link.redirect)?;
        optional(&mut claims, "confirm", &link.confirm)?;
        optional(&mut claims, "lang", &link.lang)?;
        optional(&mut claims, "jti", &link.jti)?;
        optional(&mut claims, "sub", &link.sub)?;
        link.own.0.iter().try_for_each(|(name, value)| claims.serialize_entry(name, value))?;
        claims.end()
    }
}

fn optional<M: SerializeMap>(claims: &mut M, name: &str, value: &Option<impl Serialize>) -> Result<(), M::Error> {
    value.as_ref().map_or(Ok(()), |value| claims.serialize_entry(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> UnsignedLink {
        UnsignedLink::new(BookingId::parse("b").unwrap(), Action::parse("confirm").unwrap())
    }

    #[test]
    fn a_claim_of_ones_own_has_a_name_of_its_own() {
        for name in Claims::NAMES {
            assert_eq!(link().claim(name, 1), Err(ClaimError::Reserved));
        }
        let own = link().claim("campaign", "autumn").unwrap();
        assert_eq!(own.clone().claim("campaign", "winter"), Err(ClaimError::Repeated));
        let payload = serde_json::to_value(Payload { link: &own, now: SystemTime::UNIX_EPOCH }).unwrap();
        assert_eq!(
            payload,
            serde_json::json!({ "booking_id": "b", "action": "confirm", "iat": 0, "campaign": "autumn" })
        );
    }

    #[test]
    fn what_may_be_personal_is_not_printed() {
        let link = link().subject(Subject::parse("grace").unwrap()).claim("phone", "555-0100").unwrap();
        let printed = format!("{link:?}");
        assert!(printed.contains("phone") && !printed.contains("grace") && !printed.contains("555"), "{printed}");
    }

    #[test]
    fn an_expiry_is_counted_from_the_signing() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let expires = |link: UnsignedLink| link.expiry(now).map(NumericDate::from).map(NumericDate::as_seconds);
        assert_eq!(expires(link().expires_in(Duration::from_secs(60))), Some(1060.0));
        assert_eq!(expires(link().expires_at(now + Duration::from_millis(1500))), Some(1001.0));
        assert_eq!(expires(link().expires_in(Duration::MAX)), Some(1000.0));
        assert_eq!(expires(link()), None);
    }
}

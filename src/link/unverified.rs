//! A link as it arrives: its form is checked, nothing in it is trusted.

use percent_encoding::percent_decode_str;

use super::token::{KeyHint, UnverifiedToken};
use crate::booking::{Action, BookingId, NameError};

/// A well-formed link that has not been verified. A [`Verifier`](super::Verifier) verifies it.
///
/// It cannot be printed, because it contains a token.
#[derive(Clone)]
pub struct UnverifiedLink {
    pub(super) booking_id: BookingId,
    pub(super) action: Action,
    pub(super) unverified_token: String,
    pub(super) unverified_redirect: Option<String>,
}

/// Why a path and a query do not form a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The path is not `[/stage]/v2/bookings/{booking_id}/external_action/{action}`, or a name in
    /// it has characters that are not allowed.
    #[error("the path is not that of an action link")]
    Path,
    /// There is no `signature` parameter.
    #[error("the signature is missing")]
    SignatureMissing,
    /// A known parameter is given twice.
    #[error("the parameter `{0}` is given twice")]
    Repeated(&'static str),
    /// A name in the path, or the token, is over its limit.
    #[error("the link is longer than any link that this service makes")]
    TooLong,
}

impl UnverifiedLink {
    /// The maximum length of a token in bytes.
    pub const MAX_TOKEN_LENGTH: usize = 4096;

    /// Parses a request's path, percent-encoded or not, with or without a stage of one segment
    /// before it, and the decoded pairs of its query. Unknown parameters are ignored, because mail
    /// tools append their own.
    ///
    /// # Errors
    ///
    /// [`FormError`]. It does not depend on any key.
    pub fn parse<'a, P, V>(path: &str, query: impl IntoIterator<Item = (P, V)>) -> Result<Self, FormError>
    where
        P: AsRef<str>,
        V: Into<std::borrow::Cow<'a, str>>,
    {
        let (booking_id, action) = parse_path(path)?;
        let mut signature = None;
        let mut redirect = None;
        for (parameter, value) in query {
            let (name, slot) = match parameter.as_ref() {
                "signature" => ("signature", &mut signature),
                "redirect" => ("redirect", &mut redirect),
                _ => continue,
            };
            if slot.replace(value.into().into_owned()).is_some() {
                return Err(FormError::Repeated(name));
            }
        }
        let unverified_token = signature.filter(|token| !token.is_empty()).ok_or(FormError::SignatureMissing)?;
        if unverified_token.len() > Self::MAX_TOKEN_LENGTH {
            return Err(FormError::TooLong);
        }
        Ok(Self { booking_id, action, unverified_token, unverified_redirect: redirect })
    }

    /// The booking that the path names. It can only be used to find the app whose keys to try.
    pub fn unverified_booking_id(&self) -> &BookingId {
        &self.booking_id
    }

    /// The key that the token claims to be signed with.
    pub fn unverified_key(&self) -> KeyHint {
        UnverifiedToken::parse(&self.unverified_token).map_or(KeyHint::Foreign, |token| token.key_id())
    }
}

fn parse_path(path: &str) -> Result<(BookingId, Action), FormError> {
    let segments: Vec<&str> = path.strip_prefix('/').ok_or(FormError::Path)?.split('/').collect();
    let (booking_id, action) = match segments[..] {
        ["v2", "bookings", id, "external_action", action] => (id, action),
        [stage, "v2", "bookings", id, "external_action", action] if !stage.is_empty() => (id, action),
        _ => return Err(FormError::Path),
    };
    let of = |error| match error {
        NameError::TooLong(_) => FormError::TooLong,
        NameError::Empty | NameError::Character | NameError::DotSegment => FormError::Path,
    };
    // Decoded once. `%` is not allowed in either name, so nothing can be encoded twice.
    let decode = |segment| percent_decode_str(segment).decode_utf8().map_err(|_| FormError::Path);
    Ok((BookingId::parse(&decode(booking_id)?).map_err(of)?, Action::parse(&decode(action)?).map_err(of)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/v2/bookings/b-17/external_action/confirm";

    fn parse(path: &str, query: &[(&str, &'static str)]) -> Result<UnverifiedLink, FormError> {
        UnverifiedLink::parse(path, query.iter().copied())
    }

    #[test]
    fn the_path_is_known_with_and_without_a_stage() {
        for path in
            [PATH, "/prod/v2/bookings/b-17/external_action/confirm", "/v2/bookings/b%2D17/external_action/confirm"]
        {
            let link = parse(path, &[("signature", "t")]).ok().unwrap();
            assert_eq!((link.booking_id.as_str(), link.action.as_str()), ("b-17", "confirm"));
        }
        for path in [
            "",
            "/",
            "v2/bookings/b/external_action/confirm",
            "/v1/bookings/b/external_action/confirm",
            "/v2/bookings//external_action/confirm",
            "/v2/bookings/b/external_action/",
            "/v2/bookings/b/external_action/confirm/",
            "//v2/bookings/b/external_action/confirm",
            "/a/b/v2/bookings/b/external_action/confirm",
            "/v2/bookings/b%252D/external_action/confirm",
            "/v2/bookings/%ff/external_action/confirm",
            "/v2/bookings/b/external_action/Confirm",
        ] {
            assert_eq!(parse(path, &[("signature", "t")]).err(), Some(FormError::Path), "{path}");
        }
    }

    #[test]
    fn known_parameters_stand_once_and_unknown_ones_do_not_matter() {
        assert!(parse(PATH, &[("utm_source", "a"), ("signature", "t"), ("utm_source", "b")]).is_ok());
        assert_eq!(parse(PATH, &[]).err(), Some(FormError::SignatureMissing));
        assert_eq!(parse(PATH, &[("signature", "")]).err(), Some(FormError::SignatureMissing));
        assert_eq!(
            parse(PATH, &[("signature", "t"), ("signature", "t")]).err(),
            Some(FormError::Repeated("signature"))
        );
        assert_eq!(
            parse(PATH, &[("signature", "t"), ("redirect", "r"), ("redirect", "r")]).err(),
            Some(FormError::Repeated("redirect"))
        );
    }

    #[test]
    fn limits_have_their_own_answer() {
        let long = |length| UnverifiedLink::parse(PATH, [("signature", "t".repeat(length))]).err();
        assert_eq!(long(4096), None);
        assert_eq!(long(4097), Some(FormError::TooLong));
        let path = format!("/v2/bookings/{}/external_action/confirm", "b".repeat(129));
        assert_eq!(parse(&path, &[("signature", "t")]).err(), Some(FormError::TooLong));
    }
}

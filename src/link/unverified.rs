//! A link as it arrives: its form is checked, nothing in it is trusted.

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::key::ApiKey;
use super::path::{PathError, Resource};
use super::token::{KeyHint, UnverifiedToken, mac_fits};
use crate::booking::{Action, BookingId};

/// The characters of a MAC: 32 bytes in base64url.
const MAC_LENGTH: usize = 43;

/// A well-formed link that has not been verified. A [`Verifier`](super::Verifier) verifies it.
///
/// Printing it shows nothing, because it contains a token.
///
/// ```
/// use action_links::link::UnverifiedLink;
///
/// let link: UnverifiedLink =
///     "https://links.example/v2/bookings/b-17/external_action/confirm?signature=a.b.c&utm_source=mail".parse()?;
/// assert_eq!(link.unverified_booking_id().as_str(), "b-17");
/// # Ok::<(), action_links::link::ParseLinkError>(())
/// ```
#[derive(Clone)]
pub struct UnverifiedLink {
    pub(super) booking_id: BookingId,
    pub(super) action: Action,
    /// Parsed once. `None` if the signature does not have the form of a token.
    pub(super) unverified_token: Option<UnverifiedToken>,
    pub(super) unverified_redirect: Option<String>,
}

/// Why a path and a query do not form a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseLinkError {
    /// The path does not end in `/v2/bookings/{booking_id}/external_action/{action}`, or a name in
    /// it has characters that are not allowed.
    #[error("the path is not that of an action link")]
    Path,
    /// There is no `signature` parameter.
    #[error("the signature is missing")]
    SignatureMissing,
    /// A known parameter is given twice.
    #[error("the parameter `{0}` is given twice")]
    Repeated(&'static str),
    /// A known parameter has an invalid percent-encoding.
    #[error("the parameter `{0}` has an invalid percent-encoding")]
    Encoding(&'static str),
    /// A name in the path, or the token, is over its limit.
    #[error("the link is longer than any link that this service makes")]
    TooLong,
}

impl UnverifiedLink {
    /// The maximum length of a token in bytes.
    pub const MAX_TOKEN_LENGTH: usize = 4096;

    /// Parses a request's path, percent-encoded or not, and the decoded pairs of its query. Unknown
    /// parameters are ignored, because mail tools append their own. So is an empty `redirect`, and what
    /// stands behind the token.
    ///
    /// # Errors
    ///
    /// [`ParseLinkError`]. It does not depend on any key.
    pub fn parse<'a, P, V>(path: &str, query: impl IntoIterator<Item = (P, V)>) -> Result<Self, ParseLinkError>
    where
        P: AsRef<str>,
        V: Into<std::borrow::Cow<'a, str>>,
    {
        let (booking_id, action) = match Resource::parse(path) {
            Ok(Resource::Link(booking_id, action)) => (booking_id, action),
            Err(PathError::TooLong) => return Err(ParseLinkError::TooLong),
            Ok(_) | Err(_) => return Err(ParseLinkError::Path),
        };
        let mut signature = None;
        let mut redirect = None;
        for (parameter, value) in query {
            let (name, slot) = match parameter_name(parameter.as_ref()) {
                "signature" => ("signature", &mut signature),
                "redirect" => ("redirect", &mut redirect),
                _ => continue,
            };
            let value = value.into();
            if name == "redirect" && value.is_empty() {
                continue;
            }
            if slot.replace(value.into_owned()).is_some() {
                return Err(ParseLinkError::Repeated(name));
            }
        }
        let signature = signature.filter(|token| !token.is_empty()).ok_or(ParseLinkError::SignatureMissing)?;
        let token = without_tail(&signature);
        if token.len() > Self::MAX_TOKEN_LENGTH {
            return Err(ParseLinkError::TooLong);
        }
        let unverified_token = UnverifiedToken::parse(token);
        Ok(Self { booking_id, action, unverified_token, unverified_redirect: redirect })
    }

    /// The booking that the path names. It can only be used to find the app whose keys to try.
    pub fn unverified_booking_id(&self) -> &BookingId {
        &self.booking_id
    }

    /// The action that the path names.
    pub fn unverified_action(&self) -> &Action {
        &self.action
    }

    /// Whether the token's MAC was made with `key`, whatever key the token names. It says nothing about
    /// the claims, so nothing may act on it.
    pub fn is_signed_with(&self, key: &ApiKey) -> bool {
        self.unverified_token.as_ref().is_some_and(|token| mac_fits(token, key))
    }

    /// The key that the token claims to be signed with.
    pub fn unverified_key(&self) -> KeyHint {
        self.unverified_token.as_ref().map_or(KeyHint::Unknown, UnverifiedToken::key_id)
    }
}

/// The name of a parameter without the `amp;` that broken HTML leaves before it.
pub(crate) fn parameter_name(name: &str) -> &str {
    name.trim_start_matches("amp;")
}

/// The token without what mail programs, chats and people leave at the end of a link: behind a whole MAC,
/// everything from the first character on that is not base64url.
pub(crate) fn without_tail(signature: &str) -> &str {
    let is_base64url = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let Some((dot, _)) = signature.match_indices('.').nth(1) else { return signature };
    let mac = &signature[dot + 1..];
    match mac.find(|c| !is_base64url(c)) {
        Some(end) if end >= MAC_LENGTH => &signature[..dot + 1 + end],
        _ => signature,
    }
}

impl FromStr for UnverifiedLink {
    type Err = ParseLinkError;

    /// Parses a whole URL, of any scheme and host.
    fn from_str(url: &str) -> Result<Self, ParseLinkError> {
        let url = Url::parse(url).map_err(|_| ParseLinkError::Path)?;
        Self::parse(url.path(), url.query_pairs())
    }
}

impl TryFrom<&str> for UnverifiedLink {
    type Error = ParseLinkError;

    fn try_from(url: &str) -> Result<Self, ParseLinkError> {
        url.parse()
    }
}

impl fmt::Debug for UnverifiedLink {
    /// Without its parts: even the path may contain a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedLink").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/v2/bookings/b-17/external_action/confirm";

    fn parse(path: &str, query: &[(&str, &'static str)]) -> Result<UnverifiedLink, ParseLinkError> {
        UnverifiedLink::parse(path, query.iter().copied())
    }

    #[test]
    fn only_the_path_of_a_link_is_a_link() {
        assert!(parse(PATH, &[("signature", "t")]).is_ok());
        for path in ["/v2/bookings", "/v2/bookings/b-17", "/v2/bookings/b-17/external_action/Confirm"] {
            assert_eq!(parse(path, &[("signature", "t")]).err(), Some(ParseLinkError::Path), "{path}");
        }
    }

    #[test]
    fn a_whole_url_is_a_link() {
        let url = format!("https://links.example/prod{PATH}?utm_source=a&signature=t.t.t#top");
        let link: UnverifiedLink = url.parse().unwrap();
        assert_eq!((link.booking_id.as_str(), link.action.as_str()), ("b-17", "confirm"));
        assert_eq!(format!("{link:?}"), "UnverifiedLink { .. }");
        assert_eq!("b-17".parse::<UnverifiedLink>().err(), Some(ParseLinkError::Path));
    }

    #[test]
    fn known_parameters_stand_once_and_unknown_ones_do_not_matter() {
        assert!(parse(PATH, &[("utm_source", "a"), ("signature", "t"), ("utm_source", "b")]).is_ok());
        assert_eq!(parse(PATH, &[]).err(), Some(ParseLinkError::SignatureMissing));
        assert_eq!(parse(PATH, &[("signature", "")]).err(), Some(ParseLinkError::SignatureMissing));
        assert_eq!(
            parse(PATH, &[("signature", "t"), ("signature", "t")]).err(),
            Some(ParseLinkError::Repeated("signature"))
        );
        assert_eq!(
            parse(PATH, &[("signature", "t"), ("redirect", "r"), ("redirect", "r")]).err(),
            Some(ParseLinkError::Repeated("redirect"))
        );
    }

    #[test]
    fn what_is_left_behind_a_token_is_dropped() {
        let (payload, mac) = ("eyJhbGciOiJIUzI1NiJ9.e30", "m".repeat(43));
        let token = format!("{payload}.{mac}");
        let kept = |signature: &str| UnverifiedLink::parse(PATH, [("signature", signature)]).unwrap().unverified_token;
        for tail in [
            "",
            ".",
            ",",
            ";",
            ":",
            "!",
            "?",
            ")",
            ").",
            "]",
            "}",
            ">",
            "'",
            "\"",
            "’",
            "”",
            "»",
            "*",
            "**",
            "=",
            "==",
            " ",
            "\u{a0}",
            "\u{200b}",
            "\u{feff}",
            "\r\n",
            "\t",
            "?utm_source=x",
            "%3E",
            "%",
            "\u{fffd}",
            "/",
            "\\",
            "|",
            "<br>",
            "...",
            "…",
            "。",
            "?utm_source=%",
            &".".repeat(5000),
        ] {
            let token = kept(&format!("{token}{tail}")).unwrap_or_else(|| panic!("{tail}"));
            assert_eq!((token.signing_input(), token.mac()), (payload, mac.as_str()), "{tail}");
        }
        // A character of base64url belongs to the token, which is then another one.
        assert_eq!(kept(&format!("{token}A.")).unwrap().mac(), format!("{mac}A"));
        for cut in [format!("{payload}.{}.", "m".repeat(42)), format!("eyJ.{token}"), format!("{payload} .{mac}")] {
            assert!(kept(&cut).is_none_or(|token| token.mac() != mac || token.signing_input() != payload), "{cut}");
        }
    }

    #[test]
    fn broken_html_leaves_amp_before_a_name() {
        let redirect = |query| parse(PATH, query).unwrap().unverified_redirect;
        assert_eq!(redirect(&[("signature", "t"), ("amp;redirect", "r")]).as_deref(), Some("r"));
        assert_eq!(redirect(&[("amp;signature", "t"), ("amp;amp;redirect", "r")]).as_deref(), Some("r"));
        assert_eq!(redirect(&[("signature", "t"), ("redirect", "")]), None);
        assert_eq!(redirect(&[("redirect", ""), ("signature", "t"), ("redirect", "r")]).as_deref(), Some("r"));
        assert_eq!(
            parse(PATH, &[("signature", "t"), ("redirect", "r"), ("amp;redirect", "r")]).err(),
            Some(ParseLinkError::Repeated("redirect"))
        );
    }

    #[test]
    fn limits_have_their_own_answer() {
        let long = |length| UnverifiedLink::parse(PATH, [("signature", "t".repeat(length))]).err();
        assert_eq!(long(4096), None);
        assert_eq!(long(4097), Some(ParseLinkError::TooLong));
        let path = format!("/v2/bookings/{}/external_action/confirm", "b".repeat(129));
        assert_eq!(parse(&path, &[("signature", "t")]).err(), Some(ParseLinkError::TooLong));
    }
}

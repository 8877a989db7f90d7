//! The path of a link and of the bookings: the one place that knows it.

use percent_encoding::percent_decode_str;

use crate::booking::{Action, BookingId, NameError, NameFault};

/// The path of the list of bookings.
pub const BOOKINGS: &str = "/v2/bookings";

/// The segment between a booking and an action.
const EXTERNAL_ACTION: &str = "external_action";

/// What stands before the code of a short link.
const SHORT_LINK: &str = "/l/";

/// The number of letters and digits in the code of a short link: 71 bits.
pub const SHORT_CODE_LENGTH: usize = 12;

/// What stands behind the path of a link, or of a short one, for its booking's calendar file.
pub const CALENDAR: &str = "calendar.ics";

/// The path of the link whose calendar file a path is. `None` if it is not that of a calendar file.
pub fn of_calendar(path: &str) -> Option<&str> {
    let (before, tail) = path.rsplit_once(CALENDAR)?;
    // What mail programs leave behind an address.
    let is_whole = !tail.starts_with(|c: char| c.is_ascii_alphanumeric());
    before.strip_suffix('/').filter(|_| is_whole)
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `/v2/bookings`: the list of bookings.
    Bookings,
    /// `/v2/bookings/{booking_id}`: one booking.
    Booking(BookingId),
    /// `/v2/bookings/{booking_id}/external_action/{action}`: a link.
    Link(BookingId, Action),
}

/// Why a path is not one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// It has other segments, or a name with characters that are not allowed.
    #[error("the path is not that of a link or of bookings")]
    Unknown,
    /// A name in it is too long.
    #[error("a name in the path is too long")]
    TooLong,
}

impl Resource {
    /// Parses a path, percent-encoded or not. Anything may stand before `/v2/bookings`: a stage, the
    /// base path of a custom domain, or both. One slash may stand at the end.
    ///
    /// # Errors
    ///
    /// [`PathError`].
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<&str> = path.strip_prefix('/').ok_or(PathError::Unknown)?.split('/').collect();
        match segments[..] {
            [.., "v2", "bookings", id, EXTERNAL_ACTION, action] => {
                Ok(Self::Link(name(id, BookingId::parse)?, name(action, Action::parse)?))
            }
            [.., "v2", "bookings"] => Ok(Self::Bookings),
            [.., "v2", "bookings", id] => Ok(Self::Booking(name(id, BookingId::parse)?)),
            _ => Err(PathError::Unknown),
        }
    }
}

fn name<T>(segment: &str, parse: impl Fn(&str) -> Result<T, NameError>) -> Result<T, PathError> {
    // Decoded once. `%` is not allowed in either name, so nothing can be encoded twice.
    let text = percent_decode_str(segment).decode_utf8().map_err(|_| PathError::Unknown)?;
    parse(&text).map_err(|error| match error.fault {
        NameFault::TooLong(_) => PathError::TooLong,
        NameFault::Empty | NameFault::Character | NameFault::DotSegment | NameFault::Language => PathError::Unknown,
    })
}

/// The path of a link, to be appended to a base.
pub fn of_link(booking_id: &BookingId, action: &Action) -> String {
    format!("{BOOKINGS}/{booking_id}/{EXTERNAL_ACTION}/{action}")
}

/// Whether a path is meant for a link or a short one, even if it is not a valid one.
pub fn is_for_link(path: &str) -> bool {
    path.split('/').any(|segment| segment == EXTERNAL_ACTION) || prefix(path).is_none() && path.contains(SHORT_LINK)
}

/// The path of a short link, to be appended to a base.
pub fn of_short_link(code: &str) -> String {
    format!("{SHORT_LINK}{code}")
}

/// The code of a short link: 12 letters and digits after `/l/`. Anything may stand before it, as before other paths.
/// What stands behind it is dropped, as behind a token, from the first character on that is neither a letter nor a
/// digit, but for a further part of a path.
pub fn short_code(path: &str) -> Option<&str> {
    let (before, rest) = path.rsplit_once(SHORT_LINK)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let tail = &rest[end..];
    let is_longer = tail.strip_prefix('/').is_some_and(|part| part.starts_with(|c: char| c.is_ascii_alphanumeric()));
    (end == SHORT_CODE_LENGTH && !is_longer && prefix(before).is_none()).then(|| &rest[..end])
}

/// What stands before `/v2/bookings` in a path: a stage, the base path of a custom domain, or
/// nothing. `None` if the path has no such part.
pub fn prefix(path: &str) -> Option<&str> {
    path.rsplit_once(BOOKINGS).map(|(prefix, _)| prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_known_whatever_stands_before_it() {
        let link = Resource::Link(BookingId::parse("b-17").unwrap(), Action::parse("confirm").unwrap());
        for path in [
            "/v2/bookings/b-17/external_action/confirm",
            "/prod/v2/bookings/b-17/external_action/confirm",
            "/a/b/v2/bookings/b-17/external_action/confirm",
            "//v2/bookings/b-17/external_action/confirm",
            "/v2/bookings/v2/bookings/b-17/external_action/confirm",
            "/v2/bookings/b%2D17/external_action/confirm",
            "/v2/bookings/b-17/external_action/confirm/",
        ] {
            assert_eq!(Resource::parse(path).as_ref(), Ok(&link), "{path}");
        }
        assert_eq!(Resource::parse("/prod/a/v2/bookings"), Ok(Resource::Bookings));
        assert_eq!(Resource::parse("/v2/bookings/"), Ok(Resource::Bookings));
        assert_eq!(Resource::parse("/v2/bookings/b-17"), Ok(Resource::Booking(BookingId::parse("b-17").unwrap())));
    }

    #[test]
    fn other_paths_are_unknown() {
        for path in [
            "",
            "/",
            "v2/bookings/b/external_action/confirm",
            "/v1/bookings/b/external_action/confirm",
            "/v2/bookings//external_action/confirm",
            "/v2/bookings/b/external_action/",
            "/v2/bookings/b/external_action/confirm//",
            "/v2/bookings/b%252D/external_action/confirm",
            "/v2/bookings/%ff/external_action/confirm",
            "/v2/bookings/b/external_action/Confirm",
        ] {
            assert_eq!(Resource::parse(path), Err(PathError::Unknown), "{path}");
        }
        let long = format!("/v2/bookings/{}/external_action/confirm", "b".repeat(129));
        assert_eq!(Resource::parse(&long), Err(PathError::TooLong));
    }

    #[test]
    fn the_address_of_a_calendar_file_is_never_that_of_its_link() {
        for tail in ["", ".", "/", ")", ",", "%3E", "…"] {
            assert_eq!(of_calendar(&format!("/l/aB3dE6gH9jK2/calendar.ics{tail}")), Some("/l/aB3dE6gH9jK2"), "{tail}");
        }
        assert_eq!(of_calendar("/l/aB3dE6gH9jK2/calendar.icsx"), None);
        assert_eq!(of_calendar("/l/aB3dE6gH9jK2"), None);
    }

    #[test]
    fn a_code_is_known_whatever_stands_before_and_behind_it() {
        for path in [
            "/l/aB3dE6gH9jK2",
            "/prod/l/aB3dE6gH9jK2",
            "/l/aB3dE6gH9jK2/",
            "/l/aB3dE6gH9jK2.",
            "/l/l/aB3dE6gH9jK2)",
            "/l/aB3dE6gH9jK2%3E",
            "/l/aB3dE6gH9jK2…",
        ] {
            assert_eq!(short_code(path), Some("aB3dE6gH9jK2"), "{path}");
            assert!(is_for_link(path), "{path}");
        }
        for path in [
            "/l/",
            "/l",
            "/l/aB3dE6gH9jK",
            "/l/aB3dE6gH9jK2x",
            "/l/aB3dE6gH9jK2/calendar",
            "/l/aB3dE6gH9jK2/Calendar.ics",
            "/L/aB3dE6gH9jK2",
            "/l/aB3dE6g-9jK2",
            "/v2/bookings/l/aB3dE6gH9jK2",
            "/v2/bookings/b/external_action/l/aB3dE6gH9jK2",
        ] {
            assert_eq!(short_code(path), None, "{path}");
        }
        assert!(is_for_link("/l/x") && !is_for_link("/v2/bookings/l/aB3dE6gH9jK2"));
    }

    #[test]
    fn the_prefix_stands_before_the_last_v2() {
        assert_eq!(prefix("/v2/bookings"), Some(""));
        assert_eq!(prefix("/prod/v2/bookings/b-1"), Some("/prod"));
        assert_eq!(prefix("/v2/v2/bookings"), Some("/v2"));
        assert_eq!(prefix("/bookings"), None);
    }
}

//! The path of a link and of the bookings: the one place that knows it.

use percent_encoding::percent_decode_str;

use crate::booking::{Action, BookingId, NameError, NameFault};

/// The path of the list of bookings.
pub const BOOKINGS: &str = "/v2/bookings";

/// The segment between a booking and an action.
const EXTERNAL_ACTION: &str = "external_action";

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

/// Whether a path is meant for a link, even if it is not a valid one.
pub fn is_for_link(path: &str) -> bool {
    path.split('/').any(|segment| segment == EXTERNAL_ACTION)
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
    fn the_prefix_stands_before_the_last_v2() {
        assert_eq!(prefix("/v2/bookings"), Some(""));
        assert_eq!(prefix("/prod/v2/bookings/b-1"), Some("/prod"));
        assert_eq!(prefix("/v2/v2/bookings"), Some("/v2"));
        assert_eq!(prefix("/bookings"), None);
    }
}

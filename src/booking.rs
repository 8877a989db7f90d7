//! The names that everything else uses: a booking's id and an action.

use std::fmt;

/// Why a string is not a valid [`BookingId`] or [`Action`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The string is empty.
    #[error("is empty")]
    Empty,
    /// It is longer than the type's `MAX_LENGTH`.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// It has a character that is not allowed.
    #[error("has a character that is not allowed")]
    Character,
    /// It is `.` or `..`, which every URL parser removes from a path.
    #[error("must not be `.` or `..`")]
    DotSegment,
}

/// Defines a name: a short ASCII string over a small alphabet.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $max:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The maximum length in characters.
            pub const MAX_LENGTH: usize = $max;

            /// Takes `text` unchanged: nothing is trimmed, decoded or lower-cased.
            ///
            /// # Errors
            ///
            /// [`NameError`] when the text is empty, too long or has a character outside the type's
            /// alphabet.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let allowed: fn(u8) -> bool = $allowed;
                match text.len() {
                    0 => Err(NameError::Empty),
                    _ if matches!(text, "." | "..") => Err(NameError::DotSegment),
                    _ if !text.bytes().all(allowed) => Err(NameError::Character),
                    length if length > Self::MAX_LENGTH => Err(NameError::TooLong(Self::MAX_LENGTH)),
                    _ => Ok(Self(text.into())),
                }
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// A booking's id: 1–128 characters of `A–Z a–z 0–9 - _ . :`, normally a UUID; not `.` or
    /// `..` alone (RFC 3986 §5.2.4).
    BookingId, 128, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':')
}

name! {
    /// What a link does to its booking: 1–64 characters of `a–z 0–9 _`.
    Action, 64, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_a_booking_id() {
        assert!(BookingId::parse("0b9f6a3e-95a1-4a52-9b0c-6d3a3f4e7c11").is_ok());
        assert!(BookingId::parse("salon:2026.11_07").is_ok());
    }

    #[test]
    fn the_limits_are_inclusive() {
        assert!(BookingId::parse(&"b".repeat(128)).is_ok());
        assert_eq!(BookingId::parse(&"b".repeat(129)), Err(NameError::TooLong(128)));
        assert!(Action::parse(&"a".repeat(64)).is_ok());
        assert_eq!(Action::parse(&"a".repeat(65)), Err(NameError::TooLong(64)));
    }

    #[test]
    fn what_a_url_would_lose_is_not_an_id() {
        for id in [".", ".."] {
            assert_eq!(BookingId::parse(id), Err(NameError::DotSegment));
        }
        assert!(BookingId::parse("...").is_ok());
    }

    #[test]
    fn foreign_characters_are_refused() {
        for id in ["a b", "a/b", "ä", "a%20", "a\n", "a\u{200b}"] {
            assert_eq!(BookingId::parse(id), Err(NameError::Character), "{id:?}");
        }
        for action in ["Confirm", "cancel-by-customer", "confirm ", "cоnfirm"] {
            assert_eq!(Action::parse(action), Err(NameError::Character), "{action:?}");
        }
        assert_eq!(Action::parse(""), Err(NameError::Empty));
    }
}

//! The names that everything else uses: of bookings, actions, states, graphs and apps.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// Why a string is not a valid name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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

/// Defines a name: a short string that is checked when it is made, and never changed.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $max:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The maximum length in characters.
            pub const MAX_LENGTH: usize = $max;

            /// Takes `text` unchanged: nothing is trimmed, decoded or lower-cased.
            ///
            /// # Errors
            ///
            /// [`NameError`] when the text is empty, too long or has a character that the type does
            /// not allow.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let check: fn(&str) -> Result<(), NameError> = $check;
                if text.is_empty() {
                    return Err(NameError::Empty);
                }
                check(text)?;
                // Counted only if the bytes, of which there are at least as many, could be too many.
                if text.len() > Self::MAX_LENGTH && text.chars().count() > Self::MAX_LENGTH {
                    return Err(NameError::TooLong(Self::MAX_LENGTH));
                }
                Ok(Self(text.into()))
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

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = NameError;

            fn try_from(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.into()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
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
    ///
    /// ```
    /// use action_links::booking::BookingId;
    ///
    /// let id: BookingId = "0b9f6a3e-95a1-4a52-9b0c-6d3a3f4e7c11".parse()?;
    /// assert!("a/b".parse::<BookingId>().is_err());
    /// # Ok::<(), action_links::booking::NameError>(())
    /// ```
    BookingId, 128, |text| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
        match text {
            "." | ".." => Err(NameError::DotSegment),
            _ if text.bytes().all(allowed) => Ok(()),
            _ => Err(NameError::Character),
        }
    }
}

name! {
    /// What a link does to its booking: 1–64 characters of `a–z 0–9 _`.
    ///
    /// ```
    /// use action_links::booking::Action;
    ///
    /// let action: Action = "cancel_by_customer".parse()?;
    /// assert!("Cancel".parse::<Action>().is_err());
    /// # Ok::<(), action_links::booking::NameError>(())
    /// ```
    Action, 64, |text| {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if text.bytes().all(allowed) { Ok(()) } else { Err(NameError::Character) }
    }
}

name! {
    /// A state of a booking: 1–255 characters of any kind, as graphs name them.
    State, 255, |_| Ok(())
}

name! {
    /// The name of a graph: 1–255 characters of any kind.
    GraphName, 255, |_| Ok(())
}

name! {
    /// The id of an app: 1–255 characters of any kind.
    AppId, 255, |_| Ok(())
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
        assert!(State::parse(&"ä".repeat(255)).is_ok());
        assert_eq!(State::parse(&"ä".repeat(256)), Err(NameError::TooLong(255)));
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

    #[test]
    fn json_has_a_name_as_a_string_and_checks_it() {
        let id = BookingId::parse("b-1").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""b-1""#);
        assert_eq!(serde_json::from_str::<BookingId>(r#""b-1""#).unwrap(), id);
        assert!(serde_json::from_str::<BookingId>(r#""b 1""#).is_err());
    }
}

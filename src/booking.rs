//! The names that everything else uses: of bookings, actions, states, graphs and apps.

use std::fmt;

/// A string is not a valid name. It says which kind of name was expected: `booking id: must not be empty`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject}: {fault}")]
#[non_exhaustive]
pub struct NameError {
    /// The kind of name, such as `booking id`.
    pub subject: &'static str,
    /// What is wrong.
    pub fault: NameFault,
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameFault {
    /// The string is empty.
    #[error("must not be empty")]
    Empty,
    /// It is longer than the type's `MAX_LENGTH`.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// It has a character that is not allowed.
    #[error("has a character that is not allowed")]
    Character,
    /// It is `.` or `..`, which every URL parser removes from a path.
    #[error("must not be `.` or `..`")]
    DotSegment,
    /// It is not a language tag (RFC 5646 §2.1).
    #[error("must be a language tag, such as `da` or `pt-BR`")]
    Language,
}

/// Defines a name: a short string that is checked when it is made, and never changed.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $subject:literal, $max:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The maximum length in characters.
            pub const MAX_LENGTH: usize = $max;

            /// Takes `text` unchanged: nothing is trimmed, decoded or lower-cased.
            ///
            /// # Errors
            ///
            /// [`NameError`](crate::booking::NameError) when the text is empty, too long or has a character
            /// that the type does not allow.
            pub fn parse(text: &str) -> Result<Self, $crate::booking::NameError> {
                let check: fn(&str) -> Result<(), $crate::booking::NameFault> = $check;
                let error = |fault| $crate::booking::NameError { subject: $subject, fault };
                if text.is_empty() {
                    return Err(error($crate::booking::NameFault::Empty));
                }
                check(text).map_err(error)?;
                // Counted only if the bytes, of which there are at least as many, could be too many.
                if text.len() > Self::MAX_LENGTH && text.chars().count() > Self::MAX_LENGTH {
                    return Err(error($crate::booking::NameFault::TooLong(Self::MAX_LENGTH)));
                }
                Ok(Self(text.into()))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::booking::NameError;

            fn from_str(text: &str) -> Result<Self, $crate::booking::NameError> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::booking::NameError;

            fn try_from(text: &str) -> Result<Self, $crate::booking::NameError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::booking::NameError;

            fn try_from(text: String) -> Result<Self, $crate::booking::NameError> {
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

/// A name that is printed as it is.
macro_rules! printable_name {
    ($(#[$doc:meta])* $name:ident, $subject:literal, $max:literal, $check:expr) => {
        $crate::booking::name! { $(#[$doc])* $name, $subject, $max, $check }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(crate) use {name, printable_name};

printable_name! {
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
    BookingId, "booking id", 128, |text| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
        match text {
            "." | ".." => Err(NameFault::DotSegment),
            _ if text.bytes().all(allowed) => Ok(()),
            _ => Err(NameFault::Character),
        }
    }
}

printable_name! {
    /// What a link does to its booking: 1–64 characters of `a–z 0–9 _`.
    ///
    /// ```
    /// use action_links::booking::Action;
    ///
    /// let action: Action = "cancel_by_customer".parse()?;
    /// assert!("Cancel".parse::<Action>().is_err());
    /// # Ok::<(), action_links::booking::NameError>(())
    /// ```
    Action, "action", 64, |text| {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if text.bytes().all(allowed) { Ok(()) } else { Err(NameFault::Character) }
    }
}

printable_name! {
    /// A state of a booking: 1–255 characters of any kind, as graphs name them.
    State, "state", 255, |_| Ok(())
}

printable_name! {
    /// The name of a graph: 1–255 characters of any kind.
    GraphName, "graph", 255, |_| Ok(())
}

printable_name! {
    /// The id of an app: 1–255 characters of any kind.
    AppId, "app id", 255, |_| Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault<T: std::fmt::Debug>(parsed: Result<T, NameError>) -> NameFault {
        parsed.unwrap_err().fault
    }

    #[test]
    fn an_error_names_what_it_is_about() {
        assert_eq!(BookingId::parse("").unwrap_err().to_string(), "booking id: must not be empty");
        let action = Action::parse("Confirm").unwrap_err();
        assert_eq!(action.to_string(), "action: has a character that is not allowed");
    }

    #[test]
    fn a_uuid_is_a_booking_id() {
        assert!(BookingId::parse("0b9f6a3e-95a1-4a52-9b0c-6d3a3f4e7c11").is_ok());
        assert!(BookingId::parse("salon:2026.11_07").is_ok());
    }

    #[test]
    fn the_limits_are_inclusive() {
        assert!(BookingId::parse(&"b".repeat(128)).is_ok());
        assert_eq!(fault(BookingId::parse(&"b".repeat(129))), NameFault::TooLong(128));
        assert!(Action::parse(&"a".repeat(64)).is_ok());
        assert_eq!(fault(Action::parse(&"a".repeat(65))), NameFault::TooLong(64));
        assert!(State::parse(&"ä".repeat(255)).is_ok());
        assert_eq!(fault(State::parse(&"ä".repeat(256))), NameFault::TooLong(255));
    }

    #[test]
    fn what_a_url_would_lose_is_not_an_id() {
        for id in [".", ".."] {
            assert_eq!(fault(BookingId::parse(id)), NameFault::DotSegment);
        }
        assert!(BookingId::parse("...").is_ok());
    }

    #[test]
    fn foreign_characters_are_refused() {
        for id in ["a b", "a/b", "ä", "a%20", "a\n", "a\u{200b}"] {
            assert_eq!(fault(BookingId::parse(id)), NameFault::Character, "{id:?}");
        }
        for action in ["Confirm", "cancel-by-customer", "confirm ", "cоnfirm"] {
            assert_eq!(fault(Action::parse(action)), NameFault::Character, "{action:?}");
        }
        assert_eq!(fault(Action::parse("")), NameFault::Empty);
    }

    #[test]
    fn json_has_a_name_as_a_string_and_checks_it() {
        let id = BookingId::parse("b-1").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""b-1""#);
        assert_eq!(serde_json::from_str::<BookingId>(r#""b-1""#).unwrap(), id);
        assert!(serde_json::from_str::<BookingId>(r#""b 1""#).is_err());
    }
}

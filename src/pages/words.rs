//! The shape of a locale file, for the pages and for the build script, which reads the files:
//! what `Debug` writes of these types is Rust, and so they get into the program, and nothing is
//! parsed when a page is shown.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};

/// A text of a locale file.
pub type Text = &'static str;

/// Everything that the pages say, in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Words {
    /// The language's own name for itself.
    pub language: Text,
    /// Which way it is written.
    pub direction: Direction,
    /// What is said at each moment.
    pub moments: Moments,
    /// To whoever pressed a button too soon or too late.
    pub again: Text,
    /// The button of an action that has no words of its own.
    pub button: Text,
    /// The way on, from a link that was used.
    pub go_on: Text,
    /// The button where the store did not answer.
    pub try_again: Text,
    /// The label of the field for a reason.
    pub reason: Text,
    /// What stands before the app's address for help.
    pub support: Text,
    /// What the facts about a booking are called.
    pub facts: Facts,
    /// The actions that links ask for.
    pub actions: ByName<ActionWords>,
    /// The states that bookings are in.
    pub states: ByName<StateWords>,
}

/// Which way a language is written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    #[serde(rename = "ltr")]
    LeftToRight,
    /// From right to left.
    #[serde(rename = "rtl")]
    RightToLeft,
}

impl Direction {
    /// As HTML has it.
    pub fn as_str(self) -> Text {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// Each moment by the `code` of its outcome.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Moments {
    /// The booking is in a new state.
    pub applied: Moment,
    /// `confirm` mode: nothing has happened yet.
    pub asked: Moment,
    /// The link did its work before.
    pub link_used: Moment,
    /// The link is over.
    pub link_expired: Moment,
    /// The link is not valid yet.
    pub link_not_yet_valid: Moment,
    /// The booking's state does not allow the action.
    pub action_not_available: Moment,
    /// The appointment is too close, or over.
    pub too_late: Moment,
    /// The link was withdrawn.
    pub link_revoked: Moment,
    /// Something of the link is missing.
    pub malformed_link: Moment,
    /// The link is longer than any that is made.
    pub link_too_long: Moment,
    /// Nobody knows who made the link.
    pub invalid_signature: Moment,
    /// The link leads where it may not.
    pub redirect_not_allowed: Moment,
    /// There is no such booking.
    pub booking_not_found: Moment,
    /// No graph has the action.
    pub unknown_action: Moment,
    /// Neither GET, HEAD nor POST.
    pub method_not_allowed: Moment,
    /// The store does not answer.
    pub temporarily_unavailable: Moment,
}

/// The three things that a page says.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Moment {
    /// What happened.
    pub title: Text,
    /// What it means for the booking.
    pub meaning: Text,
    /// What one can do now.
    pub next: Text,
}

/// What the facts about a booking are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Facts {
    /// What was booked.
    pub what: Text,
    /// When it begins.
    pub when: Text,
    /// Where.
    pub place: Text,
    /// What the link asks for.
    pub action: Text,
    /// The booking's state now.
    pub status: Text,
    /// When the link was used.
    pub used_at: Text,
    /// The state that the link brought about.
    pub used_for: Text,
}

/// An action, as the page that asks puts it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct ActionWords {
    /// As a fact among others.
    pub name: Text,
    /// The question.
    pub ask: Text,
    /// The button that answers it.
    pub button: Text,
}

/// A state, as pages put it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct StateWords {
    /// As a headline.
    pub title: Text,
    /// As a fact among others.
    pub label: Text,
}

/// Words for names that graphs define, in the order of the names.
pub struct ByName<T: 'static>(pub &'static [(Text, T)]);

impl<T> ByName<T> {
    /// The words for `name`.
    pub fn get(&self, name: &str) -> Option<&'static T> {
        let index = self.0.binary_search_by_key(&name, |(name, _)| name).ok()?;
        self.0.get(index).map(|(_, words)| words)
    }
}

impl<T: fmt::Debug> fmt::Debug for ByName<T> {
    /// As Rust, like that of the structs, but with the `&` that a slice's own would lack.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByName(&{:?})", self.0)
    }
}

impl<'de: 'static, T: Deserialize<'de>> Deserialize<'de> for ByName<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words: Vec<(Text, T)> = BTreeMap::deserialize(deserializer)?.into_iter().collect();
        Ok(Self(words.leak()))
    }
}

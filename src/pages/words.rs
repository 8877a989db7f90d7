//! The format of a locale file. The build script reads the files into these types and writes them
//! as Rust code, which their `Debug` output is. So nothing is parsed when a page is shown.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};

/// A string of a locale file.
pub type Text = &'static str;

/// All strings of the pages in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Words {
    /// The language's own name.
    pub language: Text,
    pub direction: Direction,
    pub messages: ByName<Message>,
    /// Shown when a button was pressed too soon or too late.
    pub again: Text,
    /// The button of an action without its own words.
    pub button: Text,
    /// The button that leads to the redirect, whose host is `{host}`.
    pub go_on: Text,
    /// The button when the store does not answer.
    pub try_again: Text,
    /// The words before the button that undoes a click.
    pub mistake: Text,
    /// That button.
    pub undo: Text,
    /// What to do next, where a new link can be asked for.
    pub ask_for_new_link: Text,
    /// The button that asks for it.
    pub send_new_link: Text,
    /// The button of a moved booking, for an action without its own words.
    pub button_of_moved: Text,
    /// The label of the field for a reason.
    pub reason: Text,
    /// The text before the app's address for help.
    pub support: Text,
    /// The labels of the facts about a booking.
    pub facts: Facts,
    pub actions: ByName<ActionWords>,
    pub states: ByName<StateWords>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Direction {
    #[serde(rename = "ltr")]
    LeftToRight,
    #[serde(rename = "rtl")]
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir`.
    pub fn as_str(self) -> Text {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// The three sentences of a page.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Message {
    /// What happened.
    pub title: Text,
    /// What it means for the booking.
    pub meaning: Text,
    /// What to do next.
    pub next: Text,
}

/// The labels of the facts about a booking.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Facts {
    /// What was booked.
    pub what: Text,
    pub when: Text,
    pub place: Text,
    pub action: Text,
    /// The booking's state now.
    pub status: Text,
    /// When the link was used.
    pub used_at: Text,
    /// The state that the link led to.
    pub used_for: Text,
    /// Until when the link's click can be undone.
    pub undo_until: Text,
    /// When the link's click was undone.
    pub undone_at: Text,
    /// When the booking starts that took the place of this one.
    pub new_when: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct ActionWords {
    /// As a fact.
    pub name: Text,
    pub ask: Text,
    /// The button that answers it.
    pub button: Text,
    /// The button that takes it on the booking that took the place of the link's own one.
    pub button_of_moved: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct StateWords {
    /// As a headline.
    pub title: Text,
    /// As a fact.
    pub label: Text,
}

/// Words for names from graphs, sorted by name.
pub struct ByName<T: 'static>(pub &'static [(Text, T)]);

impl<T> ByName<T> {
    pub fn get(&self, name: &str) -> Option<&'static T> {
        let index = self.0.binary_search_by_key(&name, |(name, _)| name).ok()?;
        self.0.get(index).map(|(_, words)| words)
    }
}

impl<T: fmt::Debug> fmt::Debug for ByName<T> {
    /// As Rust code, with the `&` that a slice's own output lacks.
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

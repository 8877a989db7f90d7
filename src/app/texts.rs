//! The business's own words for the pages.

use std::collections::BTreeMap;

/// Texts of the pages in the business's own words, by language and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnTexts(pub(super) BTreeMap<String, BTreeMap<String, String>>);

impl OwnTexts {
    /// The text of that name in a language. `*` is every language.
    pub fn get(&self, tag: &str, name: &str) -> Option<&str> {
        self.0.get(tag)?.get(name).map(String::as_str)
    }

    /// The languages.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All texts, each with its language and name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0.iter().flat_map(|(tag, texts)| texts.iter().map(move |(name, text)| (&**tag, &**name, &**text)))
    }
}

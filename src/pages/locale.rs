//! The texts of the pages: a file for each language, parsed when it is first needed.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use include_dir::{Dir, include_dir};
use serde_json::Value;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/pages/locales");

/// The language that stands in for all others.
const FALLBACK: &str = "en";

/// All files of `locales/`: English first, then sorted by tag. A file is named after its tag (BCP 47).
pub static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(|| {
    let locale = |file: &'static include_dir::File<'static>| {
        let (tag, json) = (file.path().file_stem()?.to_str()?, file.contents_utf8()?);
        Some(Locale { tag, json, texts: OnceLock::new() })
    };
    let mut locales: Vec<Locale> = FILES.files().filter_map(locale).collect();
    locales.sort_unstable_by_key(|locale| (locale.tag != FALLBACK, locale.tag));
    locales
});

/// A language of the pages.
#[derive(Debug)]
pub struct Locale {
    /// Its tag (BCP 47).
    pub tag: &'static str,
    json: &'static str,
    texts: OnceLock<HashMap<String, String>>,
}

impl Locale {
    /// The text of that name: the names of the members that lead to it, with dots between them, such as
    /// `asked.cancel.title`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts().get(name).map(String::as_str)
    }

    /// All texts by name.
    pub(super) fn texts(&self) -> &HashMap<String, String> {
        self.texts.get_or_init(|| {
            let mut texts = HashMap::new();
            // A test reads every file.
            collect("", &serde_json::from_str(self.json).unwrap_or_default(), &mut texts);
            texts
        })
    }
}

fn collect(name: &str, value: &Value, texts: &mut HashMap<String, String>) {
    match value {
        Value::String(text) => {
            texts.insert(name.to_owned(), text.clone());
        }
        Value::Object(members) => {
            for (member, value) in members {
                let name = if name.is_empty() { member.clone() } else { format!("{name}.{member}") };
                collect(&name, value, texts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::click::OutcomeRow;
    use crate::domain::Graphs;
    use crate::pages::phrase::placeholders;

    #[test]
    fn every_language_has_the_same_texts_with_the_same_placeholders() {
        let english = &LOCALES[0];
        assert_eq!(english.tag, FALLBACK);
        for locale in LOCALES.iter() {
            let names = |locale: &Locale| locale.texts().keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(names(locale), names(english), "{}", locale.tag);
            for (name, text) in locale.texts() {
                assert!(!text.trim().is_empty(), "{name} in {}", locale.tag);
                let of_english: BTreeSet<_> = placeholders(english.text(name).unwrap()).collect();
                assert_eq!(placeholders(text).collect::<BTreeSet<_>>(), of_english, "{name} in {}", locale.tag);
            }
            assert!(matches!(locale.text("direction"), Some("ltr" | "rtl")), "{}", locale.tag);
            assert!(locale.tag.parse::<icu_locale_core::LanguageIdentifier>().is_ok(), "{}", locale.tag);
        }
    }

    #[test]
    fn every_page_every_state_and_every_action_of_a_link_has_its_texts() {
        let graphs = Graphs::built_in(Some("instant")).unwrap();
        let english = &LOCALES[0];
        let has = |name: String| assert!(english.text(&name).is_some(), "{name}");
        for row in OutcomeRow::ALL.iter().filter(|row| !row.page.is_empty()) {
            ["title", "meaning", "next"].iter().for_each(|part| has(format!("{}.{part}", row.page)));
        }
        for state in graphs.states() {
            ["title", "label"].iter().for_each(|part| has(format!("states.{state}.{part}")));
        }
        for action in graphs.actions() {
            has(format!("actions.{action}"));
            ["title", "button"].iter().for_each(|part| has(format!("asked.{action}.{part}")));
            has(format!("moved.{action}.button"));
        }
    }
}

//! The texts of the pages: a file for each language, parsed when it is first needed.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use icu_locale::LanguageIdentifier;
use icu_time::TimeZone;
use serde_json::Value;

use super::cities::{Cities, of_zone};
use super::files::{FILES, File, Files};
use super::tag::maximize;

/// The member for translators: the register, and the word for booking.
const NOTE: &str = "note";

/// All languages, in the order of `files.rs`: English first.
pub static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(|| FILES.iter().filter_map(Locale::new).collect());

/// A language of the pages.
#[derive(Debug)]
pub struct Locale {
    /// Its tag (BCP 47).
    pub tag: &'static str,
    file: File,
    texts: OnceLock<HashMap<String, String>>,
    id: OnceLock<LanguageIdentifier>,
    cities: Cities,
}

impl Locale {
    fn new(files: &Files) -> Option<Self> {
        let tag = Path::new(files.path).file_stem()?.to_str()?;
        let cities = Cities::new(files.cities);
        Some(Self { tag, file: files.texts, texts: OnceLock::new(), id: OnceLock::new(), cities })
    }

    /// The text of that name: the names of the members that lead to it, with dots between them, such as
    /// `asked.cancel.title`.
    pub fn text(&self, name: &str) -> Option<&str> {
        let own = self.texts().get(name).map(String::as_str);
        own.or_else(|| self.parent()?.text(name))
    }

    /// The city after which a time zone with that name is called.
    pub(super) fn city(&self, zone: TimeZone, iana_name: &str) -> String {
        let name = self.cities.name(zone).or_else(|| LOCALES[0].cities.name(zone));
        name.map_or_else(|| of_zone(iana_name), str::to_owned)
    }

    /// The language of which this is a region: its file has only the texts that differ.
    pub fn parent(&self) -> Option<&'static Self> {
        let (language, _) = self.tag.split_once('-')?;
        LOCALES.iter().find(|locale| locale.tag == language)
    }

    /// Its tag with script and region.
    pub(super) fn id(&self) -> &LanguageIdentifier {
        self.id.get_or_init(|| maximize(self.tag.parse().unwrap_or(LanguageIdentifier::UNKNOWN)))
    }

    /// The file's own texts by name.
    pub(super) fn texts(&self) -> &HashMap<String, String> {
        self.texts.get_or_init(|| {
            let mut texts = HashMap::new();
            // A test reads every file.
            collect("", &serde_json::from_str(self.file).unwrap_or_default(), &mut texts);
            texts.remove(NOTE);
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

    use icu_plurals::PluralRules;

    use super::*;
    use crate::click::OutcomeRow;
    use crate::domain::Graphs;
    use crate::pages::language::{PLURALS, category};
    use crate::pages::phrase::placeholders;

    /// The name of a text without its plural category, if it has one.
    fn base(name: &str) -> (&str, Option<&str>) {
        match name.rsplit_once('.') {
            Some((base, category)) if PLURALS.contains(&base) => (base, Some(category)),
            _ => (name, None),
        }
    }

    #[test]
    fn every_language_has_the_same_texts_with_the_same_placeholders() {
        let english = &LOCALES[0];
        assert_eq!(english.tag, "en");
        for locale in LOCALES.iter() {
            let names = |locale: &Locale| -> BTreeSet<String> {
                locale.texts().keys().map(|name| base(name).0.to_owned()).collect()
            };
            match locale.parent() {
                None => assert_eq!(names(locale), names(english), "{}", locale.tag),
                Some(parent) => assert!(names(locale).is_subset(&names(parent)), "{}", locale.tag),
            }
            for (name, text) in locale.texts() {
                assert!(!text.trim().is_empty(), "{name} in {}", locale.tag);
                let (base, category) = base(name);
                let of_english = english.text(name).or_else(|| english.text(&format!("{base}.other"))).unwrap();
                let of_english: BTreeSet<_> = placeholders(of_english).collect();
                let own: BTreeSet<_> = placeholders(text).collect();
                // A category of one number may say it in words.
                let is_one_number = matches!(category, Some("zero" | "one" | "two"));
                assert!(own == of_english || is_one_number && own.is_subset(&of_english), "{name} in {}", locale.tag);
            }
            assert!(matches!(locale.text("direction"), Some("ltr" | "rtl")), "{}", locale.tag);
        }
    }

    #[test]
    fn every_language_has_the_plurals_that_it_has() {
        for locale in LOCALES.iter().filter(|locale| locale.parent().is_none()) {
            let id: LanguageIdentifier = locale.tag.parse().unwrap();
            let rules = PluralRules::try_new_cardinal(id.into()).unwrap();
            let expected: BTreeSet<&str> = rules.categories().map(category).collect();
            for name in PLURALS {
                let own = locale.texts().keys().filter_map(|own| own.strip_prefix(&format!("{name}.")));
                assert_eq!(own.collect::<BTreeSet<_>>(), expected, "{name} in {}", locale.tag);
            }
        }
    }

    #[test]
    fn no_language_says_it_in_english() {
        let english = &LOCALES[0];
        for locale in LOCALES.iter().filter(|locale| locale.parent().is_none()).skip(1) {
            for (name, text) in locale.texts() {
                // A word alone may be the same.
                let is_same = english.text(name) == Some(text) && name != "direction" && text.contains(' ');
                assert!(!is_same, "{name} in {}: {text}", locale.tag);
            }
        }
    }

    #[test]
    fn every_page_every_state_and_every_action_of_a_link_has_its_texts() {
        let graphs = Graphs::built_in(Some("instant")).unwrap();
        let english = &LOCALES[0];
        let has = |name: String| assert!(english.text(&name).is_some(), "{name}");
        for row in OutcomeRow::ALL.iter().filter(|row| !row.page.is_empty()) {
            let has_part = |part: &&&str| !PLURALS.contains(&&*format!("{}.{part}", row.page));
            let parts = ["title", "meaning", "next"];
            parts.iter().filter(has_part).for_each(|part| has(format!("{}.{part}", row.page)));
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

//! Which file a language tag finds: as CLDR's likely subtags and parents have it.

use icu_locale::LanguageIdentifier;
use icu_locale::fallback::LocaleFallbacker;

use super::locale::{LOCALES, Locale};
use super::tag::{maximize, parse};

/// Whether the pages have a file for a tag that is written in a setting, and it is this one, the one of which it is a
/// region, or one of the same language if the tag names no more.
pub(super) fn is_for(tag: &str, locale: &Locale) -> bool {
    let Some(id) = parse(tag) else { return false };
    let is_language = id.script.is_none() && id.region.is_none() && id.language == locale.id().language;
    let of_file = |locale: &Locale| find(&id).is_some_and(|found| found.tag == locale.tag);
    is_language || of_file(locale) || locale.parent().is_some_and(of_file)
}

/// The file for a language. `None` if the pages do not have it, or not in its script.
pub(super) fn find(id: &LanguageIdentifier) -> Option<&'static Locale> {
    let full = maximize(id.clone());
    let mut parents = LocaleFallbacker::new().for_config(Default::default()).fallback_for(full.clone().into());
    loop {
        let parent = parents.get();
        if parent.is_unknown() {
            return None;
        }
        let parent = maximize(LanguageIdentifier::from((parent.language, parent.script, parent.region)));
        let found = LOCALES.iter().find(|locale| locale.id() == &parent);
        if let Some(found) = found.filter(|_| parent.script == full.script) {
            return Some(found);
        }
        parents.step();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(tag: &str) -> Option<&'static str> {
        Some(find(&parse(tag)?)?.tag)
    }

    #[test]
    fn a_tag_finds_the_file_that_its_reader_reads() {
        for (tag, expected) in [
            ("de", "de"),
            ("DE-at", "de"),
            ("de_DE", "de"),
            ("de-1996-x-ü", "de"),
            ("de-u-nu-thai", "de"),
            ("zh", "zh-Hans"),
            ("zh-SG", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("zh-HK", "zh-Hant"),
            ("zh-Hant-CN", "zh-Hant"),
            ("no", "nb"),
            ("nn-NO", "nb"),
            ("pt", "pt-BR"),
            ("pt-AO", "pt-PT"),
            ("pt-PT", "pt-PT"),
            ("en", "en"),
            ("en-US", "en"),
            ("en-GB", "en-001"),
            ("en-AU", "en-001"),
            ("en-SE", "en-001"),
            ("yue", "zh-Hant"),
            ("yue-CN", "zh-Hans"),
            ("zh_TW.UTF-8", "zh-Hant"),
            ("pt_PT@euro", "pt-PT"),
            ("iw", "he"),
            ("deu", "de"),
        ] {
            assert_eq!(found(tag), Some(expected), "{tag}");
        }
        for tag in ["sr-Latn", "sr", "zh-Latn", "tlh", "", "-de", "d", "x-none", "*", "\u{0}<", "und"] {
            assert_eq!(found(tag), None, "{tag}");
        }
    }

    #[test]
    fn every_file_is_found_by_its_own_tag() {
        for locale in LOCALES.iter() {
            assert_eq!(found(locale.tag), Some(locale.tag));
        }
    }
}

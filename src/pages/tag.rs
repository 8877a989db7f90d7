//! Language tags: their parts, and those that are likely.

use icu_locale::subtags::{Language, language};
use icu_locale::{LanguageIdentifier, Locale as Tag, LocaleCanonicalizer, LocaleExpander};

/// Languages that are read by whoever reads another one, which the pages have.
static STAND_INS: [(Language, Language); 2] = [(language!("no"), language!("nb")), (language!("nn"), language!("nb"))];

/// The language of a tag (BCP 47), with its script and region. `_` counts as `-`, as some systems write it. A tag with
/// invalid parts still names its language.
pub(super) fn parse(tag: &str) -> Option<LanguageIdentifier> {
    // `pt_PT.UTF-8` and `de_DE@euro` are locales of POSIX.
    let mut tag = &*tag.split(['.', '@']).next()?.replace('_', "-");
    let mut parsed = loop {
        match Tag::try_from_str(tag) {
            Ok(parsed) => break parsed,
            Err(_) => tag = tag.rsplit_once('-')?.0,
        }
    };
    // Codes that are out of use, such as `iw`.
    LocaleCanonicalizer::new_common().canonicalize(&mut parsed);
    let mut id = parsed.id;
    if id.language == language!("yue") {
        // Cantonese is written as Chinese, in the script of its region.
        id = LanguageIdentifier { language: language!("zh"), ..maximize(id) };
    }
    let stand_in = STAND_INS.iter().find(|(language, _)| *language == id.language);
    Some(LanguageIdentifier { language: stand_in.map_or(id.language, |(_, other)| *other), ..id })
}

/// The same with the script and the region that are likely: `zh-TW` as `zh-Hant-TW`, `pt` as `pt-Latn-BR`.
pub(super) fn maximize(mut id: LanguageIdentifier) -> LanguageIdentifier {
    LocaleExpander::new_common().maximize(&mut id);
    id
}

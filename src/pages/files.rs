//! The files of the languages. They are compressed in the function, and one is inflated when it is first needed.

use std::sync::LazyLock;

use include_flate::flate;

/// The text of a file (JSON).
pub(super) type File = &'static LazyLock<String>;

/// The files of a language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Files {
    /// Where the first one is: its name is the language's tag (BCP 47).
    pub(super) path: &'static str,
    /// The texts of the pages.
    pub(super) texts: File,
    /// The cities of time zones. A region has those of its language.
    pub(super) cities: File,
}

macro_rules! file {
    ($path:literal) => {{
        flate!(static FILE: str from $path);
        &FILE
    }};
}

macro_rules! files {
    ($($texts:literal, $cities:literal;)*) => {
        &[$(Files { path: $texts, texts: file!($texts), cities: file!($cities) }),*]
    };
}

/// English first: it stands in for all others.
pub(super) static FILES: &[Files] = files! {
    "src/pages/locales/en.json", "src/pages/cities/en.json";
    "src/pages/locales/ar.json", "src/pages/cities/ar.json";
    "src/pages/locales/cs.json", "src/pages/cities/cs.json";
    "src/pages/locales/da.json", "src/pages/cities/da.json";
    "src/pages/locales/de.json", "src/pages/cities/de.json";
    "src/pages/locales/el.json", "src/pages/cities/el.json";
    "src/pages/locales/en-001.json", "src/pages/cities/en.json";
    "src/pages/locales/es.json", "src/pages/cities/es.json";
    "src/pages/locales/fi.json", "src/pages/cities/fi.json";
    "src/pages/locales/fr.json", "src/pages/cities/fr.json";
    "src/pages/locales/he.json", "src/pages/cities/he.json";
    "src/pages/locales/hu.json", "src/pages/cities/hu.json";
    "src/pages/locales/it.json", "src/pages/cities/it.json";
    "src/pages/locales/ja.json", "src/pages/cities/ja.json";
    "src/pages/locales/ko.json", "src/pages/cities/ko.json";
    "src/pages/locales/nb.json", "src/pages/cities/nb.json";
    "src/pages/locales/nl.json", "src/pages/cities/nl.json";
    "src/pages/locales/pl.json", "src/pages/cities/pl.json";
    "src/pages/locales/pt-BR.json", "src/pages/cities/pt-BR.json";
    "src/pages/locales/pt-PT.json", "src/pages/cities/pt-PT.json";
    "src/pages/locales/ro.json", "src/pages/cities/ro.json";
    "src/pages/locales/sv.json", "src/pages/cities/sv.json";
    "src/pages/locales/tr.json", "src/pages/cities/tr.json";
    "src/pages/locales/uk.json", "src/pages/cities/uk.json";
    "src/pages/locales/zh-Hans.json", "src/pages/cities/zh-Hans.json";
    "src/pages/locales/zh-Hant.json", "src/pages/cities/zh-Hant.json";
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_a_language_is_listed() {
        let file_name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let listed: BTreeSet<_> = FILES.iter().map(|files| file_name(Path::new(files.path))).collect();
        let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages/locales");
        let present: BTreeSet<_> = locales.read_dir().unwrap().map(|entry| file_name(&entry.unwrap().path())).collect();
        assert_eq!(listed, present);
    }
}

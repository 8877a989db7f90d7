//! The cities after which time zones are named, in each language (CLDR). ICU's own data for them would be a quarter
//! of the function.

use std::collections::HashMap;
use std::sync::OnceLock;

use icu_time::TimeZone;

use super::files::File;

/// The cities in one language: the names that are not those in English; of English, those that the zone's own name
/// does not say. The keys of the file are the zones' ids in BCP 47.
#[derive(Debug)]
pub(super) struct Cities {
    file: File,
    names: OnceLock<HashMap<String, String>>,
}

impl Cities {
    pub(super) fn new(file: File) -> Self {
        Self { file, names: OnceLock::new() }
    }

    /// The name of a zone's city, if it has one of its own in this language.
    pub(super) fn name(&self, zone: TimeZone) -> Option<&str> {
        let names = self.names.get_or_init(|| serde_json::from_str(self.file).unwrap_or_default());
        names.get(zone.as_str()).map(String::as_str)
    }
}

/// What a zone's own name, such as `America/New_York`, says of its city.
pub(super) fn of_zone(iana_name: &str) -> String {
    iana_name.rsplit('/').next().unwrap_or_default().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use icu_datetime::{NoCalendarFormatter, fieldsets};
    use icu_locale::LanguageIdentifier;
    use icu_time::zone::IanaParser;

    use super::*;
    use crate::pages::LOCALES;

    /// Every zone that is named after a city, with its name.
    fn zones() -> BTreeMap<String, (TimeZone, String)> {
        let names = jiff::tz::db().available().map(|name| name.to_string());
        let of_city = names.filter(|name| name.contains('/') && !name.starts_with("Etc/"));
        let zone = |name: String| (IanaParser::new().parse(&name), name);
        of_city.map(zone).filter(|(id, _)| *id != TimeZone::UNKNOWN).map(|zone| (zone.1.clone(), zone)).collect()
    }

    /// What ICU calls them.
    fn of_icu(tag: &str, zone: TimeZone) -> String {
        let id: LanguageIdentifier = tag.parse().unwrap();
        let formatter = NoCalendarFormatter::try_new((&id).into(), fieldsets::zone::ExemplarCity).unwrap();
        formatter.format(&zone.without_offset()).to_string()
    }

    #[test]
    fn every_city_has_the_name_that_icu_gives_it() {
        let mut faults = Vec::new();
        for locale in LOCALES.iter().filter(|locale| locale.parent().is_none()) {
            let mut names: BTreeMap<&str, String> = BTreeMap::new();
            let zones = zones();
            for (zone, iana_name) in zones.values() {
                let name = of_icu(locale.tag, *zone);
                let usual = if locale.tag == "en" { of_zone(iana_name) } else { of_icu("en", *zone) };
                if name != usual {
                    names.insert(zone.as_str(), name.clone());
                }
                if locale.city(*zone, iana_name) != name {
                    faults.push((locale.tag, iana_name.clone(), name));
                }
            }
            if std::env::var_os("UPDATE").is_some() {
                let path = format!("{}/src/pages/cities/{}.json", env!("CARGO_MANIFEST_DIR"), locale.tag);
                std::fs::write(path, serde_json::to_string(&names).unwrap() + "\n").unwrap();
            }
        }
        assert!(faults.is_empty(), "run the test with UPDATE=1, and build again: {:?}", faults.first());
    }
}

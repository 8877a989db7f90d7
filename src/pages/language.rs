//! The language of a page, and how it writes times.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use icu_calendar::{Date, Gregorian};
use icu_datetime::input::{DateTime, Time};
use icu_datetime::options::TimePrecision;
use icu_datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter, fieldsets};
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale::LanguageIdentifier;
use icu_locale::subtags::Region;
use icu_plurals::{PluralCategory, PluralRules};
use icu_time::zone::IanaParser;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::locale::{LOCALES, Locale};
use super::matching;
use super::phrase::{Phrase, placeholders};
use super::tag;
use crate::app::OwnTexts;

/// The language for one reader, with the business's own words.
#[derive(Clone, Debug)]
pub struct Language<'a> {
    pub locale: &'static Locale,
    /// How times are written: as in the region that was asked for, if any.
    formats: LanguageIdentifier,
    own: Option<&'a OwnTexts>,
}

impl<'a> Language<'a> {
    /// The first of `wanted` (BCP 47 tags, the preferred one first) that the pages have, else English. Times are written
    /// as in the region of that tag, or else of the reader's own: that of the first one.
    pub fn choose<'t>(wanted: impl IntoIterator<Item = &'t str>) -> Self {
        let mut own: Option<LanguageIdentifier> = None;
        for id in wanted.into_iter().filter_map(tag::parse) {
            let own = own.get_or_insert_with(|| id.clone());
            if let Some(locale) = matching::find(&id) {
                let region = id.region.or_else(|| tag::maximize(own.clone()).region.filter(|_| *own != id));
                return Self::new(locale, region);
            }
        }
        Self::new(&LOCALES[0], own.and_then(|own| tag::maximize(own).region))
    }

    fn new(locale: &'static Locale, region: Option<Region>) -> Self {
        let of_file = locale.parent().unwrap_or(locale).tag.parse().unwrap_or(LanguageIdentifier::UNKNOWN);
        let formats = LanguageIdentifier { region: region.or(of_file.region), ..of_file };
        // English with a region of its own is British, unless it is American.
        let locale = matching::find(&formats).unwrap_or(locale);
        Self { locale, formats, own: None }
    }

    /// The tag of the page (BCP 47): of its file, or that of a region with texts of its own, such as `en-GB`.
    pub fn tag(&self) -> String {
        match self.locale.parent() {
            Some(_) => self.formats.to_string(),
            None => self.locale.tag.to_owned(),
        }
    }

    /// The same language, with texts of the business's own.
    #[must_use]
    pub fn with_texts(self, own: Option<&'a OwnTexts>) -> Self {
        Self { own, ..self }
    }

    /// The text of that name. One of the business's own counts if it has no other placeholders than ours.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.locale.text(name)?;
        let Some(own) = self.own_text(name) else { return Some(text) };
        if placeholders(own).all(|name| placeholders(text).any(|ours| ours == name)) {
            return Some(own);
        }
        note(self.locale.tag, name);
        Some(text)
    }

    fn own_text(&self, name: &str) -> Option<&'a str> {
        let own = self.own?;
        // `pt` is written for both of its files, but the file's own tag is more than that.
        let of_language = || {
            let mut tags = own.tags().filter(|tag| matching::is_for(tag, self.locale));
            tags.find_map(|tag| own.get(tag, name))
        };
        own.get(self.locale.tag, name).or_else(of_language).or_else(|| own.get("*", name))
    }

    /// The text of that name for so many, of those that have a text for each plural category.
    pub(super) fn counted(&self, name: &str, count: u64, values: &[(&str, &str)]) -> Phrase {
        let rules = PluralRules::try_new_cardinal((&self.formats).into());
        let category = rules.map_or(PluralCategory::Other, |rules| rules.category_for(count));
        self.phrase(&format!("{name}.{}", self::category(category)), values)
    }

    /// A whole number, in the digits of the language.
    pub(super) fn number(&self, number: u64) -> String {
        let formatter = DecimalFormatter::try_new((&self.formats).into(), DecimalFormatterOptions::default());
        formatter.map_or_else(|_| number.to_string(), |formatter| formatter.format(&number.into()).to_string())
    }

    /// The same with values in place of its placeholders. It is empty if there is none.
    pub(super) fn phrase(&self, name: &str, values: &[(&str, &str)]) -> Phrase {
        Phrase::new(self.text(name).unwrap_or_default(), values)
    }

    /// `time` in `zone`, to the minute: `Tuesday, November 24, 2026 at 2:00 PM` in English. `None` outside the years
    /// of the calendar.
    pub(crate) fn date_and_time(&self, time: Timestamp, zone: &TimeZone) -> Option<String> {
        let local = zone.to_datetime(time);
        let unsigned = |part: i8| u8::try_from(part).ok();
        let date =
            Date::try_new_gregorian(i32::from(local.year()), unsigned(local.month())?, unsigned(local.day())?).ok()?;
        let clock = Time::try_new(unsigned(local.hour())?, unsigned(local.minute())?, 0, 0).ok()?;
        let fields = fieldsets::YMDET::long().with_time_precision(TimePrecision::Minute);
        let written = |formats: &LanguageIdentifier| {
            let formatter: FixedCalendarDateTimeFormatter<Gregorian, _> =
                FixedCalendarDateTimeFormatter::try_new(formats.into(), fields).ok()?;
            Some(formatter.format(&DateTime { date, time: clock }).to_string())
        };
        let text = written(&self.formats)?;
        // For some regions there is no long form but the language's, as for Portugal.
        let has_month = |text: &String| !text.contains('/');
        let of_language = || written(&LanguageIdentifier { region: None, ..self.formats.clone() });
        let text = if has_month(&text) { text } else { of_language().filter(has_month).unwrap_or(text) };
        // No line break before the last word, which is the time or a part of it. A date without spaces
        // needs that break.
        let text = match text.rsplit_once(' ') {
            Some((date, time)) if date.contains(' ') => format!("{date}\u{a0}{time}"),
            _ => text,
        };
        Some(text)
    }

    /// The time alone: `2:00 PM`.
    pub(super) fn time(&self, time: Timestamp, zone: &TimeZone) -> Option<String> {
        let local = zone.to_datetime(time);
        let unsigned = |part: i8| u8::try_from(part).ok();
        let clock = Time::try_new(unsigned(local.hour())?, unsigned(local.minute())?, 0, 0).ok()?;
        let fields = fieldsets::T::short().with_time_precision(TimePrecision::Minute);
        let formatter = NoCalendarFormatter::try_new((&self.formats).into(), fields).ok()?;
        Some(formatter.format(&clock).to_string().replace(' ', "\u{a0}"))
    }

    /// From a time to another, if there is one: `Tuesday, November 24, 2026 at 2:00 PM – 3:00 PM`.
    pub(crate) fn range(&self, from: Timestamp, to: Option<Timestamp>, zone: &TimeZone) -> Option<String> {
        let begin = self.date_and_time(from, zone)?;
        let Some(to) = to.filter(|to| *to > from) else { return Some(begin) };
        let end = if is_same_day(from, to, zone) { self.time(to, zone)? } else { self.date_and_time(to, zone)? };
        let (first, last) = (zone.to_offset(from), zone.to_offset(to));
        if first == last {
            return Some(format!("{begin} – {end}"));
        }
        // The clocks are changed meanwhile.
        Some(format!("{begin} ({}) – {end} ({})", offset(first.seconds()), offset(last.seconds())))
    }

    /// A time with its zone, as people call it: `2:00 PM, Berlin time`. A zone without a city has its offset from UTC
    /// at that time behind it, in parentheses.
    pub(crate) fn zoned(&self, text: &str, time: Timestamp, zone: &TimeZone) -> String {
        match self.city(zone) {
            Some(city) => self.phrase("facts.zone", &[("time", text), ("city", &city)]).to_string(),
            None => format!("{text} ({})", offset(zone.to_offset(time).seconds())),
        }
    }

    /// The city after which a time zone is named, in the reader's language.
    fn city(&self, zone: &TimeZone) -> Option<String> {
        let name = zone.iana_name().filter(|name| name.contains('/') && !name.starts_with("Etc/"))?;
        let id = IanaParser::new().parse(name);
        (id != icu_time::TimeZone::UNKNOWN).then(|| self.locale.city(id, name))
    }
}

/// The texts that have one for each plural category of the language, for a number of minutes.
#[cfg(test)]
pub(super) const PLURALS: [&str; 1] = ["link_already_requested.next"];

/// The name of a category in a locale file.
pub(super) fn category(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// Whether two times are on one day.
pub(super) fn is_same_day(one: Timestamp, other: Timestamp, zone: &TimeZone) -> bool {
    zone.to_datetime(one).date() == zone.to_datetime(other).date()
}

/// Logs once that a text of the business's own is not shown. Every page would log it otherwise.
fn note(tag: &'static str, name: &str) {
    static NOTED: Mutex<BTreeSet<(&'static str, String)>> = Mutex::new(BTreeSet::new());
    if NOTED.lock().unwrap_or_else(PoisonError::into_inner).insert((tag, name.to_owned())) {
        tracing::error!(
            language = tag,
            text = name,
            SettingFaults = 1,
            "a text of a business has other placeholders than ours, which is shown"
        );
    }
}

/// `UTC`, `UTC+1`, `UTC-3:30`: understood in every language.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    match (seconds.abs() / 3600, seconds.abs() / 60 % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_there_is_counts_and_times_follow_the_readers_region() {
        let time: Timestamp = "2026-12-04T13:30:00Z".parse().unwrap();
        let chosen = |wanted: &[&str]| {
            let language = Language::choose(wanted.iter().copied());
            (language.locale.tag, language.date_and_time(time, &TimeZone::UTC).unwrap().replace('\u{a0}', " "))
        };
        let british = "Friday, 4 December 2026 at 13:30";
        for (wanted, tag, expected) in [
            (&["qaa", "x-none", "DA-dk"][..], "da", "fredag 4. december 2026 kl. 13.30"),
            (&["en"], "en", "Friday, December 4, 2026 at 1:30\u{202f}PM"),
            (&[], "en", "Friday, December 4, 2026 at 1:30\u{202f}PM"),
            (&["en-GB"], "en-001", british),
            // A reader whose language there is not, and an app in English.
            (&["sq-AT", "en"], "en-001", british),
            (&["tlh", "en"], "en", "Friday, December 4, 2026 at 1:30\u{202f}PM"),
            // A reader who knows what English to ask for.
            (&["sq-AL", "en-US"], "en", "Friday, December 4, 2026 at 1:30\u{202f}PM"),
        ] {
            assert_eq!(chosen(wanted), (tag, expected.to_owned()), "{wanted:?}");
        }
    }

    #[test]
    fn a_date_is_written_in_full_in_every_language_and_region() {
        let time: Timestamp = "2026-12-04T13:30:00Z".parse().unwrap();
        let regions =
            ["pt-PT", "pt-AO", "pt-MZ", "en-CA", "en-ZA", "es-MX", "es-US", "fr-CA", "fr-CH", "de-AT", "nl-BE"];
        let regions = regions.into_iter().chain(["zh-HK", "zh-SG", "ar-EG", "ar-MA", "sv-FI", "it-CH", "el-CY"]);
        for tag in LOCALES.iter().map(|locale| locale.tag).chain(regions) {
            let text = Language::choose([tag]).date_and_time(time, &TimeZone::UTC).unwrap();
            assert!(!text.contains('/') && text.chars().filter(|c| c.is_alphabetic()).count() >= 4, "{tag}: {text}");
        }
        let portuguese = Language::choose(["pt-PT"]).date_and_time(time, &TimeZone::UTC).unwrap();
        assert_eq!(portuguese, "sexta-feira, 4 de dezembro de 2026 às\u{a0}13:30");
    }

    #[test]
    fn plurals_and_digits_are_the_languages_own() {
        let said = |tag: &str, count| Language::choose([tag]).counted(PLURALS[0], count, &[]).to_string();
        assert!(said("en", 1).ends_with("{minutes} minute.") && said("en-GB", 2).ends_with("{minutes} minutes."));
        assert!(said("pl", 1) != said("pl", 3) && said("pl", 3) != said("pl", 5));
        assert_eq!(Language::choose(["ar-EG"]).number(10), "١٠");
        assert_eq!(Language::choose(["de"]).number(10), "10");
    }

    #[test]
    fn an_offset_is_read_at_a_glance() {
        for (seconds, text) in
            [(0, "UTC"), (3600, "UTC+1"), (-12_600, "UTC-3:30"), (20_700, "UTC+5:45"), (-59, "UTC"), (50_400, "UTC+14")]
        {
            assert_eq!(offset(seconds), text);
        }
    }

    #[test]
    fn a_zone_is_called_by_its_city_in_the_readers_language() {
        let time: Timestamp = "2026-12-04T13:30:00Z".parse().unwrap();
        for (tag, zone, expected) in [
            ("en", "Europe/Berlin", "x, Berlin time"),
            ("de", "Europe/Rome", "x, Ortszeit Rom"),
            ("ja", "Europe/Berlin", "x（ベルリン時間）"),
            ("en", "UTC", "x (UTC)"),
            ("en", "Etc/GMT+2", "x (UTC-2)"),
            ("en", "America/St_Johns", "x, St. John’s time"),
        ] {
            let zone = TimeZone::get(zone).unwrap();
            assert_eq!(Language::choose([tag]).zoned("x", time, &zone), expected, "{tag}");
        }
    }

    #[test]
    fn a_range_on_one_day_has_one_date() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (zone, english) = (TimeZone::get("Europe/Berlin").unwrap(), Language::choose(["en-GB"]));
        let from = at("2026-12-04T13:30:00Z");
        let range = |to: &str| english.range(from, Some(at(to)), &zone).unwrap();
        assert_eq!(range("2026-12-04T14:15:00Z"), "Friday, 4 December 2026 at\u{a0}14:30 – 15:15");
        assert!(range("2026-12-04T23:30:00Z").ends_with("Saturday, 5 December 2026 at\u{a0}00:30"));
        assert_eq!(range("2026-12-04T13:30:00Z"), "Friday, 4 December 2026 at\u{a0}14:30");
        let (from, to) = (at("2027-10-31T00:30:00Z"), at("2027-10-31T01:15:00Z"));
        let night = english.range(from, Some(to), &zone).unwrap();
        assert!(night.ends_with("02:30 (UTC+2) – 02:15 (UTC+1)"), "{night}");
    }

    #[test]
    fn times_at_the_ends_of_the_calendar_do_no_harm() {
        let english = Language::choose(["en"]);
        for time in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            for zone in ["Pacific/Kiritimati", "America/Adak", "UTC"] {
                assert!(english.date_and_time(time, &TimeZone::get(zone).unwrap()).is_some());
            }
        }
    }
}

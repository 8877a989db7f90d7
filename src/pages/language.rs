//! The language of a page, and how it writes times.

use icu_calendar::{Date, Gregorian};
use icu_datetime::input::{DateTime, Time};
use icu_datetime::options::TimePrecision;
use icu_datetime::{FixedCalendarDateTimeFormatter, fieldsets};
use icu_locale_core::LanguageIdentifier;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::words::{ActionWords, ByName, Facts, Message, StateWords, Words};

#[derive(Debug)]
pub struct Locale {
    /// Its tag (BCP 47): the name of its file.
    pub tag: &'static str,
    pub words: Words,
}

/// All files of `locales/`: English first, then sorted by tag.
pub static LOCALES: &[Locale] = {
    use super::words::Direction::{LeftToRight, RightToLeft};
    include!(concat!(env!("OUT_DIR"), "/locales.rs"))
};

/// The language for one reader.
#[derive(Clone, Debug)]
pub struct Language {
    pub locale: &'static Locale,
    /// How times are written: as in the region that was asked for, if any.
    formats: LanguageIdentifier,
}

impl Language {
    /// The first of `wanted` (BCP 47 tags, the preferred one first) that the pages have, else
    /// English. Tags are looked up by RFC 4647 §3.4: without their last part if they are not found,
    /// so `pt-BR` finds `pt`, and so does `pt_BR`, as some systems write it.
    pub fn choose<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        let found = wanted.into_iter().find_map(|tag| Some((look_up(tag)?, tag)));
        let (locale, tag) = found.unwrap_or((&LOCALES[0], LOCALES[0].tag));
        // Language and region only. A tag with invalid parts still names its language.
        let formats = tag
            .replace('_', "-")
            .parse()
            .or_else(|_| locale.tag.parse())
            .unwrap_or(icu_locale_core::Locale::UNKNOWN)
            .id;
        Self { locale, formats }
    }

    /// `time` in `zone`, to the minute, and the offset from UTC: `Tuesday, November 24, 2026 at
    /// 2:00 PM` and `UTC+1` in English. `None` outside the years of the calendar.
    pub(super) fn date_and_time(&self, time: Timestamp, zone: &TimeZone) -> Option<(String, String)> {
        let local = time.to_zoned_datetime(zone.clone());
        let unsigned = |part: i8| u8::try_from(part).ok();
        let date =
            Date::try_new_gregorian(i32::from(local.year()), unsigned(local.month())?, unsigned(local.day())?).ok()?;
        let clock = Time::try_new(unsigned(local.hour())?, unsigned(local.minute())?, 0, 0).ok()?;
        let fields = fieldsets::YMDET::long().with_time_precision(TimePrecision::Minute);
        let formatter: FixedCalendarDateTimeFormatter<Gregorian, _> =
            FixedCalendarDateTimeFormatter::try_new((&self.formats).into(), fields).ok()?;
        let text = formatter.format(&DateTime { date, time: clock }).to_string();
        // No line break before the last word, which is the time or a part of it. A date without spaces
        // needs that break.
        let text = match text.rsplit_once(' ') {
            Some((date, time)) if date.contains(' ') => format!("{date}\u{a0}{time}"),
            _ => text,
        };
        Some((text, offset(local.offset().seconds())))
    }
}

fn look_up(tag: &str) -> Option<&'static Locale> {
    let mut tag = tag;
    loop {
        if let Some(found) = LOCALES.iter().find(|locale| locale.tag.eq_ignore_ascii_case(tag)) {
            return Some(found);
        }
        tag = tag.rsplit_once(['-', '_'])?.0;
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
    use std::collections::BTreeSet;

    use super::super::words::ByName;
    use super::*;
    use crate::click::OutcomeRow;
    use crate::domain::Graphs;

    fn names<T>(words: &ByName<T>) -> BTreeSet<&str> {
        words.0.iter().map(|(name, _)| *name).collect()
    }

    #[test]
    fn every_language_has_words_for_every_page_every_state_and_every_action_of_a_link() {
        let pages = OutcomeRow::ALL.iter().map(|row| row.page).filter(|page| !page.is_empty()).collect();
        let graphs = Graphs::built_in(Some("instant")).unwrap();
        for Locale { tag, words } in LOCALES {
            assert_eq!(names(&words.messages), pages, "{tag}");
            assert_eq!(names(&words.states), graphs.states(), "{tag}");
            assert_eq!(names(&words.actions), graphs.actions(), "{tag}");
        }
    }

    #[test]
    fn each_name_finds_its_own_words() {
        for Locale { tag, words } in LOCALES {
            for (name, state) in words.states.0 {
                assert_eq!(words.states.get(name).unwrap().label, state.label, "{name} in {tag}");
            }
            assert!(words.states.get("no_show").is_none() && words.states.get("").is_none());
        }
    }

    #[test]
    fn a_tag_is_looked_up_part_by_part() {
        let chosen = |wanted: &[&str]| Language::choose(wanted.iter().copied()).locale.tag;
        assert_eq!(chosen(&["pt-BR"]), "pt");
        assert_eq!(chosen(&["qaa", "x-none", "DA-dk"]), "da");
        assert_eq!(chosen(&["de-1996-x-ü"]), "de");
        assert_eq!(chosen(&["de_DE"]), "de");
        assert_eq!(chosen(&["d", "deu", "-de", ""]), "en");
        assert_eq!(chosen(&[]), "en");
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
    fn times_at_the_ends_of_the_calendar_do_no_harm() {
        let english = Language::choose(["en"]);
        for time in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            for zone in ["Pacific/Kiritimati", "America/Adak", "UTC"] {
                assert!(english.date_and_time(time, &TimeZone::get(zone).unwrap()).is_some());
            }
        }
    }
}

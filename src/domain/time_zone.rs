//! Reads time zones as people and programs write them.

use icu_time::zone::WindowsParser;
use icu_time::zone::iana::IanaParserExtended;
use jiff::tz::{Offset, TimeZone};

/// The furthest that any place is from UTC, in hours.
const MAX_HOURS: i32 = 14;

/// The time zone of that name: IANA's (`Europe/Berlin`), an offset (`+02:00`, `+0200`, `GMT+2`,
/// `UTC+02:00`; east of Greenwich is `+`), or Windows' (`W. Europe Standard Time`, by CLDR's table).
pub(crate) fn time_zone(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    // First, since `Etc/GMT+2` is a name, of a zone west of Greenwich.
    TimeZone::get(name).ok().or_else(|| offset(name)).or_else(|| windows(name))
}

fn offset(text: &str) -> Option<TimeZone> {
    let is_prefix = |text: &&str| text.eq_ignore_ascii_case("UTC") || text.eq_ignore_ascii_case("GMT");
    let text = text.get(..3).filter(is_prefix).map_or(text, |prefix| &text[prefix.len()..]).trim_start();
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        // A hyphen, or the sign that is typeset for it.
        None => (-1, text.strip_prefix(['-', '\u{2212}'])?),
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some(parts), _) => parts,
        (None, 1 | 2) => (digits, "00"),
        (None, length) => (digits.get(..length.checked_sub(2)?)?, digits.get(length - 2..)?),
    };
    let number = |text: &str, lengths: &[usize]| {
        let is_number = lengths.contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
        is_number.then(|| text.parse::<i32>().ok())?
    };
    let (hours, minutes) = (number(hours, &[1, 2])?, number(minutes, &[2])?);
    let minutes = (minutes < 60).then_some(hours * 60 + minutes).filter(|minutes| *minutes <= MAX_HOURS * 60)?;
    Some(TimeZone::fixed(Offset::from_seconds(sign * minutes * 60).ok()?))
}

fn windows(name: &str) -> Option<TimeZone> {
    let zone = WindowsParser::new().parse(name, None)?;
    let iana = IanaParserExtended::new().iter().find(|iana| iana.time_zone == zone)?;
    TimeZone::get(iana.canonical).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// Its offset in the winter of 2026, in minutes.
    fn minutes(name: &str) -> Option<i32> {
        let winter: Timestamp = "2026-12-04T12:00:00Z".parse().unwrap();
        Some(time_zone(name)?.to_offset(winter).seconds() / 60)
    }

    #[test]
    fn a_time_zone_is_read_in_each_form_that_is_in_use() {
        for (name, expected) in [
            ("Europe/Berlin", 60),
            (" europe/berlin\n", 60),
            ("UTC", 0),
            ("GMT", 0),
            ("CET", 60),
            // POSIX's sign, as the database has it.
            ("Etc/GMT+2", -120),
            ("Etc/GMT-2", 120),
            ("GMT+0", 0),
            ("GMT+2", 120),
            ("utc-3:30", -210),
            ("UTC+02:00", 120),
            ("UTC +5", 300),
            ("UTC\u{2212}8", -480),
            ("+02:00", 120),
            ("+0200", 120),
            ("+02", 120),
            ("-330", -210),
            ("+14:00", 840),
            ("W. Europe Standard Time", 60),
            ("Eastern Standard Time", -300),
            ("India Standard Time", 330),
            ("Russia Time Zone 11", 720),
            ("GMT Standard Time", 0),
        ] {
            assert_eq!(minutes(name), Some(expected), "{name}");
        }
        // Windows' names have summer time, whatever they are called.
        let summer: Timestamp = "2026-07-04T12:00:00Z".parse().unwrap();
        assert_eq!(time_zone("W. Europe Standard Time").unwrap().to_offset(summer).seconds(), 7200);
    }

    #[test]
    fn what_is_no_time_zone_is_not_guessed() {
        for name in [
            "",
            "+",
            "-",
            "UTC+",
            "GMT+x",
            "+2:0",
            "+2:60",
            "+14:01",
            "+15",
            "+99999",
            "++2",
            "+ 2",
            "+1:2:3",
            "2",
            "02:00",
            "Europe/Atlantis",
            "Berlin",
            "PST8PDT9",
            "Standard Time",
            "Etc/GMT+20",
            "ütc+2",
            "+ü",
            "+12ü",
            "UTC+2 (Berlin)",
        ] {
            assert_eq!(minutes(name), None, "{name}");
        }
    }
}

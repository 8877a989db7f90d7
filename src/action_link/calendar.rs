//! A booking as a calendar file (RFC 5545), and where a page leads for it.

use std::time::SystemTime;

use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use jiff::Timestamp;

use crate::click::{CalendarEntry, CalendarHref, ClickResult};
use crate::domain::CalendarStatus;
use crate::gateway::{HttpRequest, Query};
use crate::link::path::{self, CALENDAR};
use crate::link::{parameter_name, without_tail};
use crate::pages::{mailto, shown};

/// Who made the file.
const PRODUCT: &str = concat!("-//Action Links//", env!("CARGO_PKG_VERSION"), "//EN");

/// The file. Its times are in UTC, which every calendar shows in its own zone.
pub(super) fn file(result: &ClickResult, entry: &CalendarEntry) -> String {
    let summary = &result.booking_summary;
    let text = |text: Option<&str>| text.map(shown).filter(|text| !text.is_empty());
    let titles = [text(summary.what.as_deref()), text(result.app().map(|app| &*app.name))];
    let mut event = Event::new();
    event
        .uid(result.link().map(|link| link.booking_id().as_str()).unwrap_or_default())
        .summary(&titles.into_iter().flatten().collect::<Vec<_>>().join(" – "))
        .sequence(u32::try_from(entry.sequence).unwrap_or(u32::MAX))
        .status(match entry.status {
            CalendarStatus::Tentative => EventStatus::Tentative,
            CalendarStatus::Confirmed => EventStatus::Confirmed,
            CalendarStatus::Cancelled => EventStatus::Cancelled,
        });
    let stamp = entry.changed_at.or_else(|| Timestamp::try_from(SystemTime::now()).ok());
    let end = summary.end().filter(|end| Some(*end) != summary.starts_at);
    for (name, time) in [("DTSTAMP", stamp), ("DTSTART", summary.starts_at), ("DTEND", end)] {
        if let Some(time) = time {
            event.add_property(name, time.strftime("%Y%m%dT%H%M%SZ").to_string());
        }
    }
    if let Some(place) = text(summary.place.as_deref()) {
        event.location(&place);
    }
    let mut calendar = Calendar::empty();
    calendar.properties = Property::from_array([("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN")]);
    // A published event must name its organizer (RFC 5546 §3.2.1). It lets a mail carry the file as `method=PUBLISH`.
    if let Some((app, email)) = result.app().and_then(|app| Some((app, app.brand.support_email.as_ref()?))) {
        let name = shown(&app.name).replace('"', "'");
        event.append_property(Property::new("ORGANIZER", mailto(email)).add_parameter("CN", &name).done());
        calendar.properties.extend(Property::from_array([("METHOD", "PUBLISH")]));
    }
    calendar.push(event.done()).to_string()
}

/// Where the page of a request leads for the file, relative to its own address: what a browser sees of that is not
/// known here. `None` if the request has no token.
pub(super) fn href(request: &HttpRequest<'_>) -> Option<CalendarHref> {
    let own = request.path.rsplit('/').next().filter(|own| !own.is_empty());
    let folder = |name: &str| own.map(|_| format!("{name}/")).unwrap_or_default();
    Some(CalendarHref(match path::short_code(&request.path) {
        Some(code) => format!("{}{CALENDAR}", folder(code)),
        None => format!("{}{CALENDAR}?signature={}", folder(own.unwrap_or_default()), token(&request.query)?),
    }))
}

fn token(query: &Query) -> Option<&str> {
    let (_, token) = query.pairs.iter().find(|(name, _)| parameter_name(name) == "signature")?;
    Some(without_tail(token))
}

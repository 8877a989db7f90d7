//! The calendar file of a booking, and the link to it on pages.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::{Address, Answer, Fault, World, extended, link};

/// A world with a booking that begins in the year 2999.
async fn world(attributes: Value) -> World {
    let booking = json!({
        "starts_at": "2999-12-04T14:30:00+01:00", "ends_at": "2999-12-04T15:30:00+01:00",
        "attributes": { "event_info": { "what": "Cut & colour", "where": "12 Analytical Row" } },
    });
    World::builder()
        .app(json!({ "min_dwell_ms": 0, "support_email": "hello@hairbyada.example" }))
        .booking(extended(booking, attributes))
        .start()
        .await
}

/// The address of a link's calendar file.
fn file_of(link: impl Address) -> String {
    link.address().replacen('?', "/calendar.ics?", 1)
}

/// The address to which the page at `link` leads for the file, as a browser resolves it.
fn offered(link: &str, page: &Answer) -> Option<String> {
    let (before, _) = page.body.split_once("calendar.ics")?;
    let (_, start) = before.rsplit_once('"')?;
    let rest = &page.body[before.len()..];
    let href = format!("{start}{}", rest.split_once('"')?.0).replace("&amp;", "&");
    let base = url::Url::parse("https://links.example").unwrap().join(link).unwrap();
    let url = base.join(&href).unwrap();
    Some(url[url::Position::BeforePath..].to_owned())
}

/// The value of a property, unfolded.
fn property(file: &str, name: &str) -> Option<String> {
    let unfolded = file.replace("\r\n ", "");
    unfolded.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::to_owned)
}

#[tokio::test]
async fn any_genuine_link_has_the_file_which_never_acts() {
    let world = world(json!({})).await;
    let confirm = world.sign("b-1", "confirm");
    world.proxy.take();
    let file = world.click(file_of(&confirm)).await;
    assert_eq!(world.proxy.take(), ["GetItem"]);
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    for (name, value) in [
        ("VERSION", "2.0"),
        ("UID", "b-1"),
        ("SUMMARY", "Cut & colour – Hair by Ada"),
        ("LOCATION", "12 Analytical Row"),
        ("DTSTART", "29991204T133000Z"),
        ("DTEND", "29991204T143000Z"),
        ("DTSTAMP", "20261101T080000Z"),
        ("STATUS", "TENTATIVE"),
        ("SEQUENCE", "0"),
    ] {
        assert_eq!(property(&file.body, name).as_deref(), Some(value), "{}", file.body);
    }
    assert!(file.body.lines().all(|line| line.len() <= 75) && file.body.ends_with("\r\n"));
    assert!(!file.body.replace("\r\n", "").contains('\n') && !file.body.contains("signature"), "{}", file.body);
    assert_eq!(world.state("b-1").await, "tentative");
    // Also a link that is used, expired, not valid yet or revoked, and with a slash or what mail programs leave.
    world.click(&confirm).await;
    world.set_valid_after("b-1", 4_000_000_000).await;
    for genuine in [
        confirm.url.clone(),
        format!("{}).", confirm.url),
        link(json!({ "exp": 1 })),
        link(json!({ "nbf": 4_000_000_000_u64 })),
        link(json!({ "action": "dance" })),
    ] {
        let file = world.click(file_of(&genuine)).await;
        assert_eq!(property(&file.body, "STATUS").as_deref(), Some("CONFIRMED"), "{genuine}: {}", file.body);
        assert_eq!(property(&file.body, "SEQUENCE").as_deref(), Some("1"), "{genuine}");
    }
    let posted = world.submit(file_of(link(json!({ "action": "cancel" }))), &[]).await;
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")));
    assert_eq!(world.state("b-1").await, "confirmed");
}

#[tokio::test]
async fn what_is_not_genuine_or_has_no_start_has_no_file() {
    let world = world(json!({})).await;
    world.book(json!({ "id": "b-2", "starts_at": "soon" })).await;
    world.book(json!({ "id": "b-3", "app_id": "bob" })).await;
    let confirm = file_of(world.sign("b-1", "confirm"));
    for (path, told) in [
        (confirm.replace("signature=", "signature=x"), (403, "invalid_signature")),
        (file_of(world.sign("b-2", "confirm")), (404, "no_start_time")),
        (file_of(world.sign("b-3", "confirm")), (404, "booking_not_found")),
        (file_of(world.sign("b-9", "confirm")), (404, "booking_not_found")),
        ("/v2/bookings/b-1/external_action/confirm/calendar.ics".to_owned(), (400, "malformed_link")),
        (confirm.replace("calendar.ics", "calendar.txt"), (400, "malformed_link")),
    ] {
        assert_eq!(world.json().click(&path).await.told(), told, "{path}");
    }
    let nowhere = world.click(file_of(world.sign("b-2", "confirm"))).await;
    assert!(nowhere.header("content-type").unwrap().starts_with("text/html"), "{}", nowhere.body);
    world.proxy.always(Fault::THROTTLED);
    for link in [confirm, file_of(link(json!({ "exp": 1 })))] {
        assert_eq!(world.json().click(link).await.told(), (503, "temporarily_unavailable"));
    }
}

#[tokio::test]
async fn each_state_has_its_status() {
    let world = world(json!({})).await;
    for (number, (graph, state, status)) in [
        ("confirm_decline", "declined", "CANCELLED"),
        ("confirm_decline", "cancelled_by_customer", "CANCELLED"),
        ("instant", "confirmed", "CONFIRMED"),
        ("instant", "completed", "CONFIRMED"),
        ("instant", "rescheduled_by_customer", "CANCELLED"),
        ("instant_payment", "tentative", "TENTATIVE"),
        ("instant_payment", "paid", "CONFIRMED"),
        ("instant_payment", "unpaid", "CANCELLED"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("b-{}", number + 10);
        world.book(json!({ "id": id, "graph": graph, "state": state, "starts_at": 32_500_000_000_u64 })).await;
        let file = world.click(file_of(world.sign(&id, "cancel"))).await;
        assert_eq!(property(&file.body, "STATUS").as_deref(), Some(status), "{graph} {state}");
    }
}

#[tokio::test]
async fn pages_of_a_booking_that_goes_on_lead_to_the_file() {
    let world = world(json!({})).await;
    let confirm = world.sign("b-1", "confirm").url.replace("https://links.hairbyada.example", "");
    for link in [confirm.clone(), confirm.replace('?', "/?"), format!("/prod{confirm}&utm_source=mail")] {
        let page = world.click(&link).await;
        let file = offered(&link, &page).unwrap_or_else(|| panic!("{}", page.body));
        assert!(file.starts_with(link.split("confirm").next().unwrap()), "{file}");
        let file = world.click(&file).await;
        assert_eq!(property(&file.body, "UID").as_deref(), Some("b-1"), "{link}: {}", file.body);
    }
    // A short link leads to the file without the token.
    world.book(json!({ "id": "b-2", "starts_at": "2999-01-01T00:00:00Z" })).await;
    let short = world.shorten("b-2", "confirm").await;
    for link in [short.clone(), format!("{short}/"), format!("{short}.")] {
        let page = world.click(&link).await;
        let file = offered(&link, &page).unwrap();
        assert!(!page.body.contains("signature=") && file.ends_with("/calendar.ics"), "{}", page.body);
        assert_eq!(property(&world.click(&file).await.body, "UID").as_deref(), Some("b-2"), "{file}");
    }
    // Not where nothing takes place any more, and not on a page that asks.
    world.book(json!({ "id": "b-3", "starts_at": "2020-01-01T00:00:00Z" })).await;
    world.book(json!({ "id": "b-4", "starts_at": "2999-01-01T00:00:00Z" })).await;
    world.book(json!({ "id": "b-5" })).await;
    for link in [world.sign("b-3", "confirm"), world.sign("b-4", "decline"), world.sign("b-5", "confirm")] {
        assert!(!world.click(&link).await.body.contains("calendar.ics"), "{link:?}");
    }
}

#[tokio::test]
async fn a_hostile_record_makes_a_valid_file() {
    let what = format!("Cut, \"colour\"; \\ and\r\nDTSTART:20000101T000000Z\u{202e} {}", "größe 理髪 ".repeat(30));
    let world = world(json!({ "attributes": { "event_info": { "what": what, "where": "A\nB" } } })).await;
    let file = world.click(file_of(world.sign("b-1", "confirm"))).await;
    assert!(file.body.lines().all(|line| line.len() <= 75), "{}", file.body);
    assert_eq!(property(&file.body, "DTSTART").as_deref(), Some("29991204T133000Z"));
    assert_eq!(property(&file.body, "LOCATION").as_deref(), Some("A B"));
    let summary = property(&file.body, "SUMMARY").unwrap();
    assert!(summary.starts_with(r#"Cut\, "colour"\; \\ and  DTSTART:2000"#), "{summary}");
}

#[tokio::test]
async fn a_file_of_a_business_with_an_address_can_be_published_in_a_mail() {
    let booking = json!({ "starts_at": "2999-12-04T14:30:00+01:00" });
    let business = json!({ "name": "Ada \"&\" Söhne; Berlin", "support_email": "hello@hairbyada.example" });
    let world = World::builder().app(business).booking(booking.clone()).start().await;
    let file = world.click(file_of(world.sign("b-1", "confirm"))).await.body.replace("\r\n ", "");
    let organizer = "ORGANIZER;CN=\"Ada '&' Söhne; Berlin\":mailto:hello@hairbyada.example\r\n";
    assert!(file.contains("\r\nMETHOD:PUBLISH\r\n") && file.contains(organizer), "{file}");
    // Without an organizer it would not be a valid publication.
    let world = World::builder().booking(booking).start().await;
    let file = world.click(file_of(world.sign("b-1", "confirm"))).await.body;
    assert!(!file.contains("METHOD") && !file.contains("ORGANIZER"), "{file}");
}

/// Programs that print what a parser reads of a file: its events, each a summary, a place, a status, a sequence, a
/// start, an end and a stamp in seconds since 1970.
const IN_PYTHON: &str = "
import json, sys
from icalendar import Calendar
calendar = Calendar.from_ical(sys.stdin.buffer.read())
assert not calendar.errors, calendar.errors
second = lambda event, name: int(event.decoded(name).timestamp())
for event in calendar.walk('VEVENT'):
    assert not event.errors, event.errors
    text = [str(event[name]) for name in ('UID', 'SUMMARY', 'LOCATION', 'STATUS', 'SEQUENCE')]
    print(json.dumps(text + [second(event, name) for name in ('DTSTART', 'DTEND', 'DTSTAMP')]))
";
const IN_NODE: &str = "
const ICAL = require(process.argv[1]);
const calendar = new ICAL.Component(ICAL.parse(require('fs').readFileSync(0, 'utf8')));
for (const one of calendar.getAllSubcomponents('vevent')) {
  const event = new ICAL.Event(one);
  const second = (time) => time.toUnixTime();
  console.log(JSON.stringify([event.uid, event.summary, event.location, one.getFirstPropertyValue('status'), String(event.sequence),
    second(event.startDate), second(event.endDate), second(one.getFirstPropertyValue('dtstamp'))]));
}
";

async fn read_by(program: &str, arguments: &[&str], file: &str) -> Value {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(file.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{program}: {said}"))
}

#[tokio::test]
#[ignore = "needs icalendar of PyPI and ical.js of npm: make test-calendar"]
async fn two_parsers_read_the_same() {
    let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ical_js = std::env::var("ICAL_JS").unwrap();
    let what = format!("Cut, \"colour\"; \\ and {}", "größe 理髪 ".repeat(10));
    let world = world(json!({ "attributes": { "event_info": { "what": what, "where": "Row 12, A; B" } } })).await;
    let start = 32_501_309_400_u64;
    for (state, status) in [("tentative", "TENTATIVE"), ("confirmed", "CONFIRMED"), ("declined", "CANCELLED")] {
        world.set_state("b-1", state).await;
        let file = world.click(file_of(world.sign("b-1", "confirm"))).await.body;
        let shown = format!("{} – Hair by Ada", what.trim());
        let expected = json!(["b-1", shown, "Row 12, A; B", status, "0", start, start + 3600, 1_793_520_000]);
        assert_eq!(read_by(&python, &["-c", IN_PYTHON], &file).await, expected);
        assert_eq!(read_by("node", &["-e", IN_NODE, &ical_js], &file).await, expected);
    }
}

//! The mails of docs/mail, filled in with links that are really signed. Each link is taken out as a mail program does
//! it, and clicked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};

use action_links::domain::Actor;
use html5gum::{Token, Tokenizer};
use serde_json::{Value, json};

use crate::support::{BASE, World, claims_of, graphs, link};

struct Mail {
    html: &'static str,
    text: &'static str,
    markup: &'static str,
}

const CUSTOMER: Mail = Mail {
    html: include_str!("../../docs/mail/customer.html"),
    text: include_str!("../../docs/mail/customer.txt"),
    markup: include_str!("../../docs/mail/customer.jsonld"),
};
const BUSINESS: Mail = Mail {
    html: include_str!("../../docs/mail/business.html"),
    text: include_str!("../../docs/mail/business.txt"),
    markup: include_str!("../../docs/mail/business.jsonld"),
};

/// What a name may have in it.
const NAME: &str = r#"O'Brien & "Sons" <b>\"#;

type Facts = BTreeMap<&'static str, String>;

/// A world with a booking in that state. The app's mode is `direct`: what asks is what a link's own claim says.
async fn world(state: &str) -> World {
    let settings = json!({ "min_dwell_ms": 0, "support_email": "hello@hairbyada.example" });
    let booking = json!({
        "state": state, "starts_at": "2999-12-04T14:30:00Z", "ends_at": "2999-12-04T15:30:00Z",
        "attributes": { "event_info": { "what": NAME } },
    });
    World::builder().app(settings).booking(booking).start().await
}

/// A link as docs/mail.md signs it.
fn signed(action: &str, more: Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({ "action": action, "iat": now, "exp": now + 3600 });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("{BASE}{}", link(claims))
}

fn facts() -> Facts {
    let asking = json!({ "confirm": true });
    let cancel = signed("cancel_by_customer", asking.clone());
    let at = |host: &str| format!("https://{host}.example/");
    [
        ("business", NAME.to_owned()),
        ("customer", NAME.to_owned()),
        ("what", NAME.to_owned()),
        ("when", "Wednesday, 4 December 2999, 14:30, London time".to_owned()),
        ("where", NAME.to_owned()),
        ("confirm", signed("confirm", json!({}))),
        ("decline", signed("decline", asking.clone())),
        ("calendar", cancel.replace('?', "/calendar.ics?")),
        ("cancel", cancel),
        ("reschedule", signed("reschedule_by_customer", asking)),
        ("starts_at", "2999-12-04T14:30:00Z".to_owned()),
        ("ends_at", "2999-12-04T15:30:00Z".to_owned()),
        ("booking_id", "b-1".to_owned()),
        ("business_email", "hello@hairbyada.example".to_owned()),
        ("business_phone", "+44 20 7946 0958".to_owned()),
        ("business_url", at("hairbyada")),
        ("business_address", NAME.to_owned()),
        ("imprint_url", at("imprint")),
    ]
    .into()
}

/// A template filled in, with each value changed by `escape`.
fn filled(template: &str, facts: &Facts, escape: fn(&str) -> String) -> String {
    let text = facts
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), &escape(value)));
    assert!(!text.contains("{{"), "{text}");
    text
}

fn escaped(text: &str) -> String {
    let signs = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#x27;")];
    signs.iter().fold(text.to_owned(), |text, (sign, reference)| text.replace(*sign, reference))
}

/// As docs/mail.md writes a value into the JSON-LD.
fn in_json(text: &str) -> String {
    let quoted = json!(text).to_string().replace('<', "\\u003c");
    quoted[1..quoted.len() - 1].to_owned()
}

/// The URLs in a JSON text, each with the name of its member.
fn urls(value: &Value, name: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.starts_with("https://") => found.push((name.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| urls(item, name, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| urls(value, name, found)),
        _ => (),
    }
}

/// The links of a mail.
struct Links {
    /// What a person sees: the label, and where it leads.
    seen: Vec<(String, String)>,
    /// What is for machines: the property, and where it leads, sorted.
    marked: Vec<(String, String)>,
    /// The links of the plain text, each with the line before it. A mail program makes a link of each line.
    in_text: Vec<(String, String)>,
}

impl Links {
    fn of(mail: &Mail, facts: &Facts) -> Self {
        let mut seen = Vec::new();
        let mut open: Option<(String, String)> = None;
        for token in Tokenizer::new(&filled(&mail.html.replace("{{{markup}}}", ""), facts, escaped)) {
            match token.unwrap() {
                Token::StartTag(tag) => {
                    assert_ne!(&tag.name[..], b"b", "a name became a tag");
                    open = tag.attributes.get(&b"href"[..]).map(|href| (String::new(), text_of(href)));
                }
                Token::String(text) => {
                    if let Some((label, _)) = &mut open {
                        label.push_str(&text_of(&text));
                    }
                }
                Token::EndTag(tag) if &tag.name[..] == b"a" => seen.extend(open.take()),
                _ => (),
            }
        }
        let mut marked = Vec::new();
        urls(&serde_json::from_str(&filled(mail.markup, facts, in_json)).unwrap(), "", &mut marked);
        marked.sort();
        let text = filled(mail.text, facts, str::to_owned);
        let lines: Vec<&str> = text.lines().collect();
        let links = lines.windows(2).filter(|pair| pair[1].starts_with("https://"));
        let in_text = links.map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect();
        Self { seen, marked, in_text }
    }

    /// Each as its label and the name of the value that it is.
    fn named(links: &[(String, String)], facts: &Facts) -> Vec<(String, &'static str)> {
        let name = |href: &str| facts.iter().find(|(_, value)| *value == href).map_or("", |(name, _)| name);
        links.iter().map(|(label, href)| (label.clone(), name(href.trim_start_matches("mailto:")))).collect()
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn owned<const N: usize>(links: [(&str, &'static str); N]) -> Vec<(String, &'static str)> {
    links.map(|(label, name)| (label.to_owned(), name)).into()
}

#[test]
fn a_mail_has_the_links_of_its_booking_s_state_and_no_others() {
    let facts = facts();
    let customer = Links::of(&CUSTOMER, &facts);
    let seen = [
        ("Add to calendar", "calendar"),
        ("Reschedule", "reschedule"),
        ("Cancel", "cancel"),
        ("hello@hairbyada.example", "business_email"),
        (NAME, "business_url"),
        ("Legal notice", "imprint_url"),
    ];
    assert_eq!(Links::named(&customer.seen, &facts), owned(seen));
    let in_text = [
        ("Add to calendar:", "calendar"),
        ("Reschedule:", "reschedule"),
        ("Cancel:", "cancel"),
        ("Website:", "business_url"),
        ("Legal notice:", "imprint_url"),
    ];
    assert_eq!(Links::named(&customer.in_text, &facts), owned(in_text));
    let business = Links::of(&BUSINESS, &facts);
    let seen =
        [("Confirm", "confirm"), ("Decline", "decline"), (NAME, "business_url"), ("Legal notice", "imprint_url")];
    assert_eq!(Links::named(&business.seen, &facts), owned(seen));
    let in_text = [
        ("Confirm. This acts at once:", "confirm"),
        ("Decline. This asks you first:", "decline"),
        ("Website:", "business_url"),
        ("Legal notice:", "imprint_url"),
    ];
    assert_eq!(Links::named(&business.in_text, &facts), owned(in_text));
}

#[test]
fn a_mail_has_each_action_that_its_reader_may_take() {
    let graphs = graphs();
    for (mail, state, reader) in [(&CUSTOMER, "confirmed", Actor::Customer), (&BUSINESS, "tentative", Actor::Owner)] {
        let transitions = graphs.get("confirm_decline").unwrap().available(state).filter(|of| of.by == reader);
        let available: BTreeSet<_> = transitions.map(|of| of.action.to_string()).collect();
        let Links { seen, .. } = Links::of(mail, &facts());
        let own = seen.iter().filter(|(_, href)| href.starts_with(BASE) && !href.contains("calendar.ics"));
        let linked: BTreeSet<_> = own.map(|(_, href)| claims_of(href)["action"].as_str().unwrap().to_owned()).collect();
        assert_eq!(linked, available);
    }
}

/// Clicks the links of a mail, each in a world of its own. Where a page asks, nothing has changed yet, and its button
/// is pressed. What is expected: the label, whether a page asks, and the state in the end.
async fn check(mail: &Mail, state: &str, expected: [(&str, bool, &str); 2]) {
    let Links { seen, .. } = Links::of(mail, &facts());
    for (label, asks, leads_to) in expected {
        let (_, href) = seen.iter().find(|(of, _)| of == label).unwrap();
        let world = world(state).await;
        let page = world.click(href).await;
        assert_eq!((page.status, page.stamp("stamp").is_some()), (200, asks), "{label}: {}", page.body);
        if asks {
            assert_eq!(world.state("b-1").await, state, "{label}");
            assert_eq!(world.press(href, &page, "stamp").await.status, 200, "{label}");
        }
        assert_eq!(world.state("b-1").await, leads_to, "{label}");
    }
}

#[tokio::test]
async fn the_mail_of_a_confirmed_booking_asks_before_it_reschedules_and_cancels() {
    let expected = [("Reschedule", true, "rescheduled_by_customer"), ("Cancel", true, "cancelled_by_customer")];
    check(&CUSTOMER, "confirmed", expected).await;
}

#[tokio::test]
async fn the_mail_of_a_new_request_confirms_at_once_and_asks_before_it_declines() {
    check(&BUSINESS, "tentative", [("Confirm", false, "confirmed"), ("Decline", true, "declined")]).await;
}

#[tokio::test]
async fn the_calendar_link_changes_nothing_and_leads_to_a_file_that_a_mail_may_carry() {
    let world = world("confirmed").await;
    let before = world.item("b-1").await;
    let file = world.click(&facts()["calendar"]).await;
    assert_eq!(file.header("content-type"), Some("text/calendar; charset=utf-8"));
    for line in ["METHOD:PUBLISH", "STATUS:CONFIRMED", "UID:b-1", "DTSTART:29991204T143000Z"] {
        assert!(file.body.lines().any(|of| of == line), "{line}: {}", file.body);
    }
    assert_eq!(world.item("b-1").await, before);
}

#[test]
fn what_is_marked_for_machines_are_the_links_of_the_buttons() {
    let facts = facts();
    let marked = |mail| Links::named(&Links::of(mail, &facts).marked, &facts);
    let customer = [
        ("cancelReservationUrl", "cancel"),
        ("modifyReservationUrl", "reschedule"),
        ("target", "cancel"),
        ("target", "reschedule"),
        ("url", "business_url"),
    ];
    assert_eq!(marked(&CUSTOMER), owned(customer));
    assert_eq!(marked(&BUSINESS), owned([("url", "business_url"), ("url", "confirm")]));
}

/// A mail program sends such a POST to a link in the header `List-Unsubscribe`, and Gmail to an `HttpActionHandler`.
#[tokio::test]
async fn a_one_click_post_confirms_and_does_nothing_to_a_link_that_asks() {
    let facts = facts();
    for (name, state, status, then) in [
        ("confirm", "tentative", 200, "confirmed"),
        ("decline", "tentative", 403, "tentative"),
        ("reschedule", "confirmed", 403, "confirmed"),
        ("cancel", "confirmed", 403, "confirmed"),
    ] {
        for (field, value) in [("confirmed", "Approved"), ("List-Unsubscribe", "One-Click")] {
            let world = world(state).await;
            assert_eq!(world.submit(&facts[name], &[(field, value)]).await.status, status, "{name}");
            assert_eq!(world.state("b-1").await, then, "{name}");
        }
    }
}

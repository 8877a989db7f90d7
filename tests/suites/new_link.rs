//! A new link on request: the page of an expired or a revoked link has a button for it.

use std::time::Duration;

use action_links::click::{Button, Click, ClickKind, FormSubmission, Outcome, Prompt, PromptButton, PromptReason};
use action_links::domain::CustomerMessage;
use action_links::link::UnverifiedLink;
use serde_json::{Value, json};

use crate::support::{Answer, SECRET, World, ada, at, booking, hs256, opened};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("accept", "application/json");

async fn world(more: Value) -> World {
    let mut app = ada();
    app["offer_new_link"] = json!(true);
    app["min_dwell_ms"] = json!(0);
    app.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let world = World::with(&[app], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let mut revoked = booking("b-2", "confirm_decline", "tentative");
    revoked["links_valid_after"] = json!(1);
    world.put(revoked).await;
    world
}

fn token(booking: &str, more: &Value) -> String {
    let mut claims = json!({ "booking_id": booking, "action": "confirm" });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    hs256(SECRET, r#"{"alg":"HS256"}"#, &claims.to_string())
}

fn path(booking: &str, more: &Value) -> String {
    format!("/v2/bookings/{booking}/external_action/confirm?signature={}", token(booking, more))
}

/// A link that has expired, and one that was revoked.
fn dead() -> [(&'static str, String); 2] {
    [("b-1", path("b-1", &json!({ "exp": 1000 }))), ("b-2", path("b-2", &json!({})))]
}

fn stamp(page: &Answer) -> &str {
    page.hidden("new_link").unwrap_or_else(|| panic!("no button in {}", page.body))
}

#[tokio::test]
async fn the_page_of_a_dead_link_asks_for_a_new_one() {
    let world = world(json!({ "failure_redirect_url": "https://hairbyada.example/oops" })).await;
    for (id, link) in dead() {
        let page = world.send("GET", &link, &[]).await;
        assert_eq!((page.status.as_u16(), page.body.matches("<form").count()), (410, 1), "{}", page.body);
        world.proxy.take();
        let before = world.item(id).await;
        let asked = world.submit(&link, &[("new_link", stamp(&page))]).await;
        assert_eq!((asked.status.as_u16(), asked.header("location")), (200, None));
        assert!(asked.body.contains("Your request was passed on"), "{}", asked.body);
        assert_eq!(world.proxy.take(), ["UpdateItem"]);
        let after = world.item(id).await;
        let at = after["link_requested_at"].as_str().unwrap();
        assert!(at.ends_with('Z') && at.len() == 20, "{at}");
        let mut expected = before;
        expected["link_requested_at"] = json!(at);
        assert_eq!(after, expected, "nothing else is changed");
        // Once more within ten minutes: told kindly, and nothing is written.
        let again = world.submit(&link, &[("new_link", stamp(&page))]).await;
        assert_eq!(again.status, 200);
        assert!(again.body.contains("already been requested"), "{}", again.body);
        assert_eq!(world.item(id).await, after);
        // The business sees it.
        let listed = world.read(&format!("/v2/bookings/{id}")).await.json();
        assert_eq!(listed["data"]["link_requested_at"], at);
    }
}

#[tokio::test]
async fn an_app_without_it_offers_nothing_and_writes_nothing() {
    let with = world(json!({})).await;
    let [(_, link), _] = dead();
    let page = with.send("GET", &link, &[]).await;
    let without = world(json!({ "offer_new_link": false })).await;
    for (id, dead) in dead() {
        assert!(without.send("GET", &dead, &[]).await.hidden("new_link").is_none());
        let answer = without.submit(&dead, &[("new_link", stamp(&page))]).await;
        assert_eq!(answer.status, 410);
        assert_eq!(without.item(id).await.get("link_requested_at"), None);
    }
}

#[tokio::test]
async fn only_the_pages_own_form_asks() {
    let world = world(json!({})).await;
    let [(_, expired), (_, revoked)] = dead();
    let (of_expired, of_revoked) = (world.send("GET", &expired, &[]).await, world.send("GET", &revoked, &[]).await);
    for (link, own, other) in [(&expired, &of_expired, &of_revoked), (&revoked, &of_revoked, &of_expired)] {
        let (own, other) = (stamp(own), stamp(other));
        for fields in [&[("new_link", "")][..], &[("new_link", other)], &[("new_link", own), ("new_link", own)]] {
            let answer = world.submit(link, fields).await;
            assert_eq!(answer.status, 403, "{fields:?} {}", answer.body);
            assert!(answer.hidden("new_link").is_some() && answer.body.contains("once more"), "{}", answer.body);
        }
    }
    // A link that works is not asked for again, and is not taken for a click, either.
    let works = world.sign("b-1", "confirm").url;
    assert_eq!(world.submit(&works, &[("new_link", stamp(&of_expired))]).await.status, 403);
    assert_eq!(world.item("b-1").await.get("link_requested_at"), None);
    assert_eq!(world.item("b-1").await["state"], "tentative");
}

#[tokio::test]
async fn a_link_that_is_not_genuine_has_no_button() {
    let world = world(json!({})).await;
    let forged = hs256(&"x".repeat(40), r#"{"alg":"HS256"}"#, r#"{"booking_id":"b-1","action":"confirm","exp":1}"#);
    let answer = world.click("b-1", "confirm", &forged, "").await;
    assert_eq!((answer.status.as_u16(), answer.hidden("new_link")), (403, None));
}

#[tokio::test]
async fn another_apps_booking_and_none_are_not_found() {
    let world = world(json!({})).await;
    let mut foreign = booking("b-3", "confirm_decline", "tentative");
    foreign["app_id"] = json!("bob");
    world.put(foreign).await;
    for id in ["b-3", "b-404"] {
        let link = path(id, &json!({ "exp": 1000 }));
        let page = world.send("GET", &link, &[]).await;
        let answer = world.submit(&link, &[("new_link", stamp(&page))]).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    assert_eq!(world.item("b-3").await.get("link_requested_at"), None);
    assert_eq!(world.item("b-404").await, Value::Null);
}

#[tokio::test]
async fn programs_ask_too() {
    let world = world(json!({})).await;
    let [(_, link), _] = dead();
    let told = world.send("GET", &link, &[JSON]).await.json();
    assert_eq!(told["code"], "link_expired");
    let form = format!("new_link={}", told["new_link"].as_str().unwrap());
    for again in [false, true] {
        let asked = world.post(&link, &[FORM, JSON], &form).await.json();
        let expected = json!({ "id": "b-1", "action": "confirm", "link_requested": true, "again": again });
        assert_eq!(asked["data"], expected);
    }
}

/// Opens an expired link, waits that long, and presses its button.
async fn press_after(world: &World, now: u64, millis: u64) -> Outcome {
    let clicks = world.clicks(at(now)).await;
    let token = token("b-1", &json!({ "exp": 1000 }));
    let link = UnverifiedLink::parse("/v2/bookings/b-1/external_action/confirm", [("signature", token.as_str())]);
    let open = Click { link: link.unwrap(), now: at(now), ..opened(&world.sign("b-1", "confirm")) };
    let Outcome::LinkExpired { new_link: Some(form_token) } = clicks.decide(&open).await.outcome else {
        panic!("no button")
    };
    let made_at: u64 = form_token.split('.').next().unwrap().parse().unwrap();
    let press =
        FormSubmission { button: Button::NewLink, form_token: Some(form_token), message: CustomerMessage::default() };
    let now = at(0) + Duration::from_millis(made_at + millis);
    clicks.decide(&Click { kind: ClickKind::Submit(press), now, ..open }).await.outcome
}

#[tokio::test]
async fn a_program_that_presses_at_once_is_shown_the_page_again() {
    let world = world(json!({ "min_dwell_ms": 1250 })).await;
    for millis in [1249, 1_800_001] {
        let outcome = press_after(&world, 2000, millis).await;
        assert!(
            matches!(
                &outcome,
                Outcome::Asked(Prompt { reason: PromptReason::Again, button: PromptButton::NewLink { .. } })
            ),
            "{outcome:?}"
        );
    }
    let outcome = press_after(&world, 2000, 1250).await;
    assert!(matches!(outcome, Outcome::LinkRequested { is_repeated: false }), "{outcome:?}");
}

#[tokio::test]
async fn ten_minutes_are_ten_minutes() {
    let world = world(json!({})).await;
    for (requested_at, is_repeated) in [
        ("2026-11-23T07:50:00Z", false),
        ("2026-11-23T07:50:02Z", true),
        ("2026-11-23T08:30:00Z", true),
        ("2026-11-22T23:59:59Z", false),
    ] {
        world.set_text("b-1", "link_requested_at", requested_at).await;
        // 2026-11-23T08:00:00Z, and the page takes less than a second.
        let outcome = press_after(&world, 1_795_420_800, 0).await;
        assert!(
            matches!(outcome, Outcome::LinkRequested { is_repeated: is } if is == is_repeated),
            "{requested_at}: {outcome:?}"
        );
    }
}

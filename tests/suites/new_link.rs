//! A new link on request: the page of an expired or a revoked link has a button for it.

use std::time::Duration;

use action_links::click::Outcome;
use serde_json::{Value, json};

use crate::support::{Decided, World, at, extended, link, link_of, plain};

async fn world(more: Value) -> World {
    let settings = extended(json!({ "offer_new_link": true, "min_dwell_ms": 0 }), more);
    let revoked = json!({ "id": "b-2", "links_valid_after": 1 });
    World::builder().app(settings).booking(json!({})).booking(revoked).start().await
}

/// A link that has expired, and one that was revoked.
fn dead() -> [(&'static str, String); 2] {
    [("b-1", link(json!({ "exp": 1000 }))), ("b-2", link(json!({ "booking_id": "b-2" })))]
}

#[tokio::test]
async fn the_page_of_a_dead_link_asks_for_a_new_one() {
    let world = world(json!({ "failure_redirect_url": "https://hairbyada.example/oops" })).await;
    for (id, link) in dead() {
        let page = world.click(&link).await;
        assert_eq!((page.status, page.body.matches("<form").count()), (410, 1), "{}", page.body);
        world.proxy.take();
        let before = world.item(id).await;
        let asked = world.press(&link, &page, "new_link").await;
        assert_eq!((asked.status, asked.location()), (200, None));
        assert!(asked.body.contains("Your request was passed on"), "{}", asked.body);
        assert_eq!(world.proxy.take(), ["UpdateItem"]);
        let after = world.item(id).await;
        let at = after["link_requested_at"].as_str().unwrap();
        assert!(at.ends_with('Z') && at.len() == 20, "{at}");
        let mut expected = before;
        expected["link_requested_at"] = json!(at);
        assert_eq!(after, expected, "nothing else is changed");
        // Once more within ten minutes: told kindly, and nothing is written.
        let again = world.press(&link, &page, "new_link").await;
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
    let page = with.click(&link).await;
    let without = world(json!({ "offer_new_link": false })).await;
    for (id, dead) in dead() {
        assert!(without.click(&dead).await.stamp("new_link").is_none());
        let answer = without.press(&dead, &page, "new_link").await;
        assert_eq!(answer.status, 410);
        assert_eq!(without.item(id).await.get("link_requested_at"), None);
    }
}

#[tokio::test]
async fn only_the_pages_own_form_asks() {
    let world = world(json!({})).await;
    let [(_, expired), (_, revoked)] = dead();
    let (of_expired, of_revoked) = (world.click(&expired).await, world.click(&revoked).await);
    for (link, own, other) in [(&expired, &of_expired, &of_revoked), (&revoked, &of_revoked, &of_expired)] {
        let (own, other) = (&*own.stamp("new_link").unwrap(), &*other.stamp("new_link").unwrap());
        for fields in [&[("new_link", "")][..], &[("new_link", other)], &[("new_link", own), ("new_link", own)]] {
            let answer = world.submit(link, fields).await;
            assert_eq!(answer.status, 403, "{fields:?} {}", answer.body);
            assert!(answer.stamp("new_link").is_some() && answer.body.contains("once more"), "{}", answer.body);
        }
    }
    // A link that works is not asked for again, and is not taken for a click, either.
    let works = world.sign("b-1", "confirm");
    assert_eq!(world.press(&works, &of_expired, "new_link").await.status, 403);
    assert_eq!(world.item("b-1").await.get("link_requested_at"), None);
    assert_eq!(world.state("b-1").await, "tentative");
}

#[tokio::test]
async fn a_link_that_is_not_genuine_has_no_button() {
    let world = world(json!({})).await;
    let answer = world.click(link_of(&"x".repeat(40), &plain(), json!({ "exp": 1 }))).await;
    assert_eq!((answer.status, answer.stamp("new_link")), (403, None));
}

#[tokio::test]
async fn another_apps_booking_and_none_are_not_found() {
    let world = world(json!({})).await;
    world.book(json!({ "id": "b-3", "app_id": "bob" })).await;
    for id in ["b-3", "b-404"] {
        let link = link(json!({ "booking_id": id, "exp": 1000 }));
        let page = world.click(&link).await;
        let answer = world.press(&link, &page, "new_link").await;
        assert_eq!(answer.status, 404, "{id}");
    }
    assert_eq!(world.item("b-3").await.get("link_requested_at"), None);
    assert_eq!(world.item("b-404").await, Value::Null);
}

#[tokio::test]
async fn programs_ask_too() {
    let world = world(json!({})).await;
    let [(_, link), _] = dead();
    let told = world.json().click(&link).await;
    assert_eq!(told.code(), "link_expired");
    for again in [false, true] {
        let asked = world.json().press(&link, &told, "new_link").await;
        let expected = json!({ "id": "b-1", "action": "confirm", "link_requested": true, "again": again });
        assert_eq!(asked.data(), expected);
    }
}

/// Opens an expired link, waits that long, and presses its button.
async fn press_after(world: &World, now: u64, millis: u64) -> Decided {
    let (clicks, link) = (world.clicks(at(now)).await, link(json!({ "exp": 1000 })));
    let button = clicks.open(&link, at(now)).await.offer.unwrap();
    let now = button.made_at() + Duration::from_millis(millis);
    clicks.press(&link, Some(button), now).await
}

#[tokio::test]
async fn a_program_that_presses_at_once_is_shown_the_page_again() {
    let world = world(json!({ "min_dwell_ms": 1250 })).await;
    for millis in [1249, 1_800_001] {
        let pressed = press_after(&world, 2000, millis).await;
        assert!(pressed.code == "asked" && pressed.offer.as_ref().unwrap().is_again, "{pressed:?}");
    }
    let outcome = press_after(&world, 2000, 1250).await.outcome;
    assert!(matches!(outcome, Outcome::LinkRequested { minutes_left: None }), "{outcome:?}");
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
        let outcome = press_after(&world, 1_795_420_800, 0).await.outcome;
        assert!(
            matches!(outcome, Outcome::LinkRequested { minutes_left } if minutes_left.is_some() == is_repeated),
            "{requested_at}: {outcome:?}"
        );
    }
}

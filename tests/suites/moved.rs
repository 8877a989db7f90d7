//! Bookings that were moved: the link in the first mail leads to the new appointment.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Answer, Fault, World, at, bob, booking, extended, link};

/// A booking that was moved to another one, if it names one.
fn moved(id: &str, to: Option<&str>) -> Value {
    let state = if to.is_some() { "rescheduled_by_customer" } else { "confirmed" };
    let what = format!("Cut of {id}");
    let record = booking(json!({
        "id": id, "state": state, "starts_at": "2027-03-01T09:30:00Z",
        "attributes": { "event_info": { "what": what, "where": "12 Analytical Row" } },
    }));
    to.map_or(record.clone(), |to| extended(record, json!({ "rescheduled_to": to })))
}

/// A world with bookings, each moved to the next one; the last one was not moved.
async fn chain(ids: &[&str]) -> World {
    let world = World::builder().another_app(bob()).start().await;
    for (index, id) in ids.iter().enumerate() {
        world.put(moved(id, ids.get(index + 1).copied())).await;
    }
    world
}

async fn open(world: &World) -> Answer {
    let answer = world.json().click(world.sign("b-0", "cancel_by_customer")).await;
    assert_eq!(answer.told(), (409, "action_not_available"));
    answer
}

/// The same, of an app whose buttons may be pressed at once, and whose clicks can be undone.
async fn at_once(ids: &[&str], more: Value) -> World {
    let settings = extended(json!({ "min_dwell_ms": 0, "undo_seconds": 3600 }), more);
    let world = World::builder().app(settings).another_app(bob()).start().await;
    for (index, id) in ids.iter().enumerate() {
        world.put(moved(id, ids.get(index + 1).copied())).await;
    }
    world
}

#[tokio::test]
async fn the_page_names_the_new_booking_and_its_button_takes_the_action_there() {
    let world = at_once(&["b-0", "b-1"], json!({})).await;
    let link = world.sign("b-0", "cancel_by_customer");
    let page = world.click(&link).await;
    assert_eq!(page.status, 409);
    assert_eq!(world.proxy.take(), ["UpdateItem", "GetItem"]);
    assert!(page.body.contains("Cut of b-1") && page.body.contains("2027-03-01T09:30:00Z"), "{}", page.body);
    assert!(page.body.contains("Cancel the new appointment instead") && !page.body.contains("signature="));

    let pressed = world.press(&link, &page, "stamp").await;
    assert_eq!((pressed.status, pressed.location()), (200, None));
    assert!(pressed.body.contains("The booking is canceled") && pressed.body.contains("Cut of b-1"));
    assert_eq!(world.proxy.take(), ["GetItem", "GetItem", "TransactWriteItems", "GetItem"]);
    let (old, new) = (world.item("b-0").await, world.item("b-1").await);
    assert_eq!((&new["state"], &old["state"]), (&json!("cancelled_by_customer"), &json!("rescheduled_by_customer")));
    assert_eq!((&new["action_log"][0]["link_id"], &old["action_log"]), (&new["used_links"][0], &json!(null)));
    assert_eq!(new["used_links"], old["used_links"]);
}

#[tokio::test]
async fn the_form_is_only_pressed_by_people() {
    let world = at_once(&["b-0", "b-1"], json!({ "min_dwell_ms": 1250 })).await;
    let clicks = world.clicks(at(1000)).await;
    let link = world.sign_at("b-0", "cancel_by_customer", at(1000));
    let button = clicks.open(&link, at(1000)).await.offer.unwrap();
    for millis in [1249, 1_800_001] {
        let early = clicks.press(&link, Some(button.clone()), button.made_at() + Duration::from_millis(millis)).await;
        assert!(early.code == "asked" && early.offer.is_some_and(|offer| offer.is_again), "{millis}");
    }
    assert_eq!(world.state("b-1").await, "confirmed");
    let pressed = clicks.press(&link, Some(button.clone()), button.made_at() + Duration::from_millis(1250)).await;
    assert_eq!((pressed.code, &*world.state("b-1").await), ("applied", "cancelled_by_customer"));
}

#[tokio::test]
async fn a_form_that_was_not_made_for_this_link_and_booking_does_nothing() {
    let world = at_once(&["b-0", "b-1"], json!({})).await;
    let (link, other) = (world.sign("b-0", "cancel_by_customer"), world.sign("b-0", "cancel"));
    let stamp = world.click(&link).await.stamp("stamp").unwrap();
    let (millis, rest) = stamp.split_once('.').unwrap();
    let forged = format!("{millis}.{}.{}", STANDARD.encode("b-2"), rest.split_once('.').unwrap().1);
    for (link, stamp) in [(&other, &stamp), (&link, &forged), (&link, &format!("1{stamp}"))] {
        assert_eq!(world.submit(link, &[("stamp", stamp)]).await.status, 409);
    }
    assert_eq!(world.item("b-1").await.get("action_log"), None);
}

#[tokio::test]
async fn one_link_lives_once_over_all_bookings() {
    let world = at_once(&["b-0", "b-1"], json!({})).await;
    let link = world.sign("b-0", "cancel_by_customer");
    let page = world.click(&link).await;
    let applied = world.press(&link, &page, "stamp").await;
    // The page of a used link says what it did to the new booking, and can take that back.
    let used = world.json().click(&link).await;
    assert_eq!(used.told(), (410, "link_used"));
    let told = used.json();
    assert_eq!((&told["rescheduled_to"], &told["used"]["to"]), (&json!("b-1"), &json!("cancelled_by_customer")));
    assert!(told.get("stamp").is_none() && told["undo"].is_string(), "{told}");
    assert_eq!(world.press(&link, &applied, "undo").await.status, 200);
    assert_eq!(world.state("b-1").await, "confirmed");
    // It is not offered again, and the form of the first page is over.
    for _ in 0..3 {
        assert_eq!(world.json().click(&link).await.told(), (410, "link_used"));
        assert_eq!(world.json().press(&link, &page, "stamp").await.told(), (410, "link_used"));
    }
    // Nor does it act elsewhere, whatever the owner does with the two.
    world.put(moved("b-2", None)).await;
    for changed in
        [[("b-1", "rescheduled_to", "b-2")], [("b-0", "rescheduled_to", "b-2")], [("b-0", "state", "confirmed")]]
    {
        for (id, attribute, value) in changed {
            world.set_text(id, attribute, value).await;
        }
        assert_eq!(world.json().click(&link).await.told(), (410, "link_used"), "{changed:?}");
        assert_eq!(world.json().press(&link, &page, "stamp").await.told(), (410, "link_used"), "{changed:?}");
    }
    assert_eq!((&*world.state("b-0").await, &*world.state("b-2").await), ("confirmed", "confirmed"));
    assert_eq!(world.log("b-1").await.len(), 2);
}

#[tokio::test]
async fn what_ends_the_link_ends_its_button() {
    // The link has expired since, was revoked on one of the two, or its key was.
    let cases = [("b-0", 410, "link_revoked"), ("b-1", 409, "action_not_available")];
    for (revoked, status, code) in cases {
        let world = at_once(&["b-0", "b-1"], json!({})).await;
        let link = world.sign("b-0", "cancel_by_customer");
        let page = world.click(&link).await;
        world.bookings.revoke_links(&revoked.parse().unwrap(), 4_000_000_000).await.unwrap();
        assert_eq!(world.json().press(&link, &page, "stamp").await.told(), (status, code), "{revoked}");
        assert_eq!(world.state("b-1").await, "confirmed");
    }
    let world = at_once(&["b-0", "b-1"], json!({})).await;
    let clicks = world.clicks(at(1000)).await;
    let link = link(json!({ "booking_id": "b-0", "action": "cancel_by_customer", "exp": 1003 }));
    let button = clicks.open(&link, at(1000)).await.offer;
    assert_eq!(clicks.press(&link, button, at(1003)).await.code, "link_expired");
    assert_eq!(world.state("b-1").await, "confirmed");
}

#[tokio::test]
async fn an_undo_on_the_new_booking_ends_when_the_old_ones_links_are_revoked() {
    let world = at_once(&["b-0", "b-1"], json!({})).await;
    let link = world.sign("b-0", "cancel_by_customer");
    let applied = world.press(&link, &world.click(&link).await, "stamp").await;
    world.bookings.revoke_links(&"b-0".parse().unwrap(), 4_000_000_000).await.unwrap();
    assert_eq!(world.json().press(&link, &applied, "undo").await.told(), (409, "undo_not_possible"));
    assert_eq!(world.state("b-1").await, "cancelled_by_customer");
}

#[tokio::test]
async fn where_the_action_is_not_possible_the_page_is_that_of_the_new_booking() {
    let settings = json!({ "min_notice_seconds": { "cancel_by_customer": 0 },
        "failure_redirect_url": "https://hairbyada.example/oops" });
    for (change, code, title) in [
        (json!({ "state": "cancelled_by_customer" }), "action_not_available", "The booking is canceled"),
        (json!({ "state": "completed" }), "action_not_available", ""),
        (json!({ "starts_at": "2020-03-01T09:30:00Z" }), "too_late", ""),
    ] {
        let world = at_once(&[], settings.clone()).await;
        world.put(moved("b-0", Some("b-1"))).await;
        world.put(extended(moved("b-1", None), change.clone())).await;
        let link = world.sign("b-0", "cancel_by_customer");
        let told = world.json().click(&link).await;
        assert_eq!((told.told(), &told.json()["rescheduled_to"]), ((409, code), &json!("b-1")), "{change}");
        assert!(told.json().get("stamp").is_none());
        let page = world.click(&link).await;
        // It offers nothing, so a browser is led to the failure page, unless all is as it was asked for.
        assert_eq!(page.status, if title.is_empty() { 302 } else { 409 }, "{change}");
        assert!(page.body.contains(title), "{}", page.body);
    }
}

#[tokio::test]
async fn an_appointment_that_was_moved_on_is_not_changed() {
    let chains: [&[(&str, &str)]; 3] = [
        &[("b-0", "b-1"), ("b-1", "b-404")],
        &[("b-0", "b-1"), ("b-1", "b-0")],
        &[("b-0", "b-1"), ("b-1", "b-2"), ("b-2", "b-3"), ("b-3", "b-4"), ("b-4", "b-5"), ("b-5", "b-6")],
    ];
    for chain in chains {
        let world = at_once(&[], json!({})).await;
        for (from, to) in chain {
            let state = if *from == "b-0" { "rescheduled_by_customer" } else { "confirmed" };
            world.put(extended(moved(from, Some(to)), json!({ "state": state }))).await;
        }
        let told = open(&world).await.json();
        assert!(told["rescheduled_to"].is_string() && told.get("stamp").is_none(), "{chain:?}: {told}");
    }
}

#[tokio::test]
async fn the_booking_that_the_person_saw_is_the_one_that_changes() {
    let world = at_once(&["b-0", "b-1"], json!({})).await;
    let link = world.sign("b-0", "cancel_by_customer");
    let page = world.click(&link).await;
    world.set_text("b-1", "rescheduled_to", "b-2").await;
    world.put(moved("b-2", None)).await;
    let again = world.press(&link, &page, "stamp").await;
    assert!(again.status == 200 && again.body.contains("Cut of b-2") && again.body.contains("once more"));
    assert_eq!(world.state("b-2").await, "confirmed");
    assert_eq!(world.press(&link, &again, "stamp").await.status, 200);
    assert_eq!(world.state("b-2").await, "cancelled_by_customer");
}

#[tokio::test]
async fn the_landing_page_is_told_of_the_new_booking_and_a_reason_is_kept_there() {
    let settings = json!({
        "redirect_url": "https://hairbyada.example/bye", "redirect_params": true, "ask_reason": ["cancel_by_customer"],
    });
    let world = at_once(&["b-0", "b-1"], settings).await;
    let link = world.sign("b-0", "cancel_by_customer");
    let page = world.click(&link).await;
    assert!(page.body.contains("<textarea"), "{}", page.body);
    let stamp = page.stamp("stamp").unwrap();
    let pressed = world.json().submit(&link, &[("stamp", &stamp), ("reason", "My dog is ill.")]).await;
    let data = pressed.data();
    assert_eq!((&data["id"], &data["state"]), (&json!("b-1"), &json!("cancelled_by_customer")));
    assert!(data["redirect"].as_str().unwrap().contains("booking_id=b-1"), "{data}");
    assert_eq!(world.log("b-1").await[0]["message"], "My dog is ill.");
}

#[tokio::test]
async fn five_moves_are_followed_with_one_request_each() {
    let world = chain(&["b-0", "b-1", "b-2", "b-3", "b-4", "b-5", "b-6"]).await;
    let told = open(&world).await.json();
    assert_eq!(told["rescheduled_to"], "b-5");
    assert_eq!(world.proxy.take(), ["UpdateItem", "GetItem", "GetItem", "GetItem", "GetItem", "GetItem"]);
}

#[tokio::test]
async fn bookings_in_a_circle_end_somewhere() {
    for (links, reached) in [
        (&[("b-0", "b-0")][..], None),
        (&[("b-0", "b-1"), ("b-1", "b-0")], Some("b-1")),
        (&[("b-0", "b-1"), ("b-1", "b-2"), ("b-2", "b-1")], Some("b-2")),
    ] {
        let world = chain(&[]).await;
        for (from, to) in links {
            world.put(moved(from, Some(to))).await;
        }
        let told = open(&world).await.json();
        assert_eq!(told["rescheduled_to"].as_str(), reached, "{links:?}");
        assert_eq!(world.proxy.take().len(), links.len(), "{links:?}");
    }
}

#[tokio::test]
async fn what_is_not_the_apps_or_would_revoke_the_link_is_not_named() {
    let cases: [(&str, Value, Option<&str>); 6] = [
        ("another app's booking", json!({ "app_id": "bob" }), None),
        ("one whose links are revoked", json!({ "links_valid_after": 4_000_000_000_u64 }), None),
        ("one whose links were revoked earlier", json!({ "links_valid_after": 1000 }), Some("b-1")),
        ("an invalid id", json!({ "id": "b 1" }), None),
        ("one that is moved to another app's", json!({ "rescheduled_to": "b-foreign" }), Some("b-1")),
        ("one that is moved to none", json!({ "rescheduled_to": "b-404" }), Some("b-1")),
    ];
    for (what, change, reached) in cases {
        let world = World::builder().another_app(bob()).start().await;
        let new = extended(moved("b-1", None), change);
        world.put(moved("b-0", new["id"].as_str())).await;
        world.put(new).await;
        world.put(extended(moved("b-foreign", None), json!({ "app_id": "bob" }))).await;
        let answer = open(&world).await;
        assert_eq!(answer.json()["rescheduled_to"].as_str(), reached, "{what}");
        assert!(!answer.body.contains("b-foreign") && !answer.body.contains("Cut of b-foreign"), "{what}");
    }
}

#[tokio::test]
async fn a_link_without_a_time_does_not_go_on_to_a_booking_whose_links_were_revoked() {
    let world = World::new().await;
    world.put(moved("b-0", Some("b-1"))).await;
    world.put(extended(moved("b-1", None), json!({ "links_valid_after": 1 }))).await;
    let link = link(json!({ "booking_id": "b-0", "action": "cancel_by_customer" }));
    assert_eq!(world.json().click(link).await.json().get("rescheduled_to"), None);
}

#[tokio::test]
async fn a_page_that_leads_on_comes_before_the_failure_page() {
    let world = World::builder().app(json!({ "failure_redirect_url": "https://hairbyada.example/oops" })).start().await;
    world.put(moved("b-0", Some("b-1"))).await;
    let link = world.sign("b-0", "cancel_by_customer");
    assert_eq!(world.click(&link).await.status, 302);
    world.put(moved("b-1", None)).await;
    assert_eq!(world.click(&link).await.status, 409);
}

#[tokio::test]
async fn a_page_that_asks_says_so_at_once() {
    let world = World::builder().app(json!({ "click_mode": "confirm" })).start().await;
    world.put(moved("b-0", Some("b-1"))).await;
    world.put(moved("b-1", None)).await;
    assert_eq!(open(&world).await.json()["rescheduled_to"], "b-1");
}

#[tokio::test]
async fn the_refusal_is_answered_though_the_new_booking_cannot_be_read() {
    let world = chain(&["b-0", "b-1"]).await;
    let gateway = world.timed().await;
    world.proxy.play(&[Fault::NONE, Fault::THROTTLED, Fault::THROTTLED, Fault::THROTTLED]);
    let link = world.sign_at("b-0", "cancel_by_customer", at(1000));
    let answer = gateway.json().click(&link).await;
    assert_eq!((answer.status, answer.json().get("rescheduled_to")), (409, None));
}

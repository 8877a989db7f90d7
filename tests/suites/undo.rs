//! Undo: what a click did is taken back, once, by the button of its page, as long as nothing has
//! changed the booking since.

use std::time::Duration;

use action_links::click::Outcome;
use serde_json::{Value, json};

use crate::support::{Fault, Heard, StoreReply, World, at, extended, link};

/// An app whose clicks can be undone for an hour, by a button that may be pressed at once.
async fn world(more: Value) -> World {
    let settings = extended(json!({ "undo_seconds": 3600, "min_dwell_ms": 0 }), more);
    World::builder().app(settings).booking(json!({})).start().await
}

#[tokio::test]
async fn what_was_clicked_is_undone_once() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "confirm");
    let page = world.click(&link).await;
    assert_eq!(page.status, 200);
    let item = world.item("b-1").await;
    assert_eq!((&item["previous_state"], &item["undo_of"]), (&json!("tentative"), &item["used_links"][0]));

    let undone = world.press(&link, &page, "undo").await;
    assert_eq!((undone.status, undone.location()), (200, None));
    assert!(undone.body.contains("It was undone") && undone.stamp("undo").is_none(), "{}", undone.body);
    assert_eq!(world.proxy.take(), ["UpdateItem"]);
    let after = world.item("b-1").await;
    assert_eq!((&after["state"], &after["completed"]), (&json!("tentative"), &json!(false)));
    assert!(after.get("previous_state").is_none() && after.get("undo_of").is_none(), "{after}");
    let entry = &after["action_log"][1];
    assert_eq!((&entry["action"], &entry["link_id"]), (&json!("undo"), &after["used_links"][0]));
    assert_eq!((&entry["from"], &entry["to"]), (&json!("confirmed"), &json!("tentative")));

    // The link stays used, and what is undone stays so.
    let again = world.press(&link, &page, "undo").await;
    assert_eq!(again.status, 409);
    let used = world.json().click(&link).await;
    assert_eq!(used.told(), (410, "link_used"));
    assert_eq!((&used.json()["used"]["to"], &used.json()["used"]["undone_at"]), (&json!("confirmed"), &entry["at"]));
    assert_eq!(used.json().get("undo"), None);
    assert_eq!(world.log("b-1").await.len(), 2);
}

#[tokio::test]
async fn a_final_state_is_open_again() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "decline");
    let page = world.click(&link).await;
    assert_eq!(world.item("b-1").await["completed"], true);
    assert_eq!(world.press(&link, &page, "undo").await.status, 200);
    assert_eq!(world.item("b-1").await["completed"], false);
    assert_eq!(world.click(world.sign("b-1", "confirm")).await.status, 200);
}

#[tokio::test]
async fn a_first_click_redirects_and_the_second_ones_page_undoes_in_place_of_every_redirect() {
    let thanks = "https://hairbyada.example/thanks";
    let settings = json!({ "redirect_url": thanks, "failure_redirect_url": thanks, "on_replay": "redirect" });
    let world = world(settings).await;
    let link = world.sign("b-1", "confirm");
    assert_eq!(world.click(&link).await.location(), Some(thanks));
    let page = world.click(&link).await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains(thanks), "there is still a way on: {}", page.body);
    assert_eq!(world.press(&link, &page, "undo").await.status, 200);
    // Nothing is offered any more.
    assert_eq!(world.click(&link).await.location(), Some(thanks));
}

#[tokio::test]
async fn an_app_without_undo_keeps_nothing_and_offers_nothing() {
    for seconds in [json!(0), json!(86_401), json!(null)] {
        let world = world(json!({ "undo_seconds": seconds })).await;
        let link = world.sign("b-1", "confirm");
        let page = world.click(&link).await;
        assert!(page.stamp("undo").is_none());
        let item = world.item("b-1").await;
        assert!(item.get("previous_state").is_none() && item.get("undo_of").is_none(), "{item}");
    }
}

#[tokio::test]
async fn nothing_is_undone_that_somebody_has_changed_since() {
    let update: [(&str, &str, &str); 4] = [
        ("state", "cancelled", "the state"),
        ("updated_at", "2026-11-23T08:00:00Z", "the time of the last change"),
        ("undo_of", "another-link", "the click that can be undone"),
        ("app_id", "bob", "the app"),
    ];
    for (attribute, value, what) in update {
        let world = world(json!({})).await;
        let link = world.sign("b-1", "confirm");
        let page = world.click(&link).await;
        world.set_text("b-1", attribute, value).await;
        let before = world.item("b-1").await;
        let answer = world.json().press(&link, &page, "undo").await;
        let told = if attribute == "app_id" { (404, "booking_not_found") } else { (409, "undo_not_possible") };
        assert_eq!(answer.told(), told, "{what}");
        assert_eq!(world.item("b-1").await, before, "{what}");
        assert!(world.click(&link).await.stamp("undo").is_none(), "{what}");
    }
}

#[tokio::test]
async fn a_later_click_cannot_be_undone_by_an_earlier_ones_page() {
    let world = world(json!({})).await;
    let (confirm, cancel) = (world.sign("b-1", "confirm"), world.sign("b-1", "cancel_by_customer"));
    let first = world.click(&confirm).await;
    let second = world.click(&cancel).await;
    assert_eq!(world.press(&confirm, &first, "undo").await.status, 409);
    assert_eq!(world.state("b-1").await, "cancelled_by_customer");
    assert_eq!(world.press(&cancel, &second, "undo").await.status, 200);
    // What came before the last click cannot be undone: its place is taken.
    assert_eq!(world.press(&confirm, &first, "undo").await.status, 409);
    assert_eq!(world.state("b-1").await, "confirmed");
}

#[tokio::test]
async fn only_the_pages_own_form_undoes() {
    let world = world(json!({ "confirm_actions": ["cancel"] })).await;
    let (link, other) = (world.sign("b-1", "confirm"), world.sign("b-1", "decline"));
    let page = world.click(&link).await;
    let own = &*page.stamp("undo").unwrap();
    let asking = world.click(world.sign("b-1", "cancel")).await;
    let forged = format!("1{own}");
    for fields in [&[("undo", "")][..], &[("undo", "x.y")], &[("undo", &forged)], &[("undo", own), ("undo", own)]] {
        let answer = world.submit(&link, fields).await;
        assert_eq!(answer.status, 403, "{fields:?}: {}", answer.body);
        assert!(answer.stamp("undo").is_some() && answer.body.contains("once more"), "{}", answer.body);
    }
    let other_button = asking.stamp("stamp").unwrap();
    assert_eq!(world.submit(&link, &[("undo", &other_button)]).await.status, 403);
    // On another link it undoes nothing, and does not act, either.
    assert_eq!(world.submit(&other, &[("undo", own)]).await.status, 409);
    let item = world.item("b-1").await;
    assert_eq!((&item["state"], item["action_log"].as_array().unwrap().len()), (&json!("confirmed"), 1));
}

#[tokio::test]
async fn programs_undo_too() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "confirm");
    let page = world.json().click(&link).await;
    let applied = page.data();
    assert_eq!(applied["state"], "confirmed");
    assert!(applied["undo_until"].as_str().unwrap().ends_with('Z'));
    let used = world.json().click(&link).await.json();
    assert!(used["undo"].is_string() && used["undo_until"] == applied["undo_until"], "{used}");
    let undone = world.json().press(&link, &page, "undo").await;
    let expected = json!({ "id": "b-1", "action": "confirm", "state": "tentative", "undone": true });
    assert_eq!(undone.data(), expected);
    let answer = world.json().press(&link, &page, "undo").await;
    assert_eq!(answer.told(), (409, "undo_not_possible"));
    assert_eq!(answer.json()["state"], "tentative");
}

#[tokio::test]
async fn what_undo_needs_is_in_no_list() {
    let world = world(json!({})).await;
    world.click(world.sign("b-1", "confirm")).await;
    let listed = world.read("/v2/bookings/b-1?include=logs").await.json();
    for private in ["previous_state", "undo_of", "used_links"] {
        assert_eq!(listed["data"].get(private), None, "{private}");
    }
    assert_eq!(listed["data"]["state"], "confirmed");
}

#[tokio::test]
async fn a_link_that_has_expired_since_can_still_undo_what_it_did() {
    let world = world(json!({})).await;
    let clicks = world.clicks(at(1000)).await;
    let link = link(json!({ "exp": 1060 }));
    let undo = clicks.open(&link, at(1000)).await.offer;
    let late = clicks.press(&link, undo, at(1061)).await;
    assert_eq!(late.code, "undone", "{late:?}");
    let opened = clicks.open(&link, at(1061)).await;
    assert!(opened.code == "link_used" && opened.offer.is_none(), "{opened:?}");
}

#[tokio::test]
async fn the_button_works_for_its_time_and_not_for_programs_that_press_at_once() {
    let world = world(json!({ "undo_seconds": 7200, "min_dwell_ms": 1250 })).await;
    let clicks = world.clicks(at(1000)).await;
    let link = world.sign_at("b-1", "confirm", at(1000));
    let undo = clicks.open(&link, at(1000)).await.offer.unwrap();
    for millis in [1249, 1_800_001] {
        let pressed = clicks.press(&link, Some(undo.clone()), undo.made_at() + Duration::from_millis(millis)).await;
        let offer = pressed.offer.unwrap();
        assert_eq!((pressed.code, offer.is_again, offer.until), ("asked", true, Some(at(1000 + 7200))));
        assert!(matches!(pressed.outcome, Outcome::Asked(_)));
    }
    // In the last second a page still offers it, and afterwards none does.
    let last = clicks.open(&link, at(8200) - Duration::from_millis(1)).await.offer;
    assert!(last.is_some() && clicks.open(&link, at(8200)).await.offer.is_none());
    // Nor does the button of that page work then, though it was pressed as a person would.
    let outcome = clicks.press(&link, last, at(8202)).await.outcome;
    assert!(matches!(&outcome, Outcome::UndoNotPossible { state: Some(state) } if state.as_str() == "confirmed"));
    assert_eq!(world.state("b-1").await, "confirmed");
}

#[tokio::test]
async fn a_lost_reply_to_an_undo_is_a_success() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "confirm");
    let page = world.click(&link).await;
    let gateway = world.timed().await;
    world.proxy.play(&[Fault(Heard::Now, StoreReply::Error(500, "InternalServerError"))]);
    let answer = gateway.press(&link, &page, "undo").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(world.log("b-1").await.len(), 2);
}

#[tokio::test]
async fn a_click_is_not_undone_once_the_appointment_has_begun() {
    let world = world(json!({})).await;
    world.set_text("b-1", "starts_at", "1970-01-01T00:30:00Z").await;
    let clicks = world.clicks(at(1000)).await;
    let link = world.sign_at("b-1", "confirm", at(1000));
    let undo = clicks.open(&link, at(1000)).await.offer.unwrap();
    assert_eq!(undo.until, Some(at(1800)));
    assert_eq!(clicks.press(&link, Some(undo.clone()), at(1800)).await.code, "undo_not_possible");
    assert!(clicks.open(&link, at(1800)).await.offer.is_none());
    assert_eq!(clicks.press(&link, Some(undo), at(1799)).await.code, "undone");
}

#[tokio::test]
async fn a_click_is_not_undone_by_a_link_that_was_revoked_since() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "confirm");
    let page = world.click(&link).await;
    world.bookings.revoke_links(&"b-1".parse().unwrap(), 4_000_000_000).await.unwrap();
    assert_eq!(world.json().press(&link, &page, "undo").await.told(), (409, "undo_not_possible"));
    assert!(world.click(&link).await.stamp("undo").is_none());
    assert_eq!(world.state("b-1").await, "confirmed");
}

//! Undo: what a click did is taken back, once, by the button of its page, as long as nothing has
//! changed the booking since.

use std::time::Duration;

use action_links::click::{Button, Click, ClickKind, Clicks, FormSubmission, Outcome, Prompt, PromptReason};
use action_links::domain::CustomerMessage;
use serde_json::{Value, json};

use crate::support::{Answer, Fault, Heard, SECRET, StoreReply, World, ada, at, booking, hs256, opened, request};

/// An app whose clicks can be undone for an hour, by a button that may be pressed at once.
fn app() -> Value {
    let mut app = ada();
    app["undo_seconds"] = json!(3600);
    app["min_dwell_ms"] = json!(0);
    app
}

async fn world(more: Value) -> World {
    let mut app = app();
    app.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let world = World::with(&[app], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    world
}

/// The stamp of the page's button that undoes.
fn stamp(page: &Answer) -> &str {
    page.hidden("undo").unwrap_or_else(|| panic!("no undo in {}", page.body))
}

#[tokio::test]
async fn what_was_clicked_is_undone_once() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "confirm").url;
    let page = world.send("GET", &link, &[]).await;
    assert_eq!(page.status, 200);
    let item = world.item("b-1").await;
    assert_eq!((&item["previous_state"], &item["undo_of"]), (&json!("tentative"), &item["used_links"][0]));

    let undone = world.submit(&link, &[("undo", stamp(&page))]).await;
    assert_eq!((undone.status.as_u16(), undone.header("location")), (200, None));
    assert!(undone.body.contains("It was undone") && undone.hidden("undo").is_none(), "{}", undone.body);
    assert_eq!(world.proxy.take(), ["UpdateItem"]);
    let after = world.item("b-1").await;
    assert_eq!((&after["state"], &after["completed"]), (&json!("tentative"), &json!(false)));
    assert!(after.get("previous_state").is_none() && after.get("undo_of").is_none(), "{after}");
    let entry = &after["action_log"][1];
    assert_eq!((&entry["action"], &entry["link_id"]), (&json!("undo"), &after["used_links"][0]));
    assert_eq!((&entry["from"], &entry["to"]), (&json!("confirmed"), &json!("tentative")));

    // The link stays used, and what is undone stays so.
    let again = world.submit(&link, &[("undo", stamp(&page))]).await;
    assert_eq!(again.status, 409);
    let used = world.send("GET", &link, &[("accept", "application/json")]).await;
    assert_eq!((used.status.as_u16(), &used.json()["code"]), (410, &json!("link_used")));
    assert_eq!((&used.json()["used"]["to"], &used.json()["used"]["undone_at"]), (&json!("confirmed"), &entry["at"]));
    assert_eq!(used.json().get("undo"), None);
    assert_eq!(world.item("b-1").await["action_log"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_final_state_is_open_again() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "decline").url;
    let page = world.send("GET", &link, &[]).await;
    assert_eq!(world.item("b-1").await["completed"], true);
    assert_eq!(world.submit(&link, &[("undo", stamp(&page))]).await.status, 200);
    assert_eq!(world.item("b-1").await["completed"], false);
    assert_eq!(world.send("GET", &world.sign("b-1", "confirm").url, &[]).await.status, 200);
}

#[tokio::test]
async fn a_first_click_redirects_and_the_second_ones_page_undoes_in_place_of_every_redirect() {
    let thanks = "https://hairbyada.example/thanks";
    let settings = json!({ "redirect_url": thanks, "failure_redirect_url": thanks, "on_replay": "redirect" });
    let world = world(settings).await;
    let link = world.sign("b-1", "confirm").url;
    assert_eq!(world.send("GET", &link, &[]).await.header("location"), Some(thanks));
    let page = world.send("GET", &link, &[]).await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains(thanks), "there is still a way on: {}", page.body);
    assert_eq!(world.submit(&link, &[("undo", stamp(&page))]).await.status, 200);
    // Nothing is offered any more.
    assert_eq!(world.send("GET", &link, &[]).await.header("location"), Some(thanks));
}

#[tokio::test]
async fn an_app_without_undo_keeps_nothing_and_offers_nothing() {
    for seconds in [json!(0), json!(86_401), json!(null)] {
        let world = world(json!({ "undo_seconds": seconds })).await;
        let link = world.sign("b-1", "confirm").url;
        let page = world.send("GET", &link, &[]).await;
        assert!(page.hidden("undo").is_none());
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
        let link = world.sign("b-1", "confirm").url;
        let page = world.send("GET", &link, &[]).await;
        world.set_text("b-1", attribute, value).await;
        let before = world.item("b-1").await;
        let answer = world.post(&link, &[FORM, JSON], &format!("undo={}", stamp(&page))).await;
        let (status, code) =
            if attribute == "app_id" { (404, "booking_not_found") } else { (409, "undo_not_possible") };
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (status, &json!(code)), "{what}");
        assert_eq!(world.item("b-1").await, before, "{what}");
        assert!(world.send("GET", &link, &[]).await.hidden("undo").is_none(), "{what}");
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("accept", "application/json");

#[tokio::test]
async fn a_later_click_cannot_be_undone_by_an_earlier_ones_page() {
    let world = world(json!({})).await;
    let (confirm, cancel) = (world.sign("b-1", "confirm").url, world.sign("b-1", "cancel_by_customer").url);
    let first = world.send("GET", &confirm, &[]).await;
    let second = world.send("GET", &cancel, &[]).await;
    assert_eq!(world.submit(&confirm, &[("undo", stamp(&first))]).await.status, 409);
    assert_eq!(world.item("b-1").await["state"], "cancelled_by_customer");
    assert_eq!(world.submit(&cancel, &[("undo", stamp(&second))]).await.status, 200);
    // What came before the last click cannot be undone: its place is taken.
    assert_eq!(world.submit(&confirm, &[("undo", stamp(&first))]).await.status, 409);
    assert_eq!(world.item("b-1").await["state"], "confirmed");
}

#[tokio::test]
async fn only_the_pages_own_form_undoes() {
    let world = world(json!({ "confirm_actions": ["cancel"] })).await;
    let (link, other) = (world.sign("b-1", "confirm").url, world.sign("b-1", "decline").url);
    let page = world.send("GET", &link, &[]).await;
    let own = stamp(&page);
    let asking = world.send("GET", &world.sign("b-1", "cancel").url, &[]).await;
    let forged = format!("1{own}");
    for fields in [&[("undo", "")][..], &[("undo", "x.y")], &[("undo", &forged)], &[("undo", own), ("undo", own)]] {
        let answer = world.submit(&link, fields).await;
        assert_eq!(answer.status, 403, "{fields:?}: {}", answer.body);
        assert!(answer.hidden("undo").is_some() && answer.body.contains("once more"), "{}", answer.body);
    }
    assert_eq!(world.submit(&link, &[("undo", asking.hidden("stamp").unwrap())]).await.status, 403);
    // On another link it undoes nothing, and does not act, either.
    assert_eq!(world.submit(&other, &[("undo", own)]).await.status, 409);
    let item = world.item("b-1").await;
    assert_eq!((&item["state"], item["action_log"].as_array().unwrap().len()), (&json!("confirmed"), 1));
}

#[tokio::test]
async fn programs_undo_too() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "confirm").url;
    let applied = world.send("GET", &link, &[JSON]).await.json();
    assert_eq!(applied["data"]["state"], "confirmed");
    assert!(applied["data"]["undo_until"].as_str().unwrap().ends_with('Z'));
    let used = world.send("GET", &link, &[JSON]).await.json();
    assert!(used["undo"].is_string() && used["undo_until"] == applied["data"]["undo_until"], "{used}");
    let form = format!("undo={}", applied["data"]["undo"].as_str().unwrap());
    let undone = world.post(&link, &[FORM, JSON], &form).await.json();
    let expected = json!({ "id": "b-1", "action": "confirm", "state": "tentative", "undone": true });
    assert_eq!(undone["data"], expected);
    let answer = world.post(&link, &[FORM, JSON], &form).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (409, &json!("undo_not_possible")));
    assert_eq!(answer.json()["state"], "tentative");
}

#[tokio::test]
async fn what_undo_needs_is_in_no_list() {
    let world = world(json!({})).await;
    world.send("GET", &world.sign("b-1", "confirm").url, &[]).await;
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
    let claims = json!({ "booking_id": "b-1", "action": "confirm", "exp": 1060 });
    let token = hs256(SECRET, r#"{"alg":"HS256"}"#, &claims.to_string());
    let link = action_links::link::UnverifiedLink::parse(
        "/v2/bookings/b-1/external_action/confirm",
        [("signature", token.as_str())],
    );
    let open = Click { link: link.unwrap(), now: at(1000), ..opened(&world.sign("b-1", "confirm")) };
    let stamp = undo_stamp(clicks.decide(&open).await.outcome).unwrap();
    let late = press(&clicks, &open, stamp, at_millis(1_061_000)).await;
    assert!(matches!(late, Outcome::Undone { .. }), "{late:?}");
    let opened = clicks.decide(&Click { now: at(1061), ..open }).await.outcome;
    assert!(matches!(opened, Outcome::LinkExpired { new_link: None }), "{opened:?}");
}

fn at_millis(millis: u64) -> std::time::SystemTime {
    at(0) + Duration::from_millis(millis)
}

fn undo_stamp(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Applied { undo, .. } | Outcome::LinkUsed { undo, .. } => Some(undo?.form_token),
        _ => None,
    }
}

/// Presses undo on the page of `open`, at that time.
async fn press(clicks: &Clicks, open: &Click, stamp: String, now: std::time::SystemTime) -> Outcome {
    let press = FormSubmission { button: Button::Undo, form_token: Some(stamp), message: CustomerMessage::default() };
    let request_id = format!("press at {now:?}");
    clicks.decide(&Click { kind: ClickKind::Submit(press), request_id, now, ..open.clone() }).await.outcome
}

#[tokio::test]
async fn the_button_works_for_its_time_and_not_for_programs_that_press_at_once() {
    let world = world(json!({ "undo_seconds": 7200, "min_dwell_ms": 1250 })).await;
    let clicks = world.clicks(at(1000)).await;
    let open = Click { now: at(1000), ..opened(&world.sign_at("b-1", "confirm", at(1000))) };
    let stamp = undo_stamp(clicks.decide(&open).await.outcome).unwrap();
    let made_at: u64 = stamp.split('.').next().unwrap().parse().unwrap();
    for (millis, again) in [(made_at + 1249, true), (made_at + 1_800_001, true)] {
        let outcome = press(&clicks, &open, stamp.clone(), at_millis(millis)).await;
        let Outcome::Asked(Prompt { reason, .. }) = &outcome else { panic!("{outcome:?}") };
        assert_eq!((*reason == PromptReason::Again, outcome.undo().unwrap().until), (again, at(1000 + 7200)));
        assert_eq!(outcome.code(), "asked");
    }
    // In the last second a page still offers it, and afterwards none does.
    let last = clicks.decide(&Click { now: at_millis(8_199_999), ..open.clone() }).await.outcome;
    let stamp = undo_stamp(last).unwrap();
    let over = clicks.decide(&Click { now: at(8200), ..open.clone() }).await.outcome;
    assert!(undo_stamp(over).is_none());
    // Nor does the button of that page work then, though it was pressed as a person would.
    let outcome = press(&clicks, &open, stamp, at_millis(8_202_000)).await;
    assert!(matches!(&outcome, Outcome::UndoNotPossible { state: Some(state) } if state.as_str() == "confirmed"));
    assert_eq!(world.item("b-1").await["state"], "confirmed");
}

#[tokio::test]
async fn a_lost_reply_to_an_undo_is_a_success() {
    let world = world(json!({})).await;
    let link = world.sign("b-1", "confirm").url;
    let page = world.send("GET", &link, &[]).await;
    let gateway = world.timed().await;
    world.proxy.play(&[Fault(Heard::Now, StoreReply::Error(500, "InternalServerError"))]);
    let answer = request(&gateway, "POST", &link, &[FORM], format!("undo={}", stamp(&page))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(world.item("b-1").await["action_log"].as_array().unwrap().len(), 2);
}

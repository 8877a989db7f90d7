//! `confirm` mode: opening a link asks, and pressing the button acts, when a person presses it.

use std::time::{Duration, SystemTime};

use action_links::click::{Button, Click, ClickKind, FormSubmission, Outcome, Prompt, PromptButton, PromptReason};
use action_links::domain::CustomerMessage;
use serde_json::{Value, json};

use crate::support::{Answer, Fault, Heard, StoreReply, World, ada, at, booking, opened};

const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];

/// A world in `confirm` mode, with the booking `b-1`, tentative.
async fn world(min_dwell_ms: u64) -> World {
    let mut app = ada();
    app["click_mode"] = json!("confirm");
    app["min_dwell_ms"] = json!(min_dwell_ms);
    app["redirect_url"] = json!("https://hairbyada.example/thanks");
    let world = World::with(&[app], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    world
}

/// The stamp in a page's form.
fn stamp(page: &Answer) -> &str {
    let (_, rest) = page.body.split_once(r#"<input type="hidden" name="stamp" value=""#).unwrap();
    rest.split_once('"').unwrap().0
}

/// The time of a stamp.
fn shown_at(stamp: &str) -> SystemTime {
    at(0) + Duration::from_millis(stamp.split_once('.').unwrap().0.parse().unwrap())
}

/// Checks that the page comes with 403 and nothing has changed.
async fn asks_again(world: &World, answer: &Answer) {
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert!(answer.body.contains(r#"<form method="post">"#) && answer.body.contains("once more"), "{}", answer.body);
    assert_eq!(world.item("b-1").await["state"], "tentative");
}

#[tokio::test]
async fn opening_asks_and_pressing_acts() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    let page = world.send("GET", &link.url, &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"<form method="post">"#) && !page.body.contains("<script"), "{}", page.body);
    assert_eq!(world.proxy.take(), ["GetItem"]);
    assert_eq!(world.item("b-1").await["state"], "tentative");

    let pressed = world.press(&link.url, stamp(&page)).await;
    assert_eq!((pressed.status.as_u16(), pressed.header("location")), (303, Some("https://hairbyada.example/thanks")));
    assert_eq!(world.proxy.take(), ["UpdateItem"]);
    assert_eq!(world.item("b-1").await["state"], "confirmed");
    assert_eq!(world.send("GET", &link.url, &[]).await.status, 410);
    assert_eq!(world.press(&link.url, stamp(&page)).await.status, 410);
}

#[tokio::test]
async fn what_cannot_work_is_said_at_once() {
    let world = world(0).await;
    assert_eq!(world.send("GET", &world.sign("b-1", "cancel").url, &[]).await.status, 409);
    assert_eq!(world.send("GET", &world.sign("b-404", "confirm").url, &[]).await.status, 404);
}

#[tokio::test]
async fn a_press_without_a_page_before_it_is_an_error() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    asks_again(&world, &world.send("POST", &link.url, &[]).await).await;
    // As mail programs unsubscribe with one click (RFC 8058).
    asks_again(&world, &world.post(&link.url, FORM, "List-Unsubscribe=One-Click").await).await;
    assert_eq!(world.proxy.take(), Vec::<String>::new());
}

#[tokio::test]
async fn the_stamp_of_another_link_or_none_at_all_is_an_error() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    let own = world.send("GET", &link.url, &[]).await;
    let other = world.send("GET", &world.sign("b-1", "decline").url, &[]).await;
    let (own, other) = (stamp(&own), stamp(&other));
    for stamp in [other, "", "1", "0.AAAA", &own[1..], &format!("{own}x")] {
        asks_again(&world, &world.press(&link.url, stamp).await).await;
    }
    asks_again(&world, &world.post(&link.url, FORM, &format!("stamp={own}&stamp={own}")).await).await;
    asks_again(&world, &world.post(&link.url, &[("content-type", "text/plain")], &format!("stamp={own}")).await).await;
    asks_again(&world, &world.post(&format!("{}&stamp={own}", link.url), FORM, "").await).await;
    assert_eq!(world.press(&link.url, own).await.status, 303);
}

#[tokio::test]
async fn a_program_is_told_how_to_go_on() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    let asked = world.send("GET", &link.url, &[("accept", "application/json")]).await.json();
    assert_eq!((&asked["data"]["id"], &asked["data"]["action"]), (&json!("b-1"), &json!("confirm")));
    assert_eq!(asked["data"]["confirm"], true);
    // Without the stamp, it is told what to send.
    let headers = [FORM[0], ("accept", "application/json")];
    let refused = world.post(&link.url, &headers, "").await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (403, &json!("confirmation_required")));
    assert!(refused.json()["stamp"].is_string() && refused.json()["confirm"] == true, "{}", refused.body);
    assert_eq!(world.press(&link.url, asked["data"]["stamp"].as_str().unwrap()).await.status, 303);
}

#[tokio::test]
async fn the_tokens_confirm_claim_comes_before_the_app() {
    let asking = world(0).await;
    let token = |confirm: bool| {
        let claims = json!({ "booking_id": "b-1", "action": "confirm", "confirm": confirm });
        crate::support::hs256(crate::support::SECRET, r#"{"alg":"HS256"}"#, &claims.to_string())
    };
    assert_eq!(asking.click("b-1", "confirm", &token(false), "").await.status, 302);
    let direct = World::new().await;
    direct.put(booking("b-1", "confirm_decline", "tentative")).await;
    assert!(direct.click("b-1", "confirm", &token(true), "").await.body.contains("<form"));
    assert_eq!(direct.item("b-1").await["state"], "tentative");
}

#[tokio::test]
async fn an_app_may_ask_first_for_some_actions_only() {
    let mut app = ada();
    app["confirm_actions"] = json!(["decline"]);
    let world = World::with(&[app], &[]).await;
    for id in ["b-1", "b-2", "b-3"] {
        world.put(booking(id, "confirm_decline", "tentative")).await;
    }
    assert!(world.send("GET", &world.sign("b-1", "decline").url, &[]).await.body.contains("<form"));
    assert_eq!(world.send("GET", &world.sign("b-2", "confirm").url, &[]).await.status, 200);
    assert_eq!(world.item("b-2").await["state"], "confirmed");
    // The link's own claim comes first.
    let claims = json!({ "booking_id": "b-3", "action": "decline", "confirm": false });
    let token = crate::support::hs256(crate::support::SECRET, r#"{"alg":"HS256"}"#, &claims.to_string());
    assert_eq!(world.click("b-3", "decline", &token, "").await.status, 200);
    assert_eq!(
        (&world.item("b-1").await["state"], &world.item("b-3").await["state"]),
        (&json!("tentative"), &json!("declined"))
    );
}

/// Opens a link and presses the button this long after the page was made. Returns whether it acts.
async fn acts_after(app: Value, dwell: Duration) -> bool {
    let world = World::with(&[app], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let clicks = world.clicks(at(1000)).await;
    let opened = Click { now: at(1000), ..opened(&world.sign("b-1", "confirm")) };
    let Outcome::Asked(Prompt { reason: PromptReason::Opened, button: PromptButton::Act { form_token, .. } }) =
        clicks.decide(&opened).await.outcome
    else {
        panic!("acted")
    };
    let now = shown_at(&form_token) + dwell;
    let pressed = Click {
        kind: ClickKind::Submit(FormSubmission {
            button: Button::Act,
            form_token: Some(form_token),
            message: CustomerMessage::default(),
        }),
        now,
        ..opened
    };
    match clicks.decide(&pressed).await.outcome {
        Outcome::Applied { .. } => true,
        Outcome::Asked(Prompt { reason: PromptReason::Again, .. }) => false,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_button_is_pressed_neither_sooner_nor_later_than_a_person_would() {
    let app = |more: Value| {
        let mut app = ada();
        app["click_mode"] = json!("confirm");
        app.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        app
    };
    let millis = Duration::from_millis;
    for (app, dwell, acts) in [
        (app(json!({})), millis(1249), false),
        (app(json!({})), millis(1250), true),
        (app(json!({})), millis(1_800_000), true),
        (app(json!({})), millis(1_800_001), false),
        (app(json!({ "min_dwell_ms": 0 })), millis(0), true),
        (app(json!({ "min_dwell_ms": 5000 })), millis(4999), false),
        (app(json!({ "min_dwell_ms": 5000 })), millis(5000), true),
        // Not set, so the default applies.
        (app(json!({ "min_dwell_ms": 60_001 })), millis(1250), true),
        (app(json!({ "min_dwell_ms": -1 })), millis(1249), false),
    ] {
        assert_eq!(acts_after(app.clone(), dwell).await, acts, "{dwell:?} {app}");
    }
}

#[tokio::test]
async fn the_dwell_time_starts_when_the_page_is_sent() {
    let world = world(800).await;
    let clicks = world.clicks(at(1000)).await;
    let slow = Duration::from_millis(50);
    world.proxy.always(Fault(Heard::Now, StoreReply::Slow(slow)));
    let opened = Click { now: at(1000), ..opened(&world.sign("b-1", "confirm")) };
    let Outcome::Asked(Prompt { button: PromptButton::Act { form_token, .. }, .. }) =
        clicks.decide(&opened).await.outcome
    else {
        panic!("acted")
    };
    assert!(shown_at(&form_token) >= at(1000) + slow, "{form_token}");
}

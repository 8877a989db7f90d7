//! `confirm` mode: opening a link asks, and pressing the button acts, when a person presses it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, Fault, Heard, StoreReply, World, at, extended, link};

/// A world in `confirm` mode, with the booking `b-1`, tentative.
async fn world(min_dwell_ms: u64) -> World {
    let thanks = "https://hairbyada.example/thanks";
    let settings = json!({ "click_mode": "confirm", "min_dwell_ms": min_dwell_ms, "redirect_url": thanks });
    World::builder().app(settings).booking(json!({})).start().await
}

/// Checks that the page comes with 403 and nothing has changed.
async fn asks_again(world: &World, answer: &Answer) {
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert!(answer.body.contains(r#"<form method="post">"#) && answer.body.contains("once more"), "{}", answer.body);
    assert_eq!(world.state("b-1").await, "tentative");
}

#[tokio::test]
async fn opening_asks_and_pressing_acts() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    let page = world.click(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"<form method="post">"#) && !page.body.contains("<script"), "{}", page.body);
    assert_eq!(world.proxy.take(), ["GetItem"]);
    assert_eq!(world.state("b-1").await, "tentative");

    let pressed = world.press(&link, &page, "stamp").await;
    assert_eq!((pressed.status, pressed.location(), pressed.heading()), (200, None, "The booking is confirmed"));
    let refresh = r#"<meta http-equiv="refresh" content="0; url=https://hairbyada.example/thanks">"#;
    assert!(pressed.body.contains(refresh), "{}", pressed.body);
    assert!(pressed.body.contains("Continue to <bdi>hairbyada.example</bdi>"), "{}", pressed.body);
    assert!(pressed.header("content-security-policy").unwrap().contains("form-action 'self';"));
    assert_eq!(world.proxy.take(), ["UpdateItem"]);
    assert_eq!(world.state("b-1").await, "confirmed");
    assert_eq!(world.click(&link).await.status, 410);
    assert_eq!(world.press(&link, &page, "stamp").await.status, 410);
}

#[tokio::test]
async fn what_cannot_work_is_said_at_once() {
    let world = world(0).await;
    assert_eq!(world.click(world.sign("b-1", "cancel")).await.status, 409);
    assert_eq!(world.click(world.sign("b-404", "confirm")).await.status, 404);
}

#[tokio::test]
async fn a_press_without_a_page_before_it_is_an_error() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    asks_again(&world, &world.send("POST", &link).await).await;
    // As mail programs unsubscribe with one click (RFC 8058).
    asks_again(&world, &world.submit(&link, &[("List-Unsubscribe", "One-Click")]).await).await;
    assert_eq!(world.proxy.take(), Vec::<String>::new());
}

#[tokio::test]
async fn the_stamp_of_another_link_or_none_at_all_is_an_error() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    let own = world.click(&link).await;
    let other = world.click(world.sign("b-1", "decline")).await;
    let (own, other) = (&*own.stamp("stamp").unwrap(), &*other.stamp("stamp").unwrap());
    for stamp in [other, "", "1", "0.AAAA", &own[1..], &format!("{own}x")] {
        asks_again(&world, &world.submit(&link, &[("stamp", stamp)]).await).await;
    }
    asks_again(&world, &world.submit(&link, &[("stamp", own), ("stamp", own)]).await).await;
    let plain = world.with("content-type", "text/plain");
    asks_again(&world, &plain.request("POST", &link, format!("stamp={own}")).await).await;
    asks_again(&world, &world.submit(format!("{}&stamp={own}", link.url), &[]).await).await;
    assert_eq!(world.submit(&link, &[("stamp", own)]).await.status, 200);
    assert_eq!(world.state("b-1").await, "confirmed");
}

#[tokio::test]
async fn a_program_is_told_how_to_go_on() {
    let world = world(0).await;
    let link = world.sign("b-1", "confirm");
    let asked = world.json().click(&link).await;
    let data = asked.data();
    assert_eq!([&data["id"], &data["action"], &data["confirm"]], [&json!("b-1"), &json!("confirm"), &json!(true)]);
    // Without the stamp, it is told what to send.
    let refused = world.json().submit(&link, &[]).await;
    assert_eq!(refused.told(), (403, "confirmation_required"));
    assert!(refused.json()["stamp"].is_string() && refused.json()["confirm"] == true, "{}", refused.body);
    let applied = world.json().press(&link, &asked, "stamp").await;
    let told = json!({ "id": "b-1", "action": "confirm", "state": "confirmed", "redirect": "https://hairbyada.example/thanks" });
    assert_eq!((applied.status, applied.data()), (200, told));
    assert_eq!(world.json().press(&link, &asked, "stamp").await.told(), (410, "link_used"));
}

#[tokio::test]
async fn after_a_button_no_answer_is_a_redirect() {
    let (thanks, oops) = ("https://hairbyada.example/thanks", "https://hairbyada.example/oops");
    for (settings, to) in [
        (
            json!({ "failure_redirect_url": oops }),
            format!("{oops}?code=link_used&amp;booking_id=b-1&amp;action=confirm"),
        ),
        (json!({ "on_replay": "redirect" }), thanks.to_owned()),
    ] {
        let settings =
            extended(json!({ "click_mode": "confirm", "min_dwell_ms": 0, "redirect_url": thanks }), settings);
        let world = World::builder().app(settings).booking(json!({})).start().await;
        let link = world.sign("b-1", "confirm");
        let page = world.click(&link).await;
        world.press(&link, &page, "stamp").await;
        let again = world.press(&link, &page, "stamp").await;
        assert_eq!((again.status, again.location()), (200, None));
        assert!(again.body.contains(&format!(r#"content="0; url={to}""#)), "{}", again.body);
    }
}

#[tokio::test]
async fn the_tokens_confirm_claim_comes_before_the_app() {
    let asking = world(0).await;
    assert_eq!(asking.click(link(json!({ "confirm": false }))).await.status, 302);
    let direct = World::builder().booking(json!({})).start().await;
    assert!(direct.click(link(json!({ "confirm": true }))).await.body.contains("<form"));
    assert_eq!(direct.state("b-1").await, "tentative");
}

#[tokio::test]
async fn an_app_may_ask_first_for_some_actions_only() {
    let world = World::builder().app(json!({ "confirm_actions": ["decline"] })).start().await;
    for id in ["b-1", "b-2", "b-3"] {
        world.book(json!({ "id": id })).await;
    }
    assert!(world.click(world.sign("b-1", "decline")).await.body.contains("<form"));
    assert_eq!(world.click(world.sign("b-2", "confirm")).await.status, 200);
    assert_eq!(world.state("b-2").await, "confirmed");
    // The link's own claim comes first.
    let at_once = link(json!({ "booking_id": "b-3", "action": "decline", "confirm": false }));
    assert_eq!(world.click(at_once).await.status, 200);
    assert_eq!([world.state("b-1").await, world.state("b-3").await], ["tentative", "declined"]);
}

/// Opens a link and presses the button this long after the page was made. Returns whether it acts.
async fn acts_after(app: Value, dwell: Duration) -> bool {
    let world = World::builder().app(app).booking(json!({})).start().await;
    let (clicks, link) = (world.clicks(at(1000)).await, world.sign_at("b-1", "confirm", at(1000)));
    let button = clicks.open(&link, at(1000)).await.offer.unwrap();
    let now = button.made_at() + dwell;
    let pressed = clicks.press(&link, Some(button), now).await;
    assert!(pressed.code == "applied" || pressed.offer.unwrap().is_again, "{}", pressed.code);
    pressed.code == "applied"
}

#[tokio::test]
async fn a_button_is_pressed_neither_sooner_nor_later_than_a_person_would() {
    let app = |more| extended(json!({ "click_mode": "confirm" }), more);
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
    let button = clicks.open(world.sign_at("b-1", "confirm", at(1000)), at(1000)).await.offer.unwrap();
    assert!(button.made_at() >= at(1000) + slow, "{button:?}");
}

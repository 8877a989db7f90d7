//! Bookings that were moved: the link in the first mail leads to the new appointment.

use serde_json::{Value, json};

use crate::support::{Answer, BASE, Fault, World, ada, at, bob, booking, claims_of, extended, link};

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

#[tokio::test]
async fn the_page_leads_to_the_same_action_on_the_new_booking_and_asks_there() {
    let world = chain(&["b-0", "b-1"]).await;
    let link = world.sign("b-0", "cancel_by_customer");
    let page = world.click(&link).await;
    assert_eq!(page.status, 409);
    assert_eq!(world.proxy.take(), ["UpdateItem", "GetItem"]);
    assert!(page.body.contains("Cut of b-1") && page.body.contains("2027-03-01T09:30:00Z"), "{}", page.body);
    let url = page.body.split("<a class=\"button\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let url = url.replace("&amp;", "&");
    assert!(url.starts_with(&format!("{BASE}/v2/bookings/b-1/external_action/cancel_by_customer?signature=")), "{url}");

    let asks = world.click(&url).await;
    assert_eq!((asks.status, &world.item("b-1").await["state"]), (200, &json!("confirmed")));
    assert_eq!(world.click(&url).await.status, 200);
    world.put_app(ada(json!({ "min_dwell_ms": 0 }))).await;
    assert_eq!(world.restart().await.press(&url, &asks, "stamp").await.status, 200);
    assert_eq!(world.state("b-1").await, "cancelled_by_customer");
    assert_eq!(world.state("b-0").await, "rescheduled_by_customer");
}

#[tokio::test]
async fn the_new_link_says_for_whom_and_in_which_language_it_is_and_ends_in_half_an_hour() {
    let world = chain(&["b-0", "b-1"]).await;
    let claims = json!({ "booking_id": "b-0", "action": "cancel_by_customer", "sub": "c-7", "lang": "da",
        "redirect": "https://hairbyada.example/bye" });
    let told = world.json().click(link(claims.clone())).await.json();
    let new = claims_of(told["rescheduled_url"].as_str().unwrap());
    for name in ["action", "sub", "lang", "redirect"] {
        assert_eq!(new[name], claims[name], "{name}");
    }
    assert_eq!((&new["booking_id"], &new["confirm"]), (&json!("b-1"), &json!(true)));
    assert_eq!(new["exp"].as_u64().unwrap() - new["iat"].as_u64().unwrap(), 1800);
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

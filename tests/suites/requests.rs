//! The requests of a click that reach the engine.

use serde_json::json;

use crate::support::{SECRET, World, ada, booking, hs256};

async fn world() -> World {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    world
}

/// The operations of one GET.
async fn operations(world: &World, path: &str) -> Vec<String> {
    world.send("GET", path, &[]).await;
    world.proxy.take()
}

#[tokio::test]
async fn a_warm_click_is_one_request_for_every_outcome() {
    let world = world().await;
    let confirm = world.sign("b-1", "confirm");
    let (wrong_state, unknown_booking) = (world.sign("b-1", "cancel"), world.sign("b-404", "confirm"));
    for link in [&wrong_state, &confirm, &confirm, &unknown_booking] {
        assert_eq!(operations(&world, &link.url).await, ["UpdateItem"]);
    }
    let pressed = world.sign("b-1", "cancel_by_customer");
    world.send("POST", &pressed.url, &[]).await;
    assert_eq!(world.proxy.take(), ["UpdateItem"]);
}

#[tokio::test]
async fn what_can_be_refused_without_the_table_is() {
    let world = world().await;
    let expired = hs256(SECRET, r#"{"alg":"HS256"}"#, r#"{"booking_id":"b-1","action":"confirm","exp":1}"#);
    let link = world.sign("b-1", "confirm").url;
    for path in [
        "/v2/bookings/b-1/external_action/confirm?signature=x".to_owned(),
        format!("/v2/bookings/b-1/external_action/confirm?signature={expired}"),
        format!("{link}&redirect=https://evil.example"),
        world.sign("b-1", "destroy").url,
    ] {
        assert_eq!(operations(&world, &path).await, Vec::<String>::new(), "{path}");
    }
    world.send("HEAD", &link, &[]).await;
    world.send("GET", &link, &[("sec-purpose", "prefetch")]).await;
    assert_eq!(world.proxy.take(), Vec::<String>::new());
}

#[tokio::test]
async fn without_a_key_id_several_apps_cost_one_read_more() {
    let bob =
        json!({ "id": "bob", "name": "Bob", "keys": [{ "secret": "test_api_key_of_another_business_0123456789" }] });
    let world = World::with(&[ada(), bob], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let token = hs256(SECRET, r#"{"alg":"HS256"}"#, r#"{"booking_id":"b-1","action":"confirm"}"#);
    let path = format!("/v2/bookings/b-1/external_action/confirm?signature={token}");
    assert_eq!(operations(&world, &path).await, ["GetItem", "UpdateItem"]);
    assert_eq!(operations(&world, &world.sign("b-1", "cancel").url).await, ["UpdateItem"]);
}

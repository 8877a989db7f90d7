//! The requests of a click that reach the engine.

use serde_json::json;

use crate::support::{Address, World, at, bob, link, link_of, path, plain};

async fn world() -> World {
    World::builder().booking(json!({})).start().await
}

/// The operations of one GET.
async fn operations(world: &World, link: impl Address) -> Vec<String> {
    world.click(link).await;
    world.proxy.take()
}

#[tokio::test]
async fn a_warm_click_is_one_request_for_every_outcome() {
    let world = world().await;
    let confirm = world.sign("b-1", "confirm");
    let (wrong_state, unknown_booking) = (world.sign("b-1", "cancel"), world.sign("b-404", "confirm"));
    for link in [&wrong_state, &confirm, &confirm, &unknown_booking] {
        assert_eq!(operations(&world, link).await, ["UpdateItem"]);
    }
    let pressed = world.sign("b-1", "cancel_by_customer");
    world.send("POST", &pressed).await;
    assert_eq!(world.proxy.take(), ["UpdateItem"]);
}

#[tokio::test]
async fn what_can_be_refused_without_the_table_is() {
    let world = world().await;
    let works = world.sign("b-1", "confirm").url;
    for path in [
        path("b-1", "confirm", "x"),
        format!("{works}&redirect=https://evil.example"),
        world.sign("b-1", "destroy").url,
    ] {
        assert_eq!(operations(&world, &path).await, Vec::<String>::new(), "{path}");
    }
    assert_eq!(operations(&world, link(json!({ "exp": 1 }))).await, ["GetItem"]);
    world.send("HEAD", &works).await;
    world.with("sec-purpose", "prefetch").click(&works).await;
    assert_eq!(world.proxy.take(), Vec::<String>::new());
}

#[tokio::test]
async fn without_a_key_id_several_apps_cost_one_read_more() {
    let world = World::builder().another_app(bob()).booking(json!({})).start().await;
    assert_eq!(operations(&world, link(json!({}))).await, ["GetItem", "UpdateItem"]);
    assert_eq!(operations(&world, world.sign("b-1", "cancel")).await, ["UpdateItem"]);
}

#[tokio::test]
async fn a_forged_link_without_a_key_id_costs_one_read_in_five_seconds() {
    let world = World::builder().another_app(bob()).booking(json!({})).start().await;
    let clicks = world.clicks(at(1000)).await;
    let forged =
        |booking: &str| link_of("a_key_that_nobody_has_0123456789abcdef", &plain(), json!({ "booking_id": booking }));
    world.proxy.take();
    for booking in ["b-1", "b-404"] {
        for (second, operations) in [(1000, vec!["GetItem"]), (1004, vec![]), (1005, vec!["GetItem"])] {
            assert_eq!(clicks.open(forged(booking), at(second)).await.code, "invalid_signature");
            assert_eq!(world.proxy.take(), operations, "{booking} at {second}");
        }
    }
}

#[tokio::test]
async fn the_time_of_a_refusal_does_not_tell_whether_a_booking_exists() {
    let world = World::builder().another_app(bob()).booking(json!({})).start().await;
    let clicks = world.clicks(at(1000)).await;
    for booking in ["b-1", "b-404"] {
        let forged = link_of("a_key_that_nobody_has_0123456789abcdef", &plain(), json!({ "booking_id": booking }));
        // Now it is remembered, and the clock stands still but for the waiting.
        clicks.open(&forged, at(1000)).await;
        tokio::time::pause();
        let begun = tokio::time::Instant::now();
        assert_eq!(clicks.open(&forged, at(1001)).await.code, "invalid_signature");
        // The timer counts whole milliseconds.
        let waited = begun.elapsed();
        assert!((25..=26).contains(&waited.as_millis()), "{booking}: {waited:?}");
        tokio::time::resume();
    }
}

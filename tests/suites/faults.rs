//! A store that throttles or does not answer. The test moves the clock, so nothing waits.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::support::{Answer, Fault, HttpClient, World, at};

async fn world() -> World {
    World::builder().booking(json!({})).start().await
}

/// What a future comes to while the clock runs as fast as it can. It must take less than eight seconds.
async fn hurried<T>(answer: impl Future<Output = T>) -> T {
    tokio::time::pause();
    let begun = Instant::now();
    let answer = answer.await;
    let took = begun.elapsed();
    tokio::time::resume();
    assert!(took < Duration::from_secs(8), "{took:?}");
    answer
}

fn assert_temporary(answer: &Answer) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{}", answer.body);
}

#[tokio::test]
async fn a_store_that_hangs_is_a_503_within_eight_seconds_and_the_link_still_works() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    world.proxy.always(Fault::SILENCE);
    let answer = hurried(world.json().click(&link)).await;
    assert_temporary(&answer);
    assert_eq!(answer.code(), "temporarily_unavailable");
    world.proxy.always(Fault::NONE);
    assert_eq!(world.state("b-1").await, "tentative");
    assert_eq!(world.click(&link).await.status, 200);
}

#[tokio::test]
async fn unreadable_keys_and_then_an_unreadable_booking_are_a_503_within_eight_seconds() {
    let world = world().await;
    let clicks = world.clicks(at(1000)).await;
    world.proxy.always(Fault::SILENCE);
    let decided = hurried(clicks.open(world.sign_at("b-1", "confirm", at(1000)), at(1060))).await;
    assert_eq!((decided.code, world.proxy.take()[0].as_str()), ("temporarily_unavailable", "Scan"));
}

#[tokio::test]
async fn a_list_whose_store_hangs_is_a_503_within_eight_seconds() {
    let world = world().await;
    world.proxy.always(Fault::SILENCE);
    for path in ["/v2/bookings", "/v2/bookings/b-1"] {
        assert_temporary(&hurried(world.read(path)).await);
    }
}

#[tokio::test]
async fn a_start_and_the_click_that_waits_for_it_are_a_503_within_eight_seconds() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    let booking_links = world.start().await.unwrap();
    world.proxy.always(Fault::SILENCE);
    let started = async { HttpClient::of(world.start().await.unwrap(), booking_links).json().click(&link).await };
    assert_temporary(&hurried(started).await);
}

#[tokio::test]
async fn a_start_and_the_list_that_waits_for_it_are_a_503_within_eight_seconds() {
    let world = world().await;
    let action_link = world.start().await.unwrap();
    world.proxy.always(Fault::SILENCE);
    let started = async { HttpClient::of(action_link, world.start().await.unwrap()).read("/v2/bookings").await };
    assert_temporary(&hurried(started).await);
}

#[tokio::test]
async fn a_click_that_is_throttled_is_tried_again() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    world.proxy.play(&[Fault::THROTTLED; 2]);
    assert_eq!(world.click(&link).await.status, 200);
    assert_eq!(world.proxy.take(), ["UpdateItem", "UpdateItem", "UpdateItem"]);
    assert_eq!(world.log("b-1").await.len(), 1);
}

#[tokio::test]
async fn a_store_that_goes_on_throttling_is_a_503() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    world.proxy.always(Fault::THROTTLED);
    let answer = world.click(&link).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("Your link still works"), "{}", answer.body);
    world.proxy.always(Fault::NONE);
    assert_eq!(world.state("b-1").await, "tentative");
}

#[tokio::test]
async fn a_name_that_is_not_found_is_a_503() {
    let world = world().await;
    // The label is too long for a DNS query, so no network is needed.
    let nowhere = format!("http://{}.invalid", "n".repeat(64));
    let gateway = world.before(&nowhere).await;
    let link = world.sign("b-1", "confirm");
    let answer = gateway.click(&link).await;
    assert_temporary(&answer);
    assert_eq!(world.click(&link).await.status, 200);
}

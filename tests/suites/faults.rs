//! A store that throttles or does not answer. The test moves the clock, so nothing waits.

use std::time::Duration;

use action_links::click::Click;
use action_links::emulator::LocalGateway;
use tokio::time::Instant;

use crate::support::{Answer, Fault, SECRET, World, at, booking, opened, send};

async fn world() -> World {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    world
}

/// A GET while the clock runs as fast as it can. Returns the time that it took, too.
async fn hurried(world: &World, path: &str, headers: &[(&str, &str)]) -> (Answer, Duration) {
    tokio::time::pause();
    let begun = Instant::now();
    let answer = world.send("GET", path, headers).await;
    let took = begun.elapsed();
    tokio::time::resume();
    (answer, took)
}

#[tokio::test]
async fn a_store_that_hangs_is_a_503_within_eight_seconds_and_the_link_still_works() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    world.proxy.always(Fault::SILENCE);
    let (answer, took) = hurried(&world, &link.url, &[("accept", "application/json")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("5")), "{}", answer.body);
    assert_eq!(answer.json()["code"], "temporarily_unavailable");
    assert!(took < Duration::from_secs(8), "{took:?}");
    world.proxy.always(Fault::NONE);
    assert_eq!(world.item("b-1").await["state"], "tentative");
    assert_eq!(world.send("GET", &link.url, &[]).await.status, 200);
}

#[tokio::test]
async fn unreadable_keys_and_then_an_unreadable_booking_are_a_503_within_eight_seconds() {
    let world = world().await;
    let clicks = world.clicks(at(1000)).await;
    world.proxy.always(Fault::SILENCE);
    tokio::time::pause();
    let begun = Instant::now();
    let click = Click { now: at(1060), ..opened(&world.sign("b-1", "confirm")) };
    let outcome = clicks.decide(&click).await.outcome;
    assert_eq!((outcome.code(), world.proxy.take()[0].as_str()), ("temporarily_unavailable", "Scan"));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_list_whose_store_hangs_is_a_503_within_eight_seconds() {
    let world = world().await;
    let credentials = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!(":{SECRET}"));
    world.proxy.always(Fault::SILENCE);
    for path in ["/v2/bookings", "/v2/bookings/b-1"] {
        let (answer, took) = hurried(&world, path, &[("authorization", &format!("Basic {credentials}"))]).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("5")), "{path}");
        assert!(took < Duration::from_secs(8), "{took:?}");
    }
}

#[tokio::test]
async fn a_start_and_the_click_that_waits_for_it_are_a_503_within_eight_seconds() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    let booking_links = world.start().await.unwrap();
    world.proxy.always(Fault::SILENCE);
    tokio::time::pause();
    let begun = Instant::now();
    let gateway = LocalGateway::new(world.start().await.unwrap(), booking_links);
    let answer = send(&gateway, "GET", &link.url, &[("accept", "application/json")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("5")), "{}", answer.body);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_start_and_the_list_that_waits_for_it_are_a_503_within_eight_seconds() {
    let world = world().await;
    let credentials = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!(":{SECRET}"));
    let action_link = world.start().await.unwrap();
    world.proxy.always(Fault::SILENCE);
    tokio::time::pause();
    let begun = Instant::now();
    let gateway = LocalGateway::new(action_link, world.start().await.unwrap());
    let answer = send(&gateway, "GET", "/v2/bookings", &[("authorization", &format!("Basic {credentials}"))]).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("5")), "{}", answer.body);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_click_that_is_throttled_is_tried_again() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    world.proxy.play(&[Fault::THROTTLED; 2]);
    assert_eq!(world.send("GET", &link.url, &[]).await.status, 200);
    assert_eq!(world.proxy.take(), ["UpdateItem", "UpdateItem", "UpdateItem"]);
    assert_eq!(world.item("b-1").await["action_log"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_store_that_goes_on_throttling_is_a_503() {
    let world = world().await;
    let link = world.sign("b-1", "confirm");
    world.proxy.always(Fault::THROTTLED);
    let answer = world.send("GET", &link.url, &[]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("Your link still works"), "{}", answer.body);
    world.proxy.always(Fault::NONE);
    assert_eq!(world.item("b-1").await["state"], "tentative");
}

#[tokio::test]
async fn a_name_that_is_not_found_is_a_503() {
    let world = world().await;
    // The label is too long for a DNS query, so no network is needed.
    let nowhere = format!("http://{}.invalid", "n".repeat(64));
    let gateway = world.before(&nowhere).await;
    let link = world.sign("b-1", "confirm");
    let answer = send(&gateway, "GET", &link.url, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("5")), "{}", answer.body);
    assert_eq!(world.send("GET", &link.url, &[]).await.status, 200);
}

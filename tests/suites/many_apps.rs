//! An apps table of more than a page: apps are looked up by key id, and nothing else changes.

use std::time::Duration;

use action_links::booking::AppId;
use action_links::keyring::Keyring;
use action_links::link::KeyId;
use serde_json::{Value, json};

use crate::support::{Fault, SECRET, World, ada, at, link, logged};

const NEWER: &str = "test_api_key_that_was_made_later_0123456789";

/// More than a page of apps, among them `ada`.
async fn world() -> World {
    let world = World::new().await;
    world.outgrow_a_page().await;
    world
}

/// Loaded at second 1000, with a time to live of 60 s.
async fn keyring(world: &World) -> Keyring {
    let keyring = Keyring::load(world.timed_apps(), Duration::from_secs(60), at(1000)).await.unwrap();
    assert_eq!(world.proxy.take(), ["Scan"]);
    keyring
}

/// Whether the key is found at that second, and the requests of finding it.
async fn find(world: &World, keyring: &Keyring, secret: &str, second: u64) -> (bool, Vec<String>) {
    let found = keyring.by_key(KeyId::of(secret), at(second)).await.unwrap();
    (found.is_some_and(|tenant| tenant.id.as_str() == "ada"), world.proxy.take())
}

async fn add_newer_key(world: &World) {
    world.put_app(ada(json!({ "keys": [{ "secret": SECRET }, { "secret": NEWER }] }))).await;
}

fn requests(count: usize) -> Vec<String> {
    vec!["GetItem".to_owned(); count]
}

#[tokio::test]
async fn ten_thousand_apps_are_all_found() {
    let world = World::builder().without_ada().start().await;
    let secret = |number| format!("test_api_key_{number:032}");
    world.put_apps(10_000, secret).await;
    let keyring = Keyring::load(world.apps.clone(), Duration::from_secs(60), at(1000)).await.unwrap();
    for number in (0..10_000).step_by(83) {
        let found = keyring.by_secret(&secret(number), at(1000)).await.unwrap();
        assert_eq!(found.map(|tenant| tenant.id.to_string()), Some(format!("app-{number}")));
    }
    assert!(keyring.only(at(1000)).await.unwrap().is_none());
    assert_eq!(world.apps.records().await.unwrap().len(), 10_000);
}

#[tokio::test]
async fn a_page_of_apps_is_held_and_a_larger_table_is_not() {
    let world = World::new().await;
    let keyring = keyring(&world).await;
    assert_eq!(find(&world, &keyring, SECRET, 1059).await, (true, requests(0)));
    world.outgrow_a_page().await;
    // The next reading finds the table too large, and the key in its index.
    let (found, operations) = find(&world, &keyring, SECRET, 1060).await;
    assert_eq!((found, operations), (true, [vec!["Scan".to_owned()], requests(2)].concat()));
    assert_eq!(find(&world, &keyring, SECRET, 1119).await, (true, requests(0)));
    assert_eq!(find(&world, &keyring, SECRET, 1120).await, (true, requests(1)));
    assert!(keyring.by_id(&AppId::parse("large-0").unwrap(), at(1120)).await.unwrap().is_some());
    assert_eq!(world.proxy.take(), requests(1));
}

#[tokio::test]
async fn an_unknown_key_costs_one_request_in_five_seconds() {
    let world = world().await;
    let keyring = keyring(&world).await;
    for (second, operations) in [(1000, 1), (1004, 0), (1005, 1), (1009, 0)] {
        assert_eq!(find(&world, &keyring, "forged", second).await, (false, requests(operations)), "{second}");
    }
    // A thousand others do not drop the app that is held.
    assert!(find(&world, &keyring, SECRET, 1010).await.0);
    for number in 0..1001 {
        keyring.by_key(KeyId::of(&format!("forged {number}")), at(1010)).await.unwrap();
    }
    world.proxy.take();
    assert_eq!(find(&world, &keyring, SECRET, 1010).await, (true, requests(0)));
}

#[tokio::test]
async fn a_new_key_is_found_within_five_seconds() {
    let world = world().await;
    let keyring = keyring(&world).await;
    assert!(find(&world, &keyring, SECRET, 1000).await.0);
    assert_eq!(find(&world, &keyring, NEWER, 1003).await, (false, requests(1)));
    add_newer_key(&world).await;
    assert_eq!(find(&world, &keyring, NEWER, 1007).await, (false, requests(0)));
    // Its index entry, and the app once more.
    assert_eq!(find(&world, &keyring, NEWER, 1008).await, (true, requests(2)));
    assert_eq!(find(&world, &keyring, SECRET, 1008).await, (true, requests(0)));
}

#[tokio::test]
async fn a_new_key_of_an_app_that_was_just_read_is_found_within_five_seconds() {
    let world = world().await;
    let keyring = keyring(&world).await;
    assert!(find(&world, &keyring, SECRET, 1000).await.0);
    add_newer_key(&world).await;
    // Its index entry. The app is not read again so soon.
    assert_eq!(find(&world, &keyring, NEWER, 1004).await, (false, requests(1)));
    assert_eq!(find(&world, &keyring, NEWER, 1005).await, (true, requests(2)));
}

#[tokio::test]
async fn a_new_key_whose_app_cannot_be_read_is_not_taken_for_an_unknown_one() {
    let world = world().await;
    let keyring = keyring(&world).await;
    assert!(find(&world, &keyring, SECRET, 1000).await.0);
    add_newer_key(&world).await;
    // The index entry is read, and the app is not.
    world.proxy.play(&[Fault::NONE, Fault::THROTTLED, Fault::THROTTLED, Fault::THROTTLED]);
    let found = keyring.by_key(KeyId::of(NEWER), at(1010)).await;
    assert!(found.unwrap_err().is_temporary());
    world.proxy.take();
    assert_eq!(find(&world, &keyring, NEWER, 1010).await, (true, requests(2)));
}

#[tokio::test]
async fn a_revoked_key_is_gone_with_the_next_reading() {
    let world = world().await;
    let keyring = keyring(&world).await;
    assert!(find(&world, &keyring, SECRET, 1000).await.0);
    let revoked = json!({ "secret": SECRET, "revoked_at": "2026-11-23T08:00:00Z" });
    world.put_app(ada(json!({ "keys": [revoked, { "secret": SECRET }] }))).await;
    assert!(find(&world, &keyring, SECRET, 1059).await.0);
    assert!(!find(&world, &keyring, SECRET, 1060).await.0);
    assert_eq!(find(&world, &keyring, SECRET, 1064).await, (false, requests(0)));
}

#[tokio::test]
async fn an_index_entry_alone_is_no_key() {
    let world = World::new().await;
    world.put_apps(1, |_| NEWER.to_owned()).await;
    world.outgrow_a_page().await;
    // The app is replaced by one without the key, and is then deleted.
    world.put_app(json!({ "id": "app-0", "name": "Many", "keys": [] })).await;
    assert_eq!(find(&world, &keyring(&world).await, NEWER, 1000).await, (false, requests(2)));
    world.delete_app("app-0").await;
    assert_eq!(find(&world, &keyring(&world).await, NEWER, 1000).await, (false, requests(2)));
    // An app whose id has the form of an entry's is not an app.
    let pointer = format!("key#{}", KeyId::of(SECRET));
    assert!(keyring(&world).await.by_id(&AppId::parse(&pointer).unwrap(), at(1000)).await.unwrap().is_none());
}

#[tokio::test]
async fn an_app_that_cannot_be_read_again_stays_as_it_is() {
    let world = world().await;
    let keyring = keyring(&world).await;
    assert!(find(&world, &keyring, SECRET, 1000).await.0);
    world.proxy.always(Fault::THROTTLED);
    let (found, log) = logged(find(&world, &keyring, SECRET, 1060)).await;
    assert!(found.0 && log.contains("an app could not be read again; it stays as it is"), "{log}");
    assert_eq!(find(&world, &keyring, SECRET, 1064).await, (true, requests(0)));
    // What was never read is not known to be absent.
    assert!(keyring.by_key(KeyId::of(NEWER), at(1064)).await.is_err());
    world.proxy.always(Fault::NONE);
    world.proxy.take();
    assert_eq!(find(&world, &keyring, SECRET, 1065).await, (true, requests(1)));
}

#[tokio::test]
async fn links_and_lists_work_as_with_a_few_apps() {
    let world = world().await;
    for id in ["b-1", "b-2"] {
        world.book(json!({ "id": id })).await;
    }
    let gateway = world.restart().await;
    world.proxy.take();
    let first = world.sign("b-1", "confirm");
    for (link, status, operations) in [
        (&first, 200, vec!["GetItem", "GetItem", "UpdateItem"]),
        (&first, 410, vec!["UpdateItem"]),
        (&world.sign("b-2", "confirm"), 200, vec!["UpdateItem"]),
    ] {
        assert_eq!(gateway.click(&link).await.status, status);
        assert_eq!(world.proxy.take(), operations);
    }
    // Without a key id, the booking leads to its app.
    let without_key_id = link(json!({ "action": "cancel_by_customer" }));
    assert_eq!(gateway.click(without_key_id).await.status, 200);
    let listed = gateway.read("/v2/bookings").await;
    assert_eq!(listed.data().as_array().unwrap().len(), 2);
    let sign = |app: Value| json!({ "operation": "sign", "app_id": app, "booking_id": "b-2", "action": "cancel" });
    assert!(gateway.invoke(sign(json!("ada"))).await["url"].is_string());
    for (app, error) in
        [(json!("nobody"), "there is no app"), (json!(""), "there is no app"), (Value::Null, "may be left out only")]
    {
        let refused = gateway.refusal(sign(app)).await;
        assert!(refused.contains(error), "{refused}");
    }
}

//! The keyring reads the apps table again when it must, and only then.

use std::time::Duration;

use action_links::booking::AppId;
use action_links::keyring::Keyring;
use action_links::link::KeyId;
use serde_json::{Value, json};

use crate::support::{BOB, Fault, Heard, SECRET, StoreReply, World, ada, at, bob, logged};

fn id(id: &str) -> AppId {
    AppId::parse(id).unwrap()
}

/// Read at second 1000, with a time to live of 60 s.
async fn keyring(world: &World) -> Keyring {
    let keyring = Keyring::load(world.apps.clone(), Duration::from_secs(60), at(1000)).await.unwrap();
    world.proxy.take();
    keyring
}

#[tokio::test]
async fn keys_are_held_for_their_time_to_live_and_no_longer() {
    let world = World::new().await;
    let keyring = keyring(&world).await;
    world.put_app(bob()).await;
    assert!(keyring.by_id(&id("bob"), at(1059)).await.unwrap().is_none());
    assert_eq!(world.proxy.take(), Vec::<String>::new());
    assert!(keyring.by_id(&id("bob"), at(1060)).await.unwrap().is_some());
    assert_eq!(world.proxy.take(), ["Scan"]);
}

#[tokio::test]
async fn a_revoked_key_is_gone_with_the_next_reading() {
    let world = World::new().await;
    let keyring = keyring(&world).await;
    let revoked = json!({ "secret": SECRET, "revoked_at": "2026-11-23T08:00:00Z" });
    world.put_app(ada(json!({ "keys": [revoked] }))).await;
    assert!(keyring.by_key(KeyId::of(SECRET), at(1059)).await.unwrap().is_some());
    assert!(keyring.by_key(KeyId::of(SECRET), at(1060)).await.unwrap().is_none());
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_at_most_every_five_seconds() {
    let world = World::new().await;
    let keyring = keyring(&world).await;
    world.put_app(bob()).await;
    let (known, new, forged) = (KeyId::of(SECRET), KeyId::of(BOB), KeyId::of("forged"));
    assert!(keyring.by_key(new, at(1004)).await.unwrap().is_none());
    assert_eq!(world.proxy.take(), Vec::<String>::new());
    assert!(keyring.by_key(new, at(1005)).await.unwrap().is_some());
    assert_eq!(world.proxy.take(), ["Scan"]);
    for second in 1005..1010 {
        keyring.by_key(forged, at(second)).await.unwrap();
        keyring.by_key(known, at(second)).await.unwrap();
    }
    assert_eq!(world.proxy.take(), Vec::<String>::new());
    keyring.by_key(forged, at(1010)).await.unwrap();
    assert_eq!(world.proxy.take(), ["Scan"]);
}

#[tokio::test]
async fn a_reading_that_fails_keeps_what_is_held_and_is_tried_again() {
    let world = World::new().await;
    let keyring = keyring(&world).await;
    world.drop_apps().await;
    assert!(keyring.by_id(&id("ada"), at(1060)).await.unwrap().is_some());
    assert_eq!(world.proxy.take(), ["Scan"]);
    assert!(keyring.by_id(&id("ada"), at(1064)).await.unwrap().is_some());
    assert_eq!(world.proxy.take(), Vec::<String>::new());
    assert!(keyring.by_id(&id("ada"), at(1065)).await.unwrap().is_some());
    assert_eq!(world.proxy.take(), ["Scan"]);
}

#[tokio::test]
async fn a_clock_that_was_set_back_causes_a_reading() {
    let world = World::new().await;
    let keyring = keyring(&world).await;
    keyring.only(at(999)).await.unwrap();
    assert_eq!(world.proxy.take(), ["Scan"]);
}

#[tokio::test]
async fn a_key_of_two_apps_is_rejected_for_both() {
    let twin = json!({ "id": "twin", "name": "Twin", "keys": [{ "secret": SECRET }] });
    let world = World::builder().another_app(twin).start().await;
    let keyring = keyring(&world).await;
    assert!(keyring.by_secret(SECRET, at(1000)).await.unwrap().is_none());
    for name in ["ada", "twin"] {
        assert!(keyring.by_id(&id(name), at(1000)).await.unwrap().unwrap().keys.signing().is_none(), "{name}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_rejected_in_every_app() {
    let live = json!({ "secret": SECRET, "created_at": "2026-11-23T08:00:00Z" });
    let revoked = json!({ "secret": SECRET, "revoked_at": "2026-11-23T08:00:00Z" });
    let scrubbed = json!({ "kid": KeyId::of(SECRET).as_str(), "revoked_at": "2026-11-23T08:00:00Z" });
    let broken = json!({ "secret": SECRET, "created_at": "yesterday", "revoked_at": "today" });
    let ada = |keys: Value| ada(json!({ "keys": keys }));
    let bob = |key: &Value| json!({ "id": "bob", "name": "Bob", "keys": [key, { "secret": BOB }] });
    for (place, [first, second]) in [
        ("listed twice", [ada(json!([revoked, live])), bob(&json!({ "secret": "x" }))]),
        ("in another app", [ada(json!([revoked])), bob(&live)]),
        ("its secret taken out", [ada(json!([scrubbed, live])), bob(&json!({ "secret": "x" }))]),
        ("in a broken entry", [ada(json!([broken, live])), bob(&json!({ "secret": "x" }))]),
        ("in an app that is left out", [json!({ "id": "ada", "keys": [revoked] }), bob(&live)]),
        ("listed twice in its own app, once without the secret", [ada(json!([live, scrubbed])), bob(&json!({}))]),
    ] {
        let world = World::builder().without_ada().another_app(first).another_app(second).start().await;
        let keyring = keyring(&world).await;
        assert!(keyring.by_key(KeyId::of(SECRET), at(1000)).await.unwrap().is_none(), "{place}");
        assert!(keyring.by_key(KeyId::of(BOB), at(1000)).await.unwrap().is_some(), "{place}");
    }
}

#[tokio::test]
async fn after_any_fault_of_a_reread_the_held_keys_serve_and_the_log_says_so() {
    let world = World::new().await;
    let keyring = Keyring::load(world.timed_apps(), Duration::from_secs(60), at(1000)).await.unwrap();
    let mut now = 1060;
    for (reply, said) in [
        (StoreReply::Error(400, "ThrottlingException"), "ThrottlingException"),
        (StoreReply::Error(400, "AccessDeniedException"), "AccessDeniedException"),
        (StoreReply::Error(500, "InternalServerError"), "InternalServerError"),
        (StoreReply::Garbled, "an answer that cannot be read"),
        (StoreReply::End, "connection closed"),
        (StoreReply::Reset, "reset"),
        (StoreReply::Silence, "no answer in time"),
    ] {
        world.proxy.always(Fault(Heard::Never, reply));
        let (found, log) = logged(keyring.by_key(KeyId::of(SECRET), at(now))).await;
        assert!(found.unwrap().is_some(), "{reply:?}");
        let line: Value = serde_json::from_str(&log).unwrap();
        assert_eq!(line["level"], "ERROR");
        assert_eq!(line["message"], "the apps could not be read again; the ones in memory stay in use");
        assert!(line["error"].as_str().unwrap().to_lowercase().contains(&said.to_lowercase()), "{reply:?}: {log}");
        // Tried again after 5 s.
        now += 5;
    }
    world.proxy.always(Fault::NONE);
    let (_, log) = logged(keyring.only(at(now))).await;
    assert_eq!(log, "");
}

#[tokio::test]
async fn a_reading_that_takes_too_long_keeps_what_is_held() {
    let world = World::new().await;
    let keyring = keyring(&world).await;
    world.proxy.always(Fault::SILENCE);
    tokio::time::pause();
    let (ada, log) = logged(keyring.only(at(1060))).await;
    assert!(ada.unwrap().is_some());
    assert!(log.contains("no answer within 3000 ms"), "{log}");
}

#[tokio::test]
async fn a_keyring_without_keys_is_filled_when_it_is_first_used() {
    let world = World::new().await;
    world.proxy.always(Fault::THROTTLED);
    let loaded = Keyring::load(world.timed_apps(), Duration::from_secs(60), at(1000));
    let (keyring, log) = logged(loaded).await;
    let keyring = keyring.unwrap();
    assert!(log.contains("the apps could not be read; the first request tries again"), "{log}");
    // At once, and every time until it succeeds.
    for _ in 0..2 {
        world.proxy.take();
        let error = keyring.by_key(KeyId::of(SECRET), at(1000)).await.unwrap_err();
        assert!(error.to_string().contains("ThrottlingException"), "{error}");
        assert_eq!(world.proxy.take(), ["Scan"; 3]);
    }
    world.proxy.always(Fault::NONE);
    assert!(keyring.by_key(KeyId::of(SECRET), at(1000)).await.unwrap().is_some());
    keyring.only(at(1059)).await.unwrap();
    assert_eq!(world.proxy.take(), ["Scan"]);
}

#[tokio::test]
async fn a_key_without_an_index_entry_is_named_in_the_log() {
    let world = World::new().await;
    world.delete_pointer(SECRET).await;
    let load = || Keyring::load(world.apps.clone(), Duration::from_secs(60), at(1000));
    let (_, log) = logged(load()).await;
    assert!(log.contains("a key is not indexed; run `action-links key index`"), "{log}");
    assert!(log.contains(KeyId::of(SECRET).as_str()) && log.contains(r#""app":"ada""#), "{log}");
    assert_eq!(world.apps.index_keys().await.unwrap().written, 1);
    let (_, log) = logged(load()).await;
    assert_eq!(log, "");
}

#[tokio::test]
async fn another_apps_record_cannot_kill_a_key_by_its_id() {
    let kid = KeyId::of(SECRET);
    for entry in [
        json!({ "kid": kid.as_str(), "revoked_at": "2026-11-23T08:00:00Z" }),
        json!({ "kid": kid.as_str(), "secret": BOB, "revoked_at": "2026-11-23T08:00:00Z" }),
        json!({ "kid": kid.as_str() }),
        json!({ "kid": kid.as_str(), "secret": null, "revoked_at": "2026-11-23T08:00:00Z" }),
    ] {
        let world = World::builder().another_app(json!({ "id": "bob", "name": "Bob", "keys": [entry] })).start().await;
        world.delete_pointer(SECRET).await;
        let indexed = world.apps.index_keys().await.unwrap();
        assert!(!indexed.shared.contains(&kid), "{entry}");
        assert!(keyring(&world).await.by_key(kid, at(1000)).await.unwrap().is_some(), "{entry}");
    }
}

#[tokio::test]
async fn a_fault_of_a_record_is_logged_once_and_again_when_it_changes_or_goes() {
    let faulty = |undo: Value| ada(json!({ "undo_seconds": undo, "confirm_actions": vec![1; 5000] }));
    for is_large in [false, true] {
        let world = World::builder().app(faulty(json!("soon"))).start().await;
        if is_large {
            world.outgrow_a_page().await;
        }
        let load = Keyring::load(world.apps.clone(), Duration::from_secs(60), at(1000));
        let (keyring, mut log) = logged(async {
            let keyring = load.await.unwrap();
            keyring.by_key(KeyId::of(SECRET), at(1000)).await.unwrap();
            keyring
        })
        .await;
        assert!(log.contains("`undo_seconds` is not") && log.contains(r#""SettingFaults":1"#), "{log}");
        assert!(log.lines().count() == 5 && log.contains("`confirm_actions` has 4997 more"), "{}", log.lines().count());
        // Anyone can cause the record to be read again.
        let mut now = 1000;
        let mut again = async || {
            now += 60;
            let reads = async {
                for secret in ["forged", SECRET] {
                    keyring.by_key(KeyId::of(secret), at(now)).await.unwrap();
                }
            };
            logged(reads).await.1
        };
        assert_eq!(again().await, "");
        world.put_app(faulty(json!("later"))).await;
        log = again().await;
        assert_eq!(log, "", "the same fault, with another value");
        world.put_app(ada(json!({ "min_dwell_ms": "soon" }))).await;
        log = again().await;
        let line: Value = serde_json::from_str(&log).unwrap();
        assert!(line["fault"].as_str().unwrap().contains("min_dwell_ms"), "{log}");
    }
}

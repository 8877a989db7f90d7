//! Keys that are added, retired and revoked: links that were sent keep working, revoked ones stop,
//! and an outsider cannot tell the keys apart.

use action_links::link::KeyId;
use serde_json::{Value, json};

use crate::support::{HttpClient, SECRET, World, ada, at, header_of, naming, path, token_of};

const NEWER: &str = "test_api_key_that_was_made_later_0123456789";

/// The app with its own key in that state, and a newer key.
fn rotated(state: &str) -> Value {
    let mut old = json!({ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z" });
    if !state.is_empty() {
        old[state] = json!("2026-11-23T08:00:00Z");
    }
    ada(json!({ "keys": [old, { "secret": NEWER, "created_at": "2026-11-23T08:00:00Z" }] }))
}

async fn world() -> World {
    World::builder().booking(json!({})).start().await
}

/// The key id in the header of the link that the service signs.
async fn signing_key(world: &World) -> Value {
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm" });
    header_of(world.restart().await.invoke(sign).await["signature"].as_str().unwrap())["kid"].take()
}

#[tokio::test]
async fn rotation_breaks_no_mail_that_was_sent() {
    let world = world().await;
    let sent = world.sign("b-1", "confirm");
    assert_eq!(signing_key(&world).await, KeyId::of(SECRET).as_str());

    world.put_app(rotated("")).await;
    assert_eq!(signing_key(&world).await, KeyId::of(NEWER).as_str());
    world.put_app(rotated("retired_at")).await;
    assert_eq!(signing_key(&world).await, KeyId::of(NEWER).as_str());

    let gateway = world.restart().await;
    assert_eq!(gateway.click(&sent).await.status, 200);
    assert_eq!(world.state("b-1").await, "confirmed");
    assert_eq!(gateway.click(&sent).await.status, 410);
}

#[tokio::test]
async fn a_revoked_key_is_dead_to_both_functions() {
    let world = world().await;
    let sent = world.sign("b-1", "confirm");
    world.put_app(rotated("revoked_at")).await;
    let gateway = world.restart().await;
    assert_eq!(gateway.click(&sent).await.status, 403);
    for (secret, status) in [(SECRET, 401), (NEWER, 200)] {
        assert_eq!(gateway.read_as(secret, "/v2/bookings").await.status, status);
    }
    assert_eq!(world.state("b-1").await, "tentative");
}

#[tokio::test]
async fn revoking_takes_effect_within_the_refresh_time() {
    let world = world().await;
    world.book(json!({ "id": "b-2" })).await;
    let clicks = world.clicks(at(1000)).await;
    world.put_app(rotated("revoked_at")).await;
    for (booking, second, code) in [("b-1", 1059, "applied"), ("b-2", 1060, "invalid_signature")] {
        assert_eq!(clicks.open(world.sign_at(booking, "confirm", at(1000)), at(second)).await.code, code);
    }
    assert_eq!(world.state("b-2").await, "tentative");
}

/// Links with invalid tokens, each for another reason, and whether the token names a key.
fn bad_links() -> [(&'static str, String, bool); 8] {
    let other = "test_api_key_of_somebody_else_0123456789abc";
    let signed = |secret: &str, header: &Value, claims| path("b-1", "confirm", &token_of(secret, header, claims));
    let live = naming(NEWER);
    [
        ("a revoked key", signed(SECRET, &naming(SECRET), json!({})), true),
        ("an unknown key", signed(other, &naming(other), json!({})), true),
        ("a bad MAC", signed(other, &live, json!({})), true),
        ("another booking", signed(NEWER, &live, json!({ "booking_id": "b-2" })), true),
        ("another action", signed(NEWER, &live, json!({ "action": "cancel" })), true),
        ("no algorithm", signed(NEWER, &json!({ "alg": "none" }), json!({})), false),
        ("an expired link of an unknown key", signed(other, &live, json!({ "exp": 1 })), true),
        ("no token", path("b-1", "confirm", &"x".repeat(100)), false),
    ]
}

#[tokio::test]
async fn nobody_outside_can_tell_why_a_signature_is_bad() {
    let world = world().await;
    world.put_app(rotated("revoked_at")).await;
    let gateway = world.restart().await;
    world.proxy.take();
    for accept in ["text/html", "application/json"] {
        let mut answers = Vec::new();
        for (why, link, _) in bad_links() {
            let answer = gateway.with("accept", accept).click(&link).await;
            answers.push((why, (answer.status, answer.headers, answer.body)));
            // The table is not read before the MAC has been checked, which could be timed.
            assert_eq!(world.proxy.take(), Vec::<String>::new(), "{why}");
        }
        for (why, answer) in &answers {
            assert_eq!(answer, &answers[0].1, "{why}");
        }
    }
}

#[tokio::test]
async fn nor_does_the_time_tell() {
    let world = world().await;
    world.put_app(rotated("revoked_at")).await;
    for (why, link, names_a_key) in bad_links() {
        let clicks = world.clicks(at(1000)).await;
        // The keys are read once more, whichever key the token names.
        for (second, operations) in [(1004, vec![]), (1005, vec!["Scan"]), (1009, vec![])] {
            assert_eq!(clicks.open(&link, at(second)).await.code, "invalid_signature", "{why}");
            let expected = if names_a_key { operations } else { Vec::new() };
            assert_eq!(world.proxy.take(), expected, "{why} at {second}");
        }
    }
}

/// The answer to a request for `b-1` and its links with this key, and the link in it.
async fn links_of(gateway: &HttpClient, secret: &str) -> (u16, Option<String>) {
    let answer = gateway.read_as(secret, "/v2/bookings/b-1?include=action_links").await;
    let link = answer.data()["action_links"]["confirm"].as_str().map(str::to_owned);
    (answer.status, link)
}

#[tokio::test]
async fn links_fetched_with_a_leaked_key_stop_working_with_it() {
    let world = world().await;
    // The key has leaked and is not revoked yet, though there is a newer one.
    world.put_app(rotated("")).await;
    let (_, harvested) = links_of(&world.restart().await, SECRET).await;
    world.put_app(rotated("revoked_at")).await;
    let gateway = world.restart().await;
    assert_eq!(gateway.click(&harvested.unwrap()).await.status, 403);
    assert_eq!(world.state("b-1").await, "tentative");
    let (_, own) = links_of(&gateway, NEWER).await;
    assert_eq!(gateway.click(&own.unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_retired_key_signs_nothing() {
    let world = world().await;
    world.put_app(rotated("retired_at")).await;
    let gateway = world.restart().await;
    assert_eq!(links_of(&gateway, SECRET).await, (409, None));
    assert_eq!(links_of(&gateway, NEWER).await.0, 200);
}

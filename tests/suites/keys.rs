//! Keys that are added, retired and revoked: links that were sent keep working, revoked ones stop,
//! and an outsider cannot tell the keys apart.

use action_links::app::AppRecord;
use action_links::click::{Click, Outcome};
use action_links::emulator::LocalGateway;
use action_links::link::{KeyHint, KeyId, UnverifiedLink};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{SECRET, World, ada, at, booking, hs256, opened, send};

const NEWER: &str = "test_api_key_that_was_made_later_0123456789";

/// The app with its own key in that state, and a newer key.
fn rotated(state: &str) -> AppRecord {
    let mut app = ada();
    if !state.is_empty() {
        app["keys"][0][state] = json!("2026-11-23T08:00:00Z");
    }
    let newer = json!({ "secret": NEWER, "created_at": "2026-11-23T08:00:00Z" });
    app["keys"].as_array_mut().unwrap().push(newer);
    AppRecord::from(app.as_object().unwrap().clone())
}

async fn world() -> World {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    world
}

/// The key id in the header of the link that the service signs.
async fn signing_key(world: &World) -> String {
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm" });
    let signed = world.restart().await.invoke_booking_links(sign).await.unwrap();
    let header = signed["signature"].as_str().unwrap().split('.').next().unwrap().to_owned();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

fn authorization(secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!(":{secret}")))
}

#[tokio::test]
async fn rotation_breaks_no_mail_that_was_sent() {
    let world = world().await;
    let sent = world.sign("b-1", "confirm");
    assert_eq!(signing_key(&world).await, KeyId::of(SECRET).as_str());

    world.apps.put(rotated("")).await.unwrap();
    assert_eq!(signing_key(&world).await, KeyId::of(NEWER).as_str());
    world.apps.put(rotated("retired_at")).await.unwrap();
    assert_eq!(signing_key(&world).await, KeyId::of(NEWER).as_str());

    let gateway = world.restart().await;
    assert_eq!(send(&gateway, "GET", &sent.url, &[]).await.status, 200);
    assert_eq!(world.item("b-1").await["state"], "confirmed");
    assert_eq!(send(&gateway, "GET", &sent.url, &[]).await.status, 410);
}

#[tokio::test]
async fn a_revoked_key_is_dead_to_both_functions() {
    let world = world().await;
    let sent = world.sign("b-1", "confirm");
    world.apps.put(rotated("revoked_at")).await.unwrap();
    let gateway = world.restart().await;
    assert_eq!(send(&gateway, "GET", &sent.url, &[]).await.status, 403);
    for (secret, status) in [(SECRET, 401), (NEWER, 200)] {
        let headers = [("authorization", authorization(secret))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(send(&gateway, "GET", "/v2/bookings", &headers).await.status, status);
    }
    assert_eq!(world.item("b-1").await["state"], "tentative");
}

#[tokio::test]
async fn revoking_takes_effect_within_the_refresh_time() {
    let world = world().await;
    world.put(booking("b-2", "confirm_decline", "tentative")).await;
    let clicks = world.clicks(at(1000)).await;
    world.apps.put(rotated("revoked_at")).await.unwrap();
    let click = |booking: &str, second| Click { now: at(second), ..opened(&world.sign(booking, "confirm")) };
    assert!(matches!(clicks.decide(&click("b-1", 1059)).await.outcome, Outcome::Applied { .. }));
    assert!(matches!(clicks.decide(&click("b-2", 1060)).await.outcome, Outcome::InvalidSignature));
    assert_eq!(world.item("b-2").await["state"], "tentative");
}

/// Invalid tokens, each for another reason.
fn bad_tokens() -> Vec<(&'static str, String)> {
    let claims = r#"{"booking_id":"b-1","action":"confirm"}"#;
    let other = "test_api_key_of_somebody_else_0123456789abc";
    let header = |kid: KeyId| format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#);
    let revoked = hs256(SECRET, &header(KeyId::of(SECRET)), claims);
    let live = header(KeyId::of(NEWER));
    vec![
        ("a revoked key", revoked),
        ("an unknown key", hs256(other, &header(KeyId::of(other)), claims)),
        ("a bad MAC", hs256(other, &live, claims)),
        ("another booking", hs256(NEWER, &live, r#"{"booking_id":"b-2","action":"confirm"}"#)),
        ("another action", hs256(NEWER, &live, r#"{"booking_id":"b-1","action":"cancel"}"#)),
        ("no algorithm", hs256(NEWER, r#"{"alg":"none"}"#, claims)),
        (
            "an expired link of an unknown key",
            hs256(other, &live, r#"{"booking_id":"b-1","action":"confirm","exp":1}"#),
        ),
        ("no token", "x".repeat(100)),
    ]
}

#[tokio::test]
async fn nobody_outside_can_tell_why_a_signature_is_bad() {
    let world = world().await;
    world.apps.put(rotated("revoked_at")).await.unwrap();
    let gateway = world.restart().await;
    world.proxy.take();
    for accept in ["text/html", "application/json"] {
        let mut answers = Vec::new();
        for (why, token) in bad_tokens() {
            let path = format!("/v2/bookings/b-1/external_action/confirm?signature={token}");
            let answer = send(&gateway, "GET", &path, &[("accept", accept)]).await;
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
    world.apps.put(rotated("revoked_at")).await.unwrap();
    for (why, token) in bad_tokens() {
        let clicks = world.clicks(at(1000)).await;
        world.proxy.take();
        let link = UnverifiedLink::parse("/v2/bookings/b-1/external_action/confirm", [("signature", token)]).unwrap();
        // The keys are read once more, whichever key the token names.
        let names_a_key = matches!(link.unverified_key(), KeyHint::Named(_));
        for (second, operations) in [(1004, vec![]), (1005, vec!["Scan"]), (1009, vec![])] {
            let click = Click { link: link.clone(), now: at(second), ..opened(&world.sign("b-1", "confirm")) };
            assert!(matches!(clicks.decide(&click).await.outcome, Outcome::InvalidSignature), "{why}");
            let expected = if names_a_key { operations } else { Vec::new() };
            assert_eq!(world.proxy.take(), expected, "{why} at {second}");
        }
    }
}

/// The answer to a request for `b-1` and its links with this key, and the link in it.
async fn links_of(gateway: &LocalGateway, secret: &str) -> (u16, Option<String>) {
    let authorization = authorization(secret);
    let headers = [("authorization", authorization.as_str())];
    let answer = send(gateway, "GET", "/v2/bookings/b-1?include=action_links", &headers).await;
    let link = answer.json()["data"]["action_links"]["confirm"].as_str().map(str::to_owned);
    (answer.status.as_u16(), link)
}

#[tokio::test]
async fn links_fetched_with_a_leaked_key_stop_working_with_it() {
    let world = world().await;
    // The key has leaked and is not revoked yet, though there is a newer one.
    world.apps.put(rotated("")).await.unwrap();
    let (_, harvested) = links_of(&world.restart().await, SECRET).await;
    world.apps.put(rotated("revoked_at")).await.unwrap();
    let gateway = world.restart().await;
    assert_eq!(send(&gateway, "GET", &harvested.unwrap(), &[]).await.status, 403);
    assert_eq!(world.item("b-1").await["state"], "tentative");
    let (_, own) = links_of(&gateway, NEWER).await;
    assert_eq!(send(&gateway, "GET", &own.unwrap(), &[]).await.status, 200);
}

#[tokio::test]
async fn a_retired_key_signs_nothing() {
    let world = world().await;
    world.apps.put(rotated("retired_at")).await.unwrap();
    let gateway = world.restart().await;
    assert_eq!(links_of(&gateway, SECRET).await, (409, None));
    assert_eq!(links_of(&gateway, NEWER).await.0, 200);
}

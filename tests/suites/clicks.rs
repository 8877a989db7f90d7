//! Every outcome of a click: status, code, headers, and the booking in the table afterwards.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{SECRET, World, ada, booking, hs256, logged};

const JSON: &[(&str, &str)] = &[("accept", "application/json")];
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The app with additional settings.
fn app(more: Value) -> Value {
    let mut app = ada();
    app.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app
}

/// A token to confirm `b-1`, with additional claims.
fn token(more: Value) -> String {
    let mut claims = json!({ "booking_id": "b-1", "action": "confirm" });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    hs256(SECRET, HEADER, &claims.to_string())
}

/// A world with the booking `b-1`, tentative.
async fn world(settings: Value) -> World {
    let world = World::with(&[app(settings)], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    world
}

/// Checks a refusal, for a browser and for a program; the booking is unchanged.
async fn is_refused(world: &World, path: &str, status: u16, code: &str) {
    let before = world.item("b-1").await;
    let page = world.send("GET", path, &[("accept", "text/html")]).await;
    assert_eq!(page.status, status, "{}", page.body);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.body.contains("<h1>"), "{}", page.body);

    let posted = world.send("POST", path, &[]).await;
    assert_eq!(posted.status, status, "{}", posted.body);

    let problem = world.send("GET", path, JSON).await;
    assert_eq!(problem.status, status);
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert_eq!(problem.json()["code"], code);
    assert_eq!(problem.json()["status"], status);
    assert_eq!(world.item("b-1").await, before);
}

fn path(token: &str) -> String {
    format!("/v2/bookings/b-1/external_action/confirm?signature={token}")
}

#[tokio::test]
async fn a_click_is_applied_and_goes_on_to_the_redirect() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks" })).await;
    let link = world.sign("b-1", "confirm");
    let answer = world.send("GET", &link.url, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, Some("https://hairbyada.example/thanks")));

    let item = world.item("b-1").await;
    assert_eq!((&item["state"], &item["completed"]), (&json!("confirmed"), &json!(false)));
    assert_ne!(item["updated_at"], "2026-11-01T08:00:00Z");
    assert_eq!(item["attributes"], json!({ "what": "Cut" }));
    assert_eq!(item["used_links"], json!([link.link_id.as_str()]));
    let entry = item["action_log"][0].as_object().unwrap();
    assert_eq!(
        (&entry["action"], &entry["from"], &entry["to"]),
        (&json!("confirm"), &json!("tentative"), &json!("confirmed"))
    );
    assert_eq!(entry["link_id"], link.link_id.as_str());
    assert_eq!(entry["at"], item["updated_at"]);
    assert!(entry["request_id"].is_string());
    assert!(!entry.contains_key("source_ip") && !entry.contains_key("user_agent"));
}

#[tokio::test]
async fn a_pressed_button_goes_on_with_303() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks" })).await;
    let answer = world.send("POST", &world.sign("b-1", "confirm").url, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("https://hairbyada.example/thanks")));
}

#[tokio::test]
async fn entering_a_final_state_completes_the_booking() {
    let world = world(json!({})).await;
    world.send("GET", &world.sign("b-1", "decline").url, &[]).await;
    let item = world.item("b-1").await;
    assert_eq!((&item["state"], &item["completed"]), (&json!("declined"), &json!(true)));
}

#[tokio::test]
async fn an_app_that_logs_clients_gets_their_address_and_name() {
    let world = world(json!({ "log_client": true })).await;
    world.send("GET", &world.sign("b-1", "confirm").url, &[("user-agent", "Mozilla/5.0")]).await;
    let item = world.item("b-1").await;
    assert_eq!(item["action_log"][0]["source_ip"], "127.0.0.1");
    assert_eq!(item["action_log"][0]["user_agent"], "Mozilla/5.0");
}

#[tokio::test]
async fn without_a_redirect_a_page_says_that_it_is_done() {
    let world = world(json!({})).await;
    let answer = world.send("GET", &world.sign("b-1", "confirm").url, &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("<h1>The booking is confirmed</h1>"), "{}", answer.body);
}

#[tokio::test]
async fn without_a_redirect_a_program_gets_json() {
    let world = world(json!({})).await;
    let answer = world.send("GET", &world.sign("b-1", "confirm").url, JSON).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({ "data": { "id": "b-1", "state": "confirmed", "action": "confirm" } }));
}

#[tokio::test]
async fn a_used_link_says_what_it_did_and_leads_on() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks" })).await;
    let link = world.sign("b-1", "confirm");
    world.send("GET", &link.url, &[]).await;
    is_refused(&world, &link.url, 410, "link_used").await;
    let page = world.send("GET", &link.url, &[]).await;
    assert!(page.body.contains("<h1>The booking is confirmed</h1><p>This link has already been used"), "{}", page.body);
    assert!(page.body.contains(r#"href="https://hairbyada.example/thanks""#), "{}", page.body);
}

#[tokio::test]
async fn a_used_link_stays_used_when_the_booking_has_moved_on() {
    let world = world(json!({})).await;
    let confirm = world.sign("b-1", "confirm");
    world.send("GET", &confirm.url, &[]).await;
    world.send("GET", &world.sign("b-1", "cancel").url, &[]).await;
    let answer = world.send("GET", &confirm.url, JSON).await;
    assert_eq!((&answer.json()["code"], &answer.json()["state"]), (&json!("link_used"), &json!("cancelled")));
}

#[tokio::test]
async fn a_used_link_stays_used_when_the_booking_is_put_back() {
    let world = world(json!({})).await;
    let confirm = world.sign("b-1", "confirm");
    world.send("GET", &confirm.url, &[]).await;
    world.set_state("b-1", "tentative").await;
    is_refused(&world, &confirm.url, 410, "link_used").await;
    assert_eq!(world.send("GET", &world.sign("b-1", "decline").url, &[]).await.status, 200);
}

#[tokio::test]
async fn a_used_link_may_go_on_as_if_applied() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks", "on_replay": "redirect" })).await;
    let link = world.sign("b-1", "confirm");
    world.send("GET", &link.url, &[]).await;
    let before = world.item("b-1").await;
    assert_eq!(world.send("GET", &link.url, &[]).await.status, 302);
    assert_eq!(world.send("POST", &link.url, &[]).await.status, 303);
    assert_eq!(world.item("b-1").await, before);
}

#[tokio::test]
async fn an_expired_link_is_refused_from_that_second_on() {
    let world = world(json!({})).await;
    is_refused(&world, &path(&token(json!({ "exp": now() }))), 410, "link_expired").await;
    assert_eq!(world.send("GET", &path(&token(json!({ "exp": now() + 60 }))), &[]).await.status, 200);
}

#[tokio::test]
async fn a_link_that_is_not_valid_yet_is_refused() {
    let world = world(json!({})).await;
    is_refused(&world, &path(&token(json!({ "nbf": now() + 3600 }))), 403, "link_not_yet_valid").await;
}

#[tokio::test]
async fn a_state_that_does_not_allow_the_action_is_named() {
    let world = world(json!({})).await;
    let cancel = world.sign("b-1", "cancel_by_customer");
    is_refused(&world, &cancel.url, 409, "action_not_available").await;
    let page = world.send("GET", &cancel.url, &[]).await;
    assert!(page.body.contains("<dt>Status now</dt><dd><bdi>Awaiting confirmation</bdi></dd>"), "{}", page.body);
    assert_eq!(world.send("GET", &cancel.url, JSON).await.json()["state"], "tentative");
}

#[tokio::test]
async fn a_request_that_is_not_a_link_is_malformed() {
    let world = world(json!({})).await;
    let good = token(json!({}));
    for path in [
        "/v2/bookings/b-1/external_action/confirm".to_owned(),
        "/v2/bookings/b-1/external_action/confirm?signature=".to_owned(),
        format!("{}&signature={good}", path(&good)),
        format!("{}&redirect=https://a.example&redirect=https://a.example", path(&good)),
        format!("/v2/bookings/b%201/external_action/confirm?signature={good}"),
        format!("/v2/bookings/b-1/external_action/CONFIRM?signature={good}"),
        format!("/v2/bookings/b-1/external_action/confirm/?signature={good}"),
    ] {
        is_refused(&world, &path, 400, "malformed_link").await;
    }
}

#[tokio::test]
async fn a_signature_that_does_not_fit_is_invalid() {
    let world = world(json!({})).await;
    let good = token(json!({}));
    let other_key = hs256(&"k".repeat(40), HEADER, r#"{"booking_id":"b-1","action":"confirm"}"#);
    let unknown_kid =
        hs256(SECRET, r#"{"alg":"HS256","kid":"0123456789abcdef"}"#, r#"{"booking_id":"b-1","action":"confirm"}"#);
    let none = hs256(SECRET, r#"{"alg":"none"}"#, r#"{"booking_id":"b-1","action":"confirm"}"#);
    for token in [
        "x",
        &good[..good.len() - 1],
        &format!("{good}="),
        &other_key,
        &unknown_kid,
        &none,
        &token(json!({ "booking_id": "b-2" })),
        &token(json!({ "action": "decline" })),
        &token(json!({ "exp": "soon" })),
    ] {
        is_refused(&world, &path(token), 403, "invalid_signature").await;
    }
}

#[tokio::test]
async fn revoked_keys_open_nothing_and_retired_ones_still_do() {
    let keys = |state: &str| json!({ "keys": [{ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z", state: "2026-06-01T00:00:00Z" }] });
    is_refused(&world(keys("revoked_at")).await, &path(&token(json!({}))), 403, "invalid_signature").await;
    assert_eq!(world(keys("retired_at")).await.click("b-1", "confirm", &token(json!({})), "").await.status, 200);
}

#[tokio::test]
async fn a_redirect_that_is_not_allowed_stops_the_click() {
    let world = world(json!({ "redirect_hosts": ["hairbyada.example"] })).await;
    let good = token(json!({}));
    for redirect in
        ["https://evil.example/", "http://hairbyada.example/", "javascript:alert(1)", "%2F%2Fhairbyada.example"]
    {
        is_refused(&world, &format!("{}&redirect={redirect}", path(&good)), 400, "redirect_not_allowed").await;
    }
    let signed = token(json!({ "redirect": "https://a.example/" }));
    is_refused(&world, &format!("{}&redirect=https://hairbyada.example/", path(&signed)), 400, "redirect_not_allowed")
        .await;
    is_refused(&world, &path(&token(json!({ "redirect": "http://a.example/" }))), 400, "redirect_not_allowed").await;
}

#[tokio::test]
async fn an_allowed_redirect_is_followed_as_parsed() {
    let world =
        world(json!({ "redirect_hosts": ["*.hairbyada.example"], "redirect_url": "https://hairbyada.example/thanks" }))
            .await;
    let answer =
        world.click("b-1", "confirm", &token(json!({})), "&redirect=https%3A%2F%2FWWW.hairbyada.example%2Fa%20b").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, Some("https://www.hairbyada.example/a%20b")));
}

#[tokio::test]
async fn a_signed_redirect_may_lead_anywhere() {
    let world = world(json!({})).await;
    let answer = world.click("b-1", "confirm", &token(json!({ "redirect": "https://else.example/x" })), "").await;
    assert_eq!(answer.header("location"), Some("https://else.example/x"));
}

#[tokio::test]
async fn a_booking_that_is_not_there_or_another_apps_is_not_found() {
    let world = world(json!({})).await;
    is_refused(&world, &world.sign("b-404", "confirm").url, 404, "booking_not_found").await;
    let mut foreign = booking("b-2", "confirm_decline", "tentative");
    foreign["app_id"] = json!("bob");
    world.put(foreign.clone()).await;
    is_refused(&world, &world.sign("b-2", "confirm").url, 404, "booking_not_found").await;
    assert_eq!(world.item("b-2").await, foreign);
}

#[tokio::test]
async fn actions_without_links_are_unknown() {
    let world = world(json!({})).await;
    for action in ["create", "timeout", "destroy"] {
        is_refused(&world, &world.sign("b-1", action).url, 404, "unknown_action").await;
    }
}

#[tokio::test]
async fn what_is_over_the_limits_is_too_long() {
    let world = world(json!({})).await;
    is_refused(&world, &path(&"a".repeat(4097)), 414, "link_too_long").await;
    let long = format!("/v2/bookings/{}/external_action/confirm?signature=x", "b".repeat(129));
    is_refused(&world, &long, 414, "link_too_long").await;
    let long = format!("/v2/bookings/b-1/external_action/{}?signature=x", "a".repeat(65));
    is_refused(&world, &long, 414, "link_too_long").await;
}

#[tokio::test]
async fn a_browser_with_a_dead_link_goes_to_the_apps_failure_page() {
    let world = world(json!({ "failure_redirect_url": "https://hairbyada.example/oops?from=mail" })).await;
    let location = |code: &str, action: &str| {
        format!("https://hairbyada.example/oops?from=mail&code={code}&booking_id=b-1&action={action}")
    };
    let leads = async |path: &str, code: &str, action: &str| {
        for (method, status) in [("GET", 302), ("POST", 303)] {
            let answer = world.send(method, path, &[]).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (status, Some(location(code, action).as_str()))
            );
        }
        assert_eq!(world.send("GET", path, JSON).await.json()["code"], code);
    };
    leads(&path(&token(json!({ "exp": 1 }))), "link_expired", "confirm").await;
    leads(&world.sign("b-1", "cancel").url, "action_not_available", "cancel").await;
    let used = world.sign("b-1", "confirm");
    world.send("GET", &used.url, &[]).await;
    leads(&used.url, "link_used", "confirm").await;
    // An unverified request is never redirected.
    assert_eq!(world.send("GET", &path("x"), &[]).await.status, 403);
    assert_eq!(world.send("GET", &world.sign("b-404", "confirm").url, &[]).await.status, 404);
}

#[tokio::test]
async fn a_store_that_fails_is_told_as_temporary() {
    let world = World::new().await;
    world.drop_bookings().await;
    let answer = world.send("GET", &world.sign("b-1", "confirm").url, JSON).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("5")));
    assert_eq!(answer.json()["code"], "temporarily_unavailable");
    assert!(!answer.body.contains(world.env["BOOKINGS_TABLE"].as_str()), "{}", answer.body);
}

#[tokio::test]
async fn each_of_several_apps_has_its_own_keys() {
    let other = "test_api_key_of_another_business_0123456789";
    let bob = json!({ "id": "bob", "name": "Bob", "keys": [{ "secret": other }] });
    let world = World::with(&[ada(), bob], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let claims = r#"{"booking_id":"b-1","action":"confirm"}"#;
    // Bob's key, with or without key id, gives no access to Ada's bookings.
    let kid = action_links::link::KeyId::of(other);
    let named = hs256(other, &format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#), claims);
    assert_eq!(world.click("b-1", "confirm", &named, "").await.status, 404);
    assert_eq!(world.click("b-1", "confirm", &hs256(other, HEADER, claims), "").await.status, 403);
    // Without a key id, the booking names the app whose keys are tried.
    assert_eq!(world.click("b-404", "confirm", &token(json!({ "booking_id": "b-404" })), "").await.status, 403);
    assert_eq!(world.item("b-1").await["state"], "tentative");
    assert_eq!(world.click("b-1", "confirm", &token(json!({})), "").await.status, 200);
}

#[tokio::test]
async fn a_table_of_ones_own_may_name_its_attributes() {
    let names = [
        ("BOOKING_ID_ATTRIBUTE", "pk"),
        ("STATE_ATTRIBUTE", "status"),
        ("GRAPH_ATTRIBUTE", "flow"),
        ("APP_ATTRIBUTE", "tenant"),
        ("DEFAULT_GRAPH", "instant"),
    ];
    let world = World::with(&[ada()], &names).await;
    world.put(json!({ "pk": "b-1", "status": "confirmed", "created_at": "2026-11-01T08:00:00Z" })).await;
    assert_eq!(world.send("GET", &world.sign("b-1", "confirm").url, &[]).await.status, 409);
    assert_eq!(world.send("GET", &world.sign("b-1", "cancel_by_customer").url, &[]).await.status, 200);
    let item = world.item("b-1").await;
    assert_eq!((&item["status"], &item["completed"]), (&json!("cancelled_by_customer"), &json!(true)));
}

#[tokio::test]
async fn a_broken_record_takes_no_booking_from_the_only_app() {
    let broken = json!({ "id": "bob" });
    let world = World::with(&[ada(), broken], &[]).await;
    let mut orphan = booking("b-1", "confirm_decline", "tentative");
    orphan.as_object_mut().unwrap().remove("app_id");
    world.put(orphan).await;
    assert_eq!(world.send("GET", &world.sign("b-1", "confirm").url, &[]).await.status, 200);
}

#[tokio::test]
async fn a_record_that_cannot_be_changed_is_not_told_as_temporary() {
    let world = World::new().await;
    for (id, attribute, value) in [("b-1", "used_links", json!("none")), ("b-2", "action_log", json!({}))] {
        let mut booking = booking(id, "confirm_decline", "tentative");
        booking[attribute] = value;
        world.put(booking).await;
        let before = world.item(id).await;
        let link = world.sign(id, "confirm").url;
        let (answer, log) = logged(world.send("GET", &link, &[("accept", "application/json")])).await;
        let told = (answer.status.as_u16(), answer.json()["code"].clone(), answer.header("retry-after"));
        assert_eq!(told, (500, json!("booking_unusable"), None), "{id}");
        assert!(log.contains("cannot be changed") && log.contains(&format!("\"booking\":\"{id}\"")), "{log}");
        assert_eq!(world.item(id).await, before);
    }
}

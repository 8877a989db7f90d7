//! Bookings over HTTP: access, added links, and the pages of a list.

use action_links::app::AppRecord;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{Answer, BASE, SECRET, World, ada, booking, logged, send};

const OTHER: &str = "test_api_key_of_another_business_0123456789";

fn bob() -> Value {
    json!({ "id": "bob", "name": "Bob", "keys": [{ "secret": OTHER }] })
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

async fn get_as(world: &World, secret: &str, path: &str) -> Answer {
    world.send("GET", path, &[("authorization", &basic("", secret))]).await
}

async fn get(world: &World, path: &str) -> Answer {
    get_as(world, SECRET, path).await
}

fn ids(answer: &Answer) -> Vec<String> {
    answer.json()["data"].as_array().unwrap().iter().map(|b| b["id"].as_str().unwrap().to_owned()).collect()
}

/// A booking with its own minute, so that the order is known.
fn nth(n: usize) -> Value {
    let mut booking = booking(&format!("b-{n:03}"), "instant", "confirmed");
    booking["created_at"] = json!(format!("2026-11-01T08:{:02}:{:02}Z", n / 60, n % 60));
    booking
}

#[tokio::test]
async fn the_password_is_an_api_key() {
    let world = World::new().await;
    world.put(booking("b-1", "instant", "confirmed")).await;
    for user in ["", "anyone"] {
        let answer = world.send("GET", "/v2/bookings/b-1", &[("authorization", &basic(user, SECRET))]).await;
        assert_eq!(answer.status, 200);
    }
    let wrong = [
        basic("", "wrong"),
        basic("", &SECRET[1..]),
        basic(SECRET, ""),
        format!("Bearer {SECRET}"),
        "Basic %".to_owned(),
        "Basic".to_owned(),
    ];
    for header in wrong {
        let answer = world.send("GET", "/v2/bookings/b-1", &[("authorization", &header)]).await;
        assert_eq!(answer.status, 401, "{header}");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic "));
        assert_eq!(answer.json()["code"], "unauthorized");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(world.send("GET", "/v2/bookings", &[]).await.status, 401);
}

#[tokio::test]
async fn one_booking_comes_whole_but_for_its_private_parts() {
    let world = World::new().await;
    let mut record = booking("b-1", "confirm_decline", "tentative");
    record["price"] = json!(10.5);
    record["tags"] = json!(["a", null, { "b": true }]);
    world.put(record.clone()).await;
    world.send("GET", &world.sign("b-1", "confirm").url, &[]).await;

    let got = get(&world, "/v2/bookings/b-1").await.json()["data"].clone();
    for name in ["attributes", "price", "tags", "created_at", "app_id"] {
        assert_eq!(got[name], record[name], "{name}");
    }
    assert_eq!(got["state"], "confirmed");
    assert_eq!(got["available_actions"], json!(["cancel", "cancel_by_customer", "reschedule_by_customer", "complete"]));
    for private in ["used_links", "action_log", "customer_action_links", "action_links"] {
        assert!(got.get(private).is_none(), "{private}");
    }
    let logs = get(&world, "/v2/bookings/b-1?include=logs").await.json()["data"].clone();
    assert_eq!(logs["action_log"][0]["action"], "confirm");
    assert!(logs.get("used_links").is_none());
}

#[tokio::test]
async fn links_are_for_the_actions_that_are_available() {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    world.put(booking("b-2", "instant", "cancelled")).await;
    let path = "/v2/bookings/b-1?include=customer_action_links,action_links";
    let tentative = get(&world, path).await.json()["data"].clone();
    assert_eq!(tentative["customer_action_links"], json!({}));
    assert_eq!(tentative["action_links"].as_object().unwrap().keys().collect::<Vec<_>>(), ["confirm", "decline"]);
    let confirm = tentative["action_links"]["confirm"].as_str().unwrap();
    assert!(confirm.starts_with(&format!("{BASE}/v2/bookings/b-1/external_action/confirm?signature=")), "{confirm}");
    assert_eq!(world.send("GET", confirm, &[]).await.status, 200);

    let confirmed = get(&world, path).await.json()["data"].clone();
    let customers: Vec<_> = confirmed["customer_action_links"].as_object().unwrap().keys().collect();
    assert_eq!(customers, ["cancel_by_customer", "reschedule_by_customer"]);
    assert_eq!(
        world.send("GET", confirmed["customer_action_links"]["cancel_by_customer"].as_str().unwrap(), &[]).await.status,
        200
    );

    let over = get(&world, "/v2/bookings/b-2?include=action_links").await.json()["data"].clone();
    assert_eq!((&over["action_links"], &over["available_actions"]), (&json!({}), &json!([])));
}

#[tokio::test]
async fn the_redirect_is_signed_into_the_links() {
    let world = World::new().await;
    world.put(booking("b-1", "instant", "confirmed")).await;
    let path = "/v2/bookings/b-1?include=customer_action_links&redirect=https%3A%2F%2Felse.example%2Fbye";
    let data = get(&world, path).await.json()["data"].clone();
    let link = data["customer_action_links"]["cancel_by_customer"].as_str().unwrap();
    assert!(!link.contains("redirect="), "{link}");
    assert_eq!(world.send("GET", link, &[]).await.header("location"), Some("https://else.example/bye"));
    let refused = get(&world, "/v2/bookings/b-1?redirect=http://else.example").await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (400, &json!("redirect_not_allowed")));
}

#[tokio::test]
async fn links_live_as_long_as_the_app_says() {
    let mut app = ada();
    app["link_lifetime_seconds"] = json!(3600);
    let world = World::with(&[app], &[]).await;
    world.put(booking("b-1", "instant", "confirmed")).await;
    let data = get(&world, "/v2/bookings/b-1?include=action_links").await.json()["data"].clone();
    let link = data["action_links"]["cancel"].as_str().unwrap();
    let token = link.rsplit_once("signature=").unwrap().1;
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
}

#[tokio::test]
async fn an_app_sees_its_own_bookings_alone() {
    let world = World::with(&[ada(), bob()], &[]).await;
    world.put(booking("b-1", "instant", "confirmed")).await;
    assert_eq!(get_as(&world, OTHER, "/v2/bookings/b-1").await.status, 404);
    assert_eq!(ids(&get_as(&world, OTHER, "/v2/bookings").await), Vec::<String>::new());
    assert_eq!(ids(&get(&world, "/v2/bookings").await), ["b-1"]);
    let missing = get(&world, "/v2/bookings/b-404").await;
    assert_eq!((missing.status.as_u16(), &missing.json()["code"]), (404, &json!("booking_not_found")));
}

#[tokio::test]
async fn a_list_goes_on_page_by_page_the_newest_first() {
    let world = World::new().await;
    for n in 0..7 {
        world.put(nth(n)).await;
    }
    let first = get(&world, "/v2/bookings?limit=3&include=customer_action_links&redirect=https://else.example/x").await;
    assert_eq!(
        (ids(&first), &first.json()["per_page"]),
        (vec!["b-006".into(), "b-005".into(), "b-004".into()], &json!(3))
    );
    let next = first.json()["next_page_url"].as_str().unwrap().to_owned();
    assert!(
        next.starts_with(&format!("{BASE}/v2/bookings?")) && next.contains("include=customer_action_links"),
        "{next}"
    );
    let second = get(&world, &next).await;
    assert_eq!(ids(&second), ["b-003", "b-002", "b-001"]);
    let link = second.json()["data"][0]["customer_action_links"]["cancel_by_customer"].as_str().unwrap().to_owned();
    assert_eq!(world.send("GET", &link, &[]).await.header("location"), Some("https://else.example/x"));
    let third = get(&world, second.json()["next_page_url"].as_str().unwrap()).await;
    assert_eq!((ids(&third), &third.json()["next_page_url"]), (vec!["b-000".to_owned()], &Value::Null));
    assert_eq!(get(&world, "/v2/bookings").await.json()["per_page"], 50);
}

#[tokio::test]
async fn a_list_that_is_sorted_by_a_number_comes_whole() {
    let world = World::new().await;
    world.sort_bookings_by_number().await;
    for n in 0..7 {
        let mut booking = nth(n);
        booking["created_at"] = json!(1_795_420_800 + n);
        // More than one of DynamoDB's own pages.
        booking["note"] = json!("x".repeat(300_000));
        world.put(booking).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/v2/bookings?limit=5".to_owned());
    loop {
        let page = get(&world, &path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        seen.extend(ids(&page));
        let Some(next) = page.json()["next_page_url"].as_str().map(str::to_owned) else { break };
        path = next;
    }
    assert_eq!(seen, (0..7).rev().map(|n| format!("b-{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_ends_before_it_grows_past_what_lambda_returns() {
    let world = World::new().await;
    for n in 0..20 {
        let mut booking = nth(n);
        // A quote is two bytes in JSON, and four when the answer is returned as a string.
        booking["note"] = json!("\"".repeat(190_000));
        world.put(booking).await;
    }
    let mut seen = Vec::new();
    let mut path = "/v2/bookings?limit=1000".to_owned();
    loop {
        let page = get(&world, &path).await;
        // What Lambda counts; its limit is 6 MB (6,291,556 bytes).
        let handed_over = serde_json::to_string(&page.body).unwrap().len();
        assert!(handed_over < 5_100_000, "{handed_over}");
        seen.extend(ids(&page));
        match page.json()["next_page_url"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, (0..20).rev().map(|n| format!("b-{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn cursors_of_other_lists_are_refused() {
    let world = World::with(&[ada(), bob()], &[]).await;
    for n in 0..3 {
        world.put(nth(n)).await;
    }
    let next = get(&world, "/v2/bookings?limit=1").await.json()["next_page_url"].as_str().unwrap().to_owned();
    let (before, cursor) = next.split_once("cursor=").unwrap();
    let (text, seal) = cursor.split_once('.').unwrap();
    // Cursors of the right form with no seal, half a seal, or the seal of another position.
    let forged = URL_SAFE_NO_PAD.encode(r#"["2026-11-01T08:00:00Z","b-001"]"#);
    let mut refused = vec![get_as(&world, OTHER, &next).await];
    for cursor in
        ["x", "", ".", &forged, &format!("{forged}."), text, &format!("{forged}.{seal}"), &cursor[..cursor.len() - 1]]
    {
        refused.push(get(&world, &format!("{before}cursor={cursor}")).await);
    }
    for answer in refused {
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (400, &json!("invalid_parameter")),
            "{}",
            answer.body
        );
        assert_eq!(answer.json()["detail"], "The parameter `cursor` is not a cursor of this list.");
    }
}

#[tokio::test]
async fn a_cursor_works_as_long_as_its_key() {
    let keys = |of_old: Value| {
        let mut old = json!({ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z" });
        old.as_object_mut().unwrap().extend(of_old.as_object().unwrap().clone());
        json!({ "id": "ada", "name": "Hair by Ada", "keys": [old, { "secret": OTHER, "created_at": "2026-06-01T00:00:00Z" }] })
    };
    let world = World::with(&[keys(json!({}))], &[]).await;
    for n in 0..3 {
        world.put(nth(n)).await;
    }
    let next = get(&world, "/v2/bookings?limit=1").await.json()["next_page_url"].as_str().unwrap().to_owned();
    for (of_old, status) in
        [(json!({ "retired_at": "2026-06-01T00:00:00Z" }), 200), (json!({ "revoked_at": "2026-07-01T00:00:00Z" }), 400)]
    {
        world.apps.put(AppRecord::from(keys(of_old).as_object().unwrap().clone())).await.unwrap();
        let gateway = world.restart().await;
        let answer = send(&gateway, "GET", &next, &[("authorization", &basic("", OTHER))]).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_list_goes_on_if_its_last_booking_is_deleted() {
    let world = World::new().await;
    for n in 0..3 {
        world.put(nth(n)).await;
    }
    let next = get(&world, "/v2/bookings?limit=1").await.json()["next_page_url"].as_str().unwrap().to_owned();
    world.delete("b-002").await;
    assert_eq!(ids(&get(&world, &next).await), ["b-001"]);
}

#[tokio::test]
async fn of_a_thousand_bookings_the_broken_ones_come_without_links_and_are_logged() {
    let world = World::new().await;
    let broken = [
        ("b-100", json!({ "state": null }), "it has no state, or one that is not a string"),
        ("b-200", json!({ "state": ["confirmed"] }), "it has no state, or one that is not a string"),
        ("b-300", json!({ "graph": { "name": "instant" } }), "its graph is unknown"),
        ("b-400", json!({ "used_links": 7, "action_log": "gone", "customers": 1, "attributes": [] }), ""),
    ];
    let mut bookings: Vec<Value> = (0..1000).map(nth).collect();
    for (id, fault, _) in &broken {
        let booking = bookings.iter_mut().find(|booking| booking["id"] == *id).unwrap();
        booking.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
    }
    // Absent, not only null.
    bookings[500].as_object_mut().unwrap().remove("state");
    world.put_bookings(&bookings).await;
    let path = "/v2/bookings?limit=1000&include=customer_action_links,logs";
    let (page, log) = logged(get(&world, path)).await;
    let data = page.json()["data"].as_array().unwrap().clone();
    assert_eq!(data.len(), 1000);
    let without: Vec<&str> = data
        .iter()
        .filter(|booking| booking["customer_action_links"].as_object().unwrap().is_empty())
        .map(|booking| booking["id"].as_str().unwrap())
        .collect();
    assert_eq!(without, ["b-500", "b-300", "b-200", "b-100"]);
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4, "{log}");
    for (id, _, reason) in broken.iter().filter(|(.., reason)| !reason.is_empty()) {
        let line = lines.iter().find(|line| line["booking"] == *id).unwrap();
        assert_eq!((&line["message"], &line["reason"]), (&json!("a booking gets no links"), &json!(reason)));
    }
}

#[tokio::test]
async fn parameters_that_make_no_sense_are_named() {
    let world = World::new().await;
    for (query, code, named) in [
        ("limit=0", "invalid_parameter", "limit"),
        ("limit=1001", "invalid_parameter", "limit"),
        ("limit=ten", "invalid_parameter", "limit"),
        ("limit=%2B5", "invalid_parameter", "limit"),
        ("limit=%zz", "invalid_parameter", "limit"),
        ("limit=", "invalid_parameter", "limit"),
        ("limit=5&limit=6", "invalid_parameter", "limit"),
        ("include=customer_action_links,secrets,keys", "unknown_include", "secrets, keys"),
    ] {
        let answer = get(&world, &format!("/v2/bookings?{query}")).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (400, &json!(code)), "{query}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(named), "{}", answer.body);
    }
    assert_eq!(get(&world, "/v2/bookings?limit=1000&utm_source=x").await.status, 200);
}

#[tokio::test]
async fn reading_alone_needs_neither_a_signing_key_nor_a_base() {
    let mut app = ada();
    app["keys"][0]["retired_at"] = json!("2026-06-01T00:00:00Z");
    let world = World::with(&[app], &[("LINK_BASE_URL", "")]).await;
    world.put(booking("b-1", "instant", "confirmed")).await;
    let read = get(&world, "/v2/bookings/b-1?include=logs").await;
    assert_eq!((read.status.as_u16(), read.json()["data"]["available_actions"].as_array().unwrap().len()), (200, 4));
    let links = get(&world, "/v2/bookings/b-1?include=action_links").await;
    assert_eq!((links.status.as_u16(), &links.json()["code"]), (409, &json!("no_signing_key")));
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let world = World::new().await;
    assert_eq!(get(&world, "/v2/customers").await.status, 404);
    let post = world.send("POST", "/v2/bookings", &[("authorization", &basic("", SECRET))]).await;
    assert_eq!((post.status.as_u16(), post.header("allow")), (405, Some("GET")));
}

#[tokio::test]
async fn a_broken_record_comes_without_links_and_spoils_no_other() {
    let world = World::new().await;
    world.put(nth(1)).await;
    world.put(json!({ "id": "b-002", "app_id": "ada", "state": 7, "created_at": "2026-11-01T09:00:00Z" })).await;
    world.put(json!({ "id": "b-003", "app_id": "ada", "graph": "nope", "state": "confirmed", "created_at": "2026-11-01T09:01:00Z" })).await;
    let list = get(&world, "/v2/bookings?include=action_links").await;
    assert_eq!(ids(&list), ["b-003", "b-002", "b-001"]);
    let data = list.json()["data"].clone();
    for broken in [&data[0], &data[1]] {
        assert_eq!((&broken["action_links"], &broken["available_actions"]), (&json!({}), &json!([])));
    }
    assert!(data[2]["action_links"]["cancel"].is_string());
}

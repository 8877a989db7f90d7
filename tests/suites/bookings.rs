//! Bookings over HTTP: access, added links, and the pages of a list.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Answer, BASE, BOB, SECRET, World, ada, basic, bob, booking, claims_of, extended, logged};

fn ids(answer: &Answer) -> Vec<String> {
    answer.data().as_array().unwrap().iter().map(|b| b["id"].as_str().unwrap().to_owned()).collect()
}

/// A booking with its own minute, so that the order is known.
fn nth(n: usize) -> Value {
    let created_at = format!("2026-11-01T08:{:02}:{:02}Z", n / 60, n % 60);
    booking(json!({ "id": format!("b-{n:03}"), "graph": "instant", "state": "confirmed", "created_at": created_at }))
}

fn next_page(answer: &Answer) -> Option<String> {
    answer.json()["next_page_url"].as_str().map(str::to_owned)
}

/// The bookings of a list to its last page; each page is checked.
async fn every_page(world: &World, first: &str, check: impl Fn(&Answer)) -> Vec<String> {
    let (mut seen, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let page = world.read(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        check(&page);
        seen.extend(ids(&page));
        next = next_page(&page);
    }
    seen
}

/// A world with that many bookings.
async fn world_of(count: usize) -> World {
    let world = World::builder().another_app(bob()).start().await;
    for n in 0..count {
        world.put(nth(n)).await;
    }
    world
}

#[tokio::test]
async fn the_password_is_an_api_key() {
    let world = World::builder().booking(json!({ "graph": "instant", "state": "confirmed" })).start().await;
    for user in ["", "anyone"] {
        let answer = world.with("authorization", &basic(&format!("{user}:{SECRET}"))).click("/v2/bookings/b-1").await;
        assert_eq!(answer.status, 200);
    }
    let wrong = [
        basic(":wrong"),
        basic(&format!(":{}", &SECRET[1..])),
        basic(&format!("{SECRET}:")),
        format!("Bearer {SECRET}"),
        "Basic %".to_owned(),
        "Basic".to_owned(),
    ];
    for header in wrong {
        let answer = world.with("authorization", &header).click("/v2/bookings/b-1").await;
        assert_eq!(answer.status, 401, "{header}");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic "));
        assert_eq!(answer.code(), "unauthorized");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(world.click("/v2/bookings").await.status, 401);
}

#[tokio::test]
async fn one_booking_comes_whole_but_for_its_private_parts() {
    let world = World::new().await;
    let record = booking(json!({ "price": 10.5, "tags": ["a", null, { "b": true }] }));
    world.put(record.clone()).await;
    world.click(world.sign("b-1", "confirm")).await;

    let got = world.read("/v2/bookings/b-1").await.data();
    for name in ["attributes", "price", "tags", "created_at", "app_id"] {
        assert_eq!(got[name], record[name], "{name}");
    }
    assert_eq!(got["state"], "confirmed");
    assert_eq!(got["available_actions"], json!(["cancel", "cancel_by_customer", "reschedule_by_customer", "complete"]));
    for private in ["used_links", "action_log", "customer_action_links", "action_links"] {
        assert!(got.get(private).is_none(), "{private}");
    }
    let logs = world.read("/v2/bookings/b-1?include=logs").await.data();
    assert_eq!(logs["action_log"][0]["action"], "confirm");
    assert!(logs.get("used_links").is_none());
}

#[tokio::test]
async fn links_are_for_the_actions_that_are_available() {
    let world = World::builder()
        .booking(json!({}))
        .booking(json!({ "id": "b-2", "graph": "instant", "state": "cancelled" }))
        .start()
        .await;
    let path = "/v2/bookings/b-1?include=customer_action_links,action_links";
    let tentative = world.read(path).await.data();
    assert_eq!(tentative["customer_action_links"], json!({}));
    assert_eq!(tentative["action_links"].as_object().unwrap().keys().collect::<Vec<_>>(), ["confirm", "decline"]);
    let confirm = tentative["action_links"]["confirm"].as_str().unwrap();
    assert!(confirm.starts_with(&format!("{BASE}/v2/bookings/b-1/external_action/confirm?signature=")), "{confirm}");
    assert_eq!(world.click(confirm).await.status, 200);

    let confirmed = world.read(path).await.data();
    let customers: Vec<_> = confirmed["customer_action_links"].as_object().unwrap().keys().collect();
    assert_eq!(customers, ["cancel_by_customer", "reschedule_by_customer"]);
    assert_eq!(
        world.click(confirmed["customer_action_links"]["cancel_by_customer"].as_str().unwrap()).await.status,
        200
    );

    let over = world.read("/v2/bookings/b-2?include=action_links").await.data();
    assert_eq!((&over["action_links"], &over["available_actions"]), (&json!({}), &json!([])));
}

#[tokio::test]
async fn the_redirect_is_signed_into_the_links() {
    let world = World::builder().booking(json!({ "graph": "instant", "state": "confirmed" })).start().await;
    let path = "/v2/bookings/b-1?include=customer_action_links&redirect=https%3A%2F%2Felse.example%2Fbye";
    let data = world.read(path).await.data();
    let link = data["customer_action_links"]["cancel_by_customer"].as_str().unwrap();
    assert!(!link.contains("redirect="), "{link}");
    assert_eq!(world.click(link).await.location(), Some("https://else.example/bye"));
    let refused = world.read("/v2/bookings/b-1?redirect=http://else.example").await;
    assert_eq!(refused.told(), (400, "redirect_not_allowed"));
}

#[tokio::test]
async fn links_live_as_long_as_the_app_says() {
    let world = World::builder()
        .app(json!({ "link_lifetime_seconds": 3600 }))
        .booking(json!({ "graph": "instant", "state": "confirmed" }))
        .start()
        .await;
    let data = world.read("/v2/bookings/b-1?include=action_links").await.data();
    let link = data["action_links"]["cancel"].as_str().unwrap();
    let claims = claims_of(link);
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
}

#[tokio::test]
async fn an_app_sees_its_own_bookings_alone() {
    let world =
        World::builder().another_app(bob()).booking(json!({ "graph": "instant", "state": "confirmed" })).start().await;
    assert_eq!(world.read_as(BOB, "/v2/bookings/b-1").await.status, 404);
    assert_eq!(ids(&world.read_as(BOB, "/v2/bookings").await), Vec::<String>::new());
    assert_eq!(ids(&world.read("/v2/bookings").await), ["b-1"]);
    let missing = world.read("/v2/bookings/b-404").await;
    assert_eq!(missing.told(), (404, "booking_not_found"));
}

#[tokio::test]
async fn a_list_goes_on_page_by_page_the_newest_first() {
    let world = world_of(7).await;
    let first = world.read("/v2/bookings?limit=3&include=customer_action_links&redirect=https://else.example/x").await;
    assert_eq!(
        (ids(&first), &first.json()["per_page"]),
        (vec!["b-006".into(), "b-005".into(), "b-004".into()], &json!(3))
    );
    let next = next_page(&first).unwrap();
    assert!(
        next.starts_with(&format!("{BASE}/v2/bookings?")) && next.contains("include=customer_action_links"),
        "{next}"
    );
    let second = world.read(&next).await;
    assert_eq!(ids(&second), ["b-003", "b-002", "b-001"]);
    let link = second.data()[0]["customer_action_links"]["cancel_by_customer"].as_str().unwrap().to_owned();
    assert_eq!(world.click(&link).await.location(), Some("https://else.example/x"));
    let third = world.read(next_page(&second).unwrap()).await;
    assert_eq!((ids(&third), next_page(&third)), (vec!["b-000".to_owned()], None));
    assert_eq!(world.read("/v2/bookings").await.json()["per_page"], 50);
}

#[tokio::test]
async fn a_list_reads_the_index_that_the_setting_names() {
    // The table has this index and no `by-app`.
    let world = World::builder().setting("BOOKINGS_INDEX", "by-salon").start().await;
    world.put(nth(1)).await;
    assert_eq!(ids(&world.read("/v2/bookings").await), ["b-001"]);
}

#[tokio::test]
async fn a_list_that_is_sorted_by_a_number_comes_whole() {
    let world = World::new().await;
    world.sort_bookings_by_number().await;
    for n in 0..7 {
        // More than one of DynamoDB's own pages.
        let more = json!({ "created_at": 1_795_420_800 + n, "note": "x".repeat(300_000) });
        world.put(extended(nth(n), more)).await;
    }
    let seen = every_page(&world, "/v2/bookings?limit=5", |_| {}).await;
    assert_eq!(seen, (0..7).rev().map(|n| format!("b-{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_ends_before_it_grows_past_what_lambda_returns() {
    let world = World::new().await;
    for n in 0..20 {
        // A quote is two bytes in JSON, and four when the answer is returned as a string.
        world.put(extended(nth(n), json!({ "note": "\"".repeat(190_000) }))).await;
    }
    let check = |page: &Answer| {
        // What Lambda counts; its limit is 6 MB (6,291,556 bytes).
        let handed_over = serde_json::to_string(&page.body).unwrap().len();
        assert!(handed_over < 5_100_000, "{handed_over}");
    };
    let seen = every_page(&world, "/v2/bookings?limit=1000", check).await;
    assert_eq!(seen, (0..20).rev().map(|n| format!("b-{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn cursors_of_other_lists_are_refused() {
    let world = world_of(3).await;
    let next = next_page(&world.read("/v2/bookings?limit=1").await).unwrap();
    let (before, cursor) = next.split_once("cursor=").unwrap();
    let (text, seal) = cursor.split_once('.').unwrap();
    // Cursors of the right form with no seal, half a seal, or the seal of another position.
    let forged = URL_SAFE_NO_PAD.encode(r#"["2026-11-01T08:00:00Z","b-001"]"#);
    let mut refused = vec![world.read_as(BOB, &next).await];
    for cursor in
        ["x", ".", &forged, &format!("{forged}."), text, &format!("{forged}.{seal}"), &cursor[..cursor.len() - 1]]
    {
        refused.push(world.read(&format!("{before}cursor={cursor}")).await);
    }
    for answer in refused {
        assert_eq!(answer.told(), (400, "invalid_parameter"), "{}", answer.body);
        assert_eq!(answer.json()["detail"], "The parameter `cursor` is not a cursor of this list.");
    }
}

#[tokio::test]
async fn a_cursor_works_as_long_as_its_key() {
    let keys = |of_old: Value| {
        let old = extended(json!({ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z" }), of_old);
        json!({ "keys": [old, { "secret": BOB, "created_at": "2026-06-01T00:00:00Z" }] })
    };
    let world = World::builder().app(keys(json!({}))).start().await;
    for n in 0..3 {
        world.put(nth(n)).await;
    }
    let next = next_page(&world.read("/v2/bookings?limit=1").await).unwrap();
    for (of_old, status) in
        [(json!({ "retired_at": "2026-06-01T00:00:00Z" }), 200), (json!({ "revoked_at": "2026-07-01T00:00:00Z" }), 400)]
    {
        world.put_app(ada(keys(of_old))).await;
        let answer = world.restart().await.read_as(BOB, &next).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_list_goes_on_if_its_last_booking_is_deleted() {
    let world = world_of(3).await;
    let next = next_page(&world.read("/v2/bookings?limit=1").await).unwrap();
    world.delete("b-002").await;
    assert_eq!(ids(&world.read(&next).await), ["b-001"]);
}

#[tokio::test]
async fn of_a_thousand_bookings_the_broken_ones_come_without_links_and_are_logged() {
    let world = World::new().await;
    let broken = [
        ("b-100", json!({ "state": null }), "it has no state, or one that is not the name of a state"),
        ("b-200", json!({ "state": ["confirmed"] }), "it has no state, or one that is not the name of a state"),
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
    let (page, log) = logged(world.read(path)).await;
    let data = page.data().as_array().unwrap().clone();
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
        ("limit=5&limit=6", "invalid_parameter", "limit"),
        ("include=customer_action_links,secrets,keys", "unknown_include", "secrets, keys"),
        ("utm_source=x&a%20b=1&utm_source=y", "unknown_parameter", "`utm_source`, `a b`"),
        ("Limit=5", "unknown_parameter", "`Limit`"),
        ("page=2", "unknown_parameter", "`cursor`, which is in `next_page_url`"),
        ("offset=50", "unknown_parameter", "`cursor`, which is in `next_page_url`"),
        ("per_page=10", "unknown_parameter", "`limit` has the number of bookings on a page"),
        ("search=ada&limit=5", "unknown_parameter", "There is no search"),
        ("%zz=1", "unknown_parameter", "`%zz`"),
    ] {
        let answer = world.read(&format!("/v2/bookings?{query}")).await;
        assert_eq!(answer.told(), (400, code), "{query}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(named), "{}", answer.body);
    }
    // One booking has no pages.
    for query in ["limit=5", "cursor=x", "page=2", "utm_medium=mail"] {
        let answer = world.read(&format!("/v2/bookings/b-1?{query}")).await;
        assert_eq!(answer.told(), (400, "unknown_parameter"), "{query}");
    }
}

#[tokio::test]
async fn an_empty_parameter_counts_as_none() {
    let world = world_of(2).await;
    for query in ["limit=", "limit", "cursor=", "include=", "redirect=", "page=", "&&", "limit=&limit=5&limit="] {
        let (list, one) = (world.read(&format!("/v2/bookings?{query}")).await, world.read("/v2/bookings").await);
        assert_eq!((list.status, ids(&list)), (200, ids(&one)), "{query}: {}", list.body);
    }
    let one = world.read("/v2/bookings/b-000?include=&redirect=").await;
    assert_eq!((one.status, one.data().get("action_links")), (200, None));
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let world = world_of(1).await;
    for path in
        ["/v2/bookings?include=action_links", "/v2/bookings/b-000", "/v2/bookings/b-404", "/v2/bookings?limit=0"]
    {
        let client = world.with("authorization", &basic(&format!(":{SECRET}")));
        let (head, get) = (client.send("HEAD", path).await, client.click(path).await);
        assert_eq!((head.status, &head.headers, &*head.body), (get.status, &get.headers, ""), "{path}");
        assert!(!get.body.is_empty(), "{path}");
    }
    let head = world.send("HEAD", "/v2/bookings").await;
    assert_eq!((head.status, &*head.body), (401, ""));
}

#[tokio::test]
async fn reading_alone_needs_neither_a_signing_key_nor_a_base() {
    let keys = json!([{ "secret": SECRET, "retired_at": "2026-06-01T00:00:00Z" }]);
    let world = World::builder().app(json!({ "keys": keys })).setting("LINK_BASE_URL", "").start().await;
    world.book(json!({ "graph": "instant", "state": "confirmed" })).await;
    let read = world.read("/v2/bookings/b-1?include=logs").await;
    assert_eq!((read.status, read.data()["available_actions"].as_array().unwrap().len()), (200, 4));
    let links = world.read("/v2/bookings/b-1?include=action_links").await;
    assert_eq!(links.told(), (409, "no_signing_key"));
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let world = World::new().await;
    assert_eq!(world.read("/v2/customers").await.status, 404);
    let post = world.with("authorization", &basic(&format!(":{SECRET}"))).send("POST", "/v2/bookings").await;
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
}

#[tokio::test]
async fn a_broken_record_comes_without_links_and_spoils_no_other() {
    let world = World::new().await;
    world.put(nth(1)).await;
    world.put(json!({ "id": "b-002", "app_id": "ada", "state": 7, "created_at": "2026-11-01T09:00:00Z" })).await;
    world.put(json!({ "id": "b-003", "app_id": "ada", "graph": "nope", "state": "confirmed", "created_at": "2026-11-01T09:01:00Z" })).await;
    let list = world.read("/v2/bookings?include=action_links").await;
    assert_eq!(ids(&list), ["b-003", "b-002", "b-001"]);
    let data = list.data();
    for broken in [&data[0], &data[1]] {
        assert_eq!((&broken["action_links"], &broken["available_actions"]), (&json!({}), &json!([])));
    }
    assert!(data[2]["action_links"]["cancel"].is_string());
}

#[tokio::test]
async fn a_slash_at_the_end_of_a_path_does_not_matter() {
    let world = world_of(2).await;
    for path in ["/v2/bookings", "/v2/bookings/b-000"] {
        let (with, without) = (world.read(&format!("{path}/?include=logs")).await, world.read(path).await);
        assert_eq!((with.status, with.data()), (200, without.data()), "{path}");
    }
    let first = world.read("/v2/bookings/?limit=1").await;
    assert_eq!(ids(&world.read(next_page(&first).unwrap()).await), ["b-000"]);
}

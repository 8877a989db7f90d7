//! Short links: `sign` with `short`, and clicks on `/l/{code}`.

use std::collections::HashSet;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::cli;
use crate::support::{
    ACTION_LINK, BASE, Fault, Heard, Program, SECRET, StoreReply, World, event, extended, link_of, naming,
};

fn sign(more: Value) -> Value {
    extended(json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm", "short": true }), more)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

#[tokio::test]
async fn a_short_link_is_the_link_for_one_read_more() {
    let world = World::builder().booking(json!({})).start().await;
    let signed = world.invoke(sign(json!({ "expires_in": 600 }))).await;
    assert_eq!(world.proxy.take(), ["PutItem"]);
    let short = signed["short_url"].as_str().unwrap();
    let code = short.strip_prefix(&format!("{BASE}/l/")).unwrap();
    assert!(code.len() == 12 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{code}");
    // What machines send neither reads nor acts.
    assert_eq!(world.send("HEAD", short).await.status, 200);
    assert_eq!(world.with("purpose", "prefetch").click(short).await.status, 503);
    assert_eq!(world.with("user-agent", "WhatsApp/2.0").click(short).await.status, 200);
    assert_eq!(world.send("PUT", short).await.status, 405);
    assert_eq!(world.proxy.take(), Vec::<String>::new());
    assert_eq!(world.json().click(short).await.data()["state"], "confirmed");
    assert_eq!(world.proxy.take(), ["GetItem", "UpdateItem"]);
    assert_eq!(world.item("b-1").await["used_links"], json!([signed["link_id"]]));
    // It is one link with two addresses.
    for link in [short, signed["url"].as_str().unwrap()] {
        assert_eq!(world.json().click(link).await.told(), (410, "link_used"), "{link}");
    }
}

#[tokio::test]
async fn what_stands_before_and_behind_a_code_does_not_matter() {
    let world = World::builder().app(json!({ "click_mode": "confirm" })).booking(json!({})).start().await;
    let short = world.shorten("b-1", "confirm").await;
    for link in [
        short.clone(),
        format!("/prod{short}"),
        format!("{short}/"),
        format!("{short}."),
        format!("{short}%29?utm_source=sms"),
    ] {
        assert_eq!(world.json().click(&link).await.data()["confirm"], true, "{link}");
    }
    for (link, told) in [
        (format!("{short}x"), (400, "malformed_link")),
        (short[..short.len() - 1].to_owned(), (400, "malformed_link")),
        (format!("{short}?signature=x"), (400, "malformed_link")),
        ("/l/AAAAAAAAAAAA".to_owned(), (404, "booking_not_found")),
    ] {
        assert_eq!(world.json().click(&link).await.told(), told, "{link}");
    }
}

#[tokio::test]
async fn buttons_redirects_and_undo_work_on_the_short_address() {
    let settings = json!({
        "confirm_actions": ["cancel_by_customer"], "min_dwell_ms": 0, "undo_seconds": 600,
        "redirect_hosts": ["hairbyada.example"], "ask_reason": ["cancel_by_customer"],
    });
    let world = World::builder().app(settings).booking(json!({ "state": "confirmed" })).start().await;
    let short = world.shorten("b-1", "cancel_by_customer").await;
    let page = world.click(&short).await;
    assert!(page.body.contains("<form method=\"post\">") || !page.body.contains(" action="), "{}", page.body);
    let form = [("stamp", &*page.stamp("stamp").unwrap()), ("reason", "ill")];
    let pressed = world.submit(&short, &form).await;
    assert_eq!((pressed.status, world.state("b-1").await.as_str()), (200, "cancelled_by_customer"));
    assert_eq!(world.log("b-1").await[0]["message"], "ill");
    assert_eq!(world.press(&short, &pressed, "undo").await.status, 200);
    assert_eq!(world.state("b-1").await, "confirmed");
    world.book(json!({ "id": "b-2" })).await;
    let redirect = |host: &str| format!("?redirect=https%3A%2F%2F{host}%2Fthanks");
    let short = world.shorten("b-2", "confirm").await;
    let refused = world.json().click(format!("{short}{}", redirect("evil.example"))).await;
    assert_eq!(refused.told(), (400, "redirect_not_allowed"));
    let answer = world.click(format!("{short}{}", redirect("hairbyada.example"))).await;
    assert_eq!(answer.location(), Some("https://hairbyada.example/thanks"));
}

#[tokio::test]
async fn an_unknown_code_costs_one_read_and_tells_nothing() {
    let world = World::builder().booking(json!({})).start().await;
    let short = world.shorten("b-1", "confirm").await;
    let missing = link_of(SECRET, &naming(SECRET), json!({ "booking_id": "b-9" }));
    let unknown = world.click("/l/aB3dE6gH9jK2").await;
    assert_eq!(world.proxy.take(), ["GetItem"]);
    assert_eq!((unknown.status, unknown.heading()), (404, world.click(&missing).await.heading()));
    assert!(!unknown.body.contains("Ada"), "{}", unknown.body);
    world.proxy.take();
    // A code whose time is over is unknown, even before DynamoDB deletes it.
    world.end_short_link(&short, seconds(SystemTime::now())).await;
    let over = world.click(&short).await;
    assert_eq!((over.status, over.body), (404, unknown.body));
    assert_eq!(world.state("b-1").await, "tentative");
}

#[tokio::test]
async fn an_expired_link_says_so_for_thirty_days() {
    let world = World::builder().booking(json!({})).start().await;
    let path = |signed: &Value| signed["short_url"].as_str().unwrap().strip_prefix(BASE).unwrap().to_owned();
    let day = 24 * 3600;
    for (expires_in, kept) in [(json!(1), 30 * day + 1), (json!(7 * day), 37 * day), (Value::Null, 120 * day)] {
        let before = seconds(SystemTime::now());
        let signed = world.invoke(sign(json!({ "expires_in": expires_in }))).await;
        let item = world.short_link(&path(&signed)).await;
        let end = item["expires_at"].as_u64().unwrap();
        assert!((before + kept..=before + kept + 5).contains(&end), "{end} {before} {kept}");
        // Nothing but what is needed.
        let names: Vec<_> = item.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["code", "expires_at", "path", "signature"]);
    }
}

#[tokio::test]
async fn a_thousand_are_stored_in_batches_and_a_faulty_one_spoils_no_other() {
    let world = World::builder().booking(json!({ "id": "b-999" })).start().await;
    let link = |n: usize| json!({ "booking_id": format!("b-{n}"), "action": "confirm", "short": true });
    let mut links: Vec<_> = (0..1000).map(link).collect();
    links.insert(1, json!({ "booking_id": "b 1", "action": "confirm", "short": true }));
    links.insert(2, json!({ "booking_id": "b-1", "action": "confirm" }));
    let signed = world.invoke(json!({ "operation": "sign", "links": links })).await;
    let calls = world.proxy.take();
    assert_eq!(calls, [vec!["BatchGetItem"; 10], vec!["BatchWriteItem"; 40]].concat());
    let signed = signed["links"].as_array().unwrap();
    assert_eq!(signed[1]["error"]["code"], "invalid_request");
    assert!(signed[2]["url"].is_string() && signed[2].get("short_url").is_none());
    let codes: HashSet<&str> = signed.iter().filter_map(|link| link["short_url"].as_str()).collect();
    assert_eq!(codes.len(), 1000);
    assert_eq!(world.json().click(signed[1001]["short_url"].as_str().unwrap()).await.data()["id"], "b-999");
    let many: Vec<_> = (0..1001).map(link).collect();
    let said = world.refusal(json!({ "operation": "sign", "links": many })).await;
    assert!(said.contains("at most 1000 links with `short`"), "{said}");
}

#[tokio::test]
async fn what_a_batch_leaves_undone_is_tried_again() {
    let world = World::builder().booking(json!({})).start().await;
    let links = json!({ "operation": "sign", "links": [sign(json!({})), sign(json!({ "booking_id": "b-2" }))] });
    let undone = Fault(Heard::Never, StoreReply::Unprocessed);
    world.proxy.play(&[undone, Fault::NONE, undone, undone, Fault::NONE]);
    let signed = world.invoke(links.clone()).await;
    let reads_and_writes = [["BatchGetItem"; 2].as_slice(), &["BatchWriteItem"; 3]].concat();
    assert_eq!(world.proxy.take(), reads_and_writes);
    assert_eq!(world.click(signed["links"][0]["short_url"].as_str().unwrap()).await.status, 200);
    world.proxy.play(&[&[Fault::NONE][..], &[Fault::THROTTLED; 3]].concat());
    assert_eq!(world.try_invoke(links).await, Err("temporarily_unavailable".to_owned()));
}

#[tokio::test]
async fn a_code_that_is_taken_is_drawn_anew() {
    let world = World::builder().booking(json!({})).start().await;
    let taken = Fault(Heard::Never, StoreReply::Error(400, "ConditionalCheckFailedException"));
    world.proxy.play(&[taken, taken]);
    let signed = world.invoke(sign(json!({}))).await;
    assert_eq!(world.proxy.take(), ["PutItem"; 3]);
    assert_eq!(world.click(signed["short_url"].as_str().unwrap()).await.status, 200);
    world.proxy.always(taken);
    assert_eq!(world.try_invoke(sign(json!({}))).await, Err("temporarily_unavailable".to_owned()));
}

#[tokio::test]
async fn without_a_table_there_are_no_short_links() {
    let world = World::builder().setting("SHORT_LINKS_TABLE", "").booking(json!({})).start().await;
    assert_eq!(world.try_invoke(sign(json!({}))).await, Err("short_links_table_required".to_owned()));
    assert!(world.invoke(sign(json!({ "short": false }))).await.get("short_url").is_none());
    assert_eq!(world.json().click("/l/aB3dE6gH9jK2").await.told(), (400, "malformed_link"));
    assert_eq!(world.proxy.take(), Vec::<String>::new());
}

#[tokio::test]
async fn every_gateway_hands_short_links_on() {
    let world = World::builder().start().await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    for source in ["http_api", "rest_api", "function_url", "load_balancer"] {
        world.book(json!({ "id": source })).await;
        let short = world.shorten(source, "confirm").await;
        let mut event: Value = serde_json::from_str(&event(&format!("{source}_click"))).unwrap();
        for path in ["/rawPath", "/path", "/requestContext/http/path", "/requestContext/path"] {
            if let Some(path) = event.pointer_mut(path) {
                *path = json!(short);
            }
        }
        event["rawQueryString"] = json!("");
        for parameters in ["queryStringParameters", "multiValueQueryStringParameters"] {
            event[parameters] = Value::Null;
        }
        let answer = program.answer(&event.to_string()).await;
        assert_eq!(
            (&answer["statusCode"], world.state(source).await.as_str()),
            (&json!(200), "confirmed"),
            "{source}: {answer}"
        );
    }
}

#[tokio::test]
async fn the_command_line_stores_short_links_one_and_many() {
    let world = World::builder().booking(json!({})).start().await;
    world.book(json!({ "id": "b-2" })).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(file("key"), SECRET).unwrap();
    let key = file("key");
    let of_key = ["link", "sign", "--short", "--base-url", BASE, "--api-key-file", &key];
    let one = [&of_key[..], &["--booking", "b-1", "--action", "confirm"]].concat();
    let short = cli::run(Some(&world), &one).await.unwrap();
    assert!(short.starts_with(&format!("{BASE}/l/")) && short.lines().count() == 1, "{short}");
    assert_eq!(world.click(short.trim()).await.status, 200);
    let rows: String = (0..2500).map(|n| format!("b-{n},confirm\n")).collect();
    std::fs::write(file("in.csv"), format!("booking_id,action\n{rows}")).unwrap();
    let (from, to) = (file("in.csv"), file("out.csv"));
    let many = [&of_key[..], &["--from", &from, "--to", &to]].concat();
    assert!(cli::run(Some(&world), &many).await.unwrap().contains("Signed 2500 links"));
    let mut rows = csv::Reader::from_path(file("out.csv")).unwrap();
    assert_eq!(rows.headers().unwrap().iter().skip(5).collect::<Vec<_>>(), ["url", "short_url"]);
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), &rows[2][0]), (2500, "b-2"));
    assert_eq!(world.click(&rows[2][6]).await.status, 200);
    assert_eq!(world.json().click(&rows[2][5]).await.told(), (410, "link_used"));
    // Without the table, it is said.
    let unset = cli::run(None, &one).await.unwrap_err();
    assert!(unset.contains("--short-links-table"), "{unset}");
}

#[tokio::test]
async fn a_start_reads_nothing_more_where_short_links_are_on() {
    let mut requests = Vec::new();
    for table in [true, false] {
        let builder = World::builder();
        let world = if table { builder.start().await } else { builder.setting("SHORT_LINKS_TABLE", "").start().await };
        world.restart().await;
        requests.push(world.proxy.take());
    }
    assert_eq!(requests[0], requests[1]);
}

#[tokio::test]
async fn the_address_of_a_calendar_file_acts_in_no_spelling() {
    let world = World::builder().booking(json!({ "starts_at": "2999-12-04T14:30:00+01:00" })).start().await;
    let path = world.shorten("b-1", "confirm").await;
    for tail in ["/calendar.ics", "/calendar.ics.", "/calendar.ics/", "/calendar.ics)", "/calendar.ics%3E"] {
        assert_eq!(world.click(format!("{path}{tail}")).await.status, 200, "{tail}");
        assert_eq!(world.state("b-1").await, "tentative", "{tail}");
    }
    for tail in ["/calendar", "/Calendar.ics", "/calendar.icsx"] {
        assert_eq!(world.click(format!("{path}{tail}")).await.status, 400, "{tail}");
        assert_eq!(world.state("b-1").await, "tentative", "{tail}");
    }
}

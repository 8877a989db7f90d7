//! What the functions log, and what they never log.

use serde_json::{Value, json};

use crate::support::{ACTION_LINK, BOOKING_LINKS, Program, World, event, http_api, key, link, log_lines, path};

async fn world() -> World {
    let settings = json!({ "redirect_hosts": ["hairbyada.example"] });
    World::builder().app(settings).setting("AWS_LAMBDA_LOG_LEVEL", "TRACE").start().await
}

/// Runs every event through a program and returns its output.
async fn log_of(path: &str, world: &World) -> String {
    let mut program = Program::start(path, &world.env).await;
    program.invoke_every_event().await;
    program.end().await
}

#[tokio::test]
async fn a_click_is_one_line_with_the_facts() {
    let world = world().await;
    world.book(json!({ "id": "b-http-api-click" })).await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    let event = event("http_api_click");
    program.invoke(&event).await;
    program.invoke(&event).await;
    let clicks = program.end_with_lines("click").await;
    let [first, second] = &clicks[..] else { panic!("{clicks:?}") };
    let told = |line: &Value, names: [&str; 3]| json!(names.map(|name| &line[name]));
    assert_eq!(told(first, ["outcome", "status", "cold_start"]), json!(["applied", 302, true]));
    assert_eq!(told(second, ["outcome", "status", "cold_start"]), json!(["link_used", 410, false]));
    for click in &clicks {
        assert_eq!(told(click, ["app", "booking", "action"]), json!(["ada", "b-http-api-click", "confirm"]));
        assert_eq!(click["link_id"].as_str().unwrap().len(), 22);
        assert_eq!(click["key_id"], key().id().as_str());
        assert!(click["request_id"].as_str().unwrap().starts_with("00000000-0000-4000-8000-"));
        assert!(click["ms"].as_f64().unwrap() > 0.0);
    }
    assert_ne!(first["request_id"], second["request_id"]);
}

#[tokio::test]
async fn a_list_is_one_line_that_names_the_key_it_was_read_with() {
    let world = world().await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let event = event("http_api_list");
    program.invoke(&event).await;
    let list = program.end_with_lines("booking links").await.remove(0);
    assert_eq!((&list["app"], &list["key_id"]), (&json!("ada"), &json!(key().id().as_str())));
    assert_eq!((&list["operation"], &list["result"]), (&json!("http"), &json!("200")));
}

#[tokio::test]
async fn a_direct_invocation_is_one_line_that_says_what_was_made() {
    let world = world().await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" });
    let signed = program.answer(&sign.to_string()).await;
    let bookings = json!([{ "id": "b-1", "state": "confirmed" }, { "id": "b-2", "state": "confirmed" }, {}]);
    let decorate = json!({ "operation": "decorate", "response": { "data": bookings } });
    program.invoke(&decorate.to_string()).await;
    program.invoke(r#"{"operation":"sign","app_id":"bob","booking_id":"b-1","action":"cancel"}"#).await;
    let many = json!({ "operation": "sign", "links": [sign, { "booking_id": "b-9", "action": "cancel" }] });
    program.invoke(&many.to_string()).await;
    let log = program.end().await;
    assert!(!log.contains("b-9"), "{log}");
    let lines = log_lines(&log, "booking links");
    let names = ["operation", "result", "app", "booking", "link_id", "links", "bookings"];
    let told = |line: &Value| names.map(|name| line[name].clone());
    let null = || Value::Null;
    assert_eq!(
        lines.iter().map(told).collect::<Vec<_>>(),
        [
            [json!("sign"), json!("ok"), json!("ada"), json!("b-1"), signed["link_id"].clone(), null(), null()],
            [json!("decorate"), json!("ok"), json!("ada"), null(), null(), null(), json!(3)],
            [json!("sign"), json!("unknown_app"), null(), null(), null(), null(), null()],
            [json!("sign"), json!("ok"), null(), null(), null(), json!(2), null()],
        ]
    );
}

#[tokio::test]
async fn no_query_and_no_credentials_are_written_at_any_level() {
    let world = world().await;
    for path in [ACTION_LINK, BOOKING_LINKS] {
        let log = log_of(path, &world).await;
        assert!(log.contains("\"level\":\"INFO\""), "{log}");
        for private in ["redirect=", "utm_", "Basic "] {
            assert!(!log.contains(private), "{private} in {log}");
        }
    }
}

#[tokio::test]
async fn what_a_path_holds_is_not_named_before_the_signature_fits() {
    let world = world().await;
    let token = world.sign("b-1", "confirm").signature;
    let event = http_api("GET", path(&token[..100], "confirm", "x"), json!({}), "");
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    program.invoke(&event).await;
    let log = program.end().await;
    assert!(log.contains("invalid_signature") && !log.contains(&token[..20]), "{log}");
}

#[tokio::test]
async fn a_reason_and_a_subject_are_written_nowhere_but_in_the_booking() {
    let settings = json!({ "ask_reason": ["cancel_by_customer"], "min_dwell_ms": 0 });
    let world = World::builder().app(settings).setting("AWS_LAMBDA_LOG_LEVEL", "TRACE").start().await;
    world.book(json!({ "state": "confirmed" })).await;
    let link = link(json!({ "action": "cancel_by_customer", "sub": "hush_sub" }));
    let stamp = world.click(&link).await.stamp("stamp").unwrap();
    let press = |stamp: &str| {
        let headers = json!({ "content-type": "application/x-www-form-urlencoded" });
        http_api("POST", &link, headers, &format!("stamp={stamp}&reason=hush_hush"))
    };
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    // Refused, applied, used.
    for stamp in ["-", &stamp, &stamp] {
        program.invoke(&press(stamp)).await;
    }
    let log = program.end().await;
    for outcome in ["confirmation_required", "applied", "link_used"] {
        assert!(log.contains(&format!(r#""outcome":"{outcome}""#)), "{log}");
    }
    assert!(!log.contains("hush"), "{log}");
    let entry = world.log("b-1").await.remove(0);
    assert_eq!((&entry["message"], &entry["sub"]), (&json!("hush_hush"), &json!("hush_sub")));
}

#[tokio::test]
async fn a_direct_invocation_that_fails_is_not_quoted() {
    let world = world().await;
    let secret = "hush_hush";
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    for event in [
        json!({ "operation": "sign", "app_id": secret, "booking_id": "b-1", "action": "cancel" }),
        json!({ "operation": "sign", "booking_id": secret, "action": secret }),
        json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel", "confirm": secret }),
        json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel", "redirect": secret }),
        json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel", secret: 1 }),
        json!({ "operation": "decorate", "include": secret, "response": [] }),
        json!({ "operation": "decorate", "response": secret }),
        json!({ "operation": "decorate", "response": { "id": format!("{secret} {secret}"), "state": secret } }),
        json!({ "operation": secret }),
    ] {
        program.invoke(&event.to_string()).await;
    }
    let log = program.end().await;
    assert!(log.contains("invalid_request") && !log.contains("hush"), "{log}");
}

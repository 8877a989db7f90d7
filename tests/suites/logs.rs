//! What the functions log, and what they never log.

use serde_json::{Value, json};

use crate::events::{ACTION_LINK, BOOKING_LINKS, every_event};
use crate::support::{Program, Reply, SECRET, World, ada, booking, hs256, key};

async fn world() -> World {
    let mut app = ada();
    app["redirect_hosts"] = json!(["hairbyada.example"]);
    World::with(&[app], &[("AWS_LAMBDA_LOG_LEVEL", "TRACE")]).await
}

/// Runs every event through a program and returns its output.
async fn log_of(path: &str, world: &World) -> String {
    let mut program = Program::start(path, &world.env).await;
    for (_, event) in every_event() {
        program.invoke(&event).await;
    }
    program.end().await
}

#[tokio::test]
async fn a_click_is_one_line_with_the_facts() {
    let world = world().await;
    world.put(booking("b-http-api-click", "confirm_decline", "tentative")).await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    let event = every_event().into_iter().find(|(name, _)| name == "http_api_click").unwrap().1;
    program.invoke(&event).await;
    program.invoke(&event).await;
    let log = program.end().await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let clicks: Vec<&Value> = lines.iter().filter(|line| line["message"] == "click").collect();
    let [first, second] = clicks[..] else { panic!("{log}") };
    assert_eq!(
        (&first["outcome"], &first["status"], &first["cold_start"]),
        (&json!("applied"), &json!(302), &json!(true))
    );
    assert_eq!(
        (&second["outcome"], &second["status"], &second["cold_start"]),
        (&json!("link_used"), &json!(410), &json!(false))
    );
    for click in clicks {
        assert_eq!(
            (&click["app"], &click["booking"], &click["action"]),
            (&json!("ada"), &json!("b-http-api-click"), &json!("confirm"))
        );
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
    let event = every_event().into_iter().find(|(name, _)| name == "http_api_list").unwrap().1;
    program.invoke(&event).await;
    let log = program.end().await;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let list = lines.into_iter().find(|line| line["message"] == "booking links").unwrap();
    assert_eq!((&list["app"], &list["key_id"]), (&json!("ada"), &json!(key().id().as_str())));
    assert_eq!((&list["operation"], &list["result"]), (&json!("http"), &json!("200")));
}

#[tokio::test]
async fn a_direct_invocation_is_one_line_that_says_what_was_made() {
    let world = world().await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" });
    let Reply::Response(signed) = program.invoke(&sign.to_string()).await else { panic!("not signed") };
    let bookings = json!([{ "id": "b-1", "state": "confirmed" }, { "id": "b-2", "state": "confirmed" }, 7]);
    let decorate = json!({ "operation": "decorate", "response": { "data": bookings } });
    program.invoke(&decorate.to_string()).await;
    program.invoke(r#"{"operation":"sign","app_id":"bob","booking_id":"b-1","action":"cancel"}"#).await;
    let many = json!({ "operation": "sign", "links": [sign, { "booking_id": "b-9", "action": "cancel" }] });
    program.invoke(&many.to_string()).await;
    let log = program.end().await;
    assert!(!log.contains("b-9"), "{log}");
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines: Vec<Value> = lines.filter(|line| line["message"] == "booking links").collect();
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
    let event = json!({
        "version": "2.0", "rawPath": format!("/v2/bookings/{}/external_action/confirm", &token[..100]), "rawQueryString": "signature=x",
        "headers": {}, "requestContext": { "http": { "method": "GET" } }, "isBase64Encoded": false,
    });
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    program.invoke(&event.to_string()).await;
    let log = program.end().await;
    assert!(log.contains("invalid_signature") && !log.contains(&token[..20]), "{log}");
}

#[tokio::test]
async fn a_reason_and_a_subject_are_written_nowhere_but_in_the_booking() {
    let mut app = ada();
    app["ask_reason"] = json!(["cancel_by_customer"]);
    app["min_dwell_ms"] = json!(0);
    let world = World::with(&[app], &[("AWS_LAMBDA_LOG_LEVEL", "TRACE")]).await;
    world.put(booking("b-1", "confirm_decline", "confirmed")).await;
    let claims = json!({ "booking_id": "b-1", "action": "cancel_by_customer", "sub": "hush_sub" });
    let token = hs256(SECRET, r#"{"alg":"HS256"}"#, &claims.to_string());
    let link = format!("/v2/bookings/b-1/external_action/cancel_by_customer?signature={token}");
    let asked = world.send("GET", &link, &[("accept", "application/json")]).await.json();
    let stamp = asked["data"]["stamp"].as_str().unwrap();
    let press = |stamp: &str| {
        json!({
            "version": "2.0", "rawPath": "/v2/bookings/b-1/external_action/cancel_by_customer",
            "rawQueryString": format!("signature={token}"), "isBase64Encoded": false,
            "headers": { "content-type": "application/x-www-form-urlencoded" },
            "requestContext": { "http": { "method": "POST" } }, "body": format!("stamp={stamp}&reason=hush_hush"),
        })
    };
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    // Refused, applied, used.
    for stamp in ["-", stamp, stamp] {
        program.invoke(&press(stamp).to_string()).await;
    }
    let log = program.end().await;
    for outcome in ["confirmation_required", "applied", "link_used"] {
        assert!(log.contains(&format!(r#""outcome":"{outcome}""#)), "{log}");
    }
    assert!(!log.contains("hush"), "{log}");
    let entry = world.item("b-1").await["action_log"][0].take();
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

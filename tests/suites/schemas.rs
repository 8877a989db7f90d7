//! What is written down about the interfaces (`openapi.yaml`, `docs/schemas/`), and what the programs do.

use std::collections::BTreeSet;

use action_links::click::OutcomeRow;
use action_links::invocation::ErrorCode;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{
    ACTION_LINK, Answer, BOOKING_LINKS, Fault, Program, Reply, SECRET, World, basic, every_event, extended, link, path,
};

fn whole_invocation() -> Value {
    serde_json::from_str(include_str!("../../docs/schemas/invocation.json")).unwrap()
}

fn invocation(part: &str) -> Validator {
    let mut schema = whole_invocation();
    if !part.is_empty() {
        let members = schema.as_object_mut().unwrap();
        members.remove("anyOf");
        members.insert("$ref".to_owned(), json!(format!("#/$defs/{part}")));
    }
    jsonschema::validator_for(&schema).unwrap()
}

/// Requests, each with whether it makes sense.
fn requests() -> Vec<(Value, bool)> {
    let sign = |more| extended(json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" }), more);
    let bookings = json!([{ "id": "b-1", "state": "confirmed" }]);
    vec![
        (sign(json!({})), true),
        (
            sign(
                json!({ "app_id": "ada", "redirect": "https://a.example/", "expires_in": 60, "confirm": true, "sub": "c-1" }),
            ),
            true,
        ),
        (sign(json!({ "short": true })), true),
        (sign(json!({ "short": "yes" })), false),
        (
            json!({ "operation": "sign", "links": [sign(json!({ "short": true })), sign(json!({ "short": null }))] }),
            true,
        ),
        (sign(json!({ "expires_in": null })), true),
        (sign(json!({ "expires_in": 3_153_600_000_u64 })), true),
        (sign(json!({ "expires_in": 0 })), false),
        (sign(json!({ "expires_in": 3_153_600_001_u64 })), false),
        (sign(json!({ "expires_in": "60" })), false),
        (sign(json!({ "expiresin": 60 })), false),
        (sign(json!({ "confirm": "yes" })), false),
        (sign(json!({ "sub": "x".repeat(256) })), true),
        (sign(json!({ "sub": "x".repeat(257) })), false),
        (sign(json!({ "booking_id": "a b" })), false),
        (sign(json!({ "booking_id": ".." })), false),
        (sign(json!({ "booking_id": 7 })), false),
        (sign(json!({ "action": "Cancel" })), false),
        (sign(json!({ "redirect": "http://a.example/" })), false),
        (json!({ "operation": "sign", "booking_id": "b-1" }), false),
        (sign(json!({ "lang": "pt-BR" })), true),
        (sign(json!({ "lang": "Portuguese" })), false),
        (sign(json!({ "lang": "" })), false),
        (sign(json!({ "sub": "" })), false),
        (sign(json!({ "redirect": "http://localhost:3000/thanks" })), true),
        (sign(json!({ "redirect": "http://127.0.0.1/" })), true),
        (sign(json!({ "redirect": "http://[::1]:8080/" })), true),
        (sign(json!({ "redirect": "http://localhost.example/" })), false),
        (sign(json!({ "redirect": "http://127.0.0.1.example/" })), false),
        (json!({ "operation": "sign", "links": [sign(json!({})), sign(json!({ "sub": "c-1" }))] }), true),
        (json!({ "operation": "sign", "links": [] }), true),
        (json!({ "operation": "sign", "links": {} }), false),
        (json!({ "operation": "sign", "links": [], "link": 1 }), false),
        (json!({ "operation": "decorate", "response": bookings }), true),
        (json!({ "operation": "decorate", "response": bookings[0], "include": "action_links,logs" }), true),
        (json!({ "operation": "decorate", "response": { "data": bookings }, "redirect": "https://a.example/" }), true),
        (json!({ "operation": "decorate", "response": bookings, "expires_in": 60, "lang": "da" }), true),
        (json!({ "operation": "decorate", "response": bookings, "lang": "d" }), false),
        (json!({ "operation": "decorate", "response": "b-1" }), false),
        (json!({ "operation": "decorate", "response": bookings, "include": "everything" }), false),
        (json!({ "operation": "decorate", "response": bookings, "includes": "logs" }), false),
        (json!({ "operation": "decorate" }), false),
        (
            json!({ "operation": "act", "booking_id": "b-1", "action": "timeout", "request_id": "a/b:c", "message": "x" }),
            true,
        ),
        (json!({ "operation": "act", "booking_id": "b-1", "action": "timeout", "request_id": null }), true),
        (json!({ "operation": "act", "booking_id": "b-1", "action": "timeout", "request_id": "a b" }), false),
        (json!({ "operation": "act", "booking_id": "b-1", "action": "timeout", "request_id": "x".repeat(257) }), false),
        (json!({ "operation": "act", "booking_id": "b-1", "action": "Timeout" }), false),
        (json!({ "operation": "act", "booking_id": "b-1" }), false),
        (json!({ "operation": "act", "booking_id": "b-1", "action": "timeout", "sub": "x" }), false),
        (json!({ "operation": "undo" }), false),
    ]
}

#[tokio::test]
async fn the_function_and_the_schema_of_invocations_agree() {
    let world = World::builder().booking(json!({ "graph": "instant_payment" })).start().await;
    let whole = invocation("");
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let (schema, error) = (invocation("request"), invocation("error"));
    let replies = ["signReply", "signManyReply", "decorateReply", "actReply"].map(invocation);
    for (request, makes_sense) in requests() {
        assert_eq!(schema.is_valid(&request), makes_sense, "the schema, of {request}");
        world.set_state("b-1", "tentative").await;
        match program.invoke(&request.to_string()).await {
            Reply::Response(reply) => {
                assert!(makes_sense, "the function, of {request}");
                let valid = replies.each_ref().map(|schema| schema.is_valid(&reply));
                let kind = match (request["operation"].as_str(), request.get("links")) {
                    (Some("sign"), None) => 0,
                    (Some("sign"), Some(_)) => 1,
                    (Some("act"), _) => 3,
                    _ => 2,
                };
                assert!(valid[kind] && whole.is_valid(&reply), "{reply}");
            }
            Reply::Error(refusal) => {
                assert!(!makes_sense, "the function, of {request}: {refusal}");
                assert!(error.is_valid(&refusal), "{refusal}");
            }
        }
    }
}

#[test]
fn the_schema_has_every_code() {
    assert_eq!(whole_invocation()["$defs"]["code"]["examples"], json!(ErrorCode::ALL));
}

/// `openapi.yaml` with every reference resolved where it stands.
fn openapi() -> Value {
    let whole: Value = serde_yaml_ng::from_str(include_str!("../../openapi.yaml")).unwrap();
    fn resolved(value: &Value, whole: &Value) -> Value {
        match value {
            Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
                Some(path) => resolved(whole.pointer(path.trim_start_matches('#')).unwrap(), whole),
                None => members.iter().map(|(name, value)| (name.clone(), resolved(value, whole))).collect(),
            },
            Value::Array(values) => values.iter().map(|value| resolved(value, whole)).collect(),
            other => other.clone(),
        }
    }
    resolved(&whole, &whole)
}

/// An answer in the form of an HTTP API's event.
fn as_event(answer: &Answer) -> Value {
    let headers: Value = answer.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    json!({ "statusCode": answer.status, "headers": headers, "body": answer.body })
}

const LINK: &str = "/v2/bookings/{booking_id}/external_action/{action}";
const LIST: &str = "/v2/bookings";
const ONE: &str = "/v2/bookings/{booking_id}";

/// Checks that an answer is one of those that are described: its status, its type, its body and the
/// headers that must be there.
fn assert_described(openapi: &Value, path: &str, method: &str, answer: &Value) {
    let status = answer["statusCode"].to_string();
    let place = format!("{method} {path} {status}");
    let described = &openapi["paths"][path][method]["responses"][&status];
    assert!(described.is_object(), "{place} is not described: {answer}");
    let header = |name: &str| answer["headers"][name].as_str();
    for (name, header_of) in described["headers"].as_object().into_iter().flatten() {
        let value = header(&name.to_lowercase());
        assert!(value.is_some() || header_of["required"] != true, "{place} has no {name}");
        let constant = header_of["schema"]["const"].as_str();
        assert!(constant.is_none() || value == constant, "{place}: {name} is {value:?}");
    }
    let body = answer["body"].as_str().unwrap_or_default();
    let Some(content_type) = header("content-type") else {
        return assert_eq!(body, "", "{place}");
    };
    let media_type = content_type.split(';').next().unwrap();
    let schema = &described["content"][media_type]["schema"];
    if method == "head" {
        return assert_eq!(body, "", "{place}");
    }
    assert!(schema.is_object(), "{place} {media_type} is not described");
    if !["text/html", "text/calendar"].contains(&media_type) {
        let body: Value = serde_json::from_str(body).unwrap();
        let faults: Vec<_> =
            jsonschema::validator_for(schema).unwrap().iter_errors(&body).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{place}: {faults:?} in {body}");
    }
}

#[tokio::test]
async fn every_event_is_answered_as_described() {
    let settings = json!({ "redirect_hosts": ["hairbyada.example"] });
    let world = World::builder().app(settings).booking(json!({ "id": "b-http-api-click" })).start().await;
    let openapi = openapi();
    for (program, is_link) in [(ACTION_LINK, true), (BOOKING_LINKS, false)] {
        let mut program = Program::start(program, &world.env).await;
        for (name, event) in every_event().into_iter().filter(|(name, _)| name.starts_with("http_api_")) {
            if name.ends_with("_list") == is_link {
                continue;
            }
            let sent: Value = serde_json::from_str(&event).unwrap();
            let method = sent["requestContext"]["http"]["method"].as_str().unwrap().to_lowercase();
            let answer = program.answer(&event).await;
            assert_described(&openapi, if is_link { LINK } else { LIST }, &method, &answer);
        }
    }
}

/// Whether an example is what a program has just answered. `at` is the time of the run.
fn assert_example(example: &Value, answer: &Answer) {
    let mut body = answer.json();
    if let Some(at) = body.pointer_mut("/used/at") {
        *at = example["value"]["used"]["at"].clone();
    }
    assert_eq!(example["value"], body, "openapi.yaml");
}

#[tokio::test]
async fn the_examples_are_what_the_functions_answer() {
    let world = World::builder().booking(json!({})).start().await;
    let openapi = openapi();
    let get = |path: &'static str| &openapi["paths"][path]["get"]["responses"];
    let examples = |of: &'static str| &get(LINK)[of]["content"]["application/problem+json"]["examples"];
    let confirm = world.sign("b-1", "confirm");
    let applied = world.json().click(&confirm).await;
    assert_example(&get(LINK)["200"]["content"]["application/json"]["examples"]["applied"], &applied);
    assert_example(&examples("410")["link_used"], &world.json().click(&confirm).await);
    let decline = world.sign("b-1", "decline").url;
    assert_example(&examples("409")["action_not_available"], &world.json().click(&decline).await);
    let forged = decline.replace("signature=", "signature=x");
    assert_example(&examples("403")["invalid_signature"], &world.json().click(&forged).await);
    world.book(json!({ "id": "b-2", "state": "confirmed" })).await;
    let one = world.read("/v2/bookings/b-2").await;
    assert_example(&get(ONE)["200"]["content"]["application/json"]["examples"]["booking"], &one);
}

#[tokio::test]
async fn every_outcome_is_answered_as_described() {
    let settings = json!({ "ask_reason": ["cancel_by_customer"], "min_dwell_ms": 0, "min_notice_seconds": { "reschedule_by_customer": 60 } });
    let world = World::builder().app(settings).start().await;
    for (id, state) in [("b-1", "tentative"), ("b-2", "confirmed"), ("b-3", "confirmed")] {
        world.book(json!({ "id": id, "state": state, "starts_at": "2020-01-01T00:00:00Z" })).await;
    }
    world.set_valid_after("b-3", 4_000_000_000).await;
    let openapi = openapi();
    let of =
        |booking: &str, action: &str, more| link(extended(json!({ "booking_id": booking, "action": action }), more));
    let none = || json!({});
    let confirm = link(none());
    let mut codes = BTreeSet::new();
    for accept in ["application/json", "text/html"] {
        for (method, path) in [
            ("GET", confirm.clone()),
            ("GET", confirm.clone()),
            ("GET", of("b-2", "cancel_by_customer", none())),
            ("POST", of("b-2", "cancel_by_customer", none())),
            ("GET", of("b-2", "confirm", none())),
            ("GET", of("b-2", "reschedule_by_customer", none())),
            ("GET", of("b-3", "cancel", none())),
            ("GET", of("b-2", "cancel", json!({ "exp": 1 }))),
            ("GET", of("b-2", "cancel", json!({ "nbf": 4_000_000_000_u64 }))),
            ("GET", of("b-2", "cancel", json!({ "redirect": "http://a.example/" }))),
            ("GET", of("b-9", "cancel", none())),
            ("GET", of("b-2", "no_such", none())),
            ("GET", path("b-1", "confirm", "x")),
            ("GET", "/v2/bookings/b-1/external_action/confirm".to_owned()),
            ("GET", path("b-1", "confirm", &"x".repeat(5000))),
        ] {
            let answer = world.with("accept", accept).send(method, &path).await;
            codes.insert(answer.code().to_owned());
            assert_described(&openapi, LINK, &method.to_lowercase(), &as_event(&answer));
        }
    }
    codes.extend(after_the_click(&openapi).await);
    world.proxy.always(Fault::THROTTLED);
    let answer = world.json().click(of("b-2", "cancel", none())).await;
    assert_described(&openapi, LINK, "get", &as_event(&answer));
    codes.insert(answer.code().to_owned());
    codes.remove("");
    // The rest: another method, a record that cannot be changed, and the calendar file of a booking without a start.
    codes.extend(["method_not_allowed", "booking_unusable", "no_start_time"].map(str::to_owned));
    let described = &openapi["components"]["schemas"]["LinkProblem"]["allOf"][1]["properties"]["code"]["enum"];
    assert_eq!(described, &json!(codes));
    let problems = OutcomeRow::ALL.iter().filter(|row| row.status >= 400 && !row.page.is_empty()).map(|row| row.code);
    assert_eq!(codes, problems.map(str::to_owned).collect());
}

/// Undo, a moved booking, a new link: what programs are told, and send. Returns the codes.
async fn after_the_click(openapi: &Value) -> BTreeSet<String> {
    let settings = json!({ "undo_seconds": 600, "offer_new_link": true, "min_dwell_ms": 0 });
    let world = World::builder().app(settings).start().await;
    for (id, state, to) in [("b-1", "tentative", None), ("b-2", "cancelled", Some("b-3")), ("b-3", "confirmed", None)] {
        world.book(json!({ "id": id, "state": state, "rescheduled_to": to })).await;
    }
    let (confirm, moved) = (link(json!({})), link(json!({ "booking_id": "b-2", "action": "cancel" })));
    let (expired, client) = (link(json!({ "action": "decline", "exp": 1 })), world.json());
    let (applied, asked) = (client.click(&confirm).await, client.click(&expired).await);
    let undo = async || client.press(&confirm, &applied, "undo").await;
    let ask = async || client.press(&expired, &asked, "new_link").await;
    let answers = [
        ("get", client.click(&confirm).await),
        ("post", client.submit(&confirm, &[("undo", "x")]).await),
        ("post", undo().await),
        ("post", undo().await),
        ("get", client.click(&confirm).await),
        ("get", client.click(&moved).await),
        ("post", ask().await),
        ("post", ask().await),
        ("get", applied),
        ("get", asked),
    ];
    let told = answers.iter().map(|(method, answer)| {
        assert_described(openapi, LINK, method, &as_event(answer));
        answer.code().to_owned()
    });
    let codes: BTreeSet<String> = told.collect();
    assert!(codes.contains("undo_not_possible") && answers[5].1.json()["stamp"].is_string(), "{codes:?}");
    codes
}

#[tokio::test]
async fn calendar_files_are_answered_as_described() {
    let world = World::builder().booking(json!({ "starts_at": "2999-01-01T00:00:00Z" })).start().await;
    world.book(json!({ "id": "b-2" })).await;
    let openapi = openapi();
    for link in [link(json!({})), link(json!({ "booking_id": "b-2" })), path("b-1", "confirm", "x")] {
        for accept in ["application/json", "text/html"] {
            let answer = world.with("accept", accept).click(link.replace('?', "/calendar.ics?")).await;
            assert_described(&openapi, &format!("{LINK}/calendar.ics"), "get", &as_event(&answer));
        }
    }
}

#[tokio::test]
async fn short_links_are_answered_as_described() {
    let world = World::builder().app(json!({ "min_dwell_ms": 0 })).booking(json!({})).start().await;
    let openapi = openapi();
    let short = world.shorten("b-1", "confirm").await;
    for client in [world.json(), world.with("accept", "text/html")] {
        for (method, path) in [("HEAD", short.as_str()), ("GET", &short), ("POST", &short), ("GET", "/l/aB3dE6gH9jK2")]
        {
            let answer = client.send(method, path).await;
            assert_described(&openapi, "/l/{code}", &method.to_lowercase(), &as_event(&answer));
        }
    }
}

#[tokio::test]
async fn bookings_are_read_as_described() {
    let world = World::builder().booking(json!({ "state": "confirmed" })).start().await;
    let openapi = openapi();
    let key = basic(&format!(":{SECRET}"));
    for (path, described, authorization) in [
        ("/v2/bookings?include=customer_action_links,action_links,logs", LIST, &*key),
        ("/v2/bookings?include=everything", LIST, &key),
        ("/v2/bookings?limit=0", LIST, &key),
        ("/v2/bookings?cursor=x", LIST, &key),
        ("/v2/bookings?page=2", LIST, &key),
        ("/v2/bookings", LIST, "Basic eDp5"),
        ("/v2/bookings/b-1?include=action_links,logs", ONE, &key),
        ("/v2/bookings/b-9", ONE, &key),
        ("/v2/bookings/b-1?redirect=http://a.example", ONE, &key),
        ("/v2/bookings/b-1", ONE, "Bearer x"),
    ] {
        let client = world.with("authorization", authorization);
        for method in ["get", "head"] {
            let answer = client.send(&method.to_uppercase(), path).await;
            assert_described(&openapi, described, method, &as_event(&answer));
        }
    }
}

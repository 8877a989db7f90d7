//! Direct invocation: `sign` and `decorate`.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{BASE, BOOKING_LINKS, Program, World, bob, booking, extended, link, logged};

#[tokio::test]
async fn a_signed_link_works_and_costs_no_read() {
    let world = World::builder().booking(json!({ "graph": "instant", "state": "confirmed" })).start().await;
    let event = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel_by_customer", "redirect": "https://else.example/bye", "expires_in": 60 });
    let signed = world.invoke(event).await;
    assert_eq!(world.proxy.take(), Vec::<String>::new());
    assert_eq!(
        signed["url"],
        format!(
            "{BASE}/v2/bookings/b-1/external_action/cancel_by_customer?signature={}",
            signed["signature"].as_str().unwrap()
        )
    );
    assert!(signed["expires_at"].as_str().unwrap().ends_with('Z'));
    let answer = world.click(signed["url"].as_str().unwrap()).await;
    assert_eq!(answer.location(), Some("https://else.example/bye"));
    assert_eq!(world.item("b-1").await["used_links"], json!([signed["link_id"]]));
}

#[tokio::test]
async fn a_link_may_be_told_to_ask_first() {
    let world = World::builder().booking(json!({ "graph": "instant", "state": "confirmed" })).start().await;
    let signed =
        world.invoke(json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel", "confirm": true })).await;
    assert!(signed.get("expires_at").is_none());
    assert!(world.click(signed["url"].as_str().unwrap()).await.body.contains("<form"));
}

#[tokio::test]
async fn what_cannot_be_signed_is_told_why() {
    let world = World::new().await;
    let sign = |more| extended(json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" }), more);
    for (event, why) in [
        (sign(json!({ "booking_id": "b 1" })), "`booking_id`"),
        (sign(json!({ "action": "Cancel" })), "`action`"),
        (sign(json!({ "action": "timeout" })), "no graph has the action `timeout`"),
        (sign(json!({ "redirect": "http://else.example" })), "not https"),
        (sign(json!({ "expires_in": 0 })), "`expires_in`"),
        (sign(json!({ "expires_in": u64::MAX })), "`expires_in`"),
        (sign(json!({ "redirect": format!("https://else.example/?{}", "ü".repeat(400)) })), "longer than 2048"),
        (sign(json!({ "expiresIn": 60 })), "expiresIn"),
        (sign(json!({ "app_id": "nobody" })), "no app with that `app_id`"),
        (json!({ "operation": "sign" }), "booking_id"),
        (json!({ "operation": "destroy" }), "`operation`"),
        (json!({ "operation": 7 }), "`operation`"),
        (json!({ "hello": "world" }), "direct invocations"),
        (json!([]), "direct invocations"),
        (Value::Null, "direct invocations"),
    ] {
        let said = world.refusal(event.clone()).await;
        assert!(said.contains(why), "{said} for {event}");
    }
}

#[tokio::test]
async fn with_several_apps_one_has_to_be_named() {
    let world = World::builder().another_app(bob()).start().await;
    let event = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" });
    assert!(world.refusal(event).await.contains("`app_id`"));
    let event = json!({ "operation": "sign", "app_id": "bob", "booking_id": "b-1", "action": "cancel" });
    assert!(world.invoke(event).await["url"].is_string());
    // Ada's booking gets no links signed by Bob.
    let event = json!({ "operation": "decorate", "app_id": "bob", "response": booking(json!({ "graph": "instant", "state": "confirmed" })) });
    assert_eq!(world.invoke(event).await["links_unavailable"], "another_app");
}

#[tokio::test]
async fn without_a_base_direct_invocations_say_so() {
    let world = World::builder().setting("LINK_BASE_URL", "").start().await;
    let event = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" });
    assert!(world.refusal(event).await.contains("LINK_BASE_URL"));
}

#[tokio::test]
async fn a_booking_a_list_and_an_envelope_are_decorated_alike() {
    let world = World::new().await;
    let bare = json!({ "id": "b-1", "graph": "instant", "state": "confirmed" });
    let decorate = |response: Value| json!({ "operation": "decorate", "response": response });
    let one = world.invoke(decorate(bare.clone())).await;
    let keys: Vec<_> = one["customer_action_links"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["cancel_by_customer", "reschedule_by_customer"]);
    assert!(
        world.invoke(decorate(json!([bare, bare]))).await[1]["customer_action_links"]["cancel_by_customer"].is_string()
    );
    let envelope = world.invoke(decorate(json!({ "data": [bare], "next_page_url": null, "x": { "data": 1 } }))).await;
    assert!(envelope["data"][0]["customer_action_links"]["cancel_by_customer"].is_string());
    assert_eq!((&envelope["next_page_url"], &envelope["x"]), (&Value::Null, &json!({ "data": 1 })));
    assert!(world.invoke(decorate(json!({ "data": bare }))).await["data"]["customer_action_links"].is_object());
    // A booking may have an attribute of that name.
    let own_data = world.invoke(decorate(json!({ "id": "b-1", "state": "confirmed", "data": [1] }))).await;
    assert_eq!(own_data["data"], json!([1]));
    assert!(own_data["customer_action_links"].is_object());
    // An envelope may have an id or a state.
    for envelope in [json!({ "state": "ok", "data": [bare] }), json!({ "id": "request-1", "data": [bare] })] {
        let reply = world.invoke(decorate(envelope)).await;
        assert!(reply["data"][0]["customer_action_links"]["cancel_by_customer"].is_string(), "{reply}");
    }
    // Existing links are replaced in place.
    let old = json!({ "id": "b-1", "customer_action_links": "old", "graph": "instant", "state": "confirmed" });
    assert!(world.invoke(decorate(old)).await["customer_action_links"]["cancel_by_customer"].is_string());
    // An envelope is one level deep, so a deep one cannot exhaust the stack.
    let deep = format!(r#"{{"operation":"decorate","response":{}1{}}}"#, r#"{"data":"#.repeat(100), "}".repeat(100));
    let deep: Value = serde_json::from_str(&deep).unwrap();
    assert_eq!(world.invoke(deep.clone()).await["data"]["data"], deep["response"]["data"]["data"]);
    assert_eq!(world.invoke(decorate(json!([]))).await, json!([]));
}

#[tokio::test]
async fn what_has_no_booking_is_refused_and_not_returned_as_it_was() {
    let world = World::new().await;
    let bare = json!({ "id": "b-1", "graph": "instant", "state": "confirmed" });
    for response in [
        json!(7),
        json!("b-1"),
        Value::Null,
        json!({ "data": null }),
        json!({ "data": "b-1" }),
        json!({ "error": "x" }),
        json!({}),
        json!({ "bookings": [bare] }),
        json!([bare, "b-1"]),
        json!([null]),
        json!([[bare]]),
    ] {
        let refusal = world.refusal(json!({ "operation": "decorate", "response": response })).await;
        assert!(refusal.contains("`response`"), "{refusal} for {response}");
    }
}

#[tokio::test]
async fn a_booking_without_links_says_why() {
    let world = World::builder().app(json!({ "min_notice_seconds": { "cancel_by_customer": 0 } })).start().await;
    let decorate = async |include: &str, booking: Value| {
        let event = json!({ "operation": "decorate", "app_id": "ada", "include": include, "response": [booking] });
        world.invoke(event).await[0].take()
    };
    let bare = json!({ "id": "b-1", "app_id": "ada", "graph": "instant", "state": "confirmed" });
    let with = |more| extended(bare.clone(), more);
    let year = 31_536_000;
    let future = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() + year;
    for (booking, reason) in [
        (with(json!({ "id": null })), "invalid_id"),
        (with(json!({ "id": "a b" })), "invalid_id"),
        (json!({ "number": 7 }), "invalid_id"),
        (with(json!({ "state": 7 })), "invalid_state"),
        (with(json!({ "graph": "unheard_of" })), "unknown_graph"),
        (with(json!({ "app_id": "bob" })), "another_app"),
        (with(json!({ "links_valid_after": future })), "revoked"),
        (with(json!({ "state": "cancelled" })), "no_action"),
        (with(json!({ "state": "unheard_of" })), "no_action"),
        (with(json!({ "graph": "confirm_decline", "state": "tentative" })), "no_action"),
        (with(json!({ "graph": "group_customer", "starts_at": "2020-01-01T00:00:00Z" })), "too_late"),
    ] {
        let decorated = decorate("customer_action_links", booking.clone()).await;
        assert_eq!(decorated["links_unavailable"], reason, "{booking}");
        assert_eq!(decorated["customer_action_links"], json!({}), "{booking}");
        assert!(decorated["available_actions"].is_array(), "{booking}");
        assert!(decorated.get("action_links").is_none(), "{booking}");
    }
    // The business has links where the customer has none.
    let tentative = with(json!({ "graph": "confirm_decline", "state": "tentative" }));
    let decorated = decorate("customer_action_links,action_links", tentative.clone()).await;
    assert_eq!(decorated["links_unavailable"], "no_action");
    assert!(decorated["action_links"]["confirm"].is_string());
    assert!(decorate("action_links", tentative).await.get("links_unavailable").is_none());
    assert!(decorate("logs", with(json!({ "state": 7 }))).await.get("links_unavailable").is_none());
    // A reason of an earlier decoration is none of this one.
    let again = with(json!({ "links_unavailable": "too_late" }));
    assert!(decorate("customer_action_links", again.clone()).await.get("links_unavailable").is_none());
    assert_eq!(decorate("logs", again).await["links_unavailable"], "too_late");
    // Of two members with one name, programs read another one.
    let twice = r#"{"operation":"decorate","response":{"id":"b-1","id":"b-2","state":"confirmed","graph":"instant"}}"#;
    let decorated = Program::start(BOOKING_LINKS, &world.env).await.answer(twice).await;
    assert_eq!(decorated["links_unavailable"], "repeated_member");
}

#[tokio::test]
async fn decorated_links_have_the_lifetime_and_the_language_that_were_asked_for() {
    let world = World::builder().app(json!({ "link_lifetime_seconds": 60 })).start().await;
    let bare = json!({ "id": "b-1", "graph": "instant", "state": "confirmed" });
    let event = json!({ "operation": "decorate", "response": bare, "expires_in": 3600, "lang": "pt-BR" });
    let decorated = world.invoke(event.clone()).await;
    let claims = claims(decorated["customer_action_links"]["cancel_by_customer"].as_str().unwrap());
    assert_eq!(claims["lang"], "pt-BR");
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
    for (more, why) in [
        (json!({ "expires_in": 0 }), "`expires_in`"),
        (json!({ "lang": "Danish, please" }), "`lang` must be a language tag"),
        (json!({ "lang": 7 }), "wrong type"),
    ] {
        let refusal = world.refusal(extended(event.clone(), more)).await;
        assert!(refusal.contains(why), "{refusal}");
    }
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel", "lang": "da" });
    assert_eq!(self::claims(world.invoke(sign.clone()).await["url"].as_str().unwrap())["lang"], "da");
    assert!(world.refusal(extended(sign, json!({ "lang": "d" }))).await.contains("`lang`"));
}

/// The claims of a link.
fn claims(url: &str) -> Value {
    let payload = url.split('.').rev().nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn the_person_to_whom_a_link_was_sent_is_in_the_bookings_log_and_on_no_page() {
    let world = World::builder().booking(json!({ "graph": "instant", "state": "confirmed" })).start().await;
    let sub = "customer-4711";
    let event = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel_by_customer", "sub": sub });
    let signed = world.invoke(event.clone()).await;
    let answer = world.click(signed["url"].as_str().unwrap()).await;
    assert_eq!(world.log("b-1").await[0]["sub"], sub);
    assert!(!answer.body.contains(sub), "{}", answer.body);
    let too_long = extended(event, json!({ "sub": "x".repeat(257) }));
    assert!(world.refusal(too_long).await.contains("`sub` must have at most 256 characters"));
}

#[tokio::test]
async fn many_links_are_signed_in_their_order_and_a_faulty_one_spoils_no_other() {
    let world = World::builder().booking(json!({ "id": "b-2" })).start().await;
    let event = json!({ "operation": "sign", "app_id": "ada", "links": [
        { "booking_id": "b-1", "action": "confirm", "expires_in": 60 },
        { "booking_id": "b 1", "action": "confirm" },
        { "booking_id": "b-1", "action": "dance" },
        { "booking_id": "b-1", "action": "confirm", "app_id": "nobody" },
        { "booking_id": "b-1" },
        { "booking_id": "b-1", "action": "confirm", "expire_in": 60 },
        7,
        { "booking_id": "b-2", "action": "confirm", "sub": "x" },
    ]});
    let signed = world.invoke(event).await;
    let links = signed["links"].as_array().unwrap();
    let codes: Vec<_> = links.iter().map(|link| link["error"]["code"].as_str().unwrap_or("signed")).collect();
    let invalid = "invalid_request";
    assert_eq!(codes, ["signed", invalid, "unknown_action", "unknown_app", invalid, invalid, invalid, "signed"]);
    let members: Vec<_> = links[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["expires_at", "link_id", "url"]);
    assert!(links[5]["error"]["message"].as_str().unwrap().contains("expire_in"));
    assert_eq!(world.click(links[7]["url"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn ten_thousand_links_fit_into_an_answer_and_more_are_told_how_to_split() {
    let world = World::new().await;
    let id = |n: usize| format!("0b9f6a3e-95a1-4a52-9b0c-6d3a{n:08}");
    let links = |count: usize, redirect: Value| {
        let link = |n| json!({ "booking_id": id(n), "action": "confirm", "redirect": redirect });
        json!({ "operation": "sign", "links": (0..count).map(link).collect::<Vec<_>>() })
    };
    let signed = world.invoke(links(10_000, Value::Null)).await;
    assert_eq!(signed["links"].as_array().unwrap().len(), 10_000);
    assert!(signed["links"][9999]["url"].as_str().unwrap().contains(&id(9999)));
    assert!(signed.to_string().len() < 6 * 1024 * 1024);
    assert!(world.refusal(links(10_001, Value::Null)).await.contains("at most 10000 are allowed"));
    let long = json!(format!("https://else.example/{}", "x".repeat(1000)));
    let said = world.refusal(links(10_000, long.clone())).await;
    let most: usize = said.split("at most ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert_eq!(world.invoke(links(most, long)).await["links"].as_array().unwrap().len(), most);
}

#[tokio::test]
async fn nothing_is_signed_where_it_is_unclear_how_long_links_live() {
    let world = World::builder().app(json!({ "link_lifetime_seconds": "a month" })).booking(json!({})).start().await;
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm", "expires_in": 60 });
    assert!(world.refusal(sign).await.contains("`link_lifetime_seconds` cannot be read"));
    let decorate = json!({ "operation": "decorate", "response": { "id": "b-1", "state": "tentative" } });
    assert!(world.refusal(decorate).await.contains("`link_lifetime_seconds` cannot be read"));
    let list = world.read("/v2/bookings?include=action_links").await;
    assert_eq!((list.status, list.code()), (500, "setting_invalid"));
    assert_eq!(world.read("/v2/bookings").await.status, 200);
    assert_eq!(world.click(link(json!({}))).await.status, 200);
}

#[tokio::test]
async fn what_gets_too_large_with_links_is_refused_before_it_is_made() {
    let world = World::new().await;
    let redirect = format!("https://hairbyada.example/{}", "x".repeat(2000));
    let decorate = |response: Value| {
        json!({ "operation": "decorate", "include": "action_links,customer_action_links", "redirect": redirect,
            "response": response })
    };
    let bookings = |count: usize| -> Vec<Value> {
        (0..count).map(|number| json!({ "id": number.to_string(), "app_id": "ada", "state": "confirmed" })).collect()
    };
    let said = world.refusal(decorate(json!(bookings(6000)))).await;
    assert!(said.contains("larger than Lambda's 6 MB; send at most "), "{said}");
    let most: usize = said.split_whitespace().rev().nth(5).unwrap().parse().unwrap();
    for response in [json!(bookings(most)), json!({ "data": bookings(most) })] {
        let reply = world.invoke(decorate(response)).await;
        assert!(reply.to_string().len() <= 6 * 1024 * 1024);
    }
    let said = world.refusal(decorate(json!({ "data": bookings(most + 1) }))).await;
    assert!(said.contains(&format!("send at most {most} ")), "{said}");
}

#[tokio::test]
async fn the_log_counts_what_gets_no_links() {
    let world = World::new().await;
    let empty = json!(vec![json!({}); 50_000]);
    let (reply, log) = logged(world.invoke(json!({ "operation": "decorate", "response": empty }))).await;
    assert_eq!(reply.as_array().unwrap().len(), 50_000);
    let line: Value = serde_json::from_str(&log).unwrap();
    assert_eq!((&line["level"], &line["bookings"]), (&json!("WARN"), &json!(50_000)));
    let members: String = (0..100_001).map(|number| format!(r#","m{number}":0"#)).collect();
    let many: Value = serde_json::from_str(&format!(r#"{{"data":[]{members}}}"#)).unwrap();
    assert!(world.refusal(json!({ "operation": "decorate", "response": many })).await.contains("`response` must be"));
}

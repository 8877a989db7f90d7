//! The real programs under a Runtime API, fed every file of `events/`.

use serde_json::{Value, json};

use crate::support::{ACTION_LINK, BOOKING_LINKS, Program, Reply, World, booking_of, event, every_event};

/// The events of one case: `(source, booking id, event)`.
fn events(case: &str) -> Vec<(String, String, String)> {
    let of_case = |(name, event): (String, String)| {
        let source = name.strip_suffix(case)?.strip_suffix('_')?.to_owned();
        Some((source, booking_of(&name), event))
    };
    every_event().into_iter().filter_map(of_case).collect()
}

/// The base comes from the gateway here, except for the load balancer and direct invocations.
async fn world(click_mode: &str) -> World {
    let settings = json!({ "redirect_hosts": ["hairbyada.example"], "click_mode": click_mode });
    World::builder().app(settings).start().await
}

/// A header of an answer, in either place where gateways expect headers.
fn header<'a>(answer: &'a Value, name: &str) -> &'a str {
    let single = answer["headers"][name].as_str();
    single.or_else(|| answer["multiValueHeaders"][name][0].as_str()).unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// The JSON in the body of an answer.
fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

const SOURCES: [&str; 4] = ["function_url", "http_api", "load_balancer", "rest_api"];

/// Runs a case of every source through `action-link`; the booking of each is tentative.
async fn each(case: &str, click_mode: &str, check: impl AsyncFn(&str, &str, &str, &mut Program, &World)) {
    let world = world(click_mode).await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    let events = events(case);
    assert_eq!(events.iter().map(|(source, ..)| source.as_str()).collect::<Vec<_>>(), SOURCES);
    for (source, id, event) in events {
        world.book(json!({ "id": id })).await;
        check(&source, &id, &event, &mut program, &world).await;
    }
}

#[tokio::test]
async fn every_file_is_named_for_a_case_that_is_tested() {
    for (name, _) in every_event() {
        let known =
            ["click", "press", "oneclick", "replay", "head", "bad_signature", "list", "sign", "decorate", "act"];
        assert!(known.iter().any(|case| name.ends_with(&format!("_{case}"))), "{name}");
    }
}

#[tokio::test]
async fn a_click_goes_on_to_the_redirect_and_the_booking_is_confirmed() {
    each("click", "direct", async |source, id, event, program, world| {
        let answer = program.answer(event).await;
        assert_eq!(answer["statusCode"], 302, "{source}: {answer}");
        assert_eq!(header(&answer, "location"), "https://hairbyada.example/thanks?from=mail&x=1", "{source}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{source}");
        assert_eq!(answer["isBase64Encoded"], false, "{source}");
        assert_eq!(world.state(id).await, "confirmed", "{source}");
    })
    .await;
}

#[tokio::test]
async fn a_button_that_is_pressed_goes_on_to_the_redirect() {
    each("press", "confirm", async |source, id, event, program, world| {
        let answer = program.answer(event).await;
        assert_eq!(answer["statusCode"], 200, "{source}: {answer}");
        let onward = r#"content="0; url=https://hairbyada.example/thanks?from=mail&amp;x=1""#;
        assert!(answer["body"].as_str().unwrap().contains(onward), "{source}: {answer}");
        assert_eq!(world.state(id).await, "confirmed", "{source}");
    })
    .await;
}

#[tokio::test]
async fn a_mail_program_that_sends_one_click_is_never_redirected() {
    each("oneclick", "direct", async |source, id, event, program, world| {
        for (status, state) in [(200, "confirmed"), (410, "confirmed")] {
            let answer = program.answer(event).await;
            assert_eq!(answer["statusCode"], status, "{source}: {answer}");
            assert!(!answer.to_string().contains("\"location\""), "{source}: {answer}");
            assert_eq!(world.item(id).await["state"], state, "{source}");
        }
    })
    .await;
    // In `confirm` mode it is no press of the page's button.
    each("oneclick", "confirm", async |source, id, event, program, world| {
        assert_eq!(program.answer(event).await["statusCode"], 403, "{source}");
        assert_eq!(world.state(id).await, "tentative", "{source}");
    })
    .await;
}

#[tokio::test]
async fn a_replay_is_told_what_the_link_did() {
    each("replay", "direct", async |source, id, event, program, world| {
        assert_eq!(program.answer(event).await["statusCode"], 302, "{source}");
        let once = world.item(id).await;
        let again = program.answer(event).await;
        assert_eq!(again["statusCode"], 410, "{source}: {again}");
        assert!(again["body"].as_str().unwrap().contains("This link has already been used"), "{source}: {again}");
        assert_eq!(world.item(id).await, once, "{source}");
    })
    .await;
}

#[tokio::test]
async fn a_head_has_the_headers_of_a_page_and_does_nothing() {
    each("head", "direct", async |source, id, event, program, world| {
        let answer = program.answer(event).await;
        assert_eq!(answer["statusCode"], 200, "{source}: {answer}");
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8", "{source}");
        assert!(answer.get("body").is_none_or(Value::is_null), "{source}: {answer}");
        assert_eq!(world.state(id).await, "tentative", "{source}");
    })
    .await;
}

#[tokio::test]
async fn a_bad_signature_is_refused() {
    each("bad_signature", "direct", async |source, id, event, program, world| {
        let answer = program.answer(event).await;
        assert_eq!(answer["statusCode"], 403, "{source}: {answer}");
        assert_eq!(world.state(id).await, "tentative", "{source}");
    })
    .await;
}

#[tokio::test]
async fn a_list_comes_with_links_that_start_where_the_gateway_is() {
    let mut world = world("direct").await;
    world.book(json!({ "graph": "instant", "state": "confirmed" })).await;
    let base = world.env.insert("LINK_BASE_URL".to_owned(), String::new()).unwrap();
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let lists = events("list");
    assert_eq!(lists.iter().map(|(source, ..)| source.as_str()).collect::<Vec<_>>(), SOURCES);
    for (source, _, event) in lists {
        let answer = program.answer(&event).await;
        let body = body(&answer);
        let starts = match source.as_str() {
            "http_api" => "https://k3x9q2w7e1.execute-api.eu-west-1.amazonaws.com/v2/",
            "function_url" => "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws/v2/",
            "rest_api" => "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod/v2/",
            // A load balancer does not give its address, and a header comes from the client.
            _ => {
                assert_eq!((&answer["statusCode"], &body["code"]), (&json!(500), &json!("link_base_url_required")));
                continue;
            }
        };
        assert_eq!(answer["statusCode"], 200, "{source}: {answer}");
        assert_eq!(header(&answer, "content-type"), "application/json", "{source}");
        let link = body["data"][0]["customer_action_links"]["cancel_by_customer"].as_str().unwrap();
        assert!(link.starts_with(starts), "{source}: {link}");
    }
    world.env.insert("LINK_BASE_URL".to_owned(), base.clone());
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    for (source, _, event) in events("list") {
        let answer = program.answer(&event).await;
        assert!(answer["body"].as_str().unwrap().contains(&base), "{source}: {answer}");
    }
}

#[tokio::test]
async fn without_links_a_load_balancer_needs_no_base_and_leads_on() {
    let mut world = world("direct").await;
    for id in ["b-1", "b-2"] {
        world.book(json!({ "id": id, "graph": "instant", "state": "confirmed" })).await;
    }
    world.env.insert("LINK_BASE_URL".to_owned(), String::new());
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let mut list: Value = serde_json::from_str(&event("load_balancer_list")).unwrap();
    list["multiValueQueryStringParameters"] = json!({ "limit": ["1"] });
    let first = program.answer(&list.to_string()).await;
    let page = body(&first);
    let next = page["next_page_url"].as_str().unwrap_or_else(|| panic!("{first}"));
    let cursor = next.strip_prefix("?limit=1&cursor=").unwrap_or_else(|| panic!("{next}"));
    list["multiValueQueryStringParameters"] = json!({ "limit": ["1"], "cursor": [cursor] });
    let second = program.answer(&list.to_string()).await;
    let second = body(&second);
    assert_ne!(page["data"][0]["id"], second["data"][0]["id"], "{second}");
}

#[tokio::test]
async fn a_base_path_of_two_segments_is_part_of_the_links() {
    let mut world = world("direct").await;
    world.book(json!({ "graph": "instant", "state": "confirmed" })).await;
    world.env.insert("LINK_BASE_URL".to_owned(), String::new());
    let mut lists = Program::start(BOOKING_LINKS, &world.env).await;
    let mut clicks = Program::start(ACTION_LINK, &world.env).await;
    // As a custom domain with the mapping `a/b` sends them.
    let mapped = |event: String| event.replace("\"/prod/v2/", "\"/v2/").replace("\"/v2/bookings", "\"/a/b/v2/bookings");
    for source in ["http_api", "rest_api"] {
        let answered = lists.answer(&mapped(event(&format!("{source}_list")))).await;
        let body = body(&answered);
        let link = body["data"][0]["customer_action_links"]["cancel_by_customer"].as_str().unwrap();
        assert!(link.contains("/a/b/v2/bookings/b-"), "{source}: {link}");
        let click = format!("{source}_click");
        world.book(json!({ "id": booking_of(&click) })).await;
        let answered = clicks.answer(&mapped(event(&click))).await;
        assert_eq!(answered["statusCode"], 302, "{source}: {answered}");
    }
}

#[tokio::test]
async fn a_bad_escape_in_a_known_parameter_is_malformed() {
    let world = world("direct").await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    for source in ["http_api", "function_url", "load_balancer"] {
        let name = format!("{source}_click");
        let (id, event) = (booking_of(&name), event(&name));
        world.book(json!({ "id": id })).await;
        for (from, to) in [("redirect=https%3A", "redirect=%zz"), ("\"https%3A%2F%2F", "\"%zz")] {
            let bent = event.replace(from, to);
            if bent != event {
                let answered = program.answer(&bent).await;
                assert_eq!(answered["statusCode"], 400, "{source}: {answered}");
            }
        }
        assert_eq!(world.state(&id).await, "tentative", "{source}");
        let tracked = event.replace("utm_source=mail", "utm_source=%zz");
        assert_eq!(program.answer(&tracked).await["statusCode"], 302, "{source}");
    }
}

#[tokio::test]
async fn a_direct_sign_answers_the_link_itself() {
    let world = world("direct").await;
    world.book(json!({ "id": "b-direct-sign", "graph": "instant", "state": "confirmed" })).await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let signed = program.answer(&event("direct_sign")).await;
    let clicked = world.click(signed["url"].as_str().unwrap()).await;
    assert_eq!(clicked.location(), Some("https://hairbyada.example/sorry"));
    assert_eq!(world.state("b-direct-sign").await, "cancelled_by_customer");
}

#[tokio::test]
async fn a_direct_act_changes_the_booking() {
    let world = world("direct").await;
    world.book(json!({ "id": "b-direct-act" })).await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let acted = program.answer(&event("direct_act")).await;
    assert_eq!(acted["data"]["state"], "confirmed");
    assert_eq!(world.log("b-direct-act").await[0]["message"], "Paid in the shop.");
}

#[tokio::test]
async fn a_direct_decorate_leaves_everything_else_as_it_was() {
    let world = world("direct").await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    // Digit by digit, which only the JSON text shows.
    let text = program.invoke_for_text(&event("direct_decorate")).await;
    let kept = r#"{"data":[{"id":"b-direct-decorate","graph":"instant","state":"confirmed","price":10.50,"ticket":9223372036854775808,"note":"für Grace","available_actions":["cancel","#;
    assert!(text.starts_with(kept), "{text}");
    assert!(text.ends_with(r#"}}],"next_page_url":null}"#), "{text}");
    let decorated: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(decorated["data"][0]["action_links"].as_object().unwrap().len(), 4);
}

#[tokio::test]
async fn what_stands_twice_comes_back_twice_and_has_no_links() {
    let world = world("direct").await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let twice = r#"{"id":"b-1","id":"b-2","graph":"instant","state":"confirmed"}"#;
    let once = r#"{"id":"b-3","graph":"instant","state":"confirmed","x":1.50}"#;
    let event = format!(r#"{{"operation":"decorate","response":{{"data":{twice},"data":[{once}]}}}}"#);
    let text = program.invoke_for_text(&event).await;
    let (twice, once) = (twice.trim_end_matches('}'), once.trim_end_matches('}'));
    let none = r#""available_actions":[],"customer_action_links":{},"links_unavailable":"repeated_member"}"#;
    let kept = format!(r#"{{"data":{twice},{none},"data":[{once},"available_actions":["#);
    assert!(text.starts_with(&kept), "{text}");
}

#[tokio::test]
async fn an_unknown_event_is_a_function_error_that_says_so() {
    let world = world("direct").await;
    for path in [ACTION_LINK, BOOKING_LINKS] {
        let mut program = Program::start(path, &world.env).await;
        for event in ["{}", "[]", "null", "7", r#"{"Records":[]}"#, r#"{"requestContext":null}"#] {
            match program.invoke(event).await {
                Reply::Error(error) => assert_eq!(error["errorType"], "unknown_event", "{event}"),
                Reply::Response(answer) => panic!("{event}: {answer}"),
            }
        }
    }
}

#[tokio::test]
async fn an_odd_event_is_answered_all_the_same() {
    let world = world("direct").await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    for odd in [
        // A body that is not base64, a host that is not a host.
        r#"{"requestContext":{"http":{"method":"GET"}},"rawPath":"no path","rawQueryString":"a b\u0000","headers":{"host":"a b"},"body":"%","isBase64Encoded":true}"#,
        // A parameter without a value.
        r#"{"requestContext":{"identity":{}},"httpMethod":"GET","path":"/v2/bookings/b-1/external_action/confirm","multiValueQueryStringParameters":{"signature":[],"utm_source":[]}}"#,
        r#"{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/v2/bookings/b-1/external_action/confirm","multiValueQueryStringParameters":{"signature":[]}}"#,
    ] {
        assert_eq!(program.answer(odd).await["statusCode"], 400, "{odd}");
    }
}

#[tokio::test]
async fn on_a_domain_of_ones_own_browsers_come_back_over_https_alone() {
    let world = world("direct").await;
    let (mut clicks, mut links) =
        (Program::start(ACTION_LINK, &world.env).await, Program::start(BOOKING_LINKS, &world.env).await);
    for case in ["click", "bad_signature", "head", "list"] {
        let program = if case == "list" { &mut links } else { &mut clicks };
        for (source, _, event) in events(case) {
            let hsts = |answer: &Value| {
                let single = answer["headers"]["strict-transport-security"].as_str();
                let multi = answer["multiValueHeaders"]["strict-transport-security"][0].as_str();
                single.or(multi).map(str::to_owned)
            };
            let mut event: Value = serde_json::from_str(&event).unwrap();
            for (domain, wanted) in
                [("links-1.eu-west-1.elb.amazonaws.com", None), ("links.salon.example", Some("max-age=31536000"))]
            {
                match source.as_str() {
                    "load_balancer" => event["headers"]["host"] = json!(domain),
                    _ => event["requestContext"]["domainName"] = json!(domain),
                }
                let answer = program.answer(&event.to_string()).await;
                assert_eq!(hsts(&answer).as_deref(), wanted, "{source} {case} {domain}: {answer}");
            }
        }
    }
}

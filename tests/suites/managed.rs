//! Managed instances: the real programs with eight invocations at once.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::events::{ACTION_LINK, BOOKING_LINKS};
use crate::support::{CROWD, Fault, Heard, Program, SECRET, StoreReply, World, booking};

/// Each request to the table waits until there are eight. A program that runs one invocation at a
/// time never gets there, and answers 503.
const TOGETHER: Fault = Fault(Heard::Now, StoreReply::Together);

async fn start(path: &str, world: &World) -> Program {
    let concurrency = ("AWS_LAMBDA_MAX_CONCURRENCY".to_owned(), CROWD.to_string());
    let env: HashMap<_, _> = world.env.clone().into_iter().chain([concurrency]).collect();
    let mut program = Program::start(path, &env).await;
    // It has started when it answers.
    program.invoke("{}").await;
    world.proxy.take();
    program
}

fn click(url: &str) -> String {
    let (_, path) = url.split_once(".example").unwrap();
    let (path, query) = path.split_once('?').unwrap();
    json!({
        "version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {}, "isBase64Encoded": false,
        "requestContext": { "http": { "method": "GET" } },
    })
    .to_string()
}

fn statuses(answers: &[Value]) -> Vec<i64> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer["statusCode"].as_i64().unwrap()).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn eight_clicks_at_once_are_answered_at_once() {
    let world = World::new().await;
    let mut clicks = Vec::new();
    for number in 0..CROWD {
        let id = format!("b-{number}");
        world.put(booking(&id, "confirm_decline", "tentative")).await;
        clicks.push(click(&world.sign(&id, "confirm").url));
    }
    let mut program = start(ACTION_LINK, &world).await;
    world.proxy.always(TOGETHER);
    assert_eq!(statuses(&program.invoke_all(&clicks).await), [200; CROWD]);
    let log = program.end().await;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines: Vec<_> = lines.filter(|line| line["outcome"] == "applied").collect();
    assert_eq!(lines.len(), CROWD, "{log}");
    for (number, line) in lines.iter().enumerate() {
        // What one invocation waits for is not counted for another.
        assert!(line["StoreLatency"].as_f64().unwrap() <= line["ms"].as_f64().unwrap(), "{number}: {line}");
    }
}

#[tokio::test]
async fn eight_clicks_at_once_on_one_link_are_one_click() {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let clicks = vec![click(&world.sign("b-1", "confirm").url); CROWD];
    let mut program = start(ACTION_LINK, &world).await;
    world.proxy.always(TOGETHER);
    let answers = program.invoke_all(&clicks).await;
    assert_eq!(statuses(&answers), [200, 410, 410, 410, 410, 410, 410, 410]);
    world.proxy.always(Fault::NONE);
    assert_eq!(world.item("b-1").await["action_log"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn eight_lists_at_once_are_answered_at_once() {
    use base64::Engine;

    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let key = base64::engine::general_purpose::STANDARD.encode(format!(":{SECRET}"));
    let list = json!({
        "version": "2.0", "rawPath": "/v2/bookings", "rawQueryString": "include=action_links", "isBase64Encoded": false,
        "headers": { "authorization": format!("Basic {key}") }, "requestContext": { "http": { "method": "GET" } },
    });
    let mut program = start(BOOKING_LINKS, &world).await;
    world.proxy.always(TOGETHER);
    assert_eq!(statuses(&program.invoke_all(&vec![list.to_string(); CROWD]).await), [200; CROWD]);
}

#[tokio::test]
async fn eight_first_clicks_of_eight_apps_do_not_wait_for_each_other() {
    let world = World::with(&[], &[]).await;
    world.outgrow_a_page().await;
    let secret = |number| format!("test_api_key_{number:032}");
    world.put_apps(CROWD, secret).await;
    let click = |number| {
        let kid = action_links::link::KeyId::of(&secret(number));
        let claims = json!({ "booking_id": "b-1", "action": "confirm" }).to_string();
        let token = crate::support::hs256(&secret(number), &json!({ "alg": "HS256", "kid": kid }).to_string(), &claims);
        click(&format!("https://links.example/v2/bookings/b-1/external_action/confirm?signature={token}"))
    };
    let clicks: Vec<_> = (0..CROWD).map(click).collect();
    let mut program = start(ACTION_LINK, &world).await;
    // The key's index entry, the app, the write: each eight times at once.
    world.proxy.always(TOGETHER);
    assert_eq!(statuses(&program.invoke_all(&clicks).await), [404; CROWD]);
    assert_eq!(world.proxy.take().len(), 3 * CROWD);
}

//! Managed instances: the real programs with eight invocations at once.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::support::{
    ACTION_LINK, Address, BOOKING_LINKS, CROWD, Fault, Heard, Program, SECRET, StoreReply, World, basic, http_api,
    link_of, log_lines, naming,
};

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

fn click(link: impl Address) -> String {
    http_api("GET", link, json!({}), "")
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
        world.book(json!({ "id": id })).await;
        clicks.push(click(world.sign(&id, "confirm")));
    }
    let mut program = start(ACTION_LINK, &world).await;
    world.proxy.always(TOGETHER);
    assert_eq!(statuses(&program.invoke_all(&clicks).await), [200; CROWD]);
    let log = program.end().await;
    let lines = log_lines(&log, "click");
    assert_eq!(lines.iter().filter(|line| line["outcome"] == "applied").count(), CROWD, "{log}");
    for (number, line) in lines.iter().enumerate() {
        // What one invocation waits for is not counted for another.
        assert!(line["StoreLatency"].as_f64().unwrap() <= line["ms"].as_f64().unwrap(), "{number}: {line}");
    }
}

#[tokio::test]
async fn eight_clicks_at_once_on_one_link_are_one_click() {
    let world = World::builder().booking(json!({})).start().await;
    let clicks = vec![click(world.sign("b-1", "confirm")); CROWD];
    let mut program = start(ACTION_LINK, &world).await;
    world.proxy.always(TOGETHER);
    let answers = program.invoke_all(&clicks).await;
    assert_eq!(statuses(&answers), [200, 410, 410, 410, 410, 410, 410, 410]);
    world.proxy.always(Fault::NONE);
    assert_eq!(world.log("b-1").await.len(), 1);
}

#[tokio::test]
async fn eight_lists_at_once_are_answered_at_once() {
    let world = World::builder().booking(json!({})).start().await;
    let headers = json!({ "authorization": basic(&format!(":{SECRET}")) });
    let list = http_api("GET", "/v2/bookings?include=action_links", headers, "");
    let mut program = start(BOOKING_LINKS, &world).await;
    world.proxy.always(TOGETHER);
    assert_eq!(statuses(&program.invoke_all(&vec![list; CROWD]).await), [200; CROWD]);
}

#[tokio::test]
async fn eight_first_clicks_of_eight_apps_do_not_wait_for_each_other() {
    let world = World::builder().without_ada().start().await;
    world.outgrow_a_page().await;
    let secret = |number| format!("test_api_key_{number:032}");
    world.put_apps(CROWD, secret).await;
    let click = |number| click(link_of(&secret(number), &naming(&secret(number)), json!({})));
    let clicks: Vec<_> = (0..CROWD).map(click).collect();
    let mut program = start(ACTION_LINK, &world).await;
    // The key's index entry, the app, the write: each eight times at once.
    world.proxy.always(TOGETHER);
    assert_eq!(statuses(&program.invoke_all(&clicks).await), [404; CROWD]);
    assert_eq!(world.proxy.take().len(), 3 * CROWD);
}

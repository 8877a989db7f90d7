//! A booking has a link exactly if a click on it is applied.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::support::{World, bob, extended, seed, soak};

/// Actions of links in the built-in graphs, and one that no graph has.
const ACTIONS: [&str; 8] =
    ["confirm", "decline", "cancel", "cancel_by_customer", "reschedule_by_customer", "complete", "pay", "dance"];

/// A booking whose attributes have values of every kind, right and wrong.
fn any_booking(id: &str, now: u64, choices: &mut fastrand::Rng) -> Value {
    let day = |days: i64| rfc3339(now.checked_add_signed(days * 86_400).unwrap());
    let values = |attribute: &str| match attribute {
        "graph" => vec![json!("confirm_decline"), json!("instant"), Value::Null, json!("unheard_of"), json!(7)],
        // The key of an index is a string.
        "app_id" => vec![json!("ada"), json!("ada"), json!("bob")],
        "state" => vec![json!("confirmed"), json!("tentative"), json!("cancelled"), json!(1), Value::Null],
        "links_valid_after" => vec![
            json!(now - 100),
            json!(now - 100),
            json!(now + 1000),
            json!(now as f64 + 1000.5),
            json!(now as f64 - 100.5),
            json!((now + 1000).to_string()),
            json!(true),
            Value::Null,
            json!([now]),
        ],
        "starts_at" => vec![json!(day(3)), json!(day(0)), json!(day(-1)), json!("soon"), json!(now), Value::Null],
        _ => vec![json!(["another"]), json!("another"), Value::Null],
    };
    let mut record = Map::from_iter([("id".to_owned(), json!(id))]);
    for attribute in ["graph", "app_id", "state", "links_valid_after", "starts_at", "action_log"] {
        // An attribute may be missing, too.
        if choices.u8(..4) > 0 {
            let values = values(attribute);
            let index = if choices.bool() { 0 } else { choices.usize(..values.len()) };
            record.insert(attribute.to_owned(), values[index].clone());
        }
    }
    if record.get("action_log").is_some_and(|log| !log.is_array()) {
        record.remove("action_log"); // a click cannot add to it: `booking_unusable`
    }
    Value::Object(record)
}

/// A time in UTC, to the second.
fn rfc3339(second: u64) -> String {
    jiff::Timestamp::from_second(second.try_into().unwrap()).unwrap().to_string()
}

/// Checks that the decorated booking has a link for exactly those actions whose clicks are applied.
async fn links_are_those_that_work(world: &World) {
    let mut choices = fastrand::Rng::with_seed(seed());
    let (mut offered, mut refused) = (0, 0);
    for number in 0..if soak() { 5000 } else { 120 } {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let booking = any_booking(&format!("b-{number}"), now, &mut choices);
        world.put(booking.clone()).await;
        // The same record as JSON, which another function may have read by itself.
        let event = json!({ "operation": "decorate", "app_id": "ada", "include": "action_links", "response": booking });
        let given = world.invoke(event).await;
        let read = world.read(&*format!("/v2/bookings/b-{number}?include=action_links")).await;
        let stored = if read.status == 404 { Value::Null } else { read.data()["action_links"].clone() };
        for (position, action) in ACTIONS.iter().enumerate() {
            let (of_given, of_stored) = (given["action_links"].get(action), stored.get(action));
            assert_eq!(of_given.is_some(), of_stored.is_some(), "{action} of {booking}");
            // A booking of its own for each click, since an applied one changes the others' answers.
            let id = format!("b-{number}-{position}");
            world.put(extended(booking.clone(), json!({ "id": id }))).await;
            let answer = world.json().click(&world.sign(&id, action)).await;
            assert_eq!(of_given.is_some(), answer.status == 200, "{action} of {booking}: {}", answer.body);
            if of_given.is_some() { offered += 1 } else { refused += 1 }
        }
    }
    assert!(offered > 20 && refused > 200, "{offered} links, {refused} refusals");
}

fn notice() -> Value {
    json!({ "min_notice_seconds": { "cancel_by_customer": 86_400, "cancel": 0 } })
}

#[tokio::test]
async fn a_booking_of_the_only_app_has_the_links_that_work() {
    links_are_those_that_work(&World::builder().app(notice()).start().await).await;
}

#[tokio::test]
async fn a_booking_of_one_of_several_apps_has_the_links_that_work() {
    links_are_those_that_work(&World::builder().app(notice()).another_app(bob()).start().await).await;
}

#[tokio::test]
async fn links_that_are_revoked_by_a_value_that_is_no_number_are_not_handed_out() {
    let world = World::builder().booking(json!({ "links_valid_after": "2026" })).start().await;
    let decorated = world.read("/v2/bookings/b-1?include=action_links").await;
    assert_eq!(decorated.data()["action_links"], json!({}));
}

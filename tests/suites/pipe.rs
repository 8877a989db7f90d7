//! Events for other systems: the records of a stream, through the filter and the transformer that are
//! deployed, fit the schemas in `docs/events/`.

use action_links::emulator::{Event, Pipe};
use serde_json::{Value, json};

use crate::support::{SECRET, World, link};

fn schema(detail_type: &str) -> Value {
    let text = match detail_type {
        "Booking Action Taken" => include_str!("../../docs/events/booking-action-taken.json"),
        "Booking Action Undone" => include_str!("../../docs/events/booking-action-undone.json"),
        "Action Link Requested" => include_str!("../../docs/events/action-link-requested.json"),
        other => panic!("{other} has no schema"),
    };
    serde_json::from_str(text).unwrap()
}

async fn world(events: &str) -> World {
    let settings = json!({
        "undo_seconds": 600, "offer_new_link": true, "min_dwell_ms": 0, "ask_reason": ["cancel_by_customer"],
        "log_client": true,
    });
    World::builder().app(settings).setting("EVENTS", events).booking(json!({})).start().await
}

/// The events that come out of the pipe, each checked against its schema. `None` if the engine's stream
/// cannot be read.
fn events(world: &World) -> Option<Vec<Event>> {
    let pipe = Pipe::deployed().unwrap();
    let events: Vec<Event> = world.stream()?.iter().filter_map(|record| pipe.pass(record).unwrap()).collect();
    for event in &events {
        let whole = json!({ "source": event.source, "detail-type": event.detail_type, "time": event.time, "detail": event.detail });
        let schema = schema(&event.detail_type);
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<_> = validator.iter_errors(&whole).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?} in {whole}");
        // Nothing but what the schema names.
        let named: Vec<_> = schema["properties"]["detail"]["properties"].as_object().unwrap().keys().collect();
        assert_eq!(event.detail.as_object().unwrap().keys().collect::<Vec<_>>(), named);
    }
    Some(events)
}

#[tokio::test]
async fn every_write_is_an_event_that_fits_its_schema() {
    let world = world("on").await;
    let confirm = link(json!({ "sub": "customer-7" }));
    let page = world.click(&confirm).await;
    world.press(&confirm, &page, "undo").await;
    let expired = link(json!({ "action": "decline", "exp": 1 }));
    let page = world.click(&expired).await;
    world.press(&expired, &page, "new_link").await;
    let Some(events) = events(&world) else { return };
    let item = world.item("b-1").await;
    let log = &item["action_log"];
    let facts = |event: &Event| {
        let of = |name: &str| event.detail[name].as_str().unwrap().to_owned();
        (event.detail_type.clone(), of("action"), of("from"), of("to"), of("sub"), of("id"))
    };
    let expected = |kind: &str, action: &str, from: &str, to: &str, sub: &str, id: &Value| {
        let id = id.as_str().unwrap().to_owned();
        (kind.to_owned(), action.to_owned(), from.to_owned(), to.to_owned(), sub.to_owned(), id)
    };
    let (taken, undone, requested) = ("Booking Action Taken", "Booking Action Undone", "Action Link Requested");
    assert_eq!(
        events.iter().map(facts).collect::<Vec<_>>(),
        [
            expected(taken, "confirm", "tentative", "confirmed", "customer-7", &log[0]["request_id"]),
            expected(undone, "confirm", "confirmed", "tentative", "customer-7", &log[1]["request_id"]),
            expected(requested, "decline", "", "", "", &item["event_id"]),
        ]
    );
    for (event, at) in events.iter().zip([&log[0]["at"], &log[1]["at"], &item["link_requested_at"]]) {
        assert_eq!((&event.detail["at"], &event.time), (at, &at.as_str().unwrap().to_owned()));
        assert_eq!((&event.detail["app_id"], &event.detail["booking_id"]), (&json!("ada"), &json!("b-1")));
    }
    assert_eq!((&events[0].detail["link_id"], &events[1].detail["link_id"]), (&log[0]["link_id"], &log[0]["link_id"]));
    // Ids are unique, so that a reader recognises what comes again.
    assert_ne!(events[0].detail["id"], events[1].detail["id"]);
}

#[tokio::test]
async fn a_subject_of_any_characters_comes_through_the_pipe() {
    let world = world("on").await;
    world.click(link(json!({ "sub": "\"größe\" \\ 100 %\n" }))).await;
    assert_eq!(world.log("b-1").await[0]["sub"], "\"größe\" \\ 100 %\n");
    let Some(events) = events(&world) else { return };
    assert_eq!(events[0].detail["sub"], "%22größe%22 %5C 100 %25%0A");
}

#[tokio::test]
async fn no_reason_no_address_and_no_token_is_in_an_event() {
    let world = world("on").await;
    world.book(json!({ "id": "b-2", "state": "confirmed" })).await;
    let cancel = world.sign("b-2", "cancel_by_customer").url;
    let page = world.with("user-agent", "Secret Browser/1.0").click(&cancel).await;
    let form = [("stamp", &*page.stamp("stamp").unwrap()), ("reason", "my private reason")];
    assert_eq!(world.submit(&cancel, &form).await.status, 200);
    let item = world.item("b-2").await.to_string();
    assert!(item.contains("my private reason") && item.contains("127.0.0.1"), "{item}");
    let Some(events) = events(&world) else { return };
    let token = cancel.rsplit('.').next().unwrap();
    let text = format!("{events:?}");
    assert_eq!(events.len(), 1);
    for private in ["my private reason", "127.0.0.1", "Secret Browser", token, SECRET] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[tokio::test]
async fn what_an_owner_writes_may_repeat_an_event_with_its_id_and_is_none_of_its_own() {
    let world = world("on").await;
    world.set_text("b-1", "note", "before any click").await;
    world.click(world.sign("b-1", "confirm")).await;
    world.set_text("b-1", "note", "after it").await;
    world.book(json!({ "id": "b-2" })).await;
    world.delete("b-2").await;
    let Some(events) = events(&world) else { return };
    let ids: Vec<_> = events.iter().map(|event| &event.detail["id"]).collect();
    assert_eq!((ids.len(), ids[0]), (2, ids[1]));
}

#[tokio::test]
async fn refused_clicks_are_no_events() {
    let world = world("on").await;
    let confirm = world.sign("b-1", "confirm");
    for _ in 0..3 {
        world.click(&confirm).await;
    }
    world.click(world.sign("b-1", "decline")).await;
    world.click(world.sign("b-404", "confirm")).await;
    let Some(events) = events(&world) else { return };
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn the_attributes_of_an_event_are_in_no_answer_and_are_not_written_unless_asked_for() {
    for (events, are_there) in [("on", true), ("off", false)] {
        let world = world(events).await;
        world.click(world.sign("b-1", "confirm")).await;
        let item = world.item("b-1").await;
        assert_eq!(item.as_object().unwrap().keys().any(|name| name.starts_with("event_")), are_there, "{item}");
        let listed = world.read("/v2/bookings/b-1?include=logs").await;
        assert!(!listed.body.contains("event_"), "{}", listed.body);
        assert_eq!(listed.data()["state"], "confirmed");
    }
}

#[tokio::test]
async fn a_state_with_quotation_marks_makes_a_valid_event() {
    let graphs = r#"{"odd": {"initial": "say \"hi\"", "transitions": [
        {"action": "wait", "from": "say \"hi\"", "to": "100 %", "by": "customer"},
        {"action": "wait", "from": "100 %", "to": "plain", "by": "customer"},
        {"action": "go", "from": "plain", "to": "<$.a\\b>", "by": "customer"},
        {"action": "go", "from": "100 %", "to": "<$.a\\b>", "by": "customer"},
        {"action": "go", "from": "say \"hi\"", "to": "<$.a\\b>", "by": "customer"}]}}"#;
    let world = World::builder().setting("EVENTS", "on").setting("GRAPHS", graphs).start().await;
    world.book(json!({ "graph": "odd", "state": "say \"hi\"" })).await;
    let answer = world.submit(world.sign("b-1", "go"), &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let Some(events) = events(&world) else { return };
    assert_eq!(events[0].detail["from"], "say %22hi%22");
    assert_eq!(events[0].detail["to"], "<$.a%5Cb>");
}

//! The business's own hand: `act`, which takes an action without a link.

use action_links::emulator::Pipe;
use serde_json::{Value, json};

use crate::cli;
use crate::support::{Fault, Heard, StoreReply, World, bob, extended, link};

fn act(more: Value) -> Value {
    extended(json!({ "operation": "act", "booking_id": "b-1", "action": "confirm" }), more)
}

#[tokio::test]
async fn an_action_is_one_write_with_an_entry_of_the_owner_in_the_log() {
    let world = World::builder().booking(json!({})).start().await;
    let reply = world.invoke(act(json!({ "request_id": "job-7", "message": " Paid in cash.\r\n" }))).await;
    assert_eq!(reply, json!({ "data": { "id": "b-1", "state": "confirmed", "action": "confirm" } }));
    assert_eq!(world.proxy.take(), ["UpdateItem"]);
    let item = world.item("b-1").await;
    let entry = &item["action_log"][0];
    let mut members: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["action", "at", "by", "from", "message", "request_id", "to"]);
    assert_eq!(
        (&entry["by"], &entry["request_id"], &entry["message"]),
        (&json!("owner"), &json!("job-7"), &json!("Paid in cash."))
    );
    assert_eq!(
        (&item["state"], &item["completed"], &item["updated_at"]),
        (&json!("confirmed"), &json!(false), &entry["at"])
    );
}

#[tokio::test]
async fn the_same_request_again_changes_nothing_whatever_has_happened_since() {
    let world = World::builder().booking(json!({})).start().await;
    let confirm = act(json!({ "request_id": "job-7" }));
    let first = world.invoke(confirm.clone()).await;
    assert_eq!(world.invoke(confirm.clone()).await, first);
    // The owner puts the booking back: the request stays made.
    world.set_state("b-1", "tentative").await;
    assert_eq!(world.invoke(confirm.clone()).await, first);
    assert_eq!((world.log("b-1").await.len(), world.state("b-1").await.as_str()), (1, "tentative"));
    // Another request acts, and so does the same id on another booking.
    world.invoke(act(json!({ "request_id": "job-8" }))).await;
    world.book(json!({ "id": "b-2" })).await;
    world.invoke(extended(confirm, json!({ "booking_id": "b-2" }))).await;
    assert_eq!((world.log("b-1").await.len(), world.log("b-2").await.len()), (2, 1));
    // An id is not taken for two actions.
    let said = world.refusal(act(json!({ "request_id": "job-7", "action": "decline" }))).await;
    assert!(said.contains("which took the action `confirm`"), "{said}");
    // Without an id each invocation is a request of its own.
    world.set_state("b-1", "tentative").await;
    world.invoke(act(json!({}))).await;
    assert_eq!(world.log("b-1").await.len(), 3);
}

#[tokio::test]
async fn the_business_may_do_what_no_link_may() {
    let notice = json!({ "min_notice_seconds": { "cancel": 86_400 } });
    let world = World::builder().app(notice).booking(json!({ "graph": "instant_payment" })).start().await;
    let timeout = world.invoke(act(json!({ "action": "timeout" }))).await;
    assert_eq!(timeout["data"]["state"], "unpaid");
    assert_eq!(world.item("b-1").await["completed"], true);
    // Neither a notice nor a revocation is about the business itself.
    world.book(json!({ "id": "b-2", "state": "confirmed", "starts_at": "2020-01-01T00:00:00Z" })).await;
    world.set_valid_after("b-2", 4_000_000_000).await;
    let cancelled = world.invoke(act(json!({ "booking_id": "b-2", "action": "cancel" }))).await;
    assert_eq!(cancelled["data"]["state"], "cancelled");
}

#[tokio::test]
async fn what_cannot_be_done_has_the_code_of_a_click() {
    let world = World::builder().another_app(bob()).booking(json!({})).start().await;
    world.book(json!({ "id": "b-2", "app_id": "bob" })).await;
    world.book(json!({ "id": "b-3", "state": "confirmed" })).await;
    world.book(json!({ "id": "b-4", "action_log": "none" })).await;
    for (more, code) in [
        (json!({ "booking_id": "b-9" }), "booking_not_found"),
        (json!({ "booking_id": "b-2" }), "booking_not_found"),
        (json!({ "action": "cancel" }), "action_not_available"),
        (json!({ "action": "timeout" }), "action_not_available"),
        (json!({ "booking_id": "b-3" }), "action_not_available"),
        (json!({ "action": "create" }), "unknown_action"),
        (json!({ "action": "dance" }), "unknown_action"),
        (json!({ "booking_id": "b-4" }), "booking_unusable"),
        (json!({ "app_id": null }), "app_required"),
        (json!({ "app_id": "nobody" }), "unknown_app"),
        (json!({ "request_id": "" }), "invalid_request"),
        (json!({ "request_id": "a b" }), "invalid_request"),
        (json!({ "request_id": "x".repeat(257) }), "invalid_request"),
        (json!({ "booking_id": "b 1" }), "invalid_request"),
        (json!({ "redirect": "https://a.example/" }), "invalid_request"),
    ] {
        let event = act(extended(json!({ "app_id": "ada" }), more));
        assert_eq!(world.try_invoke(event.clone()).await, Err(code.to_owned()), "{event}");
    }
    let already = world.refusal(act(json!({ "app_id": "ada", "booking_id": "b-3" }))).await;
    assert!(already.contains("in the state `confirmed` already"), "{already}");
    for id in ["b-1", "b-2", "b-3"] {
        assert_eq!(world.log(id).await.len(), 0, "{id}");
    }
    // Another app's request with an id that this app has used tells nothing.
    world.invoke(act(json!({ "app_id": "ada", "request_id": "r" }))).await;
    let foreign = act(json!({ "app_id": "bob", "request_id": "r" }));
    assert_eq!(world.try_invoke(foreign).await, Err("booking_not_found".to_owned()));
    world.proxy.always(Fault::THROTTLED);
    assert_eq!(world.try_invoke(act(json!({ "app_id": "ada" }))).await, Err("temporarily_unavailable".to_owned()));
}

#[tokio::test]
async fn a_click_is_not_undone_over_the_business() {
    let settings = json!({ "undo_seconds": 600, "min_dwell_ms": 0 });
    let world = World::builder().app(settings).booking(json!({})).start().await;
    let confirm = link(json!({}));
    let page = world.click(&confirm).await;
    world.invoke(act(json!({ "action": "cancel" }))).await;
    // Within the same second, and in the state that the click led to.
    world.set_state("b-1", "confirmed").await;
    let undone = world.json().press(&confirm, &page, "undo").await;
    assert_eq!(undone.told(), (409, "undo_not_possible"));
    assert_eq!(world.state("b-1").await, "confirmed");
}

#[tokio::test]
async fn an_action_of_the_business_is_an_event_without_a_link() {
    let world = World::builder().setting("EVENTS", "on").booking(json!({})).start().await;
    world.invoke(act(json!({ "request_id": "job-7", "message": "private" }))).await;
    let Some(records) = world.stream() else { return };
    let pipe = Pipe::deployed().unwrap();
    let events: Vec<_> = records.iter().filter_map(|record| pipe.pass(record).unwrap()).collect();
    let event = &events[0];
    let whole =
        json!({ "source": event.source, "detail-type": event.detail_type, "time": event.time, "detail": event.detail });
    let schema: Value = serde_json::from_str(include_str!("../../docs/events/booking-action-taken.json")).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&whole), "{whole}");
    let told = ["id", "action", "from", "to", "link_id", "sub"].map(|name| event.detail[name].as_str().unwrap());
    assert_eq!((events.len(), told), (1, ["b-1/job-7", "confirm", "tentative", "confirmed", "", ""]));
}

#[tokio::test]
async fn in_graphs_of_ones_own_an_action_leads_where_the_bookings_graph_says() {
    let graphs = r#"{
        "trial": {"initial": "open", "transitions": [
            {"action": "close", "from": "open", "to": "lost", "by": "system"}]},
        "order": {"initial": "open", "transitions": [
            {"action": "close", "from": "open", "to": "sold", "by": "owner"}]}}"#;
    let world = World::builder().setting("GRAPHS", graphs).setting("DEFAULT_GRAPH", "trial").start().await;
    for (id, graph, state) in [("b-1", "trial", "lost"), ("b-2", "order", "sold")] {
        world.book(json!({ "id": id, "graph": graph, "state": "open" })).await;
        let reply = world.invoke(act(json!({ "booking_id": id, "action": "close" }))).await;
        assert_eq!(reply["data"]["state"], state);
    }
}

#[tokio::test]
async fn the_command_line_acts_by_the_same_write() {
    let world = World::builder().setting("EVENTS", "on").booking(json!({})).start().await;
    let act = ["--json", "booking", "act", "b-1", "confirm", "--message", "by phone"];
    let told: Value = serde_json::from_str(&cli::run(Some(&world), &act).await.unwrap()).unwrap();
    let entry = world.log("b-1").await.remove(0);
    assert_eq!(
        (&entry["by"], &entry["message"], &entry["request_id"]),
        (&json!("owner"), &json!("by phone"), &told["request_id"])
    );
    assert_eq!(world.item("b-1").await["event_type"], "Booking Action Taken");
    let id = told["request_id"].as_str().unwrap();
    assert_eq!(
        cli::run(Some(&world), &[&act[1..], &["--request-id", id]].concat()).await.unwrap(),
        "The booking b-1 is in the state confirmed.\n"
    );
    assert_eq!(world.log("b-1").await.len(), 1);
    for (arguments, why) in [
        (["b-1", "confirm"], "already in the state `confirmed`"),
        (["b-1", "dekline"], "Did you mean `decline`?"),
        (["b-9", "confirm"], "there is no booking `b-9`"),
    ] {
        let said = cli::run(Some(&world), &[&["booking", "act"], &arguments[..]].concat()).await.unwrap_err();
        assert!(said.contains(why), "{said}");
    }
}

#[tokio::test]
async fn a_lost_reply_to_the_command_line_is_found_out() {
    let world = World::builder().booking(json!({})).start().await;
    world.book(json!({ "id": "b-2" })).await;
    world.proxy.play(&[&[Fault::NONE; 2][..], &[Fault(Heard::Now, StoreReply::Reset); 3]].concat());
    let act = |id| ["booking", "act", id, "confirm"];
    assert!(cli::run(Some(&world), &act("b-1")).await.unwrap().contains("in the state confirmed"));
    assert_eq!(world.log("b-1").await.len(), 1);
    // If it cannot be found out, it says how the same request is made again.
    world.proxy.play(&[&[Fault::NONE; 2][..], &[Fault(Heard::Now, StoreReply::Reset); 6]].concat());
    let said = cli::run(Some(&world), &act("b-2")).await.unwrap_err();
    let id = said.split("--request-id ").nth(1).unwrap().split(':').next().unwrap();
    let again = cli::run(Some(&world), &[&act("b-2"), &["--request-id", id][..]].concat()).await.unwrap();
    assert!(again.contains("in the state confirmed"), "{again}");
    assert_eq!(world.log("b-2").await.len(), 1);
}

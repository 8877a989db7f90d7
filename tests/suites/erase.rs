//! `booking erase`: what clicks have kept of a person is removed, and nothing else.

use serde_json::json;

use crate::cli;
use crate::support::{Fault, Heard, StoreReply, World, link};

async fn world() -> World {
    let settings = json!({
        "min_dwell_ms": 0, "undo_seconds": 3600, "log_client": true, "ask_reason": ["cancel_by_customer"],
    });
    let world = World::builder().app(settings).setting("EVENTS", "on").booking(json!({})).start().await;
    world.with("user-agent", "Private/1.0").click(link(json!({ "sub": "customer-7" }))).await;
    let cancel = link(json!({ "action": "cancel_by_customer", "sub": "customer-7" }));
    let page = world.click(&cancel).await;
    world.submit(&cancel, &[("stamp", &*page.stamp("stamp").unwrap()), ("reason", "my private reason")]).await;
    world.proxy.take();
    world
}

#[tokio::test]
async fn a_person_is_removed_and_states_links_and_times_stay() {
    let world = world().await;
    let before = world.item("b-1").await;
    for private in ["customer-7", "my private reason", "127.0.0.1", "Private/1.0"] {
        assert!(before.to_string().contains(private), "{private} in {before}");
    }
    let erase = ["booking", "erase", "b-1", "--yes"];
    assert!(cli::run(Some(&world), &erase).await.unwrap().contains("Removed what 2 entries"));
    let mut expected = before;
    for entry in expected["action_log"].as_array_mut().unwrap() {
        entry
            .as_object_mut()
            .unwrap()
            .retain(|name, _| !["message", "sub", "source_ip", "user_agent"].contains(&&**name));
    }
    expected["event_sub"] = json!("");
    assert_eq!(world.item("b-1").await, expected);
    assert!(cli::run(Some(&world), &erase).await.unwrap().contains("says nothing of a person"));
    // The link stays used, and its click can still be undone.
    let cancel = link(json!({ "action": "cancel_by_customer", "sub": "customer-7" }));
    let page = world.click(&cancel).await;
    assert_eq!((page.status, world.press(&cancel, &page, "undo").await.status), (410, 200));
    assert!(
        cli::run(Some(&world), &["booking", "erase", "b-9", "--yes"])
            .await
            .unwrap_err()
            .contains("there is no booking `b-9`")
    );
    assert!(cli::run(Some(&world), &erase[..3]).await.unwrap_err().contains("Give --yes"));
}

#[tokio::test]
async fn what_is_logged_meanwhile_is_not_lost_and_a_long_log_takes_several_writes() {
    let world = world().await;
    let entry = |n: usize| json!({ "action": "any", "at": "2026-11-23T08:00:00Z", "request_id": n.to_string(), "message": "private" });
    world.book(json!({ "id": "b-2", "action_log": (0..50).map(entry).collect::<Vec<_>>() })).await;
    assert!(cli::run(Some(&world), &["booking", "erase", "b-2", "--yes"]).await.unwrap().contains("50 entries"));
    let log = world.log("b-2").await;
    assert!(log.len() == 50 && log.iter().all(|entry| entry.get("message").is_none() && entry.get("at").is_some()));
    // A click between the read and the write: the read is made again.
    world.proxy.play(&[Fault::NONE, Fault(Heard::Never, StoreReply::Error(400, "ConditionalCheckFailedException"))]);
    assert!(cli::run(Some(&world), &["booking", "erase", "b-1", "--yes"]).await.unwrap().contains("2 entries"));
    assert_eq!(world.proxy.take(), ["GetItem", "UpdateItem", "GetItem", "UpdateItem", "GetItem"]);
}

//! The write of a click, on the engine.

use std::collections::BTreeSet;
use std::sync::Arc;

use action_links::app::App;
use action_links::click::{RefusalReason, rules};
use action_links::domain::{Attribute, Graphs, Writer};
use action_links::link::VerifiedLink;
use action_links::store::{BookingUpdate, Written};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{World, ada, app, at, bob, booking, graphs, link, verified};

struct Write {
    link: VerifiedLink,
    request_id: &'static str,
    app: App,
}

/// The result of a write: the new state, or why it was refused, and the state.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Applied,
    Own,
    Refused(RefusalReason, Option<String>),
}

impl Write {
    fn new(world: &World, booking: &str, action: &str) -> Self {
        let link = verified(world.sign_at(booking, action, at(0)), at(0));
        Self { link, request_id: "r-1", app: app(ada(json!({}))) }
    }

    /// Writes the first route of the action.
    async fn apply(&self, world: &World, graphs: &Graphs) -> Said {
        let route = &graphs.routes(self.link.action()).unwrap()[0];
        let update = BookingUpdate::of_click(&self.link, route, &self.app.id, self.request_id, "2026-11-23T08:00:00Z");
        let rules = rules(&self.link, &self.app, route, graphs.default_name(), at(0), None);
        match world.bookings.write(self.link.booking_id(), &rules, &update, false).await.unwrap() {
            Written::Applied(_) => Said::Applied,
            Written::Own(_) => Said::Own,
            Written::Refused(reason, booking) => {
                Said::Refused(reason, booking.and_then(|booking| booking.state()).map(String::from))
            }
        }
    }
}

fn not_available(state: &str) -> Said {
    Said::Refused(RefusalReason::ActionNotAvailable, Some(state.to_owned()))
}

#[tokio::test]
async fn a_write_whose_reply_was_lost_is_recognised() {
    let world = World::builder().booking(json!({})).start().await;
    let write = Write::new(&world, "b-1", "confirm");
    assert_eq!(write.apply(&world, &graphs()).await, Said::Applied);
    // The same request again, as the SDK would send it: a success, and not a second entry.
    assert_eq!(write.apply(&world, &graphs()).await, Said::Own);
    assert_eq!(world.log("b-1").await.len(), 1);
    // Another request with the same link is a replay.
    let replay = Write { request_id: "r-2", ..write };
    let used = Said::Refused(RefusalReason::LinkUsed, Some("confirmed".to_owned()));
    assert_eq!(replay.apply(&world, &graphs()).await, used);
}

#[tokio::test]
async fn a_second_link_of_the_same_action_finds_the_state_changed() {
    let world = World::builder().booking(json!({})).start().await;
    Write::new(&world, "b-1", "confirm").apply(&world, &graphs()).await;
    let second = Write { request_id: "r-2", ..Write::new(&world, "b-1", "decline") };
    assert_eq!(second.apply(&world, &graphs()).await, not_available("confirmed"));
}

#[tokio::test]
async fn a_booking_without_an_app_belongs_to_the_sole_one() {
    let world = World::new().await;
    let mut orphan = booking(json!({}));
    orphan.as_object_mut().unwrap().remove("app_id");
    world.put(orphan).await;
    let write = Write::new(&world, "b-1", "confirm");
    let not_found = Said::Refused(RefusalReason::BookingNotFound, Some("tentative".to_owned()));
    assert_eq!(write.apply(&world, &graphs()).await, not_found);
    let write = Write { app: App { is_only: true, ..write.app }, ..write };
    assert_eq!(write.apply(&world, &graphs()).await, Said::Applied);
}

#[tokio::test]
async fn another_apps_booking_is_not_found_though_there_is_one_app() {
    let world = World::builder().booking(json!({})).start().await;
    let write = Write::new(&world, "b-1", "confirm");
    let write = Write { app: App { is_only: true, ..app(bob()) }, ..write };
    let not_found = Said::Refused(RefusalReason::BookingNotFound, Some("tentative".to_owned()));
    assert_eq!(write.apply(&world, &graphs()).await, not_found);
    // One that is not there.
    let missing = Write { link: verified(world.sign_at("b-2", "confirm", at(0)), at(0)), ..write };
    assert_eq!(missing.apply(&world, &graphs()).await, Said::Refused(RefusalReason::BookingNotFound, None));
}

#[tokio::test]
async fn a_booking_without_a_graph_has_the_default_one() {
    let world = World::new().await;
    world.put(json!({ "id": "b-1", "app_id": "ada", "state": "tentative" })).await;
    let write = Write::new(&world, "b-1", "confirm");
    let elsewhere = Graphs::built_in(Some("instant")).unwrap();
    assert_eq!(write.apply(&world, &elsewhere).await, not_available("tentative"));
    assert_eq!(write.apply(&world, &graphs()).await, Said::Applied);
}

#[tokio::test]
async fn null_is_absent_and_other_types_name_no_graph() {
    let world = World::new().await;
    world.put(json!({ "id": "b-1", "app_id": "ada", "graph": null, "state": "tentative" })).await;
    world.put(json!({ "id": "b-2", "app_id": "ada", "graph": 7, "state": "tentative" })).await;
    assert_eq!(Write::new(&world, "b-1", "confirm").apply(&world, &graphs()).await, Said::Applied);
    let lost = Write::new(&world, "b-2", "confirm");
    assert_eq!(lost.apply(&world, &graphs()).await, not_available("tentative"));
}

#[tokio::test]
async fn a_booking_without_a_state_allows_nothing() {
    let world = World::new().await;
    world.put(json!({ "id": "b-1", "app_id": "ada" })).await;
    let verdict = Write::new(&world, "b-1", "confirm").apply(&world, &graphs()).await;
    assert_eq!(verdict, Said::Refused(RefusalReason::ActionNotAvailable, None));
}

#[tokio::test]
async fn where_an_action_does_different_things_the_bookings_graph_decides() {
    let graphs = r#"{
        "a": { "initial": "new", "transitions": [{ "action": "go", "from": "new", "to": "here", "by": "owner" }] },
        "b": { "initial": "new", "transitions": [{ "action": "go", "from": "new", "to": "there", "by": "owner" }] }
    }"#;
    let world = World::builder().setting("GRAPHS", graphs).setting("DEFAULT_GRAPH", "a").start().await;
    for (id, graph, to) in [("b-1", "a", "here"), ("b-2", "b", "there")] {
        world.book(json!({ "id": id, "graph": graph, "state": "new" })).await;
        assert_eq!(world.click(world.sign(id, "go")).await.status, 200);
        assert_eq!(world.item(id).await["state"], to);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_on_one_link_is_one_click() {
    let world = Arc::new(World::new().await);
    world.book(json!({})).await;
    let url = world.sign("b-1", "confirm");
    let mut clicks = JoinSet::new();
    for _ in 0..20 {
        let (world, url) = (world.clone(), url.clone());
        clicks.spawn(async move { world.click(&url).await.status });
    }
    let mut statuses = clicks.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![410; 19]].concat());
    assert_eq!(world.log("b-1").await.len(), 1);
}

/// The attributes that differ between two items.
fn changed(before: &Value, after: &Value) -> BTreeSet<String> {
    let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
    let names = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name));
    names.cloned().collect()
}

/// The attributes that one of these writes, by the table of attributes.
fn written_by(writers: &[Writer]) -> BTreeSet<String> {
    let rows = Attribute::ALL.iter().filter(|row| writers.contains(&row.writer));
    rows.map(|row| row.name.to_owned()).collect()
}

#[tokio::test]
async fn what_is_written_is_what_the_table_of_attributes_says() {
    let settings = json!({ "undo_seconds": 600, "offer_new_link": true, "min_dwell_ms": 0 });
    let world = World::builder().app(settings).setting("EVENTS", "on").booking(json!({})).start().await;
    let before = world.item("b-1").await;
    // A final state, so that `completed` changes, too.
    let (decline, expired) = (link(json!({ "action": "decline" })), link(json!({ "action": "decline", "exp": 1 })));
    let clicked = world.click(&decline).await;
    let after = world.item("b-1").await;
    assert_eq!(changed(&before, &after), written_by(&[Writer::Click, Writer::Event]));
    world.press(&decline, &clicked, "undo").await;
    let undone = world.item("b-1").await;
    assert!(changed(&after, &undone).is_subset(&written_by(&[Writer::Click, Writer::Event])));
    let page = world.click(&expired).await;
    world.press(&expired, &page, "new_link").await;
    let requested = changed(&undone, &world.item("b-1").await);
    assert!(requested.contains("link_requested_at"), "{requested:?}");
    assert!(requested.is_subset(&written_by(&[Writer::NewLink, Writer::Event])), "{requested:?}");
}

//! The write of a click, on the engine.

use std::sync::Arc;

use action_links::app::{App, AppRecord};
use action_links::graph::Graphs;
use action_links::link::{UnverifiedLink, VerifiedLink, Verifier};
use action_links::store::{ClickWrite, UsedLink, Verdict};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{World, ada, at, booking, key};

/// A verified link.
fn verified(world: &World, booking: &str, action: &str) -> VerifiedLink<'static> {
    let signed = world.sign(booking, action);
    let path = format!("/v2/bookings/{booking}/external_action/{action}");
    let link = UnverifiedLink::parse(&path, [("signature", signed.signature.as_str())]).ok().unwrap();
    Verifier::new([key()]).verify(&link, at(0)).unwrap()
}

struct Write {
    link: VerifiedLink<'static>,
    request_id: &'static str,
    app: App,
}

impl Write {
    fn new(world: &World, booking: &str, action: &str) -> Self {
        let (app, _) = App::from_record(AppRecord::from(ada().as_object().unwrap().clone())).unwrap();
        Self { link: verified(world, booking, action), request_id: "r-1", app }
    }

    async fn apply(&self, world: &World, graphs: &Graphs) -> Verdict {
        let write = ClickWrite {
            link: &self.link,
            app: &self.app,
            request_id: self.request_id,
            at: "2026-11-23T08:00:00Z",
            source_ip: None,
            user_agent: None,
            message: None,
            read_back: false,
        };
        world.bookings.apply(&write, graphs).await.unwrap().0
    }
}

fn graphs() -> Graphs {
    Graphs::built_in(None).unwrap()
}

fn applied(state: &str) -> Verdict {
    Verdict::Applied { state: state.to_owned() }
}

#[tokio::test]
async fn a_write_whose_reply_was_lost_is_recognised() {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let write = Write::new(&world, "b-1", "confirm");
    assert_eq!(write.apply(&world, &graphs()).await, applied("confirmed"));
    // The same request again, as the SDK would send it: a success, and not a second entry.
    assert_eq!(write.apply(&world, &graphs()).await, applied("confirmed"));
    assert_eq!(world.item("b-1").await["action_log"].as_array().unwrap().len(), 1);
    // Another request with the same link is a replay.
    let replay = Write { request_id: "r-2", ..write };
    let used = UsedLink {
        state: Some("confirmed".into()),
        to: Some("confirmed".into()),
        at: Some("2026-11-23T08:00:00Z".into()),
    };
    assert_eq!(replay.apply(&world, &graphs()).await, Verdict::LinkUsed(used));
}

#[tokio::test]
async fn a_second_link_of_the_same_action_finds_the_state_changed() {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    Write::new(&world, "b-1", "confirm").apply(&world, &graphs()).await;
    let second = Write { request_id: "r-2", ..Write::new(&world, "b-1", "decline") };
    assert_eq!(second.apply(&world, &graphs()).await, Verdict::ActionNotAvailable { state: Some("confirmed".into()) });
}

#[tokio::test]
async fn a_booking_without_an_app_belongs_to_the_sole_one() {
    let world = World::new().await;
    let mut orphan = booking("b-1", "confirm_decline", "tentative");
    orphan.as_object_mut().unwrap().remove("app_id");
    world.put(orphan).await;
    let write = Write::new(&world, "b-1", "confirm");
    assert_eq!(write.apply(&world, &graphs()).await, Verdict::BookingNotFound);
    let app = App { sole: true, ..write.app.clone() };
    assert_eq!(Write { app, ..write }.apply(&world, &graphs()).await, applied("confirmed"));
}

#[tokio::test]
async fn another_apps_booking_is_not_found_though_there_is_one_app() {
    let world = World::new().await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let write = Write::new(&world, "b-1", "confirm");
    let write = Write { app: App { id: "bob".into(), sole: true, ..write.app.clone() }, ..write };
    assert_eq!(write.apply(&world, &graphs()).await, Verdict::BookingNotFound);
}

#[tokio::test]
async fn a_booking_without_a_graph_has_the_default_one() {
    let world = World::new().await;
    world.put(json!({ "id": "b-1", "app_id": "ada", "state": "tentative" })).await;
    let write = Write::new(&world, "b-1", "confirm");
    let elsewhere = Graphs::built_in(Some("instant")).unwrap();
    assert_eq!(write.apply(&world, &elsewhere).await, Verdict::ActionNotAvailable { state: Some("tentative".into()) });
    assert_eq!(write.apply(&world, &graphs()).await, applied("confirmed"));
}

#[tokio::test]
async fn null_is_absent_and_other_types_name_no_graph() {
    let world = World::new().await;
    world.put(json!({ "id": "b-1", "app_id": "ada", "graph": null, "state": "tentative" })).await;
    world.put(json!({ "id": "b-2", "app_id": "ada", "graph": 7, "state": "tentative" })).await;
    assert_eq!(Write::new(&world, "b-1", "confirm").apply(&world, &graphs()).await, applied("confirmed"));
    let lost = Write::new(&world, "b-2", "confirm");
    assert_eq!(lost.apply(&world, &graphs()).await, Verdict::ActionNotAvailable { state: Some("tentative".into()) });
}

#[tokio::test]
async fn a_booking_without_a_state_allows_nothing() {
    let world = World::new().await;
    world.put(json!({ "id": "b-1", "app_id": "ada" })).await;
    let verdict = Write::new(&world, "b-1", "confirm").apply(&world, &graphs()).await;
    assert_eq!(verdict, Verdict::ActionNotAvailable { state: None });
}

#[tokio::test]
async fn where_an_action_does_different_things_the_bookings_graph_decides() {
    let json = r#"{
        "a": { "initial": "new", "transitions": [{ "action": "go", "from": "new", "to": "here", "by": "owner" }] },
        "b": { "initial": "new", "transitions": [{ "action": "go", "from": "new", "to": "there", "by": "owner" }] }
    }"#;
    let graphs = Graphs::parse(json, Some("a")).unwrap();
    let world = World::new().await;
    for (id, graph, to) in [("b-1", "a", "here"), ("b-2", "b", "there")] {
        world.put(booking(id, graph, "new")).await;
        assert_eq!(Write::new(&world, id, "go").apply(&world, &graphs).await, applied(to));
        assert_eq!(world.item(id).await["state"], to);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_on_one_link_is_one_click() {
    let world = Arc::new(World::new().await);
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let url = world.sign("b-1", "confirm").url;
    let mut clicks = JoinSet::new();
    for _ in 0..20 {
        let (world, url) = (world.clone(), url.clone());
        clicks.spawn(async move { world.send("GET", &url, &[]).await.status.as_u16() });
    }
    let mut statuses = clicks.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![410; 19]].concat());
    assert_eq!(world.item("b-1").await["action_log"].as_array().unwrap().len(), 1);
}

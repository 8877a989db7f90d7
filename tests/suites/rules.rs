//! The rules that an app or a booking sets itself: notice and revocation, to the second, in the
//! contract's order, over HTTP and in the links that are handed out.

use serde_json::{Value, json};

use crate::support::{World, at, booking, extended, link, logged};

/// 2026-11-23T08:00:00Z.
const NOW: u64 = 1_795_420_800;

/// An app whose customers cancel at least a day before.
fn with_notice() -> Value {
    json!({ "min_notice_seconds": { "cancel_by_customer": 86_400, "cancel": 0 } })
}

fn starting(id: &str, starts_at: impl Into<Value>) -> Value {
    json!({ "id": id, "state": "confirmed", "starts_at": starts_at.into() })
}

/// What revokes every link.
fn revoked() -> Value {
    json!({ "links_valid_after": 9_000_000_000_u64 })
}

/// The outcome of a click, this many milliseconds after `NOW`.
async fn outcome(world: &World, booking: &str, action: &str, millis: u64) -> &'static str {
    let clicks = world.clicks(at(NOW)).await;
    let now = at(NOW) + std::time::Duration::from_millis(millis);
    let outcome = clicks.open(world.sign_at(booking, action, at(NOW)), now).await.code;
    // An action with a notice costs one read.
    let written = if outcome == "applied" { &["GetItem", "UpdateItem"][..] } else { &["GetItem"] };
    let requests = if action == "complete" { &["UpdateItem"] } else { written };
    assert_eq!(world.proxy.take(), requests);
    outcome
}

#[tokio::test]
async fn notice_ends_at_its_second() {
    let world = World::builder().app(with_notice()).start().await;
    for (number, (starts_at, millis, is)) in [
        ("2026-11-24T08:00:01Z", 999, "applied"),
        ("2026-11-24T08:00:01Z", 1000, "too_late"),
        ("2026-11-24T08:00:01.900Z", 999, "applied"),
        ("2026-11-24T08:00:01.900Z", 1000, "too_late"),
        ("2026-11-24T08:00:00Z", 0, "too_late"),
        ("2026-11-24T09:00:01+01:00", 999, "applied"),
        ("2026-11-24 09:00:01+01:00[Europe/Zurich]", 1000, "too_late"),
        ("20261124t080001z", 1000, "too_late"),
        // Without an offset it is no time, and has no cut-off.
        ("2026-11-23T08:00:00", 0, "applied"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("b-{number}");
        world.book(starting(&id, starts_at)).await;
        assert_eq!(outcome(&world, &id, "cancel_by_customer", millis).await, is, "{starts_at} {millis}");
    }
}

#[tokio::test]
async fn a_notice_of_zero_ends_when_the_appointment_starts_and_another_action_has_none() {
    let world = World::builder().app(with_notice()).start().await;
    for (id, action, millis, is) in
        [("b-1", "cancel", 999, "applied"), ("b-2", "cancel", 1000, "too_late"), ("b-3", "complete", 30_000, "applied")]
    {
        world.book(starting(id, "2026-11-23T08:00:01Z")).await;
        assert_eq!(outcome(&world, id, action, millis).await, is, "{id}");
    }
    // A booking without a start, or with one of another type.
    world.book(json!({ "id": "b-4", "state": "confirmed" })).await;
    world.book(starting("b-5", true)).await;
    world.book(starting("b-6", json!(["Z"]))).await;
    for id in ["b-4", "b-5", "b-6"] {
        assert_eq!(outcome(&world, id, "cancel", 0).await, "applied", "{id}");
    }
    for (id, number) in [("b-7", NOW), ("b-8", NOW * 1000)] {
        world.book(starting(id, number)).await;
        assert_eq!(outcome(&world, id, "cancel", 0).await, "too_late", "{id}");
    }
}

#[tokio::test]
async fn a_start_that_changes_before_the_write_is_read_again() {
    let world = World::builder().app(with_notice()).start().await;
    let clicks = world.clicks(at(NOW)).await;
    for (id, moved_to, is, requests) in [
        ("b-1", "2026-12-31 08:00:00Z", "applied", &["GetItem", "UpdateItem", "GetItem", "UpdateItem"][..]),
        ("b-2", "2026-11-23 08:00:00Z", "too_late", &["GetItem", "UpdateItem"]),
    ] {
        world.book(starting(id, "2026-12-24 08:00:00Z")).await;
        world.set_text_after_the_next(id, "starts_at", moved_to).await;
        assert_eq!(clicks.open(world.sign_at(id, "cancel", at(NOW)), at(NOW)).await.code, is);
        assert_eq!(world.proxy.take(), requests);
    }
    assert_eq!([world.state("b-1").await, world.state("b-2").await], ["cancelled", "confirmed"]);
}

#[tokio::test]
async fn revocation_spares_links_of_its_own_second_and_later() {
    let world = World::new().await;
    for (number, (valid_after, iat, is)) in [
        (json!(NOW), json!(NOW), "applied"),
        (json!(NOW + 1), json!(NOW), "link_revoked"),
        (json!(NOW), json!(NOW as f64 - 0.5), "link_revoked"),
        (json!(NOW), Value::Null, "link_revoked"),
        (Value::Null, Value::Null, "applied"),
        // What is no number revokes all.
        (json!("soon"), json!(NOW), "link_revoked"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("b-{number}");
        world.book(json!({ "id": id, "links_valid_after": valid_after })).await;
        let mut claims = json!({ "booking_id": id });
        if !iat.is_null() {
            claims["iat"] = iat.clone();
        }
        let answer = world.json().click(link(claims)).await;
        assert_eq!(world.proxy.take(), ["UpdateItem"]);
        let told = if is == "applied" { (200, "") } else { (410, is) };
        assert_eq!(answer.told(), told, "{valid_after} {iat}");
    }
}

#[tokio::test]
async fn the_first_reason_that_applies_is_told() {
    let mut app = with_notice();
    app["min_notice_seconds"]["confirm"] = json!(0);
    let world = World::builder().app(app).start().await;
    let mut record = extended(starting("b-1", "2026-11-01T08:00:00Z"), revoked());
    world.book(record.clone()).await;
    let link = world.sign("b-1", "confirm");
    let mut told = Vec::new();
    for (attribute, value) in [
        ("links_valid_after", json!(0)),
        ("starts_at", json!("2999-11-01T08:00:00Z")),
        ("state", json!("tentative")),
        ("app_id", json!("bob")),
        ("app_id", json!("ada")),
    ] {
        let answer = world.json().click(&link).await;
        told.push(if answer.status == 200 { "applied".to_owned() } else { answer.code().to_owned() });
        record[attribute] = value;
        world.delete("b-1").await;
        world.book(record.clone()).await;
    }
    assert_eq!(told, ["link_revoked", "too_late", "action_not_available", "applied", "booking_not_found"]);
    // A used link is told as used, whatever else has happened.
    world.click(&link).await;
    world.set_valid_after("b-1", 9_000_000_000).await;
    let answer = world.json().click(&link).await;
    assert_eq!(answer.code(), "link_used");
}

#[tokio::test]
async fn a_page_that_asks_says_at_once_what_cannot_work() {
    let asking = json!({ "click_mode": "confirm", "failure_redirect_url": "https://hairbyada.example/oops" });
    let world = World::builder().app(extended(with_notice(), asking)).start().await;
    world.book(starting("b-1", "2026-11-01T08:00:00Z")).await;
    world.book(extended(json!({ "id": "b-2", "state": "confirmed" }), revoked())).await;
    for (id, code, status) in [("b-1", "too_late", 409), ("b-2", "link_revoked", 410)] {
        let link = world.sign(id, "cancel_by_customer");
        let answer = world.click(&link).await;
        let oops = format!("https://hairbyada.example/oops?code={code}&booking_id={id}&action=cancel_by_customer");
        assert_eq!(answer.location(), Some(&*oops));
        let answer = world.json().click(&link).await;
        assert_eq!(answer.told(), (status, code));
        assert_eq!(world.state(id).await, "confirmed");
    }
}

#[tokio::test]
async fn links_that_would_be_refused_are_not_handed_out() {
    let world = World::builder().app(with_notice()).start().await;
    let revoked = extended(starting("b-3", "2999-11-01T08:00:00Z"), revoked());
    for (record, actions) in [
        (starting("b-1", "2026-11-01T08:00:00Z"), vec!["reschedule_by_customer", "complete"]),
        (
            starting("b-2", "2999-11-01T08:00:00Z"),
            vec!["cancel", "cancel_by_customer", "reschedule_by_customer", "complete"],
        ),
        (revoked, vec![]),
    ] {
        let record = booking(record);
        world.put(record.clone()).await;
        let id = record["id"].as_str().unwrap();
        let listed = world.read(&format!("/v2/bookings/{id}?include=action_links")).await.data();
        let event = json!({ "operation": "decorate", "include": "action_links", "response": record });
        let decorated = world.invoke(event).await;
        let sorted = |value: &Value| {
            let mut names: Vec<_> = value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
            names.sort();
            names
        };
        let mut wanted: Vec<_> = actions.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(listed["available_actions"], json!(actions), "{id}");
        wanted.sort();
        assert_eq!(sorted(&listed["action_links"]), wanted, "{id}");
        assert_eq!(sorted(&decorated["action_links"]), wanted, "{id}");
    }
}

#[tokio::test]
async fn a_start_without_a_cut_off_is_logged_where_it_is_read() {
    let world = World::builder().app(with_notice()).start().await;
    world.book(starting("b-1", "2026-11-23T08:00:00")).await;
    let link = world.sign("b-1", "cancel_by_customer");
    let (_, log) = logged(world.click(&link)).await;
    assert!(log.contains("`starts_at` cannot be read") && log.contains("b-1"), "{log}");
    let event = json!({ "operation": "decorate", "response": booking(starting("b-2", "tomorrow")) });
    let (_, log) = logged(world.invoke(event)).await;
    assert!(log.contains("`starts_at` cannot be read") && !log.contains("tomorrow"), "{log}");
}

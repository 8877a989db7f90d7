//! Commands for a first try and for every day: `app delete`, `booking create`, `list` and `show`, `key list` and
//! `revoke`.

use std::process::Stdio;

use action_links::link::KeyId;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{BOB, Fault, Heard, SECRET, StoreReply, World, bob};

/// What the program says: on standard output (`Ok`) or, if it failed, on standard error.
async fn run(world: &World, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_action-links"));
    let output = command.args(arguments).env_clear().envs(&world.env).stdin(Stdio::null()).output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[tokio::test]
async fn an_app_is_deleted_with_its_index_unless_bookings_name_it() {
    let world = World::builder().another_app(bob()).start().await;
    let delete = ["app", "delete", "bob", "--yes"];
    world.book(json!({ "id": "b-9", "app_id": "bob" })).await;
    let said = run(&world, &delete).await.unwrap_err();
    assert!(
        said.contains("bookings name the app `bob`; nothing was deleted") && said.contains("booking list"),
        "{said}"
    );
    world.delete("b-9").await;
    let said = run(&world, &["app", "delete", "bob"]).await.unwrap_err();
    assert!(
        said.contains("The app bob is deleted, with its settings and its 1 keys") && said.contains("--yes"),
        "{said}"
    );
    assert_eq!(world.apps.records().await.unwrap().len(), 2);
    // A lost reply is no failure.
    world.proxy.play(&[Fault::NONE, Fault::NONE, Fault::NONE, Fault(Heard::Now, StoreReply::End)]);
    assert!(run(&world, &delete).await.unwrap().contains("Deleted the app bob"));
    assert_eq!(world.apps.records().await.unwrap().len(), 1);
    assert_eq!(world.apps.owner_of(KeyId::of(BOB)).await.unwrap(), None);
    assert_eq!(world.apps.owner_of(KeyId::of(SECRET)).await.unwrap().unwrap().as_str(), "ada");
    assert!(run(&world, &delete).await.unwrap_err().contains("there is no app `bob`"));
}

#[tokio::test]
async fn an_app_whose_bookings_cannot_be_seen_is_not_deleted() {
    let world = World::builder().another_app(bob()).start().await;
    world.replace_bookings(crate::support::TableShape { index: None, ..Default::default() }).await;
    let said = run(&world, &["app", "delete", "bob", "--yes"]).await.unwrap_err();
    assert!(said.contains("no index `by-app`; nothing was deleted"), "{said}");
    assert_eq!(world.apps.records().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_first_booking_can_be_made_listed_and_clicked() {
    let world = World::new().await;
    let create = ["booking", "create", "b-1", "--what", "Cut", "--starts-at", "2036-12-24T18:00:00+01:00"];
    let said = run(&world, &create).await.unwrap();
    assert!(said.contains("Made the booking b-1 of ada: tentative") && said.contains("--action confirm"), "{said}");
    assert!(run(&world, &create).await.unwrap_err().contains("there is already a booking `b-1`"));
    // A lost reply is no failure.
    world.proxy.play(&[Fault::NONE, Fault::NONE, Fault(Heard::Now, StoreReply::End)]);
    run(&world, &["booking", "create", "b-2", "--graph", "instant"]).await.unwrap();
    world.click(world.sign("b-1", "confirm")).await;
    let listed = run(&world, &["booking", "list"]).await.unwrap();
    assert!(listed.contains("b-1  confirmed  Cut, in ") && listed.contains("b-2  confirmed"), "{listed}");
    for (more, hint) in [
        (&["--app", "nobody"][..], "there is no app `nobody`"),
        (&["--graph", "instand"], "Did you mean `instant`?"),
        (&["--state", "tentativ"], "Did you mean `tentative`?"),
        (&["--starts-at", "2036-12-24 18:00"], "not a time with an offset"),
    ] {
        let said = run(&world, &[&["booking", "create", "b-3"], more].concat()).await.unwrap_err();
        assert!(said.contains(hint), "{said}");
    }
    assert_eq!(world.count_bookings().await, 2);
}

#[tokio::test]
async fn bookings_are_listed_by_app_and_state() {
    let world = World::builder().another_app(bob()).start().await;
    let booking = |n: usize| {
        let state = if n.is_multiple_of(2) { "tentative" } else { "confirmed" };
        let app = if n < 150 { "ada" } else { "bob" };
        let created_at = format!("2026-11-01T08:{:02}:{:02}Z", n / 60, n % 60);
        json!({ "id": format!("b-{n}"), "app_id": app, "graph": "confirm_decline", "state": state, "created_at": created_at })
    };
    world.put_bookings(&(0..160).map(booking).collect::<Vec<_>>()).await;
    let list = async |more: &[&str]| run(&world, &[&["booking", "list"], more].concat()).await;
    let ids = |json: &str| -> Vec<String> {
        let json: Value = serde_json::from_str(json).unwrap();
        json.as_array().unwrap().iter().map(|booking| booking["id"].as_str().unwrap().to_owned()).collect()
    };
    let said = list(&[]).await.unwrap_err();
    assert!(said.contains("there are several apps") && said.contains("ada, bob"), "{said}");
    let newest = list(&["--app", "ada", "--limit", "3"]).await.unwrap();
    assert!(newest.starts_with("b-149  confirmed") && newest.ends_with("There are more: --limit.\n"), "{newest}");
    let tentative = list(&["--app", "ada", "--state", "tentative", "--limit", "70", "--json"]).await.unwrap();
    let tentative = ids(&tentative);
    assert_eq!((tentative.len(), tentative[0].as_str(), tentative[69].as_str()), (70, "b-148", "b-10"));
    assert_eq!(ids(&list(&["--app", "bob", "--json"]).await.unwrap()).len(), 10);
    assert!(list(&["--app", "carol"]).await.unwrap().contains("no such bookings of carol"));
    assert!(!list(&["--app", "ada", "--json"]).await.unwrap().contains("used_links"));
}

#[tokio::test]
async fn a_booking_is_shown_with_its_log_as_a_story() {
    let world = World::builder().app(json!({ "undo_seconds": 600, "min_dwell_ms": 0 })).start().await;
    world
        .book(
            json!({ "note": "by the window", "attributes": { "event_info": { "what": "Cut", "where": "Studio 2" } } }),
        )
        .await;
    let link = world.sign("b-1", "confirm");
    let none = run(&world, &["booking", "show", "b-1"]).await.unwrap();
    assert!(none.starts_with("b-1  tentative\n") && none.contains("Nothing has happened to it yet."), "{none}");
    let page = world.click(&link).await;
    world.press(&link, &page, "undo").await;
    let said = run(&world, &["booking", "show", "b-1"]).await.unwrap();
    for words in [
        "what        Cut",
        "where       Studio 2",
        "possible    confirm, decline",
        "What happened",
        &format!("confirm: tentative → confirmed, by the link {}", link.link_id),
        "undo: ",
        "note  by the window",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("used_links") && !said.contains("undo_of"), "{said}");
}

#[tokio::test]
async fn the_key_that_signs_is_told_and_the_last_one_is_not_revoked_silently() {
    let world = World::new().await;
    let kid = KeyId::of(SECRET).to_string();
    let list = async || run(&world, &["key", "list", "--app", "ada"]).await.unwrap();
    assert!(list().await.trim().ends_with("signs"), "{}", list().await);
    run(&world, &["key", "add", "--app", "ada"]).await.unwrap();
    let keys = list().await;
    let signs: Vec<bool> = keys.lines().map(|line| line.ends_with("signs")).collect();
    assert_eq!(signs, [false, true], "{keys}");
    let newest = keys.lines().nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let said = run(&world, &["key", "revoke", &kid, "--app", "ada"]).await.unwrap_err();
    assert!(!said.contains("the last key"), "{said}");
    run(&world, &["key", "retire", &newest, "--app", "ada"]).await.unwrap();
    let said = run(&world, &["key", "revoke", &kid, "--app", "ada"]).await.unwrap_err();
    assert!(said.contains("it is the last key of the app ada that signs") && said.contains("key add"), "{said}");
    assert!(list().await.starts_with(&format!("{kid}  active")));
}

#[tokio::test]
async fn a_new_app_is_told_what_comes_next_and_the_commands_work() {
    let world = World::builder().without_ada().start().await;
    let create = ["app", "create", "--id", "salon", "--name", "The Salon", "--time-zone", "Europe/Berlin"];
    let said = run(&world, &create).await.unwrap();
    let secret = said.split_whitespace().find(|word| word.starts_with("live_api_key_")).unwrap();
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), secret).unwrap();
    let commands: Vec<String> = said
        .lines()
        .filter_map(|line| line.trim().strip_prefix("action-links "))
        .map(|line| line.replace("key.txt", key.path().to_str().unwrap()))
        .collect();
    assert_eq!(commands.len(), 3, "{said}");
    let words = |command: &'_ str| command.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for command in &commands[..2] {
        let words = words(command);
        run(&world, &words.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
    }
    assert!(commands[2].starts_with("doctor --app salon"), "{commands:?}");
}

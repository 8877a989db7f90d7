//! The command line, as a developer runs it.

use std::process::Stdio;

use action_links::app::AppRecord;
use action_links::booking::AppId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{BASE, Fault, Heard, SECRET, StoreReply, World, at, booking, send};

const PROGRAM: &str = env!("CARGO_BIN_EXE_action-links");

/// Its output, if it succeeded (`Ok`) or failed (`Err`).
async fn run(world: Option<&World>, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear();
    if let Some(world) = world {
        command.envs(&world.env);
    }
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[tokio::test]
async fn an_app_is_made_with_a_key_that_works() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let create = ["app", "create", "--id", "bob", "--name", "Bob's Barbers", "--test", "--endpoint-url", &endpoint];
    let said = run(Some(&world), &create).await.unwrap();
    let secret = said.split_whitespace().find(|word| word.starts_with("test_api_key_")).unwrap();
    assert!(secret.len() >= "test_api_key_".len() + 43, "{secret}");
    assert!(run(Some(&world), &create).await.unwrap_err().contains("there is already an app `bob`"));

    let listed = run(Some(&world), &["app", "list", "--endpoint-url", &endpoint]).await.unwrap();
    let kid = action_links::link::KeyId::of(secret);
    assert!(listed.contains("bob  Bob's Barbers") && listed.contains(kid.as_str()), "{listed}");
    assert!(!listed.contains(secret) && !listed.contains(SECRET), "{listed}");

    let mut record = booking("b-1", "instant", "confirmed");
    record["app_id"] = "bob".into();
    world.put(record).await;
    let sign = ["link", "sign", "--api-key", secret, "--base-url", BASE, "--booking", "b-1", "--action", "cancel"];
    let link = run(None, &sign).await.unwrap();
    let gateway = world.restart().await;
    assert_eq!(send(&gateway, "GET", link.trim(), &[]).await.status, 200);
}

#[tokio::test]
async fn a_lost_reply_does_not_lose_the_key() {
    let mut world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let lost = Fault(Heard::Now, StoreReply::End);
    // The SDK tries again and is refused because of its own record; or it does not try again.
    for (id, attempts) in [("bob", "3"), ("carol", "1")] {
        world.env.insert("AWS_MAX_ATTEMPTS".to_owned(), attempts.to_owned());
        // The first request reads the index.
        world.proxy.play(&[Fault::NONE, lost]);
        let create = ["app", "create", "--id", id, "--name", id, "--endpoint-url", &endpoint];
        let said = run(Some(&world), &create).await.unwrap();
        let secret = said.split_whitespace().find(|word| word.starts_with("live_api_key_")).unwrap();
        let listed = run(Some(&world), &["app", "list", "--endpoint-url", &endpoint]).await.unwrap();
        assert!(listed.contains(action_links::link::KeyId::of(secret).as_str()), "{listed}");
        // Another app of that name is still refused.
        assert!(run(Some(&world), &create).await.unwrap_err().contains("there is already an app"));
    }
    // Nothing can be found out.
    let create = ["app", "create", "--id", "dora", "--name", "Dora", "--endpoint-url", &endpoint];
    world.proxy.play(&[Fault::NONE, lost, lost]);
    let said = run(Some(&world), &create).await.unwrap_err();
    assert!(said.contains("It is not known whether the app `dora` was made") && !said.contains("api_key"), "{said}");
}

#[tokio::test]
async fn a_key_is_added_and_signs_from_then_on() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let add = |app: &'static str| ["key", "add", "--app", app, "--endpoint-url"].map(str::to_owned);
    let run = async |app| {
        let arguments: Vec<String> = add(app).into_iter().chain([endpoint.clone()]).collect();
        run(Some(&world), &arguments.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    for fault in [Fault::NONE, Fault(Heard::Now, StoreReply::End)] {
        // The first request reads the index.
        world.proxy.play(&[Fault::NONE, fault]);
        let said = run("ada").await.unwrap();
        let secret = said.split_whitespace().find(|word| word.starts_with("live_api_key_")).unwrap();
        let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm" });
        let signed = world.restart().await.invoke_booking_links(sign).await.unwrap();
        let header = signed["signature"].as_str().unwrap().split('.').next().unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        let key_id = action_links::link::KeyId::of(secret);
        assert_eq!(header["kid"], key_id.as_str());
        assert_eq!(world.apps.owner_of(key_id).await.unwrap().unwrap().as_str(), "ada");
    }
    assert_eq!(world.apps.records().await.unwrap()[0].key_ids().count(), 3);
    assert!(run("bob").await.unwrap_err().contains("there is no app `bob`; nothing was changed"));
}

#[tokio::test]
async fn keys_without_an_index_entry_get_one() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let index = ["key", "index", "--endpoint-url", &endpoint];
    assert_eq!(run(Some(&world), &index).await.unwrap(), "Indexed 0 keys; 1 were indexed before.\n");
    world.delete_pointer(SECRET).await;
    assert_eq!(run(Some(&world), &index).await.unwrap(), "Indexed 1 keys; 0 were indexed before.\n");
    // Making an app does it, too.
    world.delete_pointer(SECRET).await;
    run(Some(&world), &["app", "create", "--id", "bob", "--name", "Bob", "--endpoint-url", &endpoint]).await.unwrap();
    assert_eq!(run(Some(&world), &index).await.unwrap(), "Indexed 0 keys; 2 were indexed before.\n");
    // A key of two apps is told.
    let twin = json!({ "id": "twin", "name": "Twin", "keys": [{ "secret": SECRET }] });
    world.apps.put(AppRecord::from(twin.as_object().unwrap().clone())).await.unwrap();
    let said = run(Some(&world), &index).await.unwrap_err();
    assert!(
        said.contains("in several apps") && said.contains(action_links::link::KeyId::of(SECRET).as_str()),
        "{said}"
    );
}

#[tokio::test]
async fn a_key_that_could_not_be_shown_is_said() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let (reader, pipe) = std::io::pipe().unwrap();
    drop(reader);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for (id, stdout) in [("bob", Stdio::from(pipe)), ("carol", Stdio::from(full))] {
        let mut command = Command::new(PROGRAM);
        command.args(["app", "create", "--id", id, "--name", id, "--endpoint-url", &endpoint]);
        // Not `output`, which would capture standard output.
        let program = command.env_clear().envs(&world.env).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        let output = program.wait_with_output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("The app `{id}` was made, but its API key could not be shown")), "{said}");
    }
}

#[tokio::test]
async fn no_two_keys_are_the_same_and_each_says_what_it_is() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let mut secrets = Vec::new();
    for id in ["bob", "carol"] {
        let create = ["app", "create", "--id", id, "--name", id, "--endpoint-url", &endpoint];
        let said = run(Some(&world), &create).await.unwrap();
        let random = said.split_whitespace().find_map(|word| word.strip_prefix("live_api_key_")).unwrap().to_owned();
        // 256 bits, as base64url.
        assert_eq!(URL_SAFE_NO_PAD.decode(&random).unwrap().len(), 32, "{random}");
        secrets.push(random);
    }
    assert_ne!(secrets[0], secrets[1]);
}

#[tokio::test]
async fn invalid_names_are_refused() {
    for (id, name, fault) in
        [("", "Bob", "--id must be"), ("a b", "Bob", "--id must be"), ("bob", " ", "--name is empty")]
    {
        let create = ["app", "create", "--apps-table", "apps", "--id", id, "--name", name];
        assert!(run(None, &create).await.unwrap_err().contains(fault), "{id} {name}");
    }
}

#[tokio::test]
async fn an_invalid_endpoint_is_named_and_no_key_is_shown() {
    let create =
        ["app", "create", "--apps-table", "apps", "--id", "bob", "--name", "Bob", "--endpoint-url", "not a url"];
    let said = run(None, &create).await.unwrap_err();
    assert!(said.contains("URL") && !said.contains("api_key"), "{said}");
}

#[tokio::test]
async fn what_aws_needs_is_asked_for() {
    let world = World::new().await;
    for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID"] {
        let mut command = Command::new(PROGRAM);
        command
            .args(["app", "list", "--endpoint-url", &world.env["AWS_ENDPOINT_URL_DYNAMODB"]])
            .env_clear()
            .envs(&world.env);
        // There is neither a profile nor a metadata service.
        command.env_remove(name).env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nowhere");
        let said = String::from_utf8(command.output().await.unwrap().stderr).unwrap();
        assert!(said.contains(name), "{said}");
    }
}

#[tokio::test]
async fn a_setting_that_the_functions_would_leave_out_is_refused() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let create = [
        "app",
        "create",
        "--id",
        "bob",
        "--name",
        "Bob",
        "--redirect-url",
        "http://bob.example",
        "--endpoint-url",
        &endpoint,
    ];
    assert!(run(Some(&world), &create).await.unwrap_err().contains("`redirect_url`"));
    assert_eq!(world.apps.records().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_is_inspected_without_its_secrets() {
    let sign = [
        "link",
        "sign",
        "--api-key",
        SECRET,
        "--base-url",
        "https://links.example",
        "--booking",
        "b-1",
        "--action",
        "cancel",
        "--expires-in",
        "60",
    ];
    let link = run(None, &sign).await.unwrap();
    let said = run(None, &["link", "inspect", &link, "--api-key", SECRET]).await.unwrap();
    assert!(said.contains("genuine  yes") && said.contains(r#""booking_id":"b-1""#), "{said}");
    let said = run(None, &["link", "inspect", &link.replace("cancel", "confirm"), "--api-key", SECRET]).await.unwrap();
    assert!(said.contains("genuine  no") && !said.contains(SECRET), "{said}");
    assert!(
        run(None, &["link", "inspect", "https://links.example/"])
            .await
            .unwrap_err()
            .contains("the path is not that of an action link")
    );
}

#[tokio::test]
async fn a_hostile_link_cannot_write_to_the_terminal() {
    let header = URL_SAFE_NO_PAD.encode("{}\ngenuine  yes\u{1b}[8m\u{202e}\u{9b}8m\u{3164}");
    let link = format!("https://links.example/v2/bookings/b-1/external_action/cancel?signature={header}.e30.AA");
    let said = run(None, &["link", "inspect", &link, "--api-key", SECRET]).await.unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("genuine  no"), "{said}");
    assert_eq!(lines[1], r"header   {}\u{a}genuine  yes\u{1b}[8m\u{202e}\u{9b}8m\u{3164}");
    assert_eq!(lines.len(), 3, "{said}");
}

#[tokio::test]
async fn a_new_app_asks_before_it_cancels_or_declines() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let create = |id: &'static str| ["app", "create", "--id", id, "--name", "Bob", "--endpoint-url"];
    run(Some(&world), &[&create("bob")[..], &[&endpoint]].concat()).await.unwrap();
    run(Some(&world), &[&create("carol")[..], &[&endpoint, "--no-confirm-actions"]].concat()).await.unwrap();
    let settings = async |id: &str| {
        let record = world.apps.app(&AppId::parse(id).unwrap()).await.unwrap().unwrap();
        record.clicks.confirm_actions.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(settings("bob").await, ["cancel", "cancel_by_customer", "cancel_by_owner", "decline"]);
    assert_eq!(settings("carol").await, Vec::<String>::new());
}

#[tokio::test]
async fn settings_are_changed_unless_they_make_no_sense() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    let update = async |more: &[&str]| {
        run(Some(&world), &[&["app", "update", "--id", "ada", "--endpoint-url", &endpoint][..], more].concat()).await
    };
    let settings = async || world.apps.app(&AppId::parse("ada").unwrap()).await.unwrap().unwrap();
    update(&["--set", r#"min_notice_seconds={"cancel": 60}"#, "--set", "brand_color=#7a1f5c"]).await.unwrap();
    let app = settings().await;
    assert_eq!((app.clicks.min_notice.len(), app.brand.color.is_some(), app.keys.iter().count()), (1, true, 1));
    update(&["--unset", "min_notice_seconds"]).await.unwrap();
    assert!(settings().await.clicks.min_notice.is_empty());
    for (more, fault) in [
        (&["--set", r#"min_notice_seconds={"dance": 60}"#][..], "`min_notice_seconds` of `dance`"),
        (&["--set", r#"min_notice_seconds={"cancel": -1}"#], "`min_notice_seconds` of `cancel`"),
        (&["--set", r#"confirm_actions=["dance"]"#], "`confirm_actions[0]` is not an action of a graph"),
        (&["--set", "keys=[]"], "`keys` cannot be changed here"),
        (&["--unset", "name"], "has no string `name`"),
        (&["--set", "name"], "SETTING=VALUE"),
        (&[], "nothing to change"),
    ] {
        let said = update(more).await.unwrap_err();
        assert!(said.contains(fault), "{said}");
    }
    assert_eq!(settings().await.name, "Hair by Ada");
    let said =
        run(Some(&world), &["app", "update", "--id", "bob", "--set", "name=Bob", "--endpoint-url", &endpoint]).await;
    assert!(said.unwrap_err().contains("there is no app `bob`"));
}

#[tokio::test]
async fn the_links_of_a_booking_are_revoked() {
    let world = World::new().await;
    let endpoint = world.env["AWS_ENDPOINT_URL_DYNAMODB"].clone();
    world.put(booking("b-1", "instant", "confirmed")).await;
    let sent = world.sign("b-1", "cancel");
    let revoke = |id: &'static str| ["link", "revoke", "--booking", id, "--endpoint-url"];
    let said = run(Some(&world), &[&revoke("b-1")[..], &[&endpoint]].concat()).await.unwrap_err();
    assert!(said.contains("Give --yes"), "{said}");
    let said = run(Some(&world), &[&revoke("b-1")[..], &[&endpoint, "--yes"]].concat()).await.unwrap();
    assert!(said.contains("stop working"), "{said}");
    assert_eq!(send(&world.gateway, "GET", &sent.url, &[]).await.status, 410);
    let valid_after = world.item("b-1").await["links_valid_after"].as_u64().unwrap();
    let later = world.sign_at("b-1", "cancel", at(valid_after));
    assert_eq!(send(&world.gateway, "GET", &later.url, &[]).await.status, 200);
    // No booking is made.
    let said = run(Some(&world), &[&revoke("b-404")[..], &[&endpoint, "--yes"]].concat()).await.unwrap_err();
    assert!(said.contains("there is no booking `b-404`") && world.item("b-404").await.is_null(), "{said}");
}

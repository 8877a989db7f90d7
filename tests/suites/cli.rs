//! The command line, as a developer runs it.

use std::process::Stdio;

use action_links::booking::AppId;
use action_links::link::KeyId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::CommandFactory;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{BASE, Fault, Heard, SECRET, StoreReply, World, at, claims_of, header_of, hs256, path};

const PROGRAM: &str = env!("CARGO_BIN_EXE_action-links");

/// The program, with only the world's environment, and its store.
fn program(world: Option<&World>, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().stdin(Stdio::null());
    if let Some(world) = world {
        command.args(["--endpoint-url", &world.env["AWS_ENDPOINT_URL_DYNAMODB"]]).envs(&world.env);
    }
    command
}

/// Its output, if it succeeded (`Ok`) or failed (`Err`).
pub(crate) async fn run(world: Option<&World>, arguments: &[&str]) -> Result<String, String> {
    told(program(world, arguments)).await
}

/// The same with these variables, and what a link shows even if it does not work.
async fn run_with(env: &[(&str, &str)], arguments: &[&str]) -> Result<String, String> {
    let mut command = program(None, arguments);
    let output = command.envs(env.iter().copied()).output().await.unwrap();
    Ok(String::from_utf8(output.stdout).unwrap())
}

async fn told(mut command: Command) -> Result<String, String> {
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[tokio::test]
async fn a_link_that_is_too_long_for_some_mail_programs_is_signed_with_a_warning() {
    for (length, warns) in [(100, false), (1900, true)] {
        let redirect = format!("https://hairbyada.example/{}", "a".repeat(length));
        let sign =
            ["link", "sign", "--base-url", BASE, "--booking", "b-1", "--action", "cancel", "--redirect", &redirect];
        let mut command = program(None, &sign);
        let output = command.env("ACTION_LINKS_API_KEY", SECRET).output().await.unwrap();
        assert!(output.status.success() && output.stdout.starts_with(BASE.as_bytes()));
        assert_eq!(String::from_utf8(output.stderr).unwrap().contains("some mail programs cut it off"), warns);
    }
}

#[tokio::test]
async fn an_app_is_made_with_a_key_that_works() {
    let world = World::new().await;
    let create = ["app", "create", "--time-zone", "Europe/Berlin", "--id", "bob", "--name", "Bob's Barbers", "--test"];
    let said = run(Some(&world), &create).await.unwrap();
    let secret = said.split_whitespace().find(|word| word.starts_with("test_api_key_")).unwrap();
    assert!(secret.len() >= "test_api_key_".len() + 43, "{secret}");
    assert!(run(Some(&world), &create).await.unwrap_err().contains("there is already an app `bob`"));

    let listed = run(Some(&world), &["app", "list"]).await.unwrap();
    let kid = KeyId::of(secret);
    assert!(listed.contains("bob  Bob's Barbers") && listed.contains(kid.as_str()), "{listed}");
    assert!(!listed.contains(secret) && !listed.contains(SECRET), "{listed}");

    world.book(json!({ "app_id": "bob", "graph": "instant", "state": "confirmed" })).await;
    let sign = ["link", "sign", "--base-url", BASE, "--booking", "b-1", "--action", "cancel"];
    let link = run_with(&[("ACTION_LINKS_API_KEY", secret)], &sign).await.unwrap();
    let gateway = world.restart().await;
    assert_eq!(gateway.click(link.trim()).await.status, 200);
}

#[tokio::test]
async fn a_lost_reply_does_not_lose_the_key() {
    let mut world = World::new().await;
    let lost = Fault(Heard::Now, StoreReply::End);
    // The SDK tries again and is refused because of its own record; or it does not try again.
    for (id, attempts) in [("bob", "3"), ("carol", "1")] {
        world.env.insert("AWS_MAX_ATTEMPTS".to_owned(), attempts.to_owned());
        // The first request reads the index.
        world.proxy.play(&[Fault::NONE, lost]);
        let create = ["app", "create", "--time-zone", "Europe/Berlin", "--id", id, "--name", id];
        let said = run(Some(&world), &create).await.unwrap();
        let secret = said.split_whitespace().find(|word| word.starts_with("live_api_key_")).unwrap();
        let listed = run(Some(&world), &["app", "list"]).await.unwrap();
        assert!(listed.contains(KeyId::of(secret).as_str()), "{listed}");
        // Another app of that name is still refused.
        assert!(run(Some(&world), &create).await.unwrap_err().contains("there is already an app"));
    }
    // Nothing can be found out.
    let create = ["app", "create", "--time-zone", "Europe/Berlin", "--id", "dora", "--name", "Dora"];
    world.proxy.play(&[Fault::NONE, lost, lost]);
    let said = run(Some(&world), &create).await.unwrap_err();
    assert!(said.contains("It is not known whether the app `dora` was made") && !said.contains("api_key"), "{said}");
}

#[tokio::test]
async fn a_key_is_added_and_signs_from_then_on() {
    let world = World::new().await;
    let run = async |app| run(Some(&world), &["key", "add", "--app", app]).await;
    for fault in [Fault::NONE, Fault(Heard::Now, StoreReply::End)] {
        // The first request reads the index.
        world.proxy.play(&[Fault::NONE, fault]);
        let said = run("ada").await.unwrap();
        let secret = said.split_whitespace().find(|word| word.starts_with("live_api_key_")).unwrap();
        let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm" });
        let signed = world.restart().await.invoke(sign).await;
        let header = header_of(signed["signature"].as_str().unwrap());
        let key_id = KeyId::of(secret);
        assert_eq!(header["kid"], key_id.as_str());
        assert_eq!(world.apps.owner_of(key_id).await.unwrap().unwrap().as_str(), "ada");
    }
    assert_eq!(world.apps.records().await.unwrap()[0].key_ids().count(), 3);
    assert!(run("bob").await.unwrap_err().contains("there is no app `bob`; nothing was changed"));
}

#[tokio::test]
async fn keys_without_an_index_entry_get_one() {
    let world = World::new().await;
    let index = ["key", "index"];
    assert_eq!(run(Some(&world), &index).await.unwrap(), "Indexed 0 keys; 1 were indexed before.\n");
    world.delete_pointer(SECRET).await;
    assert_eq!(run(Some(&world), &index).await.unwrap(), "Indexed 1 keys; 0 were indexed before.\n");
    // Making an app does it, too.
    world.delete_pointer(SECRET).await;
    run(Some(&world), &["app", "create", "--time-zone", "Europe/Berlin", "--id", "bob", "--name", "Bob"])
        .await
        .unwrap();
    assert_eq!(run(Some(&world), &index).await.unwrap(), "Indexed 0 keys; 2 were indexed before.\n");
    // A key of two apps is told.
    let twin = json!({ "id": "twin", "name": "Twin", "keys": [{ "secret": SECRET }] });
    world.put_app(twin).await;
    let said = run(Some(&world), &index).await.unwrap_err();
    assert!(said.contains("in several apps") && said.contains(KeyId::of(SECRET).as_str()), "{said}");
}

#[tokio::test]
async fn a_key_that_could_not_be_shown_is_said() {
    let world = World::new().await;
    let (reader, pipe) = std::io::pipe().unwrap();
    drop(reader);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for (id, stdout) in [("bob", Stdio::from(pipe)), ("carol", Stdio::from(full))] {
        let mut command =
            program(Some(&world), &["app", "create", "--time-zone", "Europe/Berlin", "--id", id, "--name", id]);
        // Not `output`, which would capture standard output.
        let program = command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        let output = program.wait_with_output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("The app `{id}` was made, but its API key could not be shown")), "{said}");
    }
}

#[tokio::test]
async fn no_two_keys_are_the_same_and_each_says_what_it_is() {
    let world = World::new().await;
    let mut secrets = Vec::new();
    for id in ["bob", "carol"] {
        let create = ["app", "create", "--time-zone", "Europe/Berlin", "--id", id, "--name", id];
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
        let create =
            ["app", "create", "--time-zone", "Europe/Berlin", "--apps-table", "apps", "--id", id, "--name", name];
        assert!(run(None, &create).await.unwrap_err().contains(fault), "{id} {name}");
    }
}

#[tokio::test]
async fn an_invalid_endpoint_is_named_and_no_key_is_shown() {
    let create = [
        "app",
        "create",
        "--time-zone",
        "Europe/Berlin",
        "--apps-table",
        "apps",
        "--id",
        "bob",
        "--name",
        "Bob",
        "--endpoint-url",
        "not a url",
    ];
    let said = run(None, &create).await.unwrap_err();
    assert!(said.contains("URL") && !said.contains("api_key"), "{said}");
}

#[tokio::test]
async fn what_aws_needs_is_asked_for() {
    let world = World::new().await;
    for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID"] {
        let mut command = program(Some(&world), &["app", "list"]);
        // There is neither a profile nor a metadata service.
        command.env_remove(name).env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nowhere");
        let said = String::from_utf8(command.output().await.unwrap().stderr).unwrap();
        assert!(said.contains(name), "{said}");
    }
}

#[tokio::test]
async fn a_setting_that_the_functions_would_leave_out_is_refused() {
    let world = World::new().await;
    let create = [
        "app",
        "create",
        "--time-zone",
        "Europe/Berlin",
        "--id",
        "bob",
        "--name",
        "Bob",
        "--redirect-url",
        "http://bob.example",
    ];
    assert!(run(Some(&world), &create).await.unwrap_err().contains("`redirect_url`"));
    assert_eq!(world.apps.records().await.unwrap().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_others_can_write_is_refused_and_one_that_they_can_read_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.txt");
    std::fs::write(&file, SECRET).unwrap();
    for (mode, is_signed, said) in [
        (0o600, true, ""),
        (0o644, true, "can be read by others"),
        (0o622, false, "chmod 600"),
        (0o660, false, "chmod 600"),
    ] {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        let key = ["--api-key-file", file.to_str().unwrap()];
        let sign = ["link", "sign", "--base-url", BASE, "--booking", "b-1", "--action", "cancel"];
        let output = program(None, &[&sign[..], &key].concat()).output().await.unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.success() == is_signed && told.contains(said) && told.is_empty() == said.is_empty(),
            "{told}"
        );
    }
}

#[tokio::test]
async fn hosts_of_everybody_are_refused() {
    let world = World::new().await;
    for host in ["com", "*.com", "*.co.uk", "*.github.io"] {
        let said = run(
            Some(&world),
            &["app", "create", "--time-zone", "Europe/Berlin", "--id", "bob", "--name", "Bob", "--redirect-host", host],
        )
        .await;
        assert!(said.unwrap_err().contains("public suffix"), "{host}");
        let said = run(Some(&world), &["app", "update", "ada", "--set", &format!("redirect_hosts=[\"{host}\"]")]).await;
        assert!(said.unwrap_err().contains("nothing was changed"), "{host}");
    }
    assert!(run(Some(&world), &["app", "update", "ada", "--set", r#"redirect_hosts=["*.salon.co.uk"]"#]).await.is_ok());
}

#[tokio::test]
async fn text_from_outside_cannot_write_to_the_terminal_and_letters_stay() {
    let hostile = "\u{1b}[2J\u{9b}2J\u{202e}";
    let world =
        World::builder().app(json!({ "name": format!("Café Müller {hostile}"), "support_url": hostile })).start().await;
    world.book(json!({ "id": "b-1", "note": hostile })).await;
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("x.csv");
    std::fs::write(&csv, format!("booking_id,action,{hostile}\n")).unwrap();
    let csv = csv.to_str().unwrap();
    for arguments in [
        &["app", "list"][..],
        &["app", "show", "ada"],
        &["--json", "app", "show", "ada"],
        &["booking", "show", "b-1"],
        &["--json", "booking", "show", "b-1"],
        &["app", "show", hostile],
        &["booking", "show", hostile],
        &["app", "update", "ada", "--set", &format!("{hostile}=1")],
        &["app", "update", "ada", "--unset", hostile],
        &[hostile],
        &["link", "sign", "--base-url", hostile],
        &["link", "sign", "--base-url", BASE, "--from", csv, "--to", "/nowhere/y.csv"],
        &["link", "sign", "--base-url", BASE, "--from", hostile, "--to", hostile],
        &["link", "sign", "--base-url", BASE, "--booking", "b-1", "--action", "cancel", "--api-key-file", hostile],
    ] {
        let is_link = arguments[0] == "link" || arguments[0] == hostile;
        let mut command = program((!is_link).then_some(&world), arguments);
        // As on a terminal: colours are kept.
        let output = command.env("CLICOLOR_FORCE", "1").env("ACTION_LINKS_API_KEY", SECRET).output().await.unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        // Its own headings are bold, its errors red.
        let own = ["0", "1", "31", "32", "33"].map(|style| format!("\u{1b}[{style}m"));
        let said = own.iter().fold(said, |said, style| said.replace(style, ""));
        let is_bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!said.is_empty() && !said.contains(is_bad), "{arguments:?}: {said:?}");
        assert!(!arguments.contains(&"list") || said.contains("Café Müller"), "{said}");
    }
}

#[tokio::test]
async fn a_hostile_link_cannot_write_to_the_terminal() {
    let claims = "{\"booking_id\":\"b-1\",\"action\":\"cancel\",\"redirect\":\"\u{1b}[2J\u{202e}\"}";
    let token = hs256(SECRET, r#"{"alg":"HS256","typ":"\u001b[2J"}"#, claims);
    let link = BASE.to_owned() + &path("b-1", "cancel", &token);
    let said = run_with(&[("ACTION_LINKS_API_KEY", SECRET)], &["link", "inspect", &link]).await.unwrap();
    assert!(said.chars().all(|c| c == '\n' || c.is_ascii_graphic() || matches!(c, ' ' | '✓' | '✗' | '·')), "{said:?}");
    assert!(!said.contains(&token) && !said.contains(SECRET), "{said}");
}

#[tokio::test]
async fn a_link_is_inspected_with_the_tables_or_without() {
    let world = World::new().await;
    world.book(json!({ "graph": "instant", "state": "confirmed" })).await;
    let link = world.sign("b-1", "cancel").url;
    let said = run(Some(&world), &["link", "inspect", &link]).await.unwrap();
    assert!(
        said.contains("of the app ada")
            && said.starts_with("This link would work now: opening it at once takes the booking b-1"),
        "{said}"
    );
    world.click(&link).await;
    let json = ["link", "inspect", &link, "--json"];
    let output = program(Some(&world), &json).output().await.unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &told["code"], &told["works"]), (Some(1), &json!("link_used"), &json!(false)));
    // Offline, with a key in a file that ends in a line break.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{SECRET}\n")).unwrap();
    let key = ["link", "inspect", &link, "--api-key-file", file.path().to_str().unwrap()];
    let output = program(None, &key).output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("signed with the given key") && said.contains("it was not looked at"), "{said}");
    assert_eq!(output.status.code(), Some(1), "what was not looked at is not said to work");
}

#[tokio::test]
async fn an_existing_key_may_be_taken_and_is_not_shown() {
    let mut world = World::new().await;
    let own = "a_key_of_a_business_that_comes_from_elsewhere";
    world.env.insert("ACTION_LINKS_API_KEY".to_owned(), own.to_owned());
    let create = ["app", "create", "--time-zone", "Europe/Berlin", "--id", "bob", "--name", "Bob", "--existing-key"];
    let said = run(Some(&world), &create).await.unwrap();
    assert!(said.contains(KeyId::of(own).as_str()) && !said.contains(own), "{said}");
    let again = ["app", "create", "--time-zone", "Europe/Berlin", "--id", "carol", "--name", "Carol", "--existing-key"];
    assert!(run(Some(&world), &again).await.unwrap_err().contains("another app has this key already"));
    world.env.insert("ACTION_LINKS_API_KEY".to_owned(), "short".to_owned());
    assert!(run(Some(&world), &again).await.unwrap_err().contains("must have at least 32 bytes"));
}

#[tokio::test]
async fn what_is_not_part_of_a_key_is_dropped_or_refused_wherever_the_key_comes_from() {
    let world = World::new().await;
    let inspect = ["link", "inspect", &world.sign("b-1", "confirm").url, "--json"];
    let take =
        ["app", "create", "--time-zone", "Europe/Berlin", "--id", "bob", "--name", "Bob", "--existing-key", "--json"];
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    // What a command says, with the key from the variable, a file and standard input.
    let from_each = async |world: Option<&World>, text: &str, arguments: &[&str]| {
        std::fs::write(path, text).unwrap();
        let with = |more: &[&str]| program(world, &[arguments, more].concat());
        let mut commands = [with(&[]), with(&["--api-key-file", path]), with(&["--api-key-file", "-"])];
        commands[0].env("ACTION_LINKS_API_KEY", text);
        commands[2].stdin(std::fs::File::open(path).unwrap());
        let mut all = Vec::new();
        for command in &mut commands {
            let output = command.output().await.unwrap();
            all.push(String::from_utf8([output.stdout, output.stderr].concat()).unwrap());
        }
        all
    };
    for (before, after) in [("", ""), ("", "\n"), ("", " \t\r\n\n\r\n"), ("\u{feff}", "\n"), ("\u{feff}", "")] {
        for said in from_each(None, &format!("{before}{SECRET}{after}"), &inspect).await {
            assert!(said.contains("signed with the given key"), "{before:?} {after:?}: {said}");
        }
    }
    for (text, fault) in [
        (format!("{SECRET}\n{SECRET}\n"), "more than one line"),
        (format!("{SECRET}\r{SECRET}"), "more than one line"),
        (format!("\n{SECRET}"), "more than one line"),
        (format!(" {SECRET}"), "white space in it"),
        (format!("{SECRET}\u{200b}"), "an invisible character in it"),
        (format!("{SECRET}\u{202e}"), "an invisible character in it"),
        (format!("«{SECRET}»"), "quotes in it"),
        (format!("{SECRET} {SECRET}"), "white space in it"),
        (format!("{SECRET}\u{a0}x"), "white space in it"),
        (format!("\"{SECRET}\"\n"), "quotes"),
        (format!("'{SECRET}'"), "quotes"),
        (format!("\u{201c}{SECRET}\u{201d}"), "quotes"),
        (format!("ACTION_LINKS_API_KEY={SECRET}\n"), "`NAME=`"),
        (format!("export KEY=\"{SECRET}\""), "`NAME=`"),
    ] {
        for (world, arguments) in [(None, &inspect[..]), (Some(&world), &take)] {
            for said in from_each(world, &text, arguments).await {
                assert!(said.contains(fault) && !said.contains(SECRET), "{text:?}: {said}");
            }
        }
    }
    // base64 may end in `=`.
    let padded = "dGVzdF9hcGlfa2V5X29mX2JvYl93aXRoX2Vub3VnaF9ieXRlc19pbl9pdA==";
    for said in from_each(None, &format!("{padded}\n"), &inspect).await {
        assert!(said.contains("signature"), "{said}");
    }
    for said in
        from_each(None, "\r\n", &["link", "sign", "--base-url", BASE, "--booking", "b-1", "--action", "cancel"]).await
    {
        assert!(said.contains("there is no API key") || said.contains("this one has 0"), "{said}");
    }
    // As PowerShell writes it.
    let utf_16: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(path, [&[0xff, 0xfe][..], &utf_16].concat()).unwrap();
    let said = run(None, &[&inspect[..], &["--api-key-file", path]].concat()).await.unwrap_err();
    assert!(said.contains("UTF-8"), "{said}");
}

#[tokio::test]
async fn keys_are_listed_retired_and_revoked() {
    let world = World::new().await;
    let kid = KeyId::of(SECRET).to_string();
    let key = async |words: &[&str]| run(Some(&world), &[&["key"], words, &["--app", "ada"]].concat()).await;
    assert!(key(&["list"]).await.unwrap().contains(&format!("{kid}  active")));
    key(&["retire", &kid]).await.unwrap();
    assert!(key(&["list"]).await.unwrap().contains(&format!("{kid}  retired")));
    let refused = key(&["revoke", &kid]).await.unwrap_err();
    assert!(refused.contains("stop working") && refused.contains("--yes"), "{refused}");
    // A lost reply is no failure.
    world.proxy.play(&[Fault::NONE, Fault(Heard::Now, StoreReply::End)]);
    key(&["revoke", &kid, "--yes"]).await.unwrap();
    assert!(key(&["list"]).await.unwrap().contains(&format!("{kid}  revoked")));
    key(&["revoke", &kid, "--yes"]).await.unwrap();
    assert!(key(&["revoke", "0000000000000000", "--yes"]).await.unwrap_err().contains("has no key 0000000000000000"));
    let gateway = world.restart().await;
    assert_eq!(gateway.click(world.sign("b-1", "cancel")).await.status, 403);
}

#[tokio::test]
async fn an_app_and_a_booking_are_shown_without_secrets() {
    let world = World::new().await;
    world.book(json!({ "graph": "instant", "state": "confirmed" })).await;
    for json in [&["--json"][..], &[]] {
        let shown = run(Some(&world), &[&["app", "show", "ada"], json].concat()).await.unwrap();
        assert!(shown.contains("Hair by Ada") && shown.contains(KeyId::of(SECRET).as_str()), "{shown}");
        assert!(!shown.contains(SECRET), "{shown}");
        let shown = run(Some(&world), &[&["booking", "show", "b-1"], json].concat()).await;
        assert!(shown.unwrap().contains("cancel_by_customer"));
    }
    for what in [["app", "show"], ["booking", "show"]] {
        let said = run(Some(&world), &[&what[..], &["nobody"]].concat()).await.unwrap_err();
        assert!(said.contains("`nobody`") && said.contains("help: "), "{said}");
    }
}

#[tokio::test]
async fn completions_and_the_manual_come_from_the_commands() {
    for shell in ["bash", "fish", "zsh"] {
        let script = run(None, &["completions", shell]).await.unwrap();
        assert!(script.contains("action-links") && script.contains("read-only"), "{shell}");
    }
    let man = run(None, &["man"]).await.unwrap();
    for word in ["doctor", "inspect", "revoke", "\\-\\-existing\\-key", "NO_COLOR", "Exit codes"] {
        assert!(man.contains(word), "{word}");
    }
    assert_eq!(program(None, &["link", "dance"]).output().await.unwrap().status.code(), Some(2));
}

#[tokio::test]
async fn help_fits_on_a_screen_and_every_command_has_an_example() {
    let help = run(None, &["--help"]).await.unwrap();
    assert!(help.lines().count() <= 24, "{} lines:\n{help}", help.lines().count());
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    assert_eq!(help, run(None, &["-h"]).await.unwrap());
    let mut commands = vec![action_links::cli::Arguments::command()];
    let mut count = 0;
    while let Some(mut command) = commands.pop() {
        let help = command.render_long_help().to_string();
        assert!(help.contains("Example"), "{}: {help}", command.get_name());
        count += 1;
        commands.extend(command.get_subcommands().filter(|sub| sub.get_name() != "help").cloned());
    }
    assert!(count > 20, "{count}");
    // What an option is about stands under the right title.
    let help = run(None, &["booking", "list", "--help"]).await.unwrap();
    let (options, deployment) = help.split_once("Example").unwrap().0.split_once("Deployment:").unwrap();
    assert!(options.contains("--limit") && deployment.contains("--stack") && !deployment.contains("--limit"), "{help}");
}

#[tokio::test]
async fn a_new_app_asks_before_everything_but_confirming() {
    let world = World::new().await;
    for create in [&["bob"][..], &["carol", "--no-confirm-actions"]] {
        run(
            Some(&world),
            &[&["app", "create", "--time-zone", "Europe/Berlin", "--name", "Bob", "--id"], create].concat(),
        )
        .await
        .unwrap();
    }
    let settings = async |id: &str| {
        let record = world.apps.app(&AppId::parse(id).unwrap()).await.unwrap().0.unwrap();
        record.clicks.confirm_actions.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let asked = ["cancel", "cancel_by_customer", "cancel_by_owner", "complete", "decline", "pay"];
    assert_eq!(settings("bob").await, [&asked[..], &["reschedule_by_customer"]].concat());
    assert_eq!(settings("carol").await, Vec::<String>::new());
}

#[tokio::test]
async fn settings_are_changed_unless_they_make_no_sense() {
    let world = World::new().await;
    let update = async |more: &[&str]| run(Some(&world), &[&["app", "update", "ada"][..], more].concat()).await;
    let settings = async || world.apps.app(&AppId::parse("ada").unwrap()).await.unwrap().0.unwrap();
    update(&["--set", r#"min_notice_seconds={"cancel": 60}"#, "--set", "brand_color=#7a1f5c"]).await.unwrap();
    let app = settings().await;
    assert_eq!((app.clicks.min_notice.len(), app.brand.color.is_some(), app.keys.iter().count()), (1, true, 1));
    update(&["--unset", "min_notice_seconds"]).await.unwrap();
    assert!(settings().await.clicks.min_notice.is_empty());
    for (more, fault) in [
        (
            &["--set", r#"min_notice_seconds={"dance": 60}"#][..],
            "an entry of `min_notice_seconds` is not named after an action",
        ),
        (
            &["--set", r#"min_notice_seconds={"cancel": -1}"#],
            "`min_notice_seconds.cancel` is not a whole number from 0",
        ),
        (&["--set", r#"confirm_actions=["dance"]"#], "`confirm_actions[0]` is not an action of the graphs"),
        (&["--set", "min_notice_second=60"], "Did you mean `min_notice_seconds`?"),
        (&["--set", "colour=red"], "there is no setting `colour`"),
        (&["--set", "keys=[]"], "`keys` cannot be changed here"),
        (&["--unset", "name"], "has no string `name`"),
        (&["--set", "name"], "SETTING=VALUE"),
        (&[], "nothing to change"),
    ] {
        let said = update(more).await.unwrap_err();
        assert!(said.contains(fault), "{said}");
    }
    assert_eq!(settings().await.name, "Hair by Ada");
    let said = run(Some(&world), &["app", "update", "bob", "--set", "name=Bob"]).await;
    assert!(said.unwrap_err().contains("there is no app `bob`"));
}

#[tokio::test]
async fn misspelt_names_are_refused_with_the_nearest() {
    let world = World::new().await;
    let create = ["app", "create", "--id", "bob", "--name", "Bob"];
    let update = ["app", "update", "ada", "--set"];
    let sign = ["link", "sign", "--base-url", BASE, "--booking", "b-1", "--action"];
    for (command, more, hint) in [
        (&create[..], &["--time-zone", "Europe/Berlyn"][..], "Did you mean `Europe/Berlin`?"),
        (&create, &["--time-zone", "berlin"], "Did you mean `Europe/Berlin`?"),
        (&create, &["--time-zone", "Europe/Berlin", "--locale", "gr"], "There are: en, "),
        (&update, &["locale=dee"], "Did you mean `de`?"),
        (&update, &["time_zone=Amerika/New_York"], "Did you mean `America/New_York`?"),
        (&update, &["click_mode=conform"], "Did you mean `confirm`?"),
        (&update, &[r#"confirm_actions=["confrim"]"#], "Did you mean `confirm`?"),
        (&update, &[r#"min_notice_seconds={"cancel_by_custommer": 60}"#], "Did you mean `cancel_by_customer`?"),
        (&update, &["click_mod=confirm"], "Did you mean `click_mode`?"),
        (&sign, &["confrim"], "Did you mean `confirm`?"),
        (&sign, &["cancel", "--lang", "dee"], "Did you mean `de`?"),
        (&sign, &["cancel", "--expires-in", "soon"], "such as 90m, 12h, 14d"),
        (&sign, &["cancel", "--not-before", "tomorrow"], "2026-12-24T18:00:00Z"),
    ] {
        let arguments = [command, more].concat();
        let mut command = program(None, &arguments);
        let output = command.envs(&world.env).env("ACTION_LINKS_API_KEY", SECRET).output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(hint), "{arguments:?}: {said}");
    }
    assert_eq!(world.apps.app(&AppId::parse("ada").unwrap()).await.unwrap().1, []);
}

#[tokio::test]
async fn a_link_says_how_long_it_lasts_and_from_when() {
    let sign = ["link", "sign", "--base-url", BASE, "--booking", "b-1", "--action", "cancel", "--expires-in", "14d"];
    let more = ["--not-before", "2026-01-24T18:00:00Z", "--lang", "de"];
    let link = run_with(&[("ACTION_LINKS_API_KEY", SECRET)], &[&sign[..], &more].concat()).await.unwrap();
    let claims = claims_of(link.trim());
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 14 * 86_400);
    assert_eq!((claims["nbf"].as_u64(), claims["lang"].as_str()), (Some(1_769_277_600), Some("de")));
}

#[tokio::test]
async fn the_links_of_a_booking_are_revoked() {
    let world = World::new().await;
    world.book(json!({ "graph": "instant", "state": "confirmed" })).await;
    let sent = world.sign("b-1", "cancel");
    let revoke = async |more: &[&str]| run(Some(&world), &[&["link", "revoke", "--booking"], more].concat()).await;
    let said = revoke(&["b-1"]).await.unwrap_err();
    assert!(said.contains("Give --yes"), "{said}");
    let said = revoke(&["b-1", "--yes"]).await.unwrap();
    assert!(said.contains("stop working"), "{said}");
    assert_eq!(world.click(&sent).await.status, 410);
    let valid_after = world.item("b-1").await["links_valid_after"].as_u64().unwrap();
    let later = world.sign_at("b-1", "cancel", at(valid_after));
    assert_eq!(world.click(&later).await.status, 200);
    // No booking is made.
    let said = revoke(&["b-404", "--yes"]).await.unwrap_err();
    assert!(said.contains("there is no booking `b-404`") && world.item("b-404").await.is_null(), "{said}");
}

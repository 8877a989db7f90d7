//! Starts that fail: a message with the fault and its place, an exit code other than 0, no panic.

use std::collections::HashMap;
use std::process::Output;

use serde_json::json;
use tokio::process::Command;

use crate::support::{ACTION_LINK, Fault, Heard, Program, StoreReply, World, http_api};

async fn start(env: &HashMap<String, String>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_action-link"));
    command.env_clear();
    for name in ["RUNTIME_API", "FUNCTION_NAME", "FUNCTION_VERSION", "FUNCTION_MEMORY_SIZE"] {
        command.env(format!("AWS_LAMBDA_{name}"), "1");
    }
    command.envs(env).kill_on_drop(true).output().await.unwrap()
}

/// The output of a program that failed.
async fn failure(env: &HashMap<String, String>) -> String {
    let output = start(env).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[tokio::test]
async fn missing_settings_are_all_named() {
    let text = failure(&HashMap::new()).await;
    for name in ["APPS_TABLE", "BOOKINGS_TABLE", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        assert!(text.contains(&format!("{name} is not set")), "{name} in {text}");
    }
}

#[tokio::test]
async fn a_broken_graphs_file_is_told_where() {
    let mut world = World::new().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    for (json, place) in [
        ("{", "line 1 column"),
        (
            r#"{"g": {"initial": "a", "transitions": [{"action": "go", "from": "b", "to": "c", "by": "owner"}]}}"#,
            "g.transitions[0].from",
        ),
    ] {
        std::fs::write(file.path(), json).unwrap();
        world.env.insert("GRAPHS".to_owned(), file.path().display().to_string());
        let text = failure(&world.env).await;
        assert!(text.contains(place) && text.contains("GRAPHS"), "{text}");
    }
}

#[tokio::test]
async fn a_missing_table_is_named() {
    let mut world = World::new().await;
    for (setting, operation) in [("APPS_TABLE", "Scan"), ("BOOKINGS_TABLE", "GetItem")] {
        let table = world.env.insert(setting.to_owned(), "no-such-table".to_owned()).unwrap();
        let text = failure(&world.env).await;
        assert!(
            text.contains(&format!("{operation} on no-such-table")) && text.contains("ResourceNotFoundException"),
            "{text}"
        );
        world.env.insert(setting.to_owned(), table);
    }
}

#[tokio::test]
async fn a_bookings_table_with_another_key_is_named() {
    let mut world = World::new().await;
    world.env.insert("BOOKING_ID_ATTRIBUTE".to_owned(), "pk".to_owned());
    assert!(failure(&world.env).await.contains("GetItem on bookings-"));
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let world = World::new().await;
    let denied = Fault(Heard::Never, StoreReply::Error(400, "AccessDeniedException"));
    for (faults, operation) in [(vec![denied], "Scan on apps-"), (vec![Fault::NONE, denied], "GetItem on bookings-")] {
        world.proxy.play(&faults);
        let text = failure(&world.env).await;
        assert!(text.contains(operation) && text.contains("AccessDeniedException"), "{text}");
    }
}

#[tokio::test]
async fn a_start_while_the_store_throttles_answers_503_and_then_works() {
    let world = World::builder().booking(json!({})).start().await;
    world.proxy.always(Fault::THROTTLED);
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    let event = http_api("GET", world.sign("b-1", "confirm"), json!({}), "");
    let answer = program.answer(&event).await;
    assert_eq!((&answer["statusCode"], &answer["headers"]["retry-after"]), (&json!(503), &json!("5")));
    assert!(answer["body"].as_str().unwrap().contains("Your link still works"), "{answer}");
    world.proxy.always(Fault::NONE);
    let answer = program.answer(&event).await;
    assert_eq!(answer["statusCode"], 200);
}

#[tokio::test]
async fn outside_lambda_it_says_how_to_start_it() {
    let output = Command::new(env!("CARGO_BIN_EXE_action-link")).env_clear().output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("this program must be started by Lambda"));
}

#[tokio::test]
async fn an_invalid_bundle_is_named() {
    let mut world = World::new().await;
    world.env.insert("AWS_CA_BUNDLE".to_owned(), "/no/such/bundle.pem".to_owned());
    assert!(failure(&world.env).await.contains("AWS_CA_BUNDLE /no/such/bundle.pem"));
}

#[tokio::test]
async fn a_panic_says_where_and_not_what() {
    let mut world = World::new().await;
    // The runtime panics on it, and its message may contain anything.
    world.env.insert("AWS_LAMBDA_FUNCTION_MEMORY_SIZE".to_owned(), "much".to_owned());
    let output = start(&world.env).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&"ERROR".into(), &"a bug: the function panicked".into()), "{text}");
    assert!(line["location"].as_str().unwrap().contains(".rs:"), "{text}");
    assert!(!text.contains("MEMORY_SIZE"), "{text}");
}

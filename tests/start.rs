//! Starts that fail: a message that says what and where, an exit code that is not 0, no panic.

use std::collections::HashMap;
use std::process::Output;

use tokio::process::Command;

use crate::support::World;

async fn start(env: &HashMap<String, String>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_action-link")).env_clear().envs(env).kill_on_drop(true).output().await.unwrap()
}

/// What it wrote, having failed.
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
    world.env.insert("APPS_TABLE".to_owned(), "no-such-table".to_owned());
    let text = failure(&world.env).await;
    assert!(text.contains("Scan on no-such-table") && text.contains("ResourceNotFoundException"), "{text}");
}

#[tokio::test]
async fn a_bundle_that_is_none_is_named() {
    let mut world = World::new().await;
    world.env.insert("AWS_CA_BUNDLE".to_owned(), "/no/such/bundle.pem".to_owned());
    assert!(failure(&world.env).await.contains("AWS_CA_BUNDLE /no/such/bundle.pem"));
}

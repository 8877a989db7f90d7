//! Another Lambda asks `booking-links` for links: the examples in Node, Python and Rust, with the real
//! AWS SDK of each, and the client of this crate.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use action_links::client::{Client, ClientError};
use action_links::invocation::{DecorateRequest, ErrorCode, SignRequest};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{BOOKING_LINKS, FUNCTION, Program, Reply, World, booking, extended, lambda_api};

/// The booking that is handed to a function.
fn event() -> Value {
    booking(json!({
        "graph": "instant", "state": "confirmed", "attributes": { "event_info": { "what": "Cut & colour" } },
        "customers": [{ "name": "Grace", "email": "grace@example.com" }],
    }))
}

/// A world with a booking, and the settings of a function that may invoke `booking-links`.
async fn world() -> (World, HashMap<String, String>) {
    let world = World::builder().booking(event()).start().await;
    let endpoint = lambda_api::start(Program::start(BOOKING_LINKS, &world.env).await).await;
    let mut env: HashMap<String, String> = [
        ("AWS_ENDPOINT_URL_LAMBDA", endpoint.as_str()),
        ("BOOKING_LINKS_FUNCTION", FUNCTION),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    env.extend(std::env::var("PATH").map(|path| ("PATH".to_owned(), path)));
    (world, env)
}

fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/invoke-from-lambda").join(path)
}

/// What a program in another language prints: the mail, or `errorType` of the refusal.
async fn run(program: &str, arguments: &[&str], env: &HashMap<String, String>, event: &Value) -> Value {
    let mut command = Command::new(program);
    command.args(arguments).arg(event.to_string()).env_clear().envs(env).kill_on_drop(true);
    let output = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{program}: {said}"))
}

async fn in_node(env: &HashMap<String, String>, event: &Value) -> Value {
    let script = "import(process.argv[1]).then(({ handler }) => handler(JSON.parse(process.argv[2])))
        .then((mail) => console.log(JSON.stringify(mail)), ({ name }) => console.log(JSON.stringify({ errorType: name })))";
    run("node", &["-e", script, example("node/index.mjs").to_str().unwrap()], env, event).await
}

async fn in_python(env: &HashMap<String, String>, event: &Value) -> Value {
    let script = "import json, sys; sys.path.insert(0, sys.argv[1]); import index
try: print(json.dumps(index.handler(json.loads(sys.argv[2]), None)))
except index.Refused as error: print(json.dumps({'errorType': error.error_type}))";
    let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    run(&python, &["-c", script, example("python").to_str().unwrap()], env, event).await
}

async fn in_rust(env: &HashMap<String, String>, event: &Value) -> Value {
    // Cargo puts examples beside the folder of the tests.
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/invoke-from-lambda");
    match Program::start(program.to_str().unwrap(), env).await.invoke(&event.to_string()).await {
        Reply::Response(mail) => mail,
        Reply::Error(error) => json!({ "errorType": error["errorType"] }),
    }
}

async fn in_each_language(env: &HashMap<String, String>, event: &Value) -> [(&'static str, Value); 3] {
    [("Node", in_node(env, event).await), ("Python", in_python(env, event).await), ("Rust", in_rust(env, event).await)]
}

#[tokio::test]
#[ignore = "needs Node, boto3 and the built example: make test-invoke"]
async fn a_mail_of_each_language_has_links_that_work() {
    let (world, env) = world().await;
    for (language, mail) in in_each_language(&env, &event()).await {
        assert_eq!(mail["to"], "grace@example.com", "{language}");
        assert_eq!(mail["subject"], "Your booking: Cut & colour", "{language}");
        let text = mail["text"].as_str().unwrap();
        assert!(text.starts_with("Dear Grace,") && text.contains("Move: https://"), "{language}: {text}");
        let cancel = text.lines().find_map(|line| line.strip_prefix("Cancel: ")).unwrap();
        // Links that are signed within the same second are the same link.
        world.delete("b-1").await;
        world.put(event()).await;
        assert_eq!(world.click(cancel).await.status, 200, "{language}");
        assert_eq!(world.state("b-1").await, "cancelled_by_customer", "{language}");
    }
}

#[tokio::test]
#[ignore = "needs Node, boto3 and the built example: make test-invoke"]
async fn a_refusal_has_its_error_type_in_each_language() {
    let (world, mut env) = world().await;
    let unknown = extended(event(), json!({ "app_id": "nobody" }));
    for (language, refusal) in in_each_language(&env, &unknown).await {
        assert_eq!(refusal["errorType"], "unknown_app", "{language}");
    }
    world.put_app(json!({ "id": "ada", "name": "Ada", "keys": [] })).await;
    env.insert(
        "AWS_ENDPOINT_URL_LAMBDA".to_owned(),
        lambda_api::start(Program::start(BOOKING_LINKS, &world.env).await).await,
    );
    for (language, refusal) in in_each_language(&env, &event()).await {
        assert_eq!(refusal["errorType"], "no_signing_key", "{language}");
    }
}

async fn client(env: &HashMap<String, String>, function: &str) -> Client {
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(aws_sdk_lambda::config::BehaviorVersion::latest())
        .region(aws_sdk_lambda::config::Region::new("eu-west-1"))
        .credentials_provider(aws_sdk_lambda::config::Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(&env["AWS_ENDPOINT_URL_LAMBDA"]);
    Client::new(aws_sdk_lambda::Client::from_conf(config.build()), function)
}

#[tokio::test]
async fn the_client_signs_and_decorates() {
    let (world, env) = world().await;
    let client = client(&env, FUNCTION).await;
    let request = SignRequest {
        app_id: Some("ada".to_owned()),
        booking_id: "b-1".to_owned(),
        action: "cancel_by_customer".to_owned(),
        expires_in: Some(60),
        ..SignRequest::default()
    };
    let signed = client.sign(&request).await.unwrap();
    assert!(signed.url.ends_with(&signed.signature) && signed.expires_at.is_some());
    assert_eq!(world.click(&signed.url).await.status, 200);
    assert_eq!(world.item("b-1").await["used_links"], json!([signed.link_id]));
    let decorated: Value = client.decorate(&DecorateRequest::new([event()])).await.unwrap();
    assert!(decorated[0]["customer_action_links"]["cancel_by_customer"].is_string(), "{decorated}");
}

#[tokio::test]
async fn a_function_error_becomes_a_typed_error() {
    let (_world, env) = world().await;
    let links = client(&env, FUNCTION).await;
    let request = SignRequest { booking_id: "b 1".to_owned(), action: "confirm".to_owned(), ..SignRequest::default() };
    match links.sign(&request).await.unwrap_err() {
        ClientError::Refused { code, message } => {
            assert_eq!(code, ErrorCode::InvalidRequest);
            assert!(message.contains("`booking_id`"), "{message}");
        }
        other => panic!("{other}"),
    }
    let request = DecorateRequest { app_id: Some("nobody".to_owned()), ..DecorateRequest::new(event()) };
    let error = links.decorate::<_, Value>(&request).await.unwrap_err();
    assert!(matches!(error, ClientError::Refused { code: ErrorCode::UnknownApp, .. }), "{error}");
    let error = client(&env, "another").await.decorate::<_, Value>(&request).await.unwrap_err();
    assert!(matches!(&error, ClientError::Invoke(why) if why.contains("ResourceNotFoundException")), "{error}");
}

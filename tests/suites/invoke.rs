//! Another Lambda asks `booking-links` for links: the examples in Node, Python and Rust, with the real
//! AWS SDK of each, and the client of this crate.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use action_links::client::{Client, ClientError, Fake};
use action_links::invocation::{ActRequest, BookingLinks, DecorateRequest, ErrorCode, OneOfMany, SignRequest};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{BOOKING_LINKS, FUNCTION, Program, Reply, SECRET, World, booking, extended, lambda_api};

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
        .then((mail) => console.log(JSON.stringify(mail)), ({ code }) => console.log(JSON.stringify({ errorType: code })))";
    run("node", &["-e", script, example("node/index.mjs").to_str().unwrap()], env, event).await
}

async fn in_python(env: &HashMap<String, String>, event: &Value) -> Value {
    let script = "import action_links, json, sys; sys.path.insert(0, sys.argv[1]); import index
try: print(json.dumps(index.handler(json.loads(sys.argv[2]), None)))
except action_links.RefusedError as error: print(json.dumps({'errorType': error.code}))";
    let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    run(&python, &["-c", script, example("python").to_str().unwrap()], env, event).await
}

async fn in_rust(env: &HashMap<String, String>, event: &Value) -> Value {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/outside/debug/invoke-from-lambda");
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
async fn the_client_signs_decorates_and_acts() {
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
    world.book(json!({ "id": "b-2" })).await;
    let request = ActRequest { booking_id: "b-2".to_owned(), action: "confirm".to_owned(), ..ActRequest::default() };
    assert_eq!(client.act(&request).await.unwrap().state, "confirmed");
    let error = client.act(&request).await.unwrap_err();
    assert!(matches!(error, ClientError::Refused { code: ErrorCode::ActionNotAvailable, .. }), "{error}");
    let decorated: Value = client.decorate(&DecorateRequest::new([event()])).await.unwrap();
    assert!(decorated[0]["customer_action_links"]["cancel_by_customer"].is_string(), "{decorated}");
    let links: Vec<BookingLinks> = client.decorate(&DecorateRequest::new([event()])).await.unwrap();
    assert_eq!(links[0].customer_action_links.len(), 2);
    assert!(links[0].links_unavailable.is_none() && !format!("{links:?}").contains("signature"));
}

#[tokio::test]
async fn more_links_than_one_answer_holds_are_signed_in_several_invocations() {
    let fake = Fake::new(SECRET.parse().unwrap(), "https://links.example".parse().unwrap());
    let client = Client::fake(&fake);
    let link = |number: usize| SignRequest {
        booking_id: format!("b-{number}"),
        action: if number == 1 { "Cancel".to_owned() } else { "cancel".to_owned() },
        ..SignRequest::default()
    };
    let links: Vec<SignRequest> = (0..10_001).map(link).collect();
    fake.refuse(ErrorCode::AnswerTooLarge);
    let signed = client.clone().with_app("ada").sign_many(&links).await.unwrap();
    let batches: Vec<_> = fake.requests().iter().map(|batch| batch["links"].as_array().unwrap().len()).collect();
    assert_eq!(batches, [10_000, 5000, 5000, 1]);
    assert!(fake.requests().iter().all(|batch| batch["app_id"] == "ada"));
    assert_eq!(signed.len(), 10_001);
    for (number, one) in signed.iter().enumerate() {
        match one {
            OneOfMany::Signed { url, .. } => assert!(url.contains(&format!("/b-{number}/"))),
            OneOfMany::Refused { error } => assert_eq!((number, &*error.code), (1, "invalid_request")),
        }
    }
    // One link that is too long for an answer is its own fault.
    fake.refuse(ErrorCode::AnswerTooLarge);
    assert!(client.sign_many(&links[..1]).await.is_err());
    assert!(client.sign_many(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_batch_is_answered_by_the_function() {
    let (_world, env) = world().await;
    let client = client(&env, FUNCTION).await;
    let link =
        |booking: &str| SignRequest { booking_id: booking.into(), action: "cancel".into(), ..SignRequest::default() };
    let signed = client.clone().with_app("ada").sign_many(&[link("b-1"), link("b 2")]).await.unwrap();
    assert!(matches!(&signed[0], OneOfMany::Signed { url, .. } if url.contains("/b-1/")));
    assert!(matches!(&signed[1], OneOfMany::Refused { error } if error.code == "invalid_request"));
    let refused = client.clone().with_app("nobody").sign_many(&[link("b-1")]).await.unwrap();
    assert!(matches!(&refused[0], OneOfMany::Refused { error } if error.code == "unknown_app"));
}

#[tokio::test]
async fn what_may_pass_is_tried_once_more() {
    let fake = Fake::new(SECRET.parse().unwrap(), "https://links.example".parse().unwrap());
    let client = Client::fake(&fake);
    let request = SignRequest { booking_id: "b-1".into(), action: "cancel".into(), ..SignRequest::default() };
    fake.refuse(ErrorCode::TemporarilyUnavailable);
    assert!(client.sign(&request).await.is_ok());
    assert_eq!(fake.requests().len(), 2);
    for _ in 0..2 {
        fake.refuse(ErrorCode::TemporarilyUnavailable);
    }
    assert!(client.sign(&request).await.unwrap_err().is_retryable());
    fake.refuse(ErrorCode::UnknownApp);
    assert!(!client.sign(&request).await.unwrap_err().is_retryable());
    assert_eq!(fake.requests().len(), 5);
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
    assert_eq!(error.to_string(), "the function could not be invoked: ResourceNotFoundException");
    assert!(!error.is_retryable() && error.source().is_some());
}

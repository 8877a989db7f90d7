//! The cases that the clients of every language pass: `clients/cases.json`, described in `clients/README.md`.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use action_links::client::{Client, ClientError, aws_sdk_lambda};
use action_links::invocation::{DecorateRequest, SignRequest};
use action_links::link::{
    ApiKey, BaseUrl, JwtId, LanguageTag, Redirect, SignError, SignedLink, Signer, Subject, UnsignedLink, Webhook,
    WebhookError,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::at;

fn cases() -> Value {
    serde_json::from_str(include_str!("../../clients/cases.json")).unwrap()
}

/// The cases of a section, each with the defaults where it has no value of its own.
fn section(name: &str) -> Vec<Value> {
    let whole = cases();
    let with_defaults = |case: &Value| {
        let mut all = whole["defaults"].as_object().unwrap().clone();
        all.extend(case.as_object().unwrap().clone());
        Value::Object(all)
    };
    whole[name].as_array().unwrap().iter().map(with_defaults).collect()
}

#[test]
fn a_key_is_read_as_a_file_holds_it() {
    for case in section("keys") {
        match ApiKey::from_key_file(case["text"].as_str().unwrap()) {
            Ok(key) => assert_eq!(case["id"], key.id().as_str(), "{}", case["name"]),
            Err(error) => assert_eq!(case["error"], "invalid_key", "{}: {error}", case["name"]),
        }
    }
}

/// The link of a case, or the code of what is wrong with it.
fn sign(case: &Value) -> Result<SignedLink, &'static str> {
    let link = &case["link"];
    let invalid = |_| "invalid_request";
    let text = |name: &str| link[name].as_str();
    let seconds = |name: &str| match &link[name] {
        Value::Null => Ok(None),
        number => number.as_u64().map(Some).ok_or("invalid_request"),
    };
    let key = ApiKey::new(case["key"].as_str().unwrap()).map_err(|_| "invalid_key")?;
    let base = BaseUrl::parse(case["base"].as_str().unwrap()).map_err(|_| "invalid_base_url")?;
    let booking = text("booking_id").unwrap().parse().map_err(invalid)?;
    let mut unsigned = UnsignedLink::new(booking, text("action").unwrap().parse().map_err(invalid)?);
    match (seconds("expires_in")?, seconds("expires_at")?) {
        (Some(_), Some(_)) => return Err("invalid_request"), // The one or the other, by the types.
        (Some(seconds), None) => unsigned = unsigned.expires_in(Duration::from_secs(seconds)),
        (None, Some(second)) => unsigned = unsigned.expires_at(at(second)),
        (None, None) => {}
    }
    if let Some(second) = seconds("nbf")? {
        unsigned = unsigned.not_before(at(second));
    }
    if let Some(redirect) = text("redirect") {
        unsigned = unsigned.redirect(&Redirect::trusted(redirect).map_err(|_| "redirect_not_allowed")?);
    }
    if let Some(confirm) = link["confirm"].as_bool() {
        unsigned = unsigned.confirm(confirm);
    }
    if let Some(tag) = text("lang") {
        unsigned = unsigned.lang(LanguageTag::parse(tag).map_err(invalid)?);
    }
    if let Some(id) = text("jti") {
        unsigned = unsigned.jti(JwtId::parse(id).map_err(invalid)?);
    }
    if let Some(subject) = text("sub") {
        unsigned = unsigned.subject(Subject::parse(subject).map_err(invalid)?);
    }
    Signer::new(&key, &base).sign(&unsigned, at(case["now"].as_u64().unwrap())).map_err(|error| match error {
        SignError::TooLong { .. } => "link_too_long",
        _ => "invalid_request",
    })
}

#[test]
fn links_are_signed_alike_in_every_language() {
    for case in section("signing") {
        match sign(&case) {
            Ok(signed) => {
                assert_eq!(case["url"], signed.url, "{}", case["name"]);
                assert_eq!(case["link_id"], signed.link_id.as_str(), "{}", case["name"]);
            }
            Err(code) => assert_eq!(case["error"], code, "{}", case["name"]),
        }
    }
}

#[test]
fn webhooks_are_verified_alike_in_every_language() {
    for case in section("webhooks") {
        let mut webhook = Webhook::new(case["secret"].as_str().unwrap());
        if let Some(seconds) = case["max_age"].as_u64() {
            webhook = webhook.max_age(Duration::from_secs(seconds));
        }
        match webhook.verify(case["body"].as_str().unwrap().as_bytes(), at(case["now"].as_u64().unwrap())) {
            Ok(event) => assert_eq!(case["event"], Value::Object(event), "{}", case["name"]),
            Err(error) => {
                let code = match error {
                    WebhookError::Malformed => "malformed",
                    WebhookError::InvalidSignature => "invalid_signature",
                    _ => "outside_time_window",
                };
                assert_eq!(case["error"], code, "{}", case["name"]);
            }
        }
    }
}

/// What Lambda is sent, and what it answers.
type Answer = Box<dyn Fn(&Value) -> Value + Send + Sync>;

/// A client of a Lambda that answers so, and what it is sent.
async fn client(app_id: Option<&str>, answer: Answer) -> (Client, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = sent.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            exchange(stream, &answer, &log).await;
        }
    });
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(aws_sdk_lambda::config::BehaviorVersion::latest())
        .region(aws_sdk_lambda::config::Region::new("eu-west-1"))
        .credentials_provider(aws_sdk_lambda::config::Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint);
    let client = Client::new(aws_sdk_lambda::Client::from_conf(config.build()), "booking-links");
    (app_id.map_or(client.clone(), |app_id| client.with_app(app_id)), sent)
}

/// Reads one request, and writes its answer, or closes the connection.
async fn exchange(mut stream: TcpStream, answer: &Answer, log: &Mutex<Vec<Value>>) {
    let mut request = Vec::new();
    let body = loop {
        if stream.read_buf(&mut request).await.unwrap_or_default() == 0 {
            return;
        }
        let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let body = &request[end + 4..];
        if body.len() >= length.unwrap_or_default() {
            break serde_json::from_slice(body).unwrap();
        }
    };
    let answer = answer(&body);
    log.lock().unwrap().push(body);
    if answer["drop"] == true {
        return;
    }
    let body = answer["text"].as_str().map_or_else(|| answer["body"].to_string(), str::to_owned);
    let header =
        |name: &str, value: &Value| value.as_str().map(|value| format!("{name}: {value}\r\n")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {} x\r\ncontent-length: {}\r\nconnection: close\r\n{}{}\r\n",
        answer["status"],
        body.len(),
        header("x-amz-function-error", &answer["function_error"]),
        header("x-amzn-errortype", &answer["error_type"]),
    );
    let _ = stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).await;
}

fn request<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_value(json.clone()).unwrap()
}

fn reply(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

async fn call(client: &Client, call: &Value) -> Result<Value, ClientError> {
    match call["method"].as_str().unwrap() {
        "sign" => client.sign(&request(&call["request"])).await.map(reply),
        "act" => client.act(&request(&call["request"])).await.map(reply),
        "sign_many" => {
            let client = call["app_id"].as_str().map_or(client.clone(), |app_id| client.clone().with_app(app_id));
            client.sign_many(&request::<Vec<SignRequest>>(&call["links"])).await.map(reply)
        }
        _ => {
            let options = &call["options"];
            let text = |name: &str| options[name].as_str().map(str::to_owned);
            let include = options["include"].as_array();
            let mut asked = DecorateRequest::new(&call["response"]);
            (asked.app_id, asked.redirect, asked.lang) = (text("app_id"), text("redirect"), text("lang"));
            asked.expires_in = options["expires_in"].as_u64();
            asked.include =
                include.map(|words| words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(","));
            client.decorate(&asked).await
        }
    }
}

/// A value as a case has it: an id that was made is the same in every attempt.
fn without_uuids(mut sent: Vec<Value>, expected: &[Value]) -> Vec<Value> {
    let made: Vec<Value> = sent.iter().map(|sent| sent["request_id"].clone()).collect();
    for (sent, expected) in sent.iter_mut().zip(expected) {
        if expected["request_id"] == "$uuid" {
            let id = sent["request_id"].as_str().unwrap();
            assert!(id.parse::<uuid::Uuid>().is_ok() && made.iter().all(|other| other == id), "{made:?}");
            sent["request_id"] = json!("$uuid");
        }
    }
    sent
}

#[tokio::test]
async fn calls_send_and_return_the_same_in_every_language() {
    for case in section("calls") {
        let exchanges = case["exchanges"].as_array().unwrap();
        let answers: VecDeque<Value> = exchanges.iter().map(|exchange| exchange["answer"].clone()).collect();
        let answers = Mutex::new(answers);
        let answer: Answer = Box::new(move |_| answers.lock().unwrap().pop_front().unwrap_or(json!({ "drop": true })));
        let (client, sent) = client(case["client"]["app_id"].as_str(), answer).await;
        let result = call(&client, &case["call"]).await;
        let expected: Vec<Value> = exchanges.iter().map(|exchange| exchange["sent"].clone()).collect();
        let sent = without_uuids(std::mem::take(&mut *sent.lock().unwrap()), &expected);
        assert_eq!(sent, expected, "{}", case["name"]);
        match result {
            Ok(result) => assert_is(&result, &case["result"], &case["name"]),
            Err(error) => {
                let kind = if matches!(error, ClientError::Refused { .. }) { "refused" } else { "invoke" };
                let told = json!({ "kind": kind, "code": error.code(), "retryable": error.is_retryable() });
                for name in ["kind", "code", "retryable"] {
                    assert_eq!(told[name], case["error"][name], "{}: {error}", case["name"]);
                }
                if let (ClientError::Refused { message, .. }, Some(expected)) =
                    (&error, case["error"]["message"].as_str())
                {
                    assert_eq!(message, expected, "{}", case["name"]);
                }
                assert!(!format!("{error} {error:?}").contains("token.in.here"), "{}", case["name"]);
            }
        }
    }
}

/// Whether a result is the expected one. `retryable` of a link's error, and the token beside the link that has it, are
/// a matter of other languages.
fn assert_is(result: &Value, expected: &Value, name: &Value) {
    let mut expected = expected.clone();
    for one in expected.as_array_mut().into_iter().flatten() {
        one.as_object_mut().unwrap().remove("signature");
        if let Some(error) = one.get_mut("error").and_then(Value::as_object_mut) {
            error.remove("retryable");
        }
    }
    assert_eq!(*result, expected, "{name}");
}

#[tokio::test]
async fn batches_are_divided_alike_in_every_language() {
    for case in section("batches") {
        let fits = case["fits"].as_u64().unwrap() as usize;
        let too_large = match case["too_large"].as_str() {
            Some("request") => json!({ "status": 413, "error_type": "RequestTooLargeException", "body": {} }),
            _ => {
                json!({ "status": 200, "function_error": "Unhandled", "body": { "errorType": "answer_too_large", "errorMessage": "x" } })
            }
        };
        let answer: Answer = Box::new(move |sent| {
            let links = sent["links"].as_array().unwrap();
            let one = |link: &Value| match link["booking_id"].as_str().unwrap() {
                id if id.contains(' ') => json!({ "error": { "code": "invalid_request", "message": "x" } }),
                id => json!({ "url": format!("https://links.example/{id}"), "link_id": "A16iLQ7DyPizIzJ0YFAmJa" }),
            };
            let body = json!({ "links": links.iter().map(one).collect::<Vec<_>>() });
            if links.len() > fits { too_large.clone() } else { json!({ "status": 200, "body": body }) }
        });
        let (client, sent) = client(None, answer).await;
        let bad = |number: u64| case["bad"].as_array().is_some_and(|bad| bad.contains(&json!(number)));
        let link = |number: u64| {
            let dash = if bad(number) { " " } else { "-" };
            json!({ "booking_id": format!("b{dash}{number}"), "action": "confirm" })
        };
        let short = case["short"] == true;
        let links = (0..case["count"].as_u64().unwrap()).map(|number| {
            let mut link = link(number);
            if short {
                link["short"] = json!(true);
            }
            request(&link)
        });
        let links: Vec<SignRequest> = links.collect();
        let signed = client.sign_many(&links).await.unwrap();
        let sizes: Vec<usize> =
            sent.lock().unwrap().iter().map(|sent| sent["links"].as_array().unwrap().len()).collect();
        assert_eq!(json!(sizes), case["sent"], "{}", case["name"]);
        for (number, one) in signed.into_iter().map(reply).enumerate() {
            match bad(number as u64) {
                true => assert_eq!(one["error"]["code"], "invalid_request", "{}", case["name"]),
                false => assert_eq!(one["url"], format!("https://links.example/b-{number}"), "{}", case["name"]),
            }
        }
    }
}

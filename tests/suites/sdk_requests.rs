//! The requests of the AWS SDK as DynamoDB gets them, and its answers: what a stand-in for DynamoDB sees and says.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use action_links::booking::AppId;
use action_links::config::Config;
use action_links::domain::Graphs;
use action_links::store::{AppStore, connect};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use jiff::Timestamp;
use jiff::fmt::{rfc2822, strtime};
use tokio::net::TcpListener;

/// How far the clock of this DynamoDB is ahead.
const AHEAD: Duration = Duration::from_secs(3600);

/// A fault by which DynamoDB answers, or an empty answer.
type Answer = Option<&'static str>;

#[derive(Clone, Default)]
struct DynamoDb {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    seen: Arc<Mutex<Vec<HeaderMap>>>,
}

impl DynamoDb {
    /// Starts it with its answers, and returns a store that asks it.
    async fn start(answers: &[Answer]) -> (Self, AppStore) {
        let engine = Self { answers: Arc::new(Mutex::new(answers.iter().copied().collect())), seen: Arc::default() };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(engine.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let config = Config::read(|name| {
            let value = match name {
                "AWS_ENDPOINT_URL_DYNAMODB" => endpoint.as_str(),
                "AWS_REGION" => "eu-west-1",
                _ if name.starts_with("AWS_") || name.ends_with("_TABLE") => "test",
                _ => return None,
            };
            (name != "AWS_CA_BUNDLE").then(|| value.to_owned())
        });
        let client = connect(&config.unwrap().aws).unwrap();
        (engine, AppStore::new(client, "apps", Graphs::built_in(None).unwrap()))
    }

    /// When each request says that it was signed.
    fn signed_at(&self) -> Vec<Timestamp> {
        let time = |headers: &HeaderMap| {
            let text = headers["x-amz-date"].to_str().unwrap();
            let time = strtime::parse("%Y%m%dT%H%M%SZ", text).unwrap().to_datetime().unwrap();
            time.in_tz("UTC").unwrap().timestamp()
        };
        self.seen.lock().unwrap().iter().map(time).collect()
    }
}

fn ada() -> AppId {
    AppId::parse("ada").unwrap()
}

async fn answer(State(engine): State<DynamoDb>, headers: HeaderMap) -> Response<String> {
    engine.seen.lock().unwrap().push(headers);
    let now = Timestamp::try_from(SystemTime::now() + AHEAD).unwrap();
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap();
    let answer = Response::builder().header("date", date).header("x-amzn-requestid", "REQUEST-OF-SUPPORT");
    match engine.answers.lock().unwrap().pop_front().flatten() {
        Some(fault) => answer.status(400).body(format!(r#"{{"__type":"x#{fault}","message":"as the test says"}}"#)),
        None => answer.body("{}".to_owned()),
    }
    .unwrap()
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_corrected_by_dynamodbs() {
    let (engine, apps) = DynamoDb::start(&[Some("InvalidSignatureException")]).await;
    for _ in 0..2 {
        assert!(apps.record(&ada()).await.unwrap().is_none());
    }
    let now = Timestamp::now();
    let ahead: Vec<bool> = engine.signed_at().iter().map(|at| at.duration_since(now).as_secs() > 3000).collect();
    assert_eq!(ahead, [false, true, true]);
}

#[tokio::test]
async fn a_fault_names_the_request_for_aws_support() {
    let (_, apps) = DynamoDb::start(&[Some("ResourceNotFoundException")]).await;
    let error = apps.record(&ada()).await.unwrap_err().to_string();
    assert!(error.contains("ResourceNotFoundException") && error.contains("REQUEST-OF-SUPPORT"), "{error}");
}

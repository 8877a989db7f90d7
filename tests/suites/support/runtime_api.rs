//! The Lambda Runtime API, for the real bootstrap programs.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use axum::routing::{get, post};
use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};
use tokio::task::AbortHandle;

use super::events::every_event;
use super::{headers, leaks};

/// The most invocations that may wait.
const MOST: usize = 8;

/// A bootstrap program, running under a Runtime API of its own.
pub(crate) struct Program {
    events: mpsc::Sender<String>,
    replies: mpsc::Receiver<Posted>,
    child: Child,
    log: NamedTempFile,
    api: AbortHandle,
    /// Whether its answers hold links: all programs but `action-link`.
    hands_out_links: bool,
}

/// What the program answered.
#[derive(Debug)]
pub(crate) enum Reply {
    Response(Value),
    /// A function error: `errorType`, `errorMessage`.
    Error(Value),
}

/// What the program posted: the request's id, the path's last segment, and the body.
struct Posted {
    request_id: String,
    kind: String,
    body: String,
}

struct Api {
    events: Mutex<mpsc::Receiver<String>>,
    replies: mpsc::Sender<Posted>,
}

impl Program {
    /// Starts the bootstrap at `path` with only this environment.
    pub(crate) async fn start(path: &str, env: &HashMap<String, String>) -> Self {
        let (events, next) = mpsc::channel(MOST);
        let (answered, replies) = mpsc::channel(MOST);
        let api = Arc::new(Api { events: Mutex::new(next), replies: answered });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(hand_out))
            .route("/2018-06-01/runtime/invocation/{id}/{kind}", post(take))
            .with_state(api);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let api = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        // Opened to append, so that both streams may write to it.
        let log = tempfile::Builder::new().append(true).tempfile().unwrap();
        let child = Command::new(path)
            .env_clear()
            .envs(env)
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .stdout(log.as_file().try_clone().unwrap())
            .stderr(log.as_file().try_clone().unwrap())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { events, replies, child, log, api, hands_out_links: !path.ends_with("action-link") }
    }

    /// One invocation.
    pub(crate) async fn invoke(&mut self, event: &str) -> Reply {
        let posted = self.post(event).await;
        let body = serde_json::from_str(&posted.body).unwrap();
        if posted.kind == "response" { Reply::Response(body) } else { Reply::Error(body) }
    }

    /// One invocation that succeeds: the answer.
    pub(crate) async fn answer(&mut self, event: &str) -> Value {
        self.invoke_for_id(event).await.1
    }

    /// Every event of `events/`, one after the other.
    pub(crate) async fn invoke_every_event(&mut self) {
        for (_, event) in every_event() {
            self.invoke(&event).await;
        }
    }

    /// Many invocations at once. The answers are in the order in which they came.
    pub(crate) async fn invoke_all(&mut self, events: &[String]) -> Vec<Value> {
        for event in events {
            self.events.send(event.clone()).await.unwrap();
        }
        let mut answers = Vec::new();
        for _ in events {
            answers.push(serde_json::from_str(&self.posted().await.body).unwrap());
        }
        answers
    }

    /// One invocation that succeeds: the request's id, and the answer.
    pub(crate) async fn invoke_for_id(&mut self, event: &str) -> (String, Value) {
        let posted = self.post(event).await;
        assert_eq!(posted.kind, "response", "{}", posted.body);
        (posted.request_id, serde_json::from_str(&posted.body).unwrap())
    }

    /// One invocation that succeeds; the answer's text as it was written.
    pub(crate) async fn invoke_for_text(&mut self, event: &str) -> String {
        let posted = self.post(event).await;
        assert_eq!(posted.kind, "response", "{}", posted.body);
        posted.body
    }

    /// Its memory in KiB, as Linux counts it: `VmRSS` is all of it, `RssAnon` what it has
    /// allocated.
    #[cfg(target_os = "linux")]
    pub(crate) fn memory(&self, count: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().unwrap())).unwrap();
        let size = status.lines().find_map(|line| line.strip_prefix(count)?.strip_prefix(':')).unwrap();
        size.trim_end_matches("kB").trim().parse().unwrap()
    }

    /// Ends the program and returns its output.
    pub(crate) async fn end(mut self) -> String {
        self.child.kill().await.unwrap();
        self.written()
    }

    /// Ends the program and returns the lines of its log with that message.
    pub(crate) async fn end_with_lines(self, message: &str) -> Vec<Value> {
        log_lines(&self.end().await, message)
    }

    async fn post(&mut self, event: &str) -> Posted {
        self.events.send(event.to_owned()).await.unwrap();
        self.posted().await
    }

    /// What it posts next, after the checks of every answer.
    async fn posted(&mut self) -> Posted {
        let reply = self.replies.recv().await.unwrap();
        leaks::assert_none("a reply", &reply.body, self.hands_out_links);
        let json: Value = serde_json::from_str(&reply.body).unwrap();
        if json.get("statusCode").is_some() {
            let single = |name: &str| json["headers"][name].as_str().map(str::to_owned);
            let multi = |name: &str| json["multiValueHeaders"][name][0].as_str().map(str::to_owned);
            headers::assert_there(|name| single(name).or_else(|| multi(name)));
        }
        reply
    }

    /// Both streams: the log, and the message of a panic.
    fn written(&self) -> String {
        let written = std::fs::read_to_string(self.log.path()).unwrap();
        leaks::assert_none("what a program writes", &written, false);
        written
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.api.abort();
        if !std::thread::panicking() {
            self.written();
        }
    }
}

/// The lines of a log with that message.
pub(crate) fn log_lines(log: &str, message: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["message"] == message).collect()
}

async fn hand_out(State(api): State<Arc<Api>>) -> Response<Body> {
    let Some(event) = api.events.lock().await.recv().await else { std::future::pending().await };
    let deadline = SystemTime::now() + Duration::from_secs(30);
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Response::builder()
        .header("lambda-runtime-aws-request-id", format!("00000000-0000-4000-8000-{number:012}"))
        .header("lambda-runtime-deadline-ms", deadline.to_string())
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:123456789012:function:function")
        .body(Body::from(event))
        .unwrap()
}

async fn take(State(api): State<Arc<Api>>, Path((request_id, kind)): Path<(String, String)>, body: String) {
    api.replies.send(Posted { request_id, kind, body }).await.unwrap();
}

//! A proxy between the SDK and the engine. It records requests, and fails on demand.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::mem;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, Notify};

use super::clock::Clock;

/// How many requests wait for each other.
pub(crate) const CROWD: usize = 8;

/// The fate of a request: when it reaches the engine, and what the SDK gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault(pub(crate) Heard, pub(crate) Reply);

impl Fault {
    /// None.
    pub(crate) const NONE: Self = Self(Heard::Now, Reply::Own);
    /// Throttled.
    pub(crate) const THROTTLED: Self = Self(Heard::Never, Reply::Error(400, "ThrottlingException"));
    /// Lost without an answer.
    pub(crate) const SILENCE: Self = Self(Heard::Never, Reply::Silence);
}

/// When a request reaches the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Never.
    Never,
    /// At once.
    Now,
    /// Late: just before the next request.
    BeforeTheNext,
    /// Later: after the next request, before the SDK gets its answer.
    AfterTheNext,
    /// When everything is over: see [`Proxy::release`].
    AtLast,
}

/// What the SDK gets for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// The engine's own answer.
    Own,
    /// The engine's answer after that time, which passes without waiting.
    Slow(Duration),
    /// The engine's own answer, when [`CROWD`] requests wait for theirs.
    Together,
    /// An error instead: the HTTP status and DynamoDB's name for it.
    Error(u16, &'static str),
    /// DynamoDB's answer to a batch of which it has done nothing.
    Unprocessed,
    /// An answer that is not DynamoDB's.
    Garbled,
    /// The connection ends.
    End,
    /// The connection is reset.
    Reset,
    /// Half of the engine's answer; then the connection is reset.
    Half,
    /// Half of the engine's answer, and no more.
    Stall,
    /// Nothing at all.
    Silence,
}

/// The requests so far, and the faults to come.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    engine: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
    state: Arc<Mutex<Script>>,
    together: Arc<Barrier>,
    /// Moved when nothing else will happen.
    pub(crate) clock: Clock,
    /// Told when a silence begins.
    pub(crate) silence: Arc<Notify>,
}

#[derive(Debug)]
struct Script {
    operations: Vec<String>,
    /// Every operation so far with its table, and its index.
    calls: BTreeSet<(String, String)>,
    next: VecDeque<Fault>,
    then: Fault,
    held: Vec<(Heard, Request<Full<Bytes>>)>,
}

/// Starts a proxy before `endpoint`; returns its own address, too.
pub(crate) async fn start(endpoint: &str) -> (String, Proxy) {
    let script = Script {
        operations: Vec::new(),
        calls: BTreeSet::new(),
        next: VecDeque::new(),
        then: Fault::NONE,
        held: Vec::new(),
    };
    let proxy = Proxy {
        engine: endpoint.parse().unwrap(),
        client: Client::builder(TokioExecutor::new()).build_http(),
        state: Arc::new(Mutex::new(script)),
        together: Arc::new(Barrier::new(CROWD)),
        clock: Clock::default(),
        silence: Arc::new(Notify::new()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = proxy.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(served.clone().serve(stream));
        }
    });
    (address, proxy)
}

impl Proxy {
    /// The operations since the last call, in order: `UpdateItem`, `GetItem`, …
    pub(crate) fn take(&self) -> Vec<String> {
        mem::take(&mut self.state.lock().unwrap().operations)
    }

    /// Every operation with its table, and its index if it has one: `("Query", "bookings/index/by-app")`.
    pub(crate) fn calls(&self) -> BTreeSet<(String, String)> {
        self.state.lock().unwrap().calls.clone()
    }

    /// The faults of the next requests. Later requests have none.
    pub(crate) fn play(&self, faults: &[Fault]) {
        let mut script = self.state.lock().unwrap();
        script.next = faults.iter().copied().collect();
        script.then = Fault::NONE;
    }

    /// The fault of every request from now on.
    pub(crate) fn always(&self, fault: Fault) {
        self.play(&[]);
        self.state.lock().unwrap().then = fault;
    }

    /// Sends all held requests to the engine.
    pub(crate) async fn release(&self) {
        self.forward(|_| true).await;
    }

    async fn serve(self, stream: TcpStream) {
        // The same connection twice: one of them for the server, which closes it as is usual.
        let stream = stream.into_std().unwrap();
        let twin = TcpStream::from_std(stream.try_clone().unwrap()).unwrap();
        let service = service_fn(|request| self.answer(request, &twin));
        let io = TokioIo::new(TcpStream::from_std(stream).unwrap());
        // An error is what the fault asked for.
        let _ = http1::Builder::new().serve_connection(io, service).await;
    }

    async fn answer(&self, request: Request<Incoming>, connection: &TcpStream) -> io::Result<Response<Body>> {
        let (mut parts, body) = request.into_parts();
        let Ok(body) = body.collect().await else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        parts.uri = self.engine.clone();
        let body = body.to_bytes();
        let place = place(&body);
        let batch = body.clone();
        let request = Request::from_parts(parts, Full::new(body));
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        self.forward(|heard| heard == Heard::BeforeTheNext).await;
        let Fault(heard, reply) = {
            let mut script = self.state.lock().unwrap();
            script.calls.insert((operation.clone(), place));
            script.operations.push(operation);
            script.next.pop_front().unwrap_or(script.then)
        };
        let own = match heard {
            Heard::Now => Some(self.send(request.clone()).await),
            _ => None,
        };
        self.forward(|heard| heard == Heard::AfterTheNext).await;
        if own.is_none() && heard != Heard::Never {
            self.state.lock().unwrap().held.push((heard, request));
        }
        let own = || own.unwrap(); // only what the engine has heard of has its own answer
        let clock = self.clock.clone();
        let reset = || connection.set_zero_linger().unwrap();
        match reply {
            Reply::Own => Ok(own().map(Body::from)),
            Reply::Slow(time) => {
                tokio::time::pause();
                tokio::time::advance(time).await;
                tokio::time::resume();
                Ok(own().map(Body::from))
            }
            Reply::Together => {
                self.together.wait().await;
                Ok(own().map(Body::from))
            }
            Reply::Error(status, name) => Ok(error(status, name)),
            Reply::Unprocessed => Ok(unprocessed(&batch)),
            Reply::Garbled => Ok(Response::new(Body::from("<html>Bad gateway</html>"))),
            Reply::End => Err(io::ErrorKind::ConnectionAborted.into()),
            Reply::Reset => {
                reset();
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Reply::Half => {
                reset();
                Ok(own().map(|whole| Torn::half_of(&whole, Then::Break)))
            }
            Reply::Stall => Ok(own().map(|whole| Torn::half_of(&whole, Then::Pass(clock)))),
            Reply::Silence => {
                clock.until_the_next_time_out();
                self.silence.notify_one();
                std::future::pending().await
            }
        }
    }

    /// Sends the requests that were held until then to the engine.
    async fn forward(&self, until: impl Fn(Heard) -> bool) {
        let held: Vec<_> = self.state.lock().unwrap().held.extract_if(.., |(heard, _)| until(*heard)).collect();
        for (_, request) in held {
            self.send(request).await;
        }
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Response<Bytes> {
        let (parts, body) = self.client.request(request).await.unwrap().into_parts();
        Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
    }
}

/// Which table a request is about, and which index, without the number of the world.
fn place(body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let of_batch = json["RequestItems"].as_object().and_then(|items| items.keys().next());
    let table = json["TableName"]
        .as_str()
        .or(of_batch.map(String::as_str))
        .and_then(|table| table.split('-').next())
        .unwrap_or_default();
    json["IndexName"].as_str().map_or_else(|| table.to_owned(), |index| format!("{table}/index/{index}"))
}

/// The answer to a batch that leaves all of it undone.
fn unprocessed(batch: &[u8]) -> Response<Body> {
    let batch: Value = serde_json::from_slice(batch).unwrap();
    let items = &batch["RequestItems"];
    let body = serde_json::json!({ "UnprocessedItems": items, "UnprocessedKeys": items, "Responses": {} });
    Response::builder().header("content-type", "application/x-amz-json-1.0").body(Body::from(body.to_string())).unwrap()
}

fn error(status: u16, name: &str) -> Response<Body> {
    let body = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{name}","message":"as the test says"}}"#);
    let response = Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
    response.body(Body::from(body)).unwrap()
}

/// Half of an answer, and what comes after it.
struct Torn {
    half: Option<Bytes>,
    sent: bool,
    then: Then,
}

enum Then {
    Break,
    /// Once; then nothing more.
    Pass(Clock),
    Nothing,
}

impl Torn {
    fn half_of(whole: &Bytes, then: Then) -> Body {
        Body::new(Self { half: Some(whole.slice(..whole.len() / 2)), sent: false, then })
    }
}

impl HttpBody for Torn {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        // A pending body makes the server send what it has.
        if !mem::replace(&mut self.sent, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match mem::replace(&mut self.then, Then::Nothing) {
            Then::Break => return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
            Then::Pass(clock) => clock.until_the_next_time_out(),
            Then::Nothing => {}
        }
        Poll::Pending
    }
}

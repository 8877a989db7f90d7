//! A proxy before the engine: it counts what comes by, and is told when to fail.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

/// What the proxy does to a request in the engine's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Refuses this many, as DynamoDB does with too many at once.
    Throttle(u32),
    /// Never answers.
    Hang,
    /// Answers after that time.
    Slow(Duration),
}

/// What passed the proxy, and what it is to do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxy(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    operations: Vec<String>,
    fault: Option<Fault>,
}

impl Proxy {
    /// The operations that came by since this was last asked, in order: `UpdateItem`, `GetItem`, …
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().operations)
    }

    /// From now on.
    pub(crate) fn set(&self, fault: Option<Fault>) {
        self.0.lock().unwrap().fault = fault;
    }

    /// Notes an operation; what is to become of it.
    fn note(&self, operation: &str) -> Option<Fault> {
        let mut seen = self.0.lock().unwrap();
        seen.operations.push(operation.to_owned());
        let fault = seen.fault;
        if let Some(Fault::Throttle(times)) = fault {
            seen.fault = times.checked_sub(1).map(Fault::Throttle).filter(|fault| *fault != Fault::Throttle(0));
        }
        fault
    }
}

/// Starts a proxy before `endpoint`; returns its own address, too.
pub(crate) async fn start(endpoint: String) -> (String, Proxy) {
    let proxy = Proxy::default();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let router = Router::new().fallback(pass).with_state((proxy.clone(), client, endpoint.parse().unwrap()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, proxy)
}

async fn pass(
    State((proxy, client, endpoint)): State<(Proxy, Client<HttpConnector, Body>, Uri)>,
    mut request: Request,
) -> Response<Body> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let fault = proxy.note(target.rsplit('.').next().unwrap_or_default());
    if let Some(Fault::Slow(time)) = fault {
        tokio::time::sleep(time).await;
    }
    match fault {
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Throttle(_)) => {
            let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Rate exceeded"}"#;
            let response = Response::builder().status(400).header("content-type", "application/x-amz-json-1.0");
            response.body(Body::from(body)).unwrap()
        }
        None | Some(Fault::Slow(_)) => {
            *request.uri_mut() = endpoint;
            client.request(request).await.unwrap().map(Body::new)
        }
    }
}

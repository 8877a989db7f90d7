//! A proxy before the engine, which counts what comes by.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

/// The operations that passed, in order: `UpdateItem`, `GetItem`, …
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations(Arc<Mutex<Vec<String>>>);

impl Operations {
    /// What passed since this was last asked.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Starts a proxy before `endpoint`; returns its own address and the counter.
pub(crate) async fn start(endpoint: String) -> (String, Operations) {
    let operations = Operations::default();
    let seen = operations.clone();
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let router = Router::new().fallback(move |mut request: Request| {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        seen.0.lock().unwrap().push(target.rsplit('.').next().unwrap_or_default().to_owned());
        *request.uri_mut() = endpoint.parse::<Uri>().unwrap();
        let answer = client.request(request);
        async move { answer.await.unwrap().map(Body::new) }
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, operations)
}

//! Requests to a deployment's address.

use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// A cold start behind a slow line is faster.
const PATIENCE: Duration = Duration::from_secs(15);

/// The most of an answer that is read.
const MAX_ANSWER: usize = 256 * 1024;

/// A client that follows no redirect.
pub(super) struct Http(Client<HttpsConnector<HttpConnector>, Empty<&'static [u8]>>);

/// What was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    body: Vec<u8>,
}

impl Http {
    /// A client that trusts the system's certificates.
    pub(super) fn new() -> Result<Self, String> {
        let provider = rustls::crypto::ring::default_provider();
        let builder =
            rustls::ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| error.to_string())?;
        // A system without certificates can still ask an http address.
        let without = || builder.clone().with_root_certificates(rustls::RootCertStore::empty());
        let config = builder.clone().with_native_roots().unwrap_or_else(|_| without()).with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Asks for a page, as a program.
    pub(super) async fn get(&self, url: &str) -> Result<Answer, String> {
        let request =
            Request::get(url).header("accept", "application/json").header("user-agent", "action-links-doctor");
        let request = request.body(Empty::new()).map_err(|error| error.to_string())?;
        let exchange = async {
            let answer = self.0.request(request).await.map_err(|error| cause(&error))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(|error| error.to_string())?;
            Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes().to_vec() })
        };
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err("no answer within 15 seconds".to_owned()))
    }
}

impl Answer {
    /// The `code` of an answer that refuses.
    pub(super) fn code(&self) -> Option<String> {
        let problem: Value = serde_json::from_slice(&self.body).ok()?;
        Some(problem.get("code")?.as_str()?.to_owned())
    }

    /// Its status, and its code if it has one.
    pub(super) fn told(&self) -> String {
        match self.code() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }
}

/// The innermost cause: the others say only that there was an error.
fn cause(error: &(dyn Error + 'static)) -> String {
    let innermost = std::iter::successors(Some(error), |&error| error.source()).last();
    innermost.map(ToString::to_string).unwrap_or_default()
}

//! Problem details for programs (RFC 9457).

use lambda_http::http::header::HeaderName;
use lambda_http::http::{Response, StatusCode};
use serde_json::{Map, Value};

use super::response::{answer, with};

/// A problem with our own stable `code`. Without a `type` it counts as `about:blank`.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    more: Map<String, Value>,
    header: Option<(HeaderName, &'static str)>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), more: Map::new(), header: None }
    }

    /// Adds members (RFC 9457 §3.2).
    pub(crate) fn with(self, more: impl Iterator<Item = (&'static str, Value)>) -> Self {
        Self { more: more.map(|(name, value)| (name.to_owned(), value)).collect(), ..self }
    }

    pub(crate) fn header(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    pub(crate) fn respond(self) -> Response<String> {
        let mut body = Map::new();
        body.insert("title".to_owned(), self.status.canonical_reason().unwrap_or_default().into());
        body.insert("status".to_owned(), self.status.as_u16().into());
        body.insert("detail".to_owned(), self.detail.into());
        body.insert("code".to_owned(), self.code.into());
        body.extend(self.more);
        let response = answer(self.status, Some("application/problem+json"), Value::Object(body).to_string());
        match self.header {
            Some((name, value)) => with(response, name, value),
            None => response,
        }
    }
}

//! Requests to a world's functions, and their answers.

use action_links::emulator::LocalGateway;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use serde_json::Value;

use super::jws::SECRET;
use super::world::{BASE, World};
use super::{headers, leaks};

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The value of a hidden field of the page's form.
    pub(crate) fn hidden(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!(r#"<input type="hidden" name="{name}" value=""#))?;
        Some(rest.split_once('"').unwrap().0)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }
}

impl World {
    /// A GET of a link with this booking, action and token, and more in its query.
    pub(crate) async fn click(&self, booking: &str, action: &str, token: &str, more: &str) -> Answer {
        self.send("GET", &format!("/v2/bookings/{booking}/external_action/{action}?signature={token}{more}"), &[]).await
    }

    /// A request through the local gateway.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(&self.gateway, method, path, headers).await
    }

    /// A GET of `booking-links` with the app's API key.
    pub(crate) async fn read(&self, path: &str) -> Answer {
        let credentials = format!("Basic {}", STANDARD.encode(format!(":{SECRET}")));
        self.send("GET", path, &[("authorization", &credentials)]).await
    }

    /// Presses the button of a page that asks.
    pub(crate) async fn press(&self, path: &str, stamp: &str) -> Answer {
        self.submit(path, &[("stamp", stamp)]).await
    }

    /// Submits a form with these fields.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post(path, &[("content-type", "application/x-www-form-urlencoded")], &form).await
    }

    /// A POST with a body.
    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        request(&self.gateway, "POST", path, headers, body.to_owned()).await
    }
}

/// A request through a gateway; `path` may begin with the base of the links.
pub(crate) async fn send(gateway: &LocalGateway, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    request(gateway, method, path, headers, String::new()).await
}

/// The same, with a body.
pub(crate) async fn request(
    gateway: &LocalGateway,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Answer {
    let path = path.strip_prefix(BASE).unwrap_or(path);
    leaks::note_token(path);
    let header =
        |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap());
    let headers = headers.iter().map(header).collect();
    let response = gateway.answer(method.parse::<Method>().unwrap(), path.parse().unwrap(), headers, body.into()).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let answer =
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() };
    headers::assert_there(|name| answer.header(name).map(str::to_owned));
    let is_link = path.contains("/external_action/");
    let text = format!("{:?} {}", answer.headers, leaks::without_moved_link(&answer.body));
    leaks::assert_none("an answer", &text, !is_link);
    answer
}

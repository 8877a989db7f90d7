//! Requests to both functions, and their answers.

use std::sync::Arc;

use action_links::action_link::ActionLinkFunction;
use action_links::booking_links::BookingLinksFunction;
use action_links::emulator::{EmulatorError, LocalGateway};
use action_links::link::SignedLink;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use serde::Deserialize;
use serde_json::Value;

use super::jws::SECRET;
use super::world::BASE;
use super::{headers, leaks};

/// Where a request goes: a link, or a path with its query. It may begin with the base of the links.
pub(crate) trait Address {
    fn address(&self) -> &str;
}

impl Address for str {
    fn address(&self) -> &str {
        self
    }
}

impl Address for String {
    fn address(&self) -> &str {
        self
    }
}

impl Address for SignedLink {
    fn address(&self) -> &str {
        &self.url
    }
}

impl<T: Address + ?Sized> Address for &T {
    fn address(&self) -> &str {
        (*self).address()
    }
}

/// The header of a user and a password, which are separated by a colon.
pub(crate) fn basic(credentials: &str) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

/// What the functions answered over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where it redirects to.
    pub(crate) fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// The heading of its page.
    pub(crate) fn heading(&self) -> &str {
        let (_, rest) = self.body.split_once("<h1>").unwrap_or_else(|| panic!("no heading in {}", self.body));
        rest.split_once("</h1>").unwrap().0
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    /// The member `data` of its JSON.
    pub(crate) fn data(&self) -> Value {
        self.json()["data"].take()
    }

    /// The code of a problem; empty if it is none.
    pub(crate) fn code(&self) -> &str {
        #[derive(Deserialize)]
        struct Problem<'a> {
            code: &'a str,
        }
        serde_json::from_str(&self.body).map_or("", |problem: Problem<'_>| problem.code)
    }

    /// Its status, and its code.
    pub(crate) fn told(&self) -> (u16, &str) {
        (self.status, self.code())
    }

    /// The stamp of a button: a hidden field of the page's form, or a member of the JSON.
    pub(crate) fn stamp(&self, button: &str) -> Option<String> {
        if let Ok(json) = serde_json::from_str::<Value>(&self.body) {
            let member = json["data"].get(button).or_else(|| json.get(button))?;
            return member.as_str().map(str::to_owned);
        }
        let (_, rest) = self.body.split_once(&format!(r#"<input type="hidden" name="{button}" value=""#))?;
        Some(rest.split_once('"').unwrap().0.to_owned())
    }
}

/// A page without the address of its link's own calendar file, the one place of a page that has the token or the code.
fn without_calendar(body: &str) -> String {
    let Some((before, rest)) = body.split_once("calendar.ics") else { return body.to_owned() };
    let before = before.rsplit_once('"').map_or(before, |(before, _)| before);
    format!("{before}{}", rest.split_once('"').map_or(rest, |(_, rest)| rest))
}

/// A client of both functions. Whatever it is told to send has its headers.
#[derive(Clone)]
pub(crate) struct HttpClient {
    gateway: Arc<LocalGateway>,
    headers: HeaderMap,
}

impl HttpClient {
    pub(crate) fn new(gateway: LocalGateway) -> Self {
        Self { gateway: Arc::new(gateway), headers: HeaderMap::new() }
    }

    /// A client of two functions that have been started.
    pub(crate) fn of(action_link: ActionLinkFunction, booking_links: BookingLinksFunction) -> Self {
        Self::new(LocalGateway::new(action_link, booking_links))
    }

    /// The same client with one more header.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap());
        client
    }

    /// The same client as a program, which is answered with JSON.
    pub(crate) fn json(&self) -> Self {
        self.with("accept", "application/json")
    }

    /// Opens a link.
    pub(crate) async fn click(&self, link: impl Address) -> Answer {
        self.send("GET", link).await
    }

    /// Presses a button of the page that the link has led to: `stamp`, `undo` or `new_link`.
    pub(crate) async fn press(&self, link: impl Address, page: &Answer, button: &str) -> Answer {
        let stamp = page.stamp(button).unwrap_or_else(|| panic!("no {button} in {}", page.body));
        self.submit(link, &[(button, &stamp)]).await
    }

    /// Submits a form with these fields.
    pub(crate) async fn submit(&self, link: impl Address, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.with("content-type", "application/x-www-form-urlencoded").request("POST", link, form).await
    }

    /// Reads from `booking-links` with the key of the app `ada`.
    pub(crate) async fn read(&self, path: impl Address) -> Answer {
        self.read_as(SECRET, path).await
    }

    /// Reads from `booking-links` with this key.
    pub(crate) async fn read_as(&self, secret: &str, path: impl Address) -> Answer {
        self.with("authorization", &basic(&format!(":{secret}"))).click(path).await
    }

    /// A request without a body.
    pub(crate) async fn send(&self, method: &str, to: impl Address) -> Answer {
        self.request(method, to, String::new()).await
    }

    /// A request with a body.
    pub(crate) async fn request(&self, method: &str, to: impl Address, body: String) -> Answer {
        let to = to.address();
        let path = to.strip_prefix(BASE).unwrap_or(to);
        leaks::note_token(path);
        let (method, uri) = (method.parse().unwrap(), path.parse().unwrap());
        let (parts, body) = self.gateway.answer(method, uri, self.headers.clone(), body.into()).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body };
        headers::assert_there(|name| answer.header(name).map(str::to_owned));
        let is_link = path.contains("/external_action/") || path.contains("/l/");
        let text = format!("{:?} {}", answer.headers, without_calendar(&answer.body));
        leaks::assert_none("an answer", &text, !is_link);
        answer
    }

    /// Invokes `booking-links` directly.
    pub(crate) async fn invoke(&self, event: Value) -> Value {
        self.gateway.invoke_booking_links(event).await.unwrap()
    }

    /// The reply of `booking-links` to a direct invocation, or the `errorType` of its refusal.
    pub(crate) async fn try_invoke(&self, event: Value) -> Result<Value, String> {
        self.gateway.invoke_booking_links(event).await.map_err(|error| match error {
            EmulatorError::Function { code: Some(code), .. } => code,
            other => panic!("{other}"),
        })
    }

    /// Why `booking-links` refuses a direct invocation.
    pub(crate) async fn refusal(&self, event: Value) -> String {
        self.gateway.invoke_booking_links(event).await.unwrap_err().to_string()
    }
}

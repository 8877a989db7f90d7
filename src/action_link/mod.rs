//! The `action-link` function: clicks.

mod calendar;
mod json;
mod respond;

use std::time::{Instant, SystemTime};

use lambda_http::http::{Method, Response, StatusCode};
use lambda_http::lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::value::RawValue;

use crate::click::{self, Button, Click, ClickKind, ClickResult, Clicks, FormSubmission, Outcome};
use crate::config::Config;
use crate::domain::{CustomerMessage, cut};
use crate::gateway::{self, HttpRequest, Pairs, Reply};
use crate::link::{ParseLinkError, UnverifiedLink, path};
use crate::pages::MESSAGE_FIELD;
use crate::runtime::{FirstOnly, Function, StartError, open};
use crate::store::{Client, ShortLinkStore, StoreMetrics, measured};
use respond::Responder;

/// The maximum length of a user agent in characters, because it is stored in the booking's record.
const MAX_USER_AGENT: usize = 256;

#[derive(Debug)]
pub struct ActionLinkFunction {
    clicks: Clicks,
    first: FirstOnly,
}

impl Function for ActionLinkFunction {
    async fn start(config: Config, client: Client) -> Result<Self, StartError> {
        click::check(&config.graphs, &config.attributes).map_err(StartError::Graphs)?;
        let short_links = config.short_links_table.as_ref().map(|table| ShortLinkStore::new(client.clone(), table));
        let (keyring, bookings, deadlines) = open(&config, client).await?;
        let clicks = Clicks::new(keyring, bookings, config.graphs, deadlines).with_short_links(short_links);
        Ok(Self::new(clicks))
    }

    async fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Reply, Diagnostic> {
        let begun = Instant::now();
        let cold_start = self.first.take();
        let Some((gateway, request)) = gateway::read(&event.payload) else {
            return Err(Diagnostic {
                error_type: "unknown_event".to_owned(),
                error_message: "this function answers HTTP events of API Gateway, function URLs and load balancers"
                    .to_owned(),
            });
        };
        let request_id = event.context.request_id;
        let ((result, response), metrics) = match request {
            Ok(request) => measured(self.answer(request, &request_id)).await,
            Err(error) => {
                // Only the place is logged, because the message may quote the event.
                tracing::warn!(line = error.line(), column = error.column(), "an event cannot be read");
                let result = Outcome::MalformedLink(ParseLinkError::Path).into();
                let headers = Pairs::default();
                let responder = Responder { method: &Method::GET, headers: &headers, is_one_click: false };
                let response = responder.respond(&result);
                ((result, response), StoreMetrics::default())
            }
        };
        let invocation = Invocation { request_id, begun, cold_start, metrics };
        self.log(&result, &response, &invocation);
        Ok(gateway.reply(response))
    }
}

impl ActionLinkFunction {
    /// A function that decides clicks by `clicks`.
    pub fn new(clicks: Clicks) -> Self {
        Self { clicks, first: FirstOnly::default() }
    }

    async fn answer(&self, request: HttpRequest<'_>, request_id: &str) -> (ClickResult, Response<String>) {
        let mut result = self.result_of(&request, request_id).await;
        if result.goes_on(SystemTime::now()) {
            result.calendar = calendar::href(&request);
        }
        let is_one_click = request.method == Method::POST && gateway::is_one_click(&request.form);
        let responder = Responder { method: &request.method, headers: &request.headers, is_one_click };
        let response = gateway::to_request(responder.respond(&result), &request);
        (result, response)
    }

    async fn result_of(&self, request: &HttpRequest<'_>, request_id: &str) -> ClickResult {
        let of_link = path::of_calendar(&request.path);
        let kind = match (&request.method, of_link) {
            (&Method::HEAD, _) => return Outcome::Headed.into(),
            (&Method::GET, Some(_)) => ClickKind::Calendar,
            (_, Some(_)) => return Outcome::MethodNotAllowed { allowed: "GET, HEAD" }.into(),
            (&Method::GET, None) => ClickKind::Open,
            (&Method::POST, None) => ClickKind::Submit(form_submission(&request.form)),
            _ => return Outcome::MethodNotAllowed { allowed: "GET, HEAD, POST" }.into(),
        };
        if gateway::is_prefetch(&request.headers) {
            return Outcome::Prefetched.into();
        }
        if gateway::is_chat_preview(&request.headers) {
            return Outcome::Previewed.into();
        }
        if let Some(name) = request.query.malformed(&["signature", "redirect"]) {
            return Outcome::MalformedLink(ParseLinkError::Encoding(name)).into();
        }
        let query = request.query.pairs.iter().map(|(name, value)| (name, value.as_str()));
        let now = SystemTime::now();
        let click = |link| Click {
            link,
            kind,
            request_id: request_id.to_owned(),
            source_ip: request.source_ip.clone(),
            user_agent: request.headers.get("user-agent").map(|name| cut(name, MAX_USER_AGENT).to_owned()),
            now,
        };
        match UnverifiedLink::parse(of_link.unwrap_or(&request.path), query) {
            Ok(link) => self.clicks.decide(&click(link)).await,
            Err(error) => match self.clicks.short_code(of_link.unwrap_or(&request.path)) {
                Some(code) => self.clicks.decide_short(&code, &request.query.pairs, now, click).await,
                None => Outcome::MalformedLink(error).into(),
            },
        }
    }

    /// Writes the one log line of a click. Booking and action are named only if the signature is valid:
    /// otherwise the path may contain anything, even a token. Names in capitals are
    /// [metrics](crate::telemetry).
    fn log(&self, result: &ClickResult, response: &Response<String>, invocation: &Invocation) {
        let Invocation { request_id, begun, cold_start, metrics } = invocation;
        let (link, app, status) = (result.link(), result.app(), response.status());
        match &result.outcome {
            Outcome::TemporarilyUnavailable { fault, .. } => tracing::error!(request_id, fault, "the store failed"),
            Outcome::BookingUnusable { fault } => {
                let booking = link.map(|link| link.booking_id().as_str());
                tracing::error!(request_id, booking, fault, "the booking's record cannot be changed; repair it");
            }
            _ => {}
        }
        tracing::info!(
            request_id,
            app = app.map(|app| app.id.as_str()),
            booking = link.map(|link| link.booking_id().as_str()),
            moved_to = result.moved_to.as_ref().map(|id| id.as_str()),
            action = link.map(|link| link.action().as_str()),
            link_id = link.map(|link| link.link_id().as_str()),
            key_id = link.map(|link| tracing::field::display(link.key_id())),
            outcome = result.outcome.code(),
            status = status.as_u16(),
            ms = begun.elapsed().as_secs_f64() * 1000.0,
            cold_start,
            Clicks = 1,
            // An action that no graph has is any text at all, and each would be a metric of its own.
            Actions = link.filter(|link| self.clicks.knows(link.action())).map(|_| 1),
            ShortLinks = result.is_short.then_some(1),
            // Nothing else is answered so without a link.
            UnknownCodes = (result.is_short && link.is_none() && status == StatusCode::NOT_FOUND).then_some(1),
            StoreLatency = metrics.latency_ms(),
            StoreFaults = u8::from(metrics.failed),
            ColdStarts = u8::from(*cold_start),
            KeyAge = link
                .zip(app)
                .and_then(|(link, app)| app.keys.age(link.key_id(), SystemTime::now()))
                .map(|age| age.as_secs()),
            "click"
        );
    }
}

/// What the form of a page sends. The field of its token tells which button was pressed.
fn form_submission(form: &[(String, String)]) -> FormSubmission {
    let is_there = |button: &Button| form.iter().any(|(name, _)| name == button.field());
    let button = [Button::Undo, Button::NewLink].into_iter().find(is_there).unwrap_or(Button::Act);
    let form_token = field(form, button.field()).map(str::to_owned);
    let message = CustomerMessage::new(field(form, MESSAGE_FIELD).unwrap_or_default());
    FormSubmission { button, form_token, message }
}

/// A field of the page's form. A field that is there twice counts as absent.
fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = form.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
    values.next().filter(|_| values.next().is_none())
}

/// An invocation, as the log tells of it.
struct Invocation {
    request_id: String,
    begun: Instant,
    cold_start: bool,
    metrics: StoreMetrics,
}

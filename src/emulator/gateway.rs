//! Stands in for API Gateway: turns requests into HTTP API events, and answers into responses.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_http::lambda_runtime::{Context, LambdaEvent};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::error::EmulatorError;
use crate::action_link::ActionLinkFunction;
use crate::booking_links::BookingLinksFunction;
use crate::config::Config;
use crate::link::path;
use crate::runtime::{Function, StartError};
use crate::store::connect;

/// Both functions behind one address.
#[derive(Debug)]
pub struct LocalGateway {
    action_link: ActionLinkFunction,
    booking_links: BookingLinksFunction,
}

impl LocalGateway {
    /// Starts both functions.
    pub async fn start(config: Config) -> Result<Self, EmulatorError> {
        // A client of its own for each, as in two Lambdas.
        let client = || connect(&config.aws).map_err(StartError::from);
        let action_link = ActionLinkFunction::start(config.clone(), client()?).await?;
        let booking_links = BookingLinksFunction::start(config.clone(), client()?).await?;
        Ok(Self::new(action_link, booking_links))
    }

    /// A gateway for two functions that have been started.
    pub fn new(action_link: ActionLinkFunction, booking_links: BookingLinksFunction) -> Self {
        Self { action_link, booking_links }
    }

    /// Passes a request to one of the functions, as `template.yaml` routes it.
    pub async fn answer(&self, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
        let is_link = path::is_for_link(uri.path());
        let event = event(&method, &uri, &headers, &body);
        let reply =
            if is_link { invoke(&self.action_link, event).await } else { invoke(&self.booking_links, event).await };
        reply.ok().and_then(into_response).unwrap_or_else(|| {
            // API Gateway's answer when a function fails.
            let mut response = Response::new(Body::from(r#"{"message":"Internal Server Error"}"#));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }

    /// Invokes `booking-links` directly, as another Lambda would.
    pub async fn invoke_booking_links(&self, event: Value) -> Result<Value, EmulatorError> {
        invoke(&self.booking_links, event).await
    }
}

async fn invoke(function: &impl Function, event: Value) -> Result<Value, EmulatorError> {
    let unreadable = |error: serde_json::Error| EmulatorError::Function { code: None, message: error.to_string() };
    let payload: Box<RawValue> = to_raw_value(&event).map_err(unreadable)?;
    let mut context = Context::default();
    context.request_id = uuid::Uuid::new_v4().to_string(); // as Lambda makes them
    let reply = Box::pin(function.invoke(LambdaEvent::new(payload, context))).await;
    let reply = reply
        .map_err(|error| EmulatorError::Function { code: Some(error.error_type), message: error.error_message })?;
    serde_json::to_value(reply).map_err(unreadable)
}

/// An HTTP API event, payload 2.0.
fn event(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Value {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut joined = serde_json::Map::new();
    for name in headers.keys() {
        let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        joined.insert(name.to_string(), values.join(",").into());
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": uri.path(),
        "rawQueryString": uri.query().unwrap_or_default(),
        "headers": joined,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": text("host"),
            "http": {
                "method": method.as_str(),
                "path": uri.path(),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": text("user-agent"),
            },
            "requestId": "local",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": u64::try_from(now).unwrap_or_default(),
        },
        // HTTP APIs pass forms as base64.
        "body": STANDARD.encode(body),
        "isBase64Encoded": true,
    })
}

fn into_response(reply: Value) -> Option<Response<Body>> {
    let reply: ApiGatewayV2httpResponse = serde_json::from_value(reply).ok()?;
    let body = reply.body.map(|body| body.as_ref().to_vec()).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(u16::try_from(reply.status_code).ok()?).ok()?;
    *response.headers_mut() = reply.headers;
    Some(response)
}

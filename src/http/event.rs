//! Lambda events in, Lambda answers out: HTTP API, REST API, function URL and load balancer.
//!
//! The events' types are `aws_lambda_events`' own. `lambda_http`'s conversion of them into one
//! request is not used: it tries every kind in turn, and it panics on a `Host` header, a path or
//! a body that is none.

use std::collections::HashMap;

use lambda_http::aws_lambda_events::alb::{AlbTargetGroupRequest, AlbTargetGroupResponse};
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayProxyRequest, ApiGatewayProxyResponse, ApiGatewayV2httpRequest, ApiGatewayV2httpResponse,
};
use lambda_http::aws_lambda_events::query_map::QueryMap;
use lambda_http::http::{HeaderMap, Method, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::form;
use crate::json::Object;
use crate::link::BaseUrl;

/// Which kind of gateway sent an event, and so which kind of answer it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gateway {
    /// API Gateway HTTP API, payload 2.0, or a function URL.
    HttpApi,
    /// API Gateway REST API.
    RestApi,
    /// Application Load Balancer.
    LoadBalancer,
}

/// A request, whichever gateway it came through. Not for printing: it holds tokens and keys.
pub(super) struct HttpRequest {
    pub(super) method: Method,
    /// As the gateway gives it: with or without a stage, percent-encoded or not.
    pub(super) path: String,
    /// Decoded, in order.
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    /// The fields of the form that was sent, if one was.
    pub(super) form: Vec<(String, String)>,
    pub(super) source_ip: Option<String>,
    /// Where the gateway says that it is; a load balancer does not say.
    pub(super) base: Option<BaseUrl>,
}

impl Gateway {
    /// How many bytes an answer may have, as the JSON string that it is handed over in: Lambda
    /// takes 6 MB and a load balancer 1 MB, headers included.
    pub(super) fn max_bytes(self) -> usize {
        match self {
            Self::HttpApi | Self::RestApi => 5_000_000,
            Self::LoadBalancer => 900_000,
        }
    }

    /// Which gateway sent `event`; `None` when none did.
    pub(super) fn of(event: &Object<'_>) -> Option<Self> {
        #[derive(Deserialize)]
        struct Context<'a> {
            #[serde(borrow)]
            http: Option<&'a RawValue>,
            #[serde(borrow)]
            elb: Option<&'a RawValue>,
        }
        let context: Context<'_> = event.get("requestContext").ok().flatten()?;
        Some(match (context.http, context.elb) {
            (Some(_), _) => Self::HttpApi,
            (None, Some(_)) => Self::LoadBalancer,
            (None, None) => Self::RestApi,
        })
    }

    /// Reads the event that it sent.
    pub(super) fn read(self, event: &RawValue) -> serde_json::Result<HttpRequest> {
        match self {
            Self::HttpApi => serde_json::from_str(event.get()).map(from_http_api),
            Self::RestApi => serde_json::from_str(event.get()).map(from_rest_api),
            Self::LoadBalancer => serde_json::from_str(event.get()).map(from_load_balancer),
        }
    }

    /// The answer in the form that it wants.
    pub(super) fn reply(self, response: Response<String>) -> Reply {
        let (parts, body) = response.into_parts();
        let status = i64::from(parts.status.as_u16());
        let body = (!body.is_empty()).then(|| body.into());
        match self {
            Self::HttpApi => {
                let mut reply = ApiGatewayV2httpResponse::default();
                reply.status_code = status;
                reply.headers = parts.headers;
                reply.body = body;
                Reply::HttpApi(reply)
            }
            Self::RestApi => {
                let mut reply = ApiGatewayProxyResponse::default();
                reply.status_code = status;
                // In one of the two places alone: REST APIs merge them.
                reply.multi_value_headers = parts.headers;
                reply.body = body;
                Reply::RestApi(reply)
            }
            Self::LoadBalancer => {
                let mut reply = AlbTargetGroupResponse::default();
                reply.status_code = status;
                reply.status_description = Some(parts.status.to_string());
                // In both: which one it reads is a setting of the target group.
                reply.headers = parts.headers.clone();
                reply.multi_value_headers = parts.headers;
                reply.body = body;
                Reply::LoadBalancer(reply)
            }
        }
    }
}

/// What an invocation returns. Not for printing: it may hold links.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Reply {
    HttpApi(ApiGatewayV2httpResponse),
    RestApi(ApiGatewayProxyResponse),
    LoadBalancer(AlbTargetGroupResponse),
    /// To a direct invocation: the JSON itself.
    Direct(Box<RawValue>),
}

fn from_http_api(event: ApiGatewayV2httpRequest) -> HttpRequest {
    let query = event.raw_query_string.unwrap_or_default();
    let context = event.request_context;
    let path = event.raw_path.unwrap_or_default();
    HttpRequest {
        method: context.http.method,
        query: decode(&query),
        base: base(context.domain_name.as_deref(), context.http.path.as_deref().unwrap_or(&path)),
        path,
        form: form::fields(&event.headers, event.body, event.is_base64_encoded),
        headers: event.headers,
        source_ip: context.http.source_ip,
    }
}

fn from_rest_api(event: ApiGatewayProxyRequest) -> HttpRequest {
    let context = event.request_context;
    let path = event.path.unwrap_or_default();
    let headers = all_of(event.multi_value_headers, event.headers);
    HttpRequest {
        method: event.http_method,
        // Already decoded.
        query: pairs(event.multi_value_query_string_parameters, event.query_string_parameters),
        base: base(context.domain_name.as_deref(), context.path.as_deref().unwrap_or(&path)),
        path,
        form: form::fields(&headers, event.body, event.is_base64_encoded),
        headers,
        source_ip: context.identity.source_ip,
    }
}

fn from_load_balancer(event: AlbTargetGroupRequest) -> HttpRequest {
    let query = pairs(event.multi_value_query_string_parameters, event.query_string_parameters);
    let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let headers = all_of(event.multi_value_headers, event.headers);
    // The balancer appends the address that it saw; what stands before it, the caller wrote.
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    HttpRequest {
        method: event.http_method,
        path: event.path.unwrap_or_default(),
        query: decode(&query.join("&")),
        base: None,
        form: form::fields(&headers, event.body, event.is_base64_encoded),
        source_ip: forwarded.and_then(|list| list.rsplit(',').next()).map(|ip| ip.trim().to_owned()),
        headers,
    }
}

fn decode(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The multi-valued parameters hold all that the single-valued ones do, when they are there.
fn pairs(multi: QueryMap, single: QueryMap) -> Vec<(String, String)> {
    let parameters = if multi.is_empty() { single } else { multi };
    // Not by its own iterator, which panics on a parameter without a value.
    let lists: HashMap<String, Vec<String>> =
        serde_json::to_value(parameters).and_then(serde_json::from_value).unwrap_or_default();
    lists.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value))).collect()
}

fn all_of(multi: HeaderMap, single: HeaderMap) -> HeaderMap {
    if multi.is_empty() { single } else { multi }
}

/// The gateway's own word on where it is: its domain and, as it saw the path, what stands before
/// `/v2/bookings`: the stage, or the base path of a custom domain. Never a header, which the caller writes.
fn base(domain: Option<&str>, path: &str) -> Option<BaseUrl> {
    let (prefix, _) = path.rsplit_once("/v2/bookings")?;
    BaseUrl::parse(&format!("https://{}{prefix}", domain?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_the_gateways_word() {
        let of = |path| base(Some("api.example"), path).unwrap();
        assert_eq!(of("/v2/bookings").as_str(), "https://api.example");
        assert_eq!(of("/prod/v2/bookings").as_str(), "https://api.example/prod");
        assert_eq!(of("/v2/v2/bookings").as_str(), "https://api.example/v2");
        assert_eq!(base(None, "/prod/v2/bookings"), None);
        assert_eq!(base(Some("api.example/x?y"), "/v2/bookings"), None);
    }
}

//! Lambda events in, Lambda answers out: HTTP API, REST API, function URL and load balancer.
//!
//! Of an event only what is needed is read, and once. `lambda_http`'s conversion is not used: it
//! tries every kind in turn, and it panics on a `Host` header, a path or a body that is none.

use std::borrow::Cow;

use lambda_http::aws_lambda_events::alb::AlbTargetGroupResponse;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse};
use lambda_http::http::{Method, Response};
use serde::de::{Error, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::form;
use super::pairs::Pairs;
use crate::json::{Object, Text};
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
pub(super) struct HttpRequest<'a> {
    pub(super) method: Method,
    /// As the gateway gives it: with or without a stage, percent-encoded or not.
    pub(super) path: Cow<'a, str>,
    /// Decoded, in order.
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Pairs<'a>,
    /// The fields of the form that was sent, if one was.
    pub(super) form: Vec<(String, String)>,
    pub(super) source_ip: Option<String>,
    /// Where the gateway says that it is; a load balancer does not say.
    pub(super) base: Option<BaseUrl>,
}

/// Which gateway sent the event, and the request in it, if it can be read; `None` when no gateway
/// did.
pub(super) fn read(event: &RawValue) -> Option<(Gateway, serde_json::Result<HttpRequest<'_>>)> {
    match serde_json::from_str::<Event<'_>>(event.get()) {
        Ok(event) => event.into_request(),
        // It wants its answer in its own form all the same.
        Err(error) => Some((Gateway::of_unreadable(event)?, Err(error))),
    }
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

    fn of_unreadable(event: &RawValue) -> Option<Self> {
        let event = Object::parse(event.get().as_bytes()).ok()?;
        let context: Object<'_> = event.get("requestContext").ok()??;
        Some(match (context.raw("http"), context.raw("elb")) {
            (Some(_), _) => Self::HttpApi,
            (None, Some(_)) => Self::LoadBalancer,
            (None, None) => Self::RestApi,
        })
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

/// What is read of an event, as one gateway or another names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(borrow)]
    request_context: Option<Context<'a>>,
    #[serde(borrow)]
    raw_path: Option<Text<'a>>,
    #[serde(borrow)]
    raw_query_string: Option<Text<'a>>,
    #[serde(borrow)]
    http_method: Option<Text<'a>>,
    #[serde(borrow)]
    path: Option<Text<'a>>,
    #[serde(borrow, default)]
    query_string_parameters: Pairs<'a>,
    #[serde(borrow, default)]
    multi_value_query_string_parameters: Pairs<'a>,
    #[serde(borrow, default)]
    headers: Pairs<'a>,
    #[serde(borrow, default)]
    multi_value_headers: Pairs<'a>,
    #[serde(borrow)]
    body: Option<Text<'a>>,
    is_base64_encoded: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    #[serde(borrow)]
    http: Option<Http<'a>>,
    elb: Option<IgnoredAny>,
    #[serde(borrow)]
    identity: Option<Identity<'a>>,
    #[serde(borrow)]
    domain_name: Option<Text<'a>>,
    #[serde(borrow)]
    path: Option<Text<'a>>,
}

/// What an HTTP API and a function URL say of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    #[serde(borrow)]
    method: Option<Text<'a>>,
    #[serde(borrow)]
    path: Option<Text<'a>>,
    #[serde(borrow)]
    source_ip: Option<Text<'a>>,
}

/// What a REST API says of a client.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    #[serde(borrow)]
    source_ip: Option<Text<'a>>,
}

impl<'a> Event<'a> {
    /// Who sent it, and the request in it; `None`, when no gateway did.
    fn into_request(self) -> Option<(Gateway, serde_json::Result<HttpRequest<'a>>)> {
        let context = self.request_context?;
        // The multi-valued ones hold all that the single-valued ones do, when they are there.
        let all_of = |multi: Pairs<'a>, single| if multi.0.is_empty() { single } else { multi };
        let headers = all_of(self.multi_value_headers, self.headers);
        let parameters = all_of(self.multi_value_query_string_parameters, self.query_string_parameters).0;
        let owned = |text: Option<Text<'a>>| text.map(|Text(text)| text.into_owned());
        let (gateway, method, path, path_there, query, source_ip) = match (context.http, context.elb) {
            (Some(http), _) => {
                let query = decode(&text(self.raw_query_string));
                (Gateway::HttpApi, http.method, self.raw_path, http.path, query, owned(http.source_ip))
            }
            (None, Some(_)) => {
                let query: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
                // The balancer appends the address that it saw; what stands before it, the caller wrote.
                let forwarded = headers.get_all("x-forwarded-for").next_back();
                let source_ip = forwarded.and_then(|list| list.rsplit(',').next()).map(|ip| ip.trim().to_owned());
                (Gateway::LoadBalancer, self.http_method, self.path, None, decode(&query.join("&")), source_ip)
            }
            (None, None) => {
                // Already decoded.
                let query = parameters.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
                let source_ip = context.identity.and_then(|identity| owned(identity.source_ip));
                (Gateway::RestApi, self.http_method, self.path, context.path, query, source_ip)
            }
        };
        let path = text(path);
        let path_there = path_there.as_ref().map_or(path.as_ref(), |Text(path)| path);
        let base = context.domain_name.and_then(|Text(domain)| base(&domain, path_there));
        let form = form::fields(&headers, &text(self.body), self.is_base64_encoded.unwrap_or_default());
        let request = |method| HttpRequest { method, path, query, headers, form, source_ip, base };
        Some((gateway, Method::from_bytes(text(method).as_bytes()).map(request).map_err(Error::custom)))
    }
}

fn text(text: Option<Text<'_>>) -> Cow<'_, str> {
    text.map(|Text(text)| text).unwrap_or_default()
}

fn decode(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The gateway's own word on where it is: its domain and, as it saw the path, what stands before
/// `/v2/bookings`: the stage, or the base path of a custom domain. Never a header, which the caller writes.
fn base(domain: &str, path: &str) -> Option<BaseUrl> {
    let (prefix, _) = path.rsplit_once("/v2/bookings")?;
    BaseUrl::parse(&format!("https://{domain}{prefix}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_the_gateways_word() {
        let of = |path| base("api.example", path).unwrap();
        assert_eq!(of("/v2/bookings").as_str(), "https://api.example");
        assert_eq!(of("/prod/v2/bookings").as_str(), "https://api.example/prod");
        assert_eq!(of("/v2/v2/bookings").as_str(), "https://api.example/v2");
        assert_eq!(base("api.example/x?y", "/v2/bookings"), None);
    }
}

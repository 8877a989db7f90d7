//! Reads the events of an HTTP API, a REST API, a function URL and a load balancer.
//!
//! Only what is needed of an event is read, and only once. `lambda_http`'s conversion is not used:
//! it tries every kind of event in turn, and panics on an invalid `Host` header, path or body.

use std::borrow::Cow;

use lambda_http::http::Method;
use serde::Deserialize;
use serde::de::{Error, IgnoredAny};
use serde_json::value::RawValue;

use super::form;
use super::pairs::Pairs;
use super::query::Query;
use super::reply::Gateway;
use crate::json::{Object, Text};
use crate::link::{BaseUrl, path};

/// A request through any gateway. It cannot be printed, because it contains tokens and keys.
pub(crate) struct HttpRequest<'a> {
    pub(crate) method: Method,
    /// As the gateway gives it, with or without a stage, percent-encoded or not.
    pub(crate) path: Cow<'a, str>,
    pub(crate) query: Query,
    pub(crate) headers: Pairs<'a>,
    /// The fields of the form in the body, if there is one.
    pub(crate) form: Vec<(String, String)>,
    pub(crate) source_ip: Option<String>,
    /// The gateway's own address. A load balancer does not give one.
    address: Option<String>,
    /// Whether it came over https to a domain that is not AWS's own.
    pub(super) is_on_own_domain: bool,
}

impl HttpRequest<'_> {
    /// The gateway's own address, if it gives one on which links can be.
    pub(crate) fn base(&self) -> Option<BaseUrl> {
        BaseUrl::parse(self.address.as_ref()?).ok()
    }
}

/// The gateway that sent the event, and the request in it, if it can be read. `None` if no gateway
/// sent it.
pub(crate) fn read(event: &RawValue) -> Option<(Gateway, serde_json::Result<HttpRequest<'_>>)> {
    match serde_json::from_str::<Event<'_>>(event.get()) {
        Ok(event) => event.into_request(),
        Err(error) => Some((gateway_of(event)?, Err(error))),
    }
}

/// The gateway of an event that cannot be read: it still needs an answer in its own form.
fn gateway_of(event: &RawValue) -> Option<Gateway> {
    let event = Object::parse(event.get().as_bytes()).ok()?;
    let context: Object<'_> = event.get("requestContext").ok()??;
    Some(match (context.raw("http"), context.raw("elb")) {
        (Some(_), _) => Gateway::HttpApi,
        (None, Some(_)) => Gateway::LoadBalancer,
        (None, None) => Gateway::RestApi,
    })
}

/// The parts of an event that are read, by the names of all gateways.
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

/// A request, as an HTTP API and a function URL describe it.
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

/// A client, as a REST API describes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    #[serde(borrow)]
    source_ip: Option<Text<'a>>,
}

impl<'a> Event<'a> {
    /// The gateway that sent it, and the request in it. `None` if no gateway sent it.
    fn into_request(self) -> Option<(Gateway, serde_json::Result<HttpRequest<'a>>)> {
        let context = self.request_context?;
        // If the multi-value ones are there, they include the single-value ones.
        let all_of = |multi: Pairs<'a>, single| if multi.0.is_empty() { single } else { multi };
        let headers = all_of(self.multi_value_headers, self.headers);
        let parameters = all_of(self.multi_value_query_string_parameters, self.query_string_parameters).0;
        let owned = |text: Option<Text<'a>>| text.map(|Text(text)| text.into_owned());
        let (gateway, method, path, path_there, query, source_ip) = match (context.http, context.elb) {
            (Some(http), _) => {
                let query = Query::decode(&text(self.raw_query_string));
                (Gateway::HttpApi, http.method, self.raw_path, http.path, query, owned(http.source_ip))
            }
            (None, Some(_)) => {
                let query: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
                // The load balancer appends the address that it has seen. Everything before it
                // comes from the client.
                let forwarded = headers.get_all("x-forwarded-for").next_back();
                let source_ip = forwarded.and_then(|list| list.rsplit(',').next()).map(|ip| ip.trim().to_owned());
                (Gateway::LoadBalancer, self.http_method, self.path, None, Query::decode(&query.join("&")), source_ip)
            }
            (None, None) => {
                // These are already decoded.
                let query = Query::decoded(parameters);
                let source_ip = context.identity.and_then(|identity| owned(identity.source_ip));
                (Gateway::RestApi, self.http_method, self.path, context.path, query, source_ip)
            }
        };
        let path = text(path);
        let path_there = path_there.as_ref().map_or(path.as_ref(), |Text(path)| path);
        let is_on_own_domain = match &context.domain_name {
            Some(Text(domain)) => is_own_domain(domain),
            // The load balancer says how the request came; the name is the caller's.
            None => headers.get("x-forwarded-proto") == Some("https") && headers.get("host").is_some_and(is_own_domain),
        };
        let address = context.domain_name.and_then(|Text(domain)| address(&domain, path_there));
        let form = form::fields(&headers, &text(self.body), self.is_base64_encoded.unwrap_or_default());
        let request = |method| HttpRequest { method, path, query, headers, form, source_ip, address, is_on_own_domain };
        Some((gateway, Method::from_bytes(text(method).as_bytes()).map(request).map_err(Error::custom)))
    }
}

/// Whether it is the name of a domain, without a port, that is not one of AWS's own for its gateways.
fn is_own_domain(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_of_aws = [".amazonaws.com", ".amazonaws.com.cn", ".on.aws"].iter().any(|aws| name.ends_with(aws));
    let top = name.rsplit_once('.').map_or("", |(_, top)| top);
    !is_of_aws && top.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains(':')
}

fn text(text: Option<Text<'_>>) -> Cow<'_, str> {
    text.map(|Text(text)| text).unwrap_or_default()
}

/// The gateway's own address: its domain and the part of the path before `/v2/bookings`, which is
/// the stage or the base path of a custom domain. Never a header, which the client writes.
fn address(domain: &str, path: &str) -> Option<String> {
    Some(format!("https://{domain}{}", path::prefix(path)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_own_domains_and_this_machine_are_not_ones_own() {
        assert!(
            ["links.salon.example", "links.salon.co.uk", "amazonaws.com.salon.example"]
                .iter()
                .all(|d| is_own_domain(d))
        );
        for name in [
            "abc.execute-api.eu-west-1.amazonaws.com",
            "ABC.execute-api.cn-north-1.amazonaws.com.cn",
            "abc.lambda-url.eu-west-1.on.aws",
            "localhost",
            "127.0.0.1",
            "127.0.0.1:3000",
            "links.salon.example:8443",
            "[::1]",
            "",
        ] {
            assert!(!is_own_domain(name), "{name}");
        }
    }

    #[test]
    fn the_base_comes_from_the_gateway() {
        let of = |domain, path| {
            let event =
                format!(r#"{{"requestContext":{{"domainName":"{domain}"}},"httpMethod":"GET","path":"{path}"}}"#);
            let event = RawValue::from_string(event).unwrap();
            let (_, request) = read(&event).unwrap();
            request.unwrap().base().map(|base| base.as_str().to_owned())
        };
        assert_eq!(of("api.example", "/v2/bookings").unwrap(), "https://api.example");
        assert_eq!(of("api.example", "/prod/v2/bookings").unwrap(), "https://api.example/prod");
        assert_eq!(of("api.example", "/v2/v2/bookings").unwrap(), "https://api.example/v2");
        assert_eq!(of("api.example/x?y", "/v2/bookings"), None);
    }
}

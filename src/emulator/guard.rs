//! Refuses what a web page sends. A browser on this machine reaches its ports for any page that it shows, by a script
//! or by a name that leads here.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;

/// Answers a request only if it names this machine, and no page of another one has sent it.
pub async fn guard(request: Request, next: Next) -> Response<Body> {
    if is_of_this_machine(
        request.headers(),
        ["/v2/", "/l/"].iter().any(|start| request.uri().path().starts_with(start)),
    ) {
        return next.run(request).await;
    }
    let advice =
        "Requests must name this machine (http://127.0.0.1 or http://localhost), and not come from a web page.\n";
    (StatusCode::FORBIDDEN, advice).into_response()
}

/// Whether every `Host` and `Origin` is this machine's. The pages of links send no referrer, so that the origin of
/// their forms is `null`.
fn is_of_this_machine(headers: &HeaderMap, is_for_link: bool) -> bool {
    let is_host = |host: &str| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        matches!(name, "127.0.0.1" | "localhost" | "[::1]")
    };
    let all =
        |name, fits: &dyn Fn(&str) -> bool| headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(fits));
    let is_origin =
        |origin: &str| origin.strip_prefix("http://").is_some_and(is_host) || is_for_link && origin == "null";
    headers.contains_key(HOST) && all(HOST, &is_host) && all(ORIGIN, &is_origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_answered() {
        let fits = |host: &str, origin: Option<&str>, is_for_link| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            is_of_this_machine(&headers, is_for_link)
        };
        for host in ["127.0.0.1:3001", "localhost:3000", "localhost", "[::1]:3000"] {
            assert!(fits(host, None, false) && fits(host, Some(&format!("http://{host}")), false), "{host}");
        }
        for host in
            ["evil.example", "evil.example:3001", "127.0.0.1.evil.example", "localhost.evil.example:3000", "", ":3000"]
        {
            assert!(!fits(host, None, true) && !fits("127.0.0.1", Some(&format!("http://{host}")), true), "{host}");
        }
        assert!(!fits("127.0.0.1", Some("null"), false) && fits("127.0.0.1", Some("null"), true));
        assert!(!fits("127.0.0.1", Some("https://evil.example"), true));
        assert!(!is_of_this_machine(&HeaderMap::new(), true));
    }
}

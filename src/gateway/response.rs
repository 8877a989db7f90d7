//! HTTP answers with the headers that every answer has.

use lambda_http::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use lambda_http::http::{Response, StatusCode};

use super::event::HttpRequest;

/// An answer with the headers that every answer has. It must not be stored, sent to another site as
/// a referrer, sniffed or indexed.
pub(crate) fn answer(status: StatusCode, content_type: Option<&'static str>, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}

/// Adds a header. An invalid value is left out, but there is none: a parsed URL is ASCII, and the
/// others are constants.
pub(crate) fn with(mut response: Response<String>, name: HeaderName, value: &str) -> Response<String> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The answer to this request: on a domain of one's own, browsers must come back over https alone (RFC 6797). That is
/// said of no name of AWS, and of none below it, which may be somebody else's.
pub(crate) fn to_request(response: Response<String>, request: &HttpRequest<'_>) -> Response<String> {
    if request.is_on_own_domain { with(response, STRICT_TRANSPORT_SECURITY, "max-age=31536000") } else { response }
}

/// A JSON answer that is not a problem.
pub(crate) fn json_answer(json: String) -> Response<String> {
    answer(StatusCode::OK, Some("application/json"), json)
}

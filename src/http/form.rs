//! What a page's form sends.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::pairs::Pairs;

/// More than any form of ours sends: a reason's 1,000 characters are 12 bytes each at most,
/// percent-encoded, and base64 adds a third.
const MAX_BYTES: usize = 32 * 1024;

/// The fields of a request's body, decoded, in order; none for a body that is no form
/// (`application/x-www-form-urlencoded`, WHATWG URL §5), or too long for one of ours. Gateways
/// hand a form over as base64 or as it is, and say which.
pub(super) fn fields(headers: &Pairs<'_>, body: &str, is_base64: bool) -> Vec<(String, String)> {
    read(headers, body, is_base64).unwrap_or_default()
}

fn read(headers: &Pairs<'_>, body: &str, is_base64: bool) -> Option<Vec<(String, String)>> {
    let content_type = headers.get("content-type")?;
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if body.len() > MAX_BYTES || !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    let body = if is_base64 { Cow::Owned(STANDARD.decode(body).ok()?) } else { Cow::Borrowed(body.as_bytes()) };
    Some(form_urlencoded::parse(&body).into_owned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content_type: &'static str, body: &str, is_base64: bool) -> Vec<(String, String)> {
        fields(&Pairs(vec![("content-type".into(), content_type.into())]), body, is_base64)
    }

    #[test]
    fn a_form_is_read_encoded_or_not() {
        let expected = [("a".to_owned(), "1 ä".to_owned()), ("b".to_owned(), String::new())];
        assert_eq!(of("application/x-www-form-urlencoded", "a=1+%C3%A4&b=", false), expected);
        assert_eq!(of("Application/X-WWW-Form-URLencoded; charset=UTF-8", "YT0xKyVDMyVBNCZiPQ==", true), expected);
    }

    #[test]
    fn everything_else_has_no_fields() {
        assert_eq!(of("text/plain", "a=1", false), []);
        assert_eq!(of("application/x-www-form-urlencoded", "a%3D1=", true), []);
        assert_eq!(of("application/x-www-form-urlencoded", &format!("a={}", "1".repeat(MAX_BYTES)), false), []);
        assert_eq!(fields(&Pairs::default(), "a=1", false), []);
    }
}

//! The fields of a page's form.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::pairs::Pairs;

/// The longest form that is read, in bytes, before any base64. A reason has 1,000 characters of at
/// most 12 bytes each when percent-encoded.
const MAX_BYTES: usize = 32 * 1024;

/// The decoded fields of a form (`application/x-www-form-urlencoded`, WHATWG URL §5), in order.
/// There are none if the body is not a form or is too long. Gateways pass a body as base64 or
/// unchanged, and say which.
pub(super) fn fields(headers: &Pairs<'_>, body: &str, is_base64: bool) -> Vec<(String, String)> {
    read(headers, body, is_base64).unwrap_or_default()
}

fn read(headers: &Pairs<'_>, body: &str, is_base64: bool) -> Option<Vec<(String, String)>> {
    let content_type = headers.get("content-type")?;
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    // Base64 writes 3 bytes as 4: what is longer than this is too long without decoding it.
    let is_too_long = is_base64 && body.len() > MAX_BYTES.div_ceil(3) * 4;
    if is_too_long || !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    let body = if is_base64 { Cow::Owned(STANDARD.decode(body).ok()?) } else { Cow::Borrowed(body.as_bytes()) };
    (body.len() <= MAX_BYTES).then(|| form_urlencoded::parse(&body).into_owned().collect())
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
    fn the_limit_is_the_same_for_base64() {
        let form = |bytes: usize| format!("a={}", "1".repeat(bytes - 2));
        for (bytes, fields) in [(MAX_BYTES, 1), (MAX_BYTES + 1, 0)] {
            assert_eq!(of("application/x-www-form-urlencoded", &form(bytes), false).len(), fields);
            assert_eq!(of("application/x-www-form-urlencoded", &STANDARD.encode(form(bytes)), true).len(), fields);
        }
    }

    #[test]
    fn everything_else_has_no_fields() {
        assert_eq!(of("text/plain", "a=1", false), []);
        assert_eq!(of("application/x-www-form-urlencoded", "a%3D1=", true), []);
        assert_eq!(of("application/x-www-form-urlencoded", &format!("a={}", "1".repeat(MAX_BYTES)), false), []);
        assert_eq!(fields(&Pairs::default(), "a=1", false), []);
    }
}

//! The fields of a page's form.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::pairs::Pairs;

/// The longest form that is read, in bytes, before any base64. A reason has 1,000 characters of at
/// most 12 bytes each when percent-encoded.
const MAX_BYTES: usize = 32 * 1024;

/// The decoded fields of a form (`application/x-www-form-urlencoded`, WHATWG URL §5, or
/// `multipart/form-data`, RFC 7578), in order. There are none if the body is not a form or is too
/// long. A body of another type that is just what a mail program sends with one click counts as that
/// field. Gateways pass a body as base64 or unchanged, and say which.
pub(super) fn fields(headers: &Pairs<'_>, body: &str, is_base64: bool) -> Vec<(String, String)> {
    read(headers, body, is_base64).unwrap_or_default()
}

fn read(headers: &Pairs<'_>, body: &str, is_base64: bool) -> Option<Vec<(String, String)>> {
    let content_type = headers.get("content-type").unwrap_or_default();
    // Base64 writes 3 bytes as 4: what is longer than this is too long without decoding it.
    if is_base64 && body.len() > MAX_BYTES.div_ceil(3) * 4 {
        return None;
    }
    let body = if is_base64 { Cow::Owned(STANDARD.decode(body).ok()?) } else { Cow::Borrowed(body.as_bytes()) };
    if body.len() > MAX_BYTES {
        return None;
    }
    let form = match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Some(form_urlencoded::parse(&body).into_owned().collect()),
        "multipart/form-data" => multipart(content_type, &String::from_utf8_lossy(&body)),
        _ => None,
    };
    form.or_else(|| {
        let (name, value) = std::str::from_utf8(&body).ok()?.split_once('=')?;
        let field = vec![(name.to_owned(), value.to_owned())];
        is_one_click(&field).then_some(field)
    })
}

/// Whether a mail program sent the form, in place of a person: RFC 8058 §3.2, and Gmail's
/// `ConfirmAction`. It expects an answer about the action itself. Case and white space do not
/// matter, because a redirect in place of that answer helps nobody.
pub(crate) fn is_one_click(form: &[(String, String)]) -> bool {
    const FIELDS: [(&str, &str); 2] = [("List-Unsubscribe", "One-Click"), ("confirmed", "Approved")];
    let is = |text: &str, wanted: &str| text.trim().eq_ignore_ascii_case(wanted);
    form.iter().any(|(name, value)| FIELDS.iter().any(|(field, wanted)| is(name, field) && is(value, wanted)))
}

/// The fields of a form in parts, as mail programs send it (RFC 8058 §3.2). Files have no name here,
/// and are left out. `None` if the body has no such parts.
fn multipart(content_type: &str, body: &str) -> Option<Vec<(String, String)>> {
    let (_, boundary) = parameters(content_type).find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    // The first part has no line break before it. Some programs end lines with LF alone.
    let body = format!("\n{body}").replace("\r\n", "\n");
    let between = format!("\n--{boundary}");
    let parts = body.split(between.as_str()).skip(1);
    let parts = parts.map_while(|part| part.trim_start_matches([' ', '\t']).strip_prefix('\n'));
    let field = |part: &str| {
        let (head, value) = part.split_once("\n\n")?;
        let mut headers = head.split('\n').filter_map(|line| line.split_once(':'));
        let (_, disposition) = headers.find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))?;
        let mut parameters = parameters(disposition);
        let is_file = parameters.clone().any(|(name, _)| name.eq_ignore_ascii_case("filename"));
        let (_, name) = parameters.find(|(name, _)| name.eq_ignore_ascii_case("name")).filter(|_| !is_file)?;
        Some((name.to_owned(), value.to_owned()))
    };
    Some(parts.filter_map(field).collect())
}

/// The parameters of a header, `; name=value` or `; name="value"`.
fn parameters(header: &str) -> impl Iterator<Item = (&str, &str)> + Clone {
    let mut is_quoted = false;
    let is_end = move |c: char| {
        is_quoted ^= c == '"';
        c == ';' && !is_quoted
    };
    let parameters = header.split(is_end).skip(1).filter_map(|parameter| parameter.split_once('='));
    parameters.map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
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
    fn a_form_in_parts_is_read() {
        let body = "preamble\r\n--b d\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n\
                    --b d\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n2\r\n\
                    --b d\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n3\r\n--b d--\r\nrest";
        let wanted = [("List-Unsubscribe", "One-Click"), ("a", "1\n2")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(of("multipart/form-data; boundary=\"b d\"", body, false), wanted);
        assert_eq!(of("Multipart/Form-Data; boundary=b d", &STANDARD.encode(body), true), wanted);
        let (body_of_lf, [first, _]) = (body.replace("\r\n", "\n"), wanted.clone());
        let wanted_of_lf = [first, ("a".to_owned(), "1\n2".to_owned())];
        assert_eq!(of("multipart/form-data; boundary=\"b d\"", &body_of_lf, false), wanted_of_lf);
        assert_eq!(
            of("multipart/form-data; boundary=\"b d\"", body_of_lf.trim_start_matches("preamble\n"), false),
            wanted_of_lf
        );
        for (content_type, body) in [
            ("multipart/form-data", body),
            ("multipart/form-data; boundary=other", body),
            ("multipart/form-data; boundary=b", "--b\r\n--b\r\nx\r\n--b--"),
            ("multipart/form-data; boundary=b", ""),
        ] {
            assert_eq!(of(content_type, body, false), [], "{content_type} {body}");
        }
    }

    #[test]
    fn what_is_just_a_one_click_is_that_field_whatever_its_type() {
        let wanted = [("List-Unsubscribe".to_owned(), "One-Click".to_owned())];
        for content_type in ["text/plain", "", "multipart/form-data", "application/json"] {
            assert_eq!(of(content_type, "List-Unsubscribe=One-Click", false), wanted, "{content_type}");
            for body in ["List-Unsubscribe=One-Click&a=1", "List-Unsubscribe=One-Click=", "a=1", "confirmed=", "=", ""]
            {
                assert_eq!(of(content_type, body, false), [], "{content_type} {body}");
            }
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

//! The parameters of a query.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::link::{parameter_name, without_tail};

/// The parameters of a query, decoded, in their order. It cannot be printed, because it contains
/// tokens.
#[derive(Default)]
pub(crate) struct Query {
    pub(crate) pairs: Vec<(String, String)>,
    /// The names of parameters whose percent-encoding is invalid. Their values are among the pairs,
    /// with replacement characters.
    malformed: Vec<String>,
}

impl Query {
    /// Decodes a query (`application/x-www-form-urlencoded`, WHATWG URL §5).
    pub(crate) fn decode(query: &str) -> Self {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        // The parser skips empty parts, and replaces what it cannot decode.
        let parts = query.split('&').filter(|part| !part.is_empty());
        let faulty = |part: &str| {
            part.split_once('=').is_some_and(|(name, value)| {
                // What stands behind a token is dropped, however it is encoded.
                let is_signature = parameter_name(name) == "signature";
                !is_encoded(if is_signature { without_tail(value) } else { value })
            })
        };
        let malformed = parts.zip(&pairs).filter(|(part, _)| faulty(part)).map(|(_, (name, _))| name.clone());
        Self { malformed: malformed.collect(), pairs }
    }

    /// Takes parameters that the gateway has decoded.
    pub(crate) fn decoded<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Self { pairs, malformed: Vec::new() }
    }

    /// The first of `names` whose value has an invalid percent-encoding.
    pub(crate) fn malformed(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| self.malformed.iter().any(|malformed| parameter_name(malformed) == *name))
    }
}

/// Whether every `%` begins an escape, and the escapes are UTF-8.
fn is_encoded(value: &str) -> bool {
    let is_escape = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    !value.contains('%')
        || value.split('%').skip(1).all(is_escape) && percent_decode(value.as_bytes()).decode_utf8().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_escape_is_told_of_the_parameter_that_has_it() {
        for value in ["%zz", "%", "a%2", "%ff", "%c3", "a%C3%28"] {
            let query = Query::decode(&format!("utm=%zz&&signature={value}&redirect=a%20b+c%C3%A4"));
            assert_eq!(query.malformed(&["redirect", "signature"]), Some("signature"), "{value}");
            assert_eq!(query.pairs[2], ("redirect".to_owned(), "a b cä".to_owned()));
        }
        let query = Query::decode("x=%zz&%zz=1&signature=a.b.c&=&b");
        assert_eq!(query.malformed(&["signature", "redirect"]), None);
    }
}

//! The claims: the payload of a link's JWT.

use std::time::SystemTime;

use serde::Serialize;

use super::claim_values::Subject;
use crate::json::Object;

/// The claims of a link's JWT (RFC 7519 §4). `booking_id` and `action` are required, the others
/// optional. Unknown claims are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Claims {
    /// The one booking.
    pub booking_id: String,
    /// The one action.
    pub action: String,
    /// Refused from this second on (NumericDate: seconds since 1970, UTC). No leeway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<NumericDate>,
    /// Refused before this second, with 60 s of leeway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<NumericDate>,
    /// When it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<NumericDate>,
    /// The redirect of the click: an absolute URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// Ask before acting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// The pages' language (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Makes two links different that are otherwise the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// An opaque id of the person to whom the link was sent. It proves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<Subject>,
}

/// Seconds since 1970-01-01T00:00:00Z, whole or fractional (RFC 7519 §2): any JSON number that a
/// double can hold, also negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct NumericDate(f64);

impl NumericDate {
    /// As seconds since 1970.
    pub fn as_seconds(self) -> f64 {
        self.0
    }
}

impl From<SystemTime> for NumericDate {
    /// The second of `time`, rounded down; 0 for times before 1970.
    fn from(time: SystemTime) -> Self {
        let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(since_1970.as_secs_f64().floor())
    }
}

impl Serialize for NumericDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_possible_truncation, reason = "compared below")]
        let whole = self.0 as i64;
        // Whole seconds are written as an integer, because some libraries accept nothing else.
        #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "that is what is asked")]
        if whole as f64 == self.0 { serializer.serialize_i64(whole) } else { serializer.serialize_f64(self.0) }
    }
}

impl Claims {
    /// The names of all claims that are read, as in docs/claims.md.
    #[doc(hidden)]
    pub const NAMES: [&str; 10] =
        ["booking_id", "action", "exp", "nbf", "iat", "redirect", "confirm", "lang", "jti", "sub"];

    /// The latest `iat` in seconds since 1970: the largest number up to which a double holds every
    /// integer, 2^53.
    const MAX_ISSUED_AT: f64 = 9_007_199_254_740_992.0;

    /// Parses a payload. It is strict where two parsers could differ: one object, no repeated
    /// member (RFC 7519 §4 also allows a parser to use the last one), the right types, no `null`.
    pub(super) fn parse(payload: &[u8]) -> Option<Self> {
        let members = Object::parse_unambiguous(payload).ok()?;
        let date = |name| Some(members.get::<f64>(name).ok()?.map(NumericDate));
        let text = |name| members.get::<String>(name).ok();
        let iat = date("iat")?;
        let is_out_of_range = |iat: NumericDate| !(0.0..=Self::MAX_ISSUED_AT).contains(&iat.as_seconds());
        if iat.is_some_and(is_out_of_range) {
            return None;
        }
        Some(Self {
            booking_id: text("booking_id")??,
            action: text("action")??,
            exp: date("exp")?,
            nbf: date("nbf")?,
            iat,
            redirect: text("redirect")?,
            confirm: members.get("confirm").ok()?,
            lang: text("lang")?,
            jti: text("jti")?,
            sub: subject(&members)?,
        })
    }
}

/// An empty one says nothing, so it counts as none.
fn subject(members: &Object<'_>) -> Option<Option<Subject>> {
    match members.get::<String>("sub").ok()? {
        Some(text) if !text.is_empty() => Some(Some(Subject::parse(&text).ok()?)),
        _ => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_has_its_name_in_the_list() {
        let (text, date) = (String::new, Some(NumericDate(0.0)));
        let all = Claims {
            booking_id: text(),
            action: text(),
            exp: date,
            nbf: date,
            iat: date,
            redirect: Some(text()),
            confirm: Some(true),
            lang: Some(text()),
            jti: Some(text()),
            sub: Subject::parse("c-1").ok(),
        };
        let json = serde_json::to_value(all).unwrap();
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let mut listed = Claims::NAMES.to_vec();
        listed.sort_unstable();
        assert_eq!(names, listed);
    }

    #[test]
    fn whole_seconds_are_written_as_whole_numbers() {
        for (seconds, json) in
            [(1000.0, "1000"), (-1.0, "-1"), (4_102_444_800.0, "4102444800"), (1000.5, "1000.5"), (1e300, "1e+300")]
        {
            assert_eq!(serde_json::to_string(&NumericDate(seconds)).unwrap(), json);
        }
    }
}

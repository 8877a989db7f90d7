//! The header and the claims of a token, as far as they can be read.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;

use super::finder::{MAC_LENGTH, mac_of};
use super::finding::Finding;
use super::time::MILLISECONDS;
use crate::domain::printable;
use crate::json::Object;
use crate::link::{ISSUED_AT_LEEWAY, Subject};

pub(super) fn header(token: &str) -> Vec<Finding> {
    let parts: Vec<&str> = token.split('.').collect();
    if parts.len() != 3 {
        let line = Finding::bad("token", format!("it has {} parts, and a signed token has three", parts.len()));
        return vec![line.advise("Copy the whole link from the mail.")];
    }
    let mut lines = Vec::new();
    // Before the header: it says what happened to the link.
    if let Some(mac) = mac_of(token).filter(|mac| mac.len() != MAC_LENGTH) {
        let (what, advice) = match mac.len() < MAC_LENGTH {
            true => ("too short", "Its end is missing. Copy the whole link from the mail."),
            false => ("too long", "Something was added to its end. Copy the link from the mail again."),
        };
        let text = format!("its signature is {what}: it has {} characters, and one of HS256 has 43", mac.len());
        lines.push(Finding::bad("token", text).advise(advice));
    }
    let Some(json) = object(parts[0]) else {
        let line = Finding::bad("header", "it is not base64url of one JSON object without repeated members");
        lines.push(line.advise("Sign with a JWT library, and do not alter the token."));
        return lines;
    };
    let header: Value = serde_json::from_str(&json).unwrap_or_default();
    lines.push(match header["alg"].as_str() {
        Some("HS256") => Finding::good("algorithm", "HS256"),
        Some(other) => Finding::bad("algorithm", format!("{}, and only HS256 is accepted", printable(other)))
            .advise("Sign with HS256 and the API key as the secret."),
        None => Finding::bad("algorithm", "the header names none").advise("Sign with HS256."),
    });
    if !matches!(&header["typ"], Value::Null) && header["typ"] != "JWT" {
        lines.push(Finding::bad("header", "`typ` is not JWT").advise("Leave `typ` out, or set it to JWT."));
    }
    if header.get("crit").is_some() {
        lines.push(Finding::bad("header", "it has `crit`, and no extension is known").advise("Leave `crit` out."));
    }
    if header.get("kid").is_some_and(|kid| !kid.is_string()) {
        lines.push(
            Finding::bad("header", "`kid` is not a string").advise("Leave `kid` out, or set it to the key's id."),
        );
    }
    lines
}

/// The lines about the claims that decide whether the token is for this path.
pub(super) fn claims(token: &str, booking_id: &str, action: &str, now: SystemTime) -> Vec<Finding> {
    let Some(json) = token.split('.').nth(1).and_then(object) else {
        let line = Finding::bad("claims", "they are not base64url of one JSON object without repeated members");
        return vec![line.advise("Sign with a JWT library, and do not alter the token.")];
    };
    let claims: Value = serde_json::from_str(&json).unwrap_or_default();
    let mut lines: Vec<Finding> = [("booking_id", booking_id), ("action", action)]
        .into_iter()
        .map(|(name, of_path)| match &claims[name] {
            Value::String(text) if text == of_path => Finding::good(name, printable(text)),
            Value::String(text) => Finding::bad(
                name,
                format!("the token is for {}, and the path names {}", printable(text), printable(of_path)),
            )
            .advise("Put the same values into the token and into the path, letter by letter."),
            Value::Null => {
                Finding::bad(name, "the claim is missing").advise("Both `booking_id` and `action` are required.")
            }
            _ => Finding::bad(name, "the claim is not a string").advise("Write it as a string."),
        })
        .collect();
    for (name, is_right) in OPTIONAL {
        if let Some(value) = claims.get(*name).filter(|value| !is_right(value)) {
            let text = format!("{} is of the wrong type or out of its limits", printable(&value.to_string()));
            lines.push(Finding::bad(name, text).advise("docs/claims.md lists the claims and their types."));
        }
    }
    let seconds_now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    if let Some(iat) = claims["iat"].as_f64().filter(|iat| *iat > seconds_now + ISSUED_AT_LEEWAY) {
        let (text, advice) = match iat >= MILLISECONDS {
            true => (
                "it is in milliseconds, so it is more than 5 minutes ahead of the clock",
                "Write it in seconds since 1970.",
            ),
            false => ("it is more than 5 minutes ahead of the clock", "Set the signer's clock."),
        };
        lines.push(Finding::bad("iat", text).advise(advice));
    }
    lines
}

/// The host to which the claims of a token redirect.
pub(super) fn redirect_host(token: &str) -> Option<String> {
    let claims: Value = serde_json::from_str(&token.split('.').nth(1).and_then(object)?).ok()?;
    claims["redirect"].as_str().and_then(host_of)
}

/// The host of an address, which may be anything. Its path and its query may be secret.
pub(super) fn host_of(url: &str) -> Option<String> {
    Some(printable(Url::parse(url).ok()?.host_str()?))
}

/// A claim, and whether a value of it is valid.
type Claim = (&'static str, fn(&Value) -> bool);

const OPTIONAL: &[Claim] = &[
    ("exp", Value::is_number),
    ("nbf", Value::is_number),
    ("iat", |iat| iat.as_f64().is_some_and(|iat| (0.0..=9_007_199_254_740_992.0).contains(&iat))),
    ("redirect", Value::is_string),
    ("confirm", Value::is_boolean),
    ("lang", Value::is_string),
    ("jti", Value::is_string),
    ("sub", |sub| sub.as_str().is_some_and(|sub| sub.is_empty() || Subject::parse(sub).is_ok())),
];

/// A part of a token as JSON, if it is one object in which no two members have one name.
fn object(part: &str) -> Option<String> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    Object::parse_unambiguous(&json).ok()?;
    String::from_utf8(json).ok()
}

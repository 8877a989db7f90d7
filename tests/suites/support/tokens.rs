//! Tokens and links with any claims, made without the code under test.

use std::time::SystemTime;

use action_links::link::{KeyId, UnverifiedLink, VerifiedLink, Verifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::http::Address;
use super::jws::{SECRET, hs256, key};
use super::records::extended;

/// The claims of a token to confirm `b-1`, changed and extended by these.
fn claims(more: Value) -> Value {
    extended(json!({ "booking_id": "b-1", "action": "confirm" }), more)
}

/// A token to confirm `b-1`, with these claims too.
pub(crate) fn token(more: Value) -> String {
    token_of(SECRET, &plain(), more)
}

/// The same, signed with this key and this header.
pub(crate) fn token_of(secret: &str, header: &Value, more: Value) -> String {
    hs256(secret, &header.to_string(), &claims(more).to_string())
}

/// A header that names no key, as most libraries write it.
pub(crate) fn plain() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

/// A header that names the key.
pub(crate) fn naming(secret: &str) -> Value {
    json!({ "alg": "HS256", "kid": KeyId::of(secret).as_str() })
}

/// The path of a link with any token.
pub(crate) fn path(booking: &str, action: &str, token: &str) -> String {
    format!("/v2/bookings/{booking}/external_action/{action}?signature={token}")
}

/// A link to confirm `b-1`, or to what its additional claims say.
pub(crate) fn link(more: Value) -> String {
    link_of(SECRET, &plain(), more)
}

/// The same, signed with this key and this header.
pub(crate) fn link_of(secret: &str, header: &Value, more: Value) -> String {
    let claims = claims(more);
    let of = |name: &str| claims[name].as_str().unwrap();
    path(of("booking_id"), of("action"), &token_of(secret, header, claims.clone()))
}

/// The header of a token, or of the one in a link.
pub(crate) fn header_of(link: &str) -> Value {
    part(link, 0)
}

/// The claims of a token, or of the one in a link.
pub(crate) fn claims_of(link: &str) -> Value {
    part(link, 1)
}

fn part(link: &str, number: usize) -> Value {
    let token = link.rsplit_once("signature=").map_or(link, |(_, token)| token);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(number).unwrap()).unwrap()).unwrap()
}

/// A link of `ada` that is verified at that time.
pub(crate) fn verified(link: impl Address, now: SystemTime) -> VerifiedLink {
    let link: UnverifiedLink = link.address().parse().unwrap();
    Verifier::new([key()]).verify(&link, now).unwrap()
}

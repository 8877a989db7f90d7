//! A Lambda event for both functions: it gets an answer with the headers that every answer has, or
//! a function error. `{{signature}}` stands for a genuine token for the booking `b-http-api-click`.
#![no_main]

use std::collections::HashMap;
use std::sync::LazyLock;

use action_links_fuzz::{FUNCTIONS, sign_claims};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;

static TOKEN: LazyLock<String> =
    LazyLock::new(|| sign_claims(r#"{"booking_id":"b-http-api-click","action":"confirm"}"#));

/// An answer to HTTP.
fn look_at(reply: &str, is_genuine: bool) {
    let reply: Value = serde_json::from_str(reply).unwrap();
    let status = reply["statusCode"].as_u64().unwrap();
    assert!((200..=503).contains(&status) && status != 500, "{reply}");
    let header = |name: &str| {
        let single = reply["headers"][name].as_str();
        single.or_else(|| reply["multiValueHeaders"][name][0].as_str()).map(str::to_owned)
    };
    assert_eq!(header("cache-control").as_deref(), Some("no-store"), "{reply}");
    assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"), "{reply}");
    // An unverified request is never redirected, and a genuine link only to the app's own hosts.
    if let Some(location) = header("location") {
        assert!(is_genuine && location.starts_with("https://hairbyada.example"), "{reply}");
    }
}

fuzz_target!(|input: &str| {
    let is_genuine = input.contains("{{signature}}");
    let input = input.replace("{{signature}}", &TOKEN);
    let Ok(event) = serde_json::from_str::<&RawValue>(&input) else { return };
    if let Ok(reply) = FUNCTIONS.action_link(event) {
        look_at(&reply, is_genuine);
    }
    // The reply to a direct invocation is any JSON.
    let is_direct =
        serde_json::from_str::<HashMap<String, &RawValue>>(&input).is_ok_and(|e| e.contains_key("operation"));
    if let Ok(reply) = FUNCTIONS.booking_links(event)
        && !is_direct
    {
        look_at(&reply, false);
    }
});

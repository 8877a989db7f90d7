//! A Lambda event, to both functions: whatever it is, it is answered, with the headers of every
//! answer, or it is a function error.
#![no_main]

use action_links_fuzz::FUNCTIONS;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;

fn look_at(reply: &Value) {
    let status = reply["statusCode"].as_u64().unwrap();
    assert!((200..=503).contains(&status) && status != 500, "{reply}");
    let header = |name: &str| {
        let single = reply["headers"][name].as_str();
        single.or_else(|| reply["multiValueHeaders"][name][0].as_str()).map(str::to_owned)
    };
    assert_eq!(header("cache-control").as_deref(), Some("no-store"), "{reply}");
    assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"), "{reply}");
    // Nothing about an unverified request is ever redirected anywhere.
    assert_eq!(header("location"), None, "{reply}");
}

fuzz_target!(|input: &str| {
    let Ok(event) = serde_json::from_str::<&RawValue>(input) else { return };
    if let Ok(reply) = FUNCTIONS.action_link(event) {
        look_at(&reply);
    }
    if let Ok(reply) = FUNCTIONS.booking_links(event)
        && reply.get("statusCode").is_some_and(Value::is_u64)
    {
        look_at(&reply);
    }
});

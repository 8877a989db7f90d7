//! The `response` of a decorate operation is returned with links added and nothing else changed.
#![no_main]

use action_links_fuzz::FUNCTIONS;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;

/// Without the members that decorating adds or replaces.
fn bare(mut value: Value) -> Value {
    let strip = |booking: &mut Value| {
        if let Some(members) = booking.as_object_mut() {
            for name in ["available_actions", "customer_action_links", "action_links", "links_unavailable"] {
                members.remove(name);
            }
        }
    };
    let each = |value: &mut Value| match value {
        Value::Array(bookings) => bookings.iter_mut().for_each(strip),
        value => strip(value),
    };
    if let Some(data) = value.get_mut("data") {
        each(data);
    }
    each(&mut value);
    value
}

fuzz_target!(|input: &str| {
    let Ok(response) = serde_json::from_str::<&RawValue>(input) else { return };
    let include = "customer_action_links,action_links";
    let event = format!(r#"{{"operation":"decorate","include":"{include}","response":{response}}}"#);
    let event: &RawValue = serde_json::from_str(&event).unwrap();
    let Ok(reply) = FUNCTIONS.booking_links(event) else { return };
    // A number that is too big to be compared is returned unchanged as well.
    let Ok(given) = serde_json::from_str(input) else { return };
    assert_eq!(bare(serde_json::from_str(&reply).unwrap()), bare(given));
});

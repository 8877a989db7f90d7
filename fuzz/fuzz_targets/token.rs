//! A token: unchanged, as a signing input with a valid MAC and, split at a line break, as a header
//! and a payload with a valid MAC. The checks must hold behind a valid MAC, too.
#![no_main]

use action_links::link::{RedirectPolicy, UnverifiedLink, VerifiedLink, Verifier};
use action_links_fuzz::{KEY, NOW, PATH, sign};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fn verify(token: &str) -> Option<VerifiedLink> {
    let link = UnverifiedLink::parse(PATH, [("signature", token)]).ok()?;
    Verifier::new([&*KEY]).verify(&link, NOW).ok()
}

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        assert!(verify(text).is_none(), "forged");
        if let Some(link) = verify(&sign(text)) {
            assert_eq!(link.link_id().as_str().len(), 22);
        }
    }
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else { return };
    let token = sign(&format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload)));
    let Some(link) = verify(&token) else { return };
    // A lenient parser reads the same, unless an ignored number is too big for it.
    let (Ok(header), Ok(payload)) = (serde_json::from_slice::<Value>(header), serde_json::from_slice::<Value>(payload))
    else {
        return;
    };
    assert!(header["alg"] == "HS256" && header.get("crit").is_none());
    assert!(payload["booking_id"] == "b-1" && payload["action"] == "confirm");
    assert_eq!(payload.get("redirect").and_then(Value::as_str), link.authentic().claims().redirect.as_deref());
    if let Ok(Some(redirect)) = link.authentic().redirect(&RedirectPolicy::default()) {
        assert!(redirect.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    }
});

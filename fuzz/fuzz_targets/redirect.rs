//! An unsigned redirect on a genuine link: two other parsers read every allowed one as the same
//! allowed host.
#![no_main]

use std::sync::LazyLock;

use action_links::link::{HostPattern, RedirectPolicy, UnverifiedLink, Verifier};
use action_links_fuzz::{KEY, NOW, PATH, sign_claims};
use http::Uri;
use libfuzzer_sys::fuzz_target;

static TOKEN: LazyLock<String> = LazyLock::new(|| sign_claims(r#"{"booking_id":"b-1","action":"confirm"}"#));

static POLICY: LazyLock<RedirectPolicy> = LazyLock::new(|| RedirectPolicy {
    hosts: ["hairbyada.example", "*.hairbyada.example"].map(|host| HostPattern::parse(host).unwrap()).into(),
    default: None,
});

fn is_allowed(host: &str) -> bool {
    host == "hairbyada.example" || host.ends_with(".hairbyada.example")
}

fuzz_target!(|redirect: &str| {
    let query = [("signature", TOKEN.as_str()), ("redirect", redirect)];
    let link = UnverifiedLink::parse(PATH, query).unwrap();
    let Ok(location) = Verifier::new([&*KEY]).verify(&link, NOW).unwrap().authentic().redirect(&POLICY) else { return };
    let Some(location) = location else {
        assert!(redirect.is_empty());
        return;
    };
    let uri: Uri = location.as_str().parse().unwrap();
    assert_eq!(uri.scheme_str(), Some("https"), "{location}");
    assert!(uri.host().is_some_and(is_allowed), "{location}");
    // RFC 3986 allows fewer characters than browsers; URLs with others are skipped.
    if let Ok(uri) = fluent_uri::Uri::parse(location.as_str()) {
        let authority = uri.authority().unwrap();
        assert!(is_allowed(authority.host()) && authority.userinfo().is_none(), "{location}");
    }
    assert!(location.as_str().len() <= 2048 && location.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
});

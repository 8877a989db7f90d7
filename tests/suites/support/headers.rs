//! Checks the headers that every answer has, through every gateway.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Checks an answer's headers.
#[track_caller]
pub(crate) fn assert_there(header: impl Fn(&str) -> Option<String>) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(header(name).as_deref(), Some(value), "{name}");
    }
    let is_page = header("content-type").is_some_and(|of| of.starts_with("text/html"));
    let policy = header("content-security-policy");
    assert_eq!(policy.is_some(), is_page, "{policy:?}");
    if let Some(policy) = policy {
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("script-src"), "{policy}");
    }
}

/// Checks that a page has a style, and that its policy allows it.
#[track_caller]
pub(crate) fn assert_styled(policy: &str, page: &str) {
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
    let hash = STANDARD.encode(Sha256::digest(style));
    assert!(policy.contains(&format!("style-src 'sha256-{hash}';")), "{policy} for {style}");
}

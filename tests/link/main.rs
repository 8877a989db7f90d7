//! The link library alone: no AWS, no HTTP, no feature.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "../suites/support/jws.rs"]
mod support;

mod jwt;
mod redirects;
mod tokens;

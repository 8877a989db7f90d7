//! The rig: an engine, the functions before it, and a Runtime API for the real programs.

use std::io::Write;

mod clock;
mod headers;
mod http;
mod jws;
pub(crate) mod lambda_api;
mod leaks;
mod log;
mod proxy;
mod runtime_api;
mod tables;
mod world;

pub(crate) use headers::assert_styled;
pub(crate) use http::{Answer, request, send};
pub(crate) use jws::{SECRET, at, hs256, key};
pub(crate) use lambda_api::FUNCTION;
pub(crate) use log::logged;
pub(crate) use proxy::{CROWD, Fault, Heard, Reply as StoreReply};
pub(crate) use runtime_api::{Program, Reply};
pub(crate) use tables::Keys;
pub(crate) use world::{BASE, World, ada, booking, opened};

/// Prints a count or a seed even if the test's output is captured.
#[expect(clippy::explicit_write, reason = "what is printed is kept back")]
pub(crate) fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").unwrap();
}

/// Whether to run the long versions: `make soak`.
pub(crate) fn soak() -> bool {
    std::env::var_os("SOAK").is_some()
}

/// The seed of random choices: `SEED`, or a fixed one.
pub(crate) fn seed() -> u64 {
    std::env::var("SEED").ok().map_or(20_261_123, |seed| seed.parse().unwrap())
}

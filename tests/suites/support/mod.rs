//! The rig: an engine, the functions before it, and a Runtime API for the real programs.
//!
//! A test makes a world (`World::builder().app(…).booking(…).start()`), clicks (`world.click(&link)`, or
//! `world.json().click(&link)` as a program), presses (`world.press(&link, &page, "undo")`) and reads what
//! was answered (`answer.told()`, `answer.location()`, `answer.data()`). With `world.clicks(now)` it sets the
//! time of each click. A link is what `world.sign` signs, or one with any claims: `link(json!({ "exp": 1 }))`.

use std::io::Write;

mod clicks;
mod clock;
mod deployment;
mod events;
mod headers;
mod http;
mod jws;
pub(crate) mod lambda_api;
mod leaks;
mod log;
mod proxy;
mod records;
mod runtime_api;
mod settings;
mod tables;
mod tokens;
mod world;

pub(crate) use clicks::{Decided, Offer, TimedClicks};
pub(crate) use deployment::{Deployment, serve_functions, serve_status};
pub(crate) use events::{ACTION_LINK, BOOKING_LINKS, booking_of, event, every_event, http_api};
pub(crate) use headers::assert_styled;
pub(crate) use http::{Address, Answer, HttpClient, basic};
pub(crate) use jws::{SECRET, at, hs256, key};
pub(crate) use lambda_api::FUNCTION;
pub(crate) use log::{logged, logged_by};
pub(crate) use proxy::{CROWD, Fault, Heard, Reply as StoreReply};
pub(crate) use records::{BOB, ada, app, app_record, bob, booking, extended, graphs};
pub(crate) use runtime_api::{Program, Reply, log_lines};
pub(crate) use settings::variables;
pub(crate) use tables::{Keys, TableShape};
pub(crate) use tokens::{claims_of, header_of, link, link_of, naming, path, plain, token, token_of, verified};
pub(crate) use world::{BASE, World};

/// `template.yaml`.
pub(crate) fn template() -> serde_yaml_ng::Value {
    serde_yaml_ng::from_str(include_str!("../../../template.yaml")).unwrap()
}

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

//! The rig: an engine, the functions before it, and a Runtime API for the real programs.

mod headers;
mod jws;
mod leaks;
mod proxy;
mod runtime_api;
mod world;

pub(crate) use headers::assert_styled;
pub(crate) use jws::{SECRET, at, hs256, key};
pub(crate) use proxy::Fault;
pub(crate) use runtime_api::{Program, Reply};
pub(crate) use world::{Answer, BASE, Keys, World, ada, booking, opened, send};

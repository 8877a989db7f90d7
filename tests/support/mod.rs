//! The rig: an engine, the functions before it, and a Runtime API for the real programs.

mod proxy;
mod runtime_api;
mod world;

pub(crate) use proxy::Fault;
pub(crate) use runtime_api::{Program, Reply};
pub(crate) use world::{Answer, BASE, Keys, SECRET, World, ada, at, booking, hs256, send};

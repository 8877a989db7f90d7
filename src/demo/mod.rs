//! `make run`: the emulator with demo data, an inbox with the mails that a business would send, a gallery of
//! the pages, and the debugger.

mod announce;
mod data;
mod debugger;
mod error;
mod examples;
mod gallery;
mod inbox;
mod mail;
mod seed;
mod server;

pub use error::DemoError;
pub use server::{Options, serve};

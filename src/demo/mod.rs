//! `make run`: the emulator with demo data, an inbox with the mails that a business would send, a gallery of
//! the pages, and the debugger.

mod business;
mod debugger;
mod features;
mod gallery;
mod inbox;
mod server;

pub use business::{API_KEY, APP_ID};
pub use server::{Options, serve};

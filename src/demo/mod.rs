//! `make run`: the emulator with demo data, an inbox with the mails that a business would send, a gallery of
//! the pages, and the debugger.

mod announce;
mod compose;
mod data;
mod debugger;
mod docs;
mod error;
mod events;
mod examples;
mod gallery;
mod gallery_page;
mod inbox;
mod landing;
mod layout;
mod mail;
mod mailbox;
mod present;
mod reader;
mod routes;
mod seed;
mod server;
mod wording;
mod words;

pub use error::DemoError;
pub use server::{Options, serve};

//! Both functions on a developer's machine: an HTTP server in place of API Gateway, an embedded
//! DynamoDB, an inbox with the mails that a business would send, and a gallery of the pages.

mod debug;
mod demo;
mod engine;
mod error;
mod features;
mod gallery;
mod gateway;
mod inbox;
mod pipe;
mod server;
mod streams;

pub use demo::{API_KEY, APP_ID};
pub use engine::Engine;
pub use error::LocalError;
pub use gateway::LocalGateway;
pub use pipe::{Event, Pipe};
pub use server::{Options, serve};
pub use streams::Streams;

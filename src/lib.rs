//! One-time action links for bookings: one click on a link in a mail confirms, declines, cancels or
//! reschedules one booking. A link works once, and cannot be forged or altered.
//!
//! ```
//! use std::time::SystemTime;
//! use action_links::link::{ApiKey, BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};
//!
//! // The business signs a link and puts it into a mail.
//! let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718")?;
//! let base: BaseUrl = "https://links.example".parse()?;
//! let link = UnsignedLink::new("b-17".parse()?, "confirm".parse()?);
//! let url = Signer::new(&key, &base).sign(&link, SystemTime::now()).url;
//!
//! // A program that is handed the link verifies it.
//! let unverified: UnverifiedLink = url.parse()?;
//! let verified = Verifier::new([&key]).verify(&unverified, SystemTime::now())?;
//! assert_eq!(verified.action().as_str(), "confirm");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Without features the crate is the link library alone: [`booking`] and [`link`], with no AWS crate
//! in its tree. The feature `lambda` adds the two Lambda functions, `local` the program that runs
//! them on a developer's machine, and `cli` the command line. The feature `client` is for other Lambda
//! functions, which ask for links.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod booking;
#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "client", feature = "lambda"))]
pub mod invocation;
mod json;
pub mod link;

#[cfg(feature = "lambda")]
pub mod action_link;
#[cfg(feature = "lambda")]
pub mod app;
#[cfg(feature = "lambda")]
pub mod booking_links;
#[cfg(feature = "lambda")]
pub mod click;
#[cfg(feature = "lambda")]
pub mod config;
#[cfg(feature = "lambda")]
pub mod decorate;
#[cfg(feature = "lambda")]
pub mod domain;
#[cfg(feature = "lambda")]
mod gateway;
#[cfg(any(feature = "cli", feature = "local"))]
pub mod inspect;
#[cfg(feature = "lambda")]
pub mod keyring;
#[cfg(feature = "lambda")]
pub mod pages;
#[cfg(feature = "lambda")]
pub mod runtime;
#[cfg(feature = "lambda")]
pub mod store;
#[cfg(feature = "lambda")]
pub mod telemetry;
#[cfg(feature = "lambda")]
mod time;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "local")]
pub mod demo;
#[cfg(feature = "local")]
pub mod emulator;

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
//! let url = Signer::new(&key, &base).sign(&link, SystemTime::now())?.url;
//!
//! // A program that is handed the link verifies it.
//! let unverified: UnverifiedLink = url.parse()?;
//! let verified = Verifier::new([&key]).verify(&unverified, SystemTime::now())?;
//! assert_eq!(verified.action().as_str(), "confirm");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Two modules matter to other programs:
//!
//! - [`link`] signs and verifies links, offline. Without features the crate is this and the names of [`booking`], with
//!   no AWS crate in its tree. It needs Rust 1.88.
//! - [`client`] asks a deployment for links, from another Lambda function, with the types of [`invocation`]. It is
//!   behind the feature `client`, and needs Rust 1.95, as the AWS SDK does.
//!
//! The other features are the project's own programs: `lambda` has the two functions, `local` runs them on a developer's
//! machine, and `cli` is the command line.
//!
//! # The modules
//!
//! All of them, for who reads the code. Imports run from the top of this list down, and no two files import each other.
//!
//! | module | what it is for |
//! |---|---|
//! | `demo` | `make run`: the inbox, the gallery, the debugger |
//! | `cli` | the command line |
//! | `deployment` | a stack and its functions, as AWS describes them to the command line |
//! | `emulator` | both functions on one machine: the engine, streams, the pipe, the gateway |
//! | `inspect` | why a link does not work |
//! | `action_link`, `booking_links`, `runtime` | the two functions |
//! | `pages` | what a person sees |
//! | `decorate` | bookings with links added, by the rules of a click |
//! | `click` | the use case: a link in, a result out |
//! | `keyring` | which app a key, a booking or an API key leads to |
//! | `store` | DynamoDB: rules as a condition, and the one write |
//! | `app` | an app's settings and keys |
//! | `gateway` | Lambda events in, HTTP answers out |
//! | `domain` | what may happen to a booking: graphs, attributes, rules and their evaluator |
//! | [`link`] | the signed link |
//! | [`booking`] | the names that everything else uses |
//!
//! Beside them stand [`invocation`] and [`client`] (direct invocation), `config` (the environment) and `telemetry`
//! (the log).
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod booking;
mod characters;
#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "client", feature = "lambda"))]
pub mod invocation;
mod json;
pub mod link;

// The modules of the project's own programs are public for these and for the tests alone.

#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod action_link;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod app;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod booking_links;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod click;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod config;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod decorate;
#[cfg(feature = "local")]
#[doc(hidden)]
pub mod demo;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod deployment;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod domain;
#[cfg(feature = "local")]
#[doc(hidden)]
pub mod emulator;
#[cfg(feature = "lambda")]
mod gateway;
#[cfg(any(feature = "cli", feature = "local"))]
#[doc(hidden)]
pub mod inspect;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod keyring;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod pages;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod runtime;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod store;
#[cfg(feature = "lambda")]
#[doc(hidden)]
pub mod telemetry;
#[cfg(feature = "lambda")]
mod time;

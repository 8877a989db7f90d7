//! One-time action links for bookings: one click on a link in a mail confirms, declines, cancels or
//! reschedules one booking. A link works once, and cannot be forged or altered.
//!
//! # The map
//!
//! | room | what it is for |
//! |---|---|
//! | [`booking`] | [`BookingId`](booking::BookingId), [`Action`](booking::Action): the names everything speaks in |
//! | [`link`] | the signed link: sign it, verify it, decide its redirect. No AWS, no HTTP |
//! | `graph` | which action leads from which state to which; data in `graphs.json` |
//! | `app` | an app's record: settings and keys |
//! | `appointment` | what a booking is about, for people to recognise it by |
//! | `keyring` | finds the key for a key id, an app, an API key; refreshes itself |
//! | `store` | DynamoDB: one conditional `UpdateItem` decides a click |
//! | `click` | the use case: a link in, an `Outcome` out |
//! | `decorate` | bookings with links added, unknown fields untouched |
//! | `reason` | why somebody clicked, in their own words |
//! | `pages` | what a person sees: templates, and locales as data |
//! | `http` | Lambda events in, answers out; both functions |
//! | `config` | the environment, read once, every fault reported together |
//! | `telemetry` | logs, and what may be in them |
//! | `local`, `cli` | both functions on a developer's machine; the command line |
//!
//! Arrows run one way: `bin → http → pages → click | decorate → store, keyring → link, graph,
//! booking, app, appointment, reason`. With no feature the crate is [`booking`] and [`link`] alone; `lambda` brings the rest,
//! `local` and `cli` the programs for a developer's machine.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod booking;
mod json;
pub mod link;

#[cfg(feature = "lambda")]
pub mod action_link;
#[cfg(feature = "lambda")]
pub mod app;
#[cfg(feature = "lambda")]
pub mod appointment;
#[cfg(feature = "lambda")]
pub mod booking_links;
#[cfg(feature = "lambda")]
pub mod click;
#[cfg(feature = "lambda")]
pub mod config;
#[cfg(feature = "lambda")]
pub mod decorate;
#[cfg(feature = "lambda")]
mod gateway;
#[cfg(feature = "lambda")]
pub mod graph;
#[cfg(feature = "lambda")]
pub mod keyring;
#[cfg(feature = "lambda")]
pub mod pages;
#[cfg(feature = "lambda")]
mod problem;
#[cfg(feature = "lambda")]
pub mod reason;
#[cfg(feature = "lambda")]
mod response;
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
pub mod local;

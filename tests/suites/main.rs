//! Every suite, in one binary: `cargo test --all-features -- clicks::` runs one of them.

// Futures of a whole click, spawned, are nested deeper than the default allows.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod support;

mod bookings;
mod bulk;
mod calendar;
mod cli;
mod clicks;
mod client_cases;
mod commands;
mod condition;
mod confirm;
mod crowd;
mod decorate;
mod direct;
mod docs;
mod doctor;
mod erase;
mod events;
mod every_fault;
mod faults;
mod history;
mod inbox;
mod inspect;
mod invoke;
mod keyring;
mod keys;
mod landing;
mod local;
mod log_line;
mod logs;
mod machines;
mod mail_from_stream;
mod mails;
mod managed;
mod many_apps;
mod memory;
mod metrics;
mod moved;
mod new_link;
mod owner;
mod pages;
mod pasted;
mod pasted_short;
mod pipe;
mod requests;
mod rules;
mod schedule;
mod schemas;
mod sdk_requests;
mod short_links;
mod stack;
mod start;
mod store;
mod template;
mod undo;

//! DynamoDB: the apps table, the bookings table, and the one write that decides a click.

mod agent;
mod apply;
mod apps;
mod bookings;
mod budget;
mod client;
mod conflict;
mod create;
mod error;
mod expression;
#[cfg(test)]
mod model;
mod record;
#[cfg(feature = "local")]
mod tables;
mod verdict;

pub use apply::ClickWrite;
pub use apps::{AppStore, LoadedApps};
pub use bookings::{BookingStore, Page, Position};
pub use budget::{BUDGET, within};
pub use client::connect;
#[cfg(feature = "cli")]
pub use client::connect_as_user;
use create::create;
pub use error::StoreError;
pub use expression::Expression;
pub use record::BookingRecord;
#[cfg(feature = "local")]
pub use tables::create_tables;
pub use verdict::{UsedLink, Verdict};

/// A DynamoDB client. Only this module knows its type.
pub type Client = aws_sdk_dynamodb::Client;

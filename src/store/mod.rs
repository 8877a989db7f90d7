//! DynamoDB: the apps table, the bookings table, and the one write that decides a click.

mod agent;
mod app_writes;
mod apps;
mod booking;
mod bookings;
mod budget;
mod changes;
mod client;
mod condition;
mod error;
mod event;
mod json;
mod key_index;
mod meter;
mod pointer;
mod position;
mod retry;
#[cfg(feature = "local")]
mod tables;
mod terms;
mod write;

pub use app_writes::AppWritten;
pub use apps::{AppStore, LoadedApps};
pub use booking::{Booking, Entry};
pub(crate) use booking::{LINKS_VALID_AFTER, STARTS_AT};
pub use bookings::{BookingStore, Page};
pub use budget::{Budget, within};
pub use changes::{Change, Changes};
#[cfg(feature = "cli")]
pub use client::connect_as_user;
pub use client::{Client, connect};
pub use condition::{Size, first_failure};
pub use error::StoreError;
pub use key_index::Indexed;
pub use meter::{Metered, metered};
pub use position::{Position, SortKey};
#[cfg(feature = "local")]
pub use tables::create_tables;
pub use write::{Reading, Written, read};

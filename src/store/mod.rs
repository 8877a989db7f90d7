//! DynamoDB: the apps table, the bookings table, the one write that decides a click, and short links.

mod app_writes;
mod apps;
mod booking;
mod booking_update;
mod bookings;
mod client;
mod condition;
mod deadline;
#[cfg(feature = "cli")]
mod description;
#[cfg(feature = "cli")]
mod erase;
mod error;
mod event;
mod expression;
mod headers;
mod json;
mod key_index;
mod page_key;
mod pointer;
mod retry;
mod short_links;
mod store_metrics;
#[cfg(feature = "local")]
mod tables;
mod write;

pub use app_writes::AppWritten;
pub use apps::{AppStore, LoadedApps};
#[cfg(feature = "local")]
pub(crate) use booking::UNDO;
pub use booking::{Booking, Entry};
pub use booking_update::{Author, BookingUpdate, Change};
pub use bookings::{BookingStore, Page};
pub use client::{Client, connect};
#[cfg(feature = "cli")]
pub(crate) use client::{connect_as_user, http_client};
pub use condition::Size;
pub use deadline::{Deadlines, within};
#[cfg(feature = "cli")]
pub use description::{KeyFacts, TableFacts, describe, has_backups, time_to_live};
pub use error::StoreError;
pub use key_index::{Indexed, owners};
pub use page_key::{PageKey, SortKey};
pub use short_links::{ShortCode, ShortLink, ShortLinkStore, StoredLink};
pub use store_metrics::{StoreMetrics, measured};
#[cfg(feature = "local")]
pub use tables::create_tables;
pub use write::{Evaluation, Written, evaluate};

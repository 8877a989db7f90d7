//! The parts that the function uses for every request.

use crate::domain::Graphs;
use crate::keyring::Keyring;
use crate::link::BaseUrl;
use crate::store::{BookingStore, Deadlines, ShortLinkStore};

/// The apps, the bookings and the settings.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) keyring: Keyring,
    pub(super) bookings: BookingStore,
    pub(super) graphs: Graphs,
    /// `SHORT_LINKS_TABLE`, if set.
    pub(super) short_links: Option<ShortLinkStore>,
    /// `LINK_BASE_URL`, if set.
    pub(super) base: Option<BaseUrl>,
    /// For reads over HTTP, for `act` and for short links. Other direct invocations only read keys, which have a limit
    /// of their own.
    pub(super) deadlines: Deadlines,
}

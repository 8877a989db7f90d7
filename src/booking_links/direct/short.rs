//! Short links beside those that are signed.

use super::refusal::Refusal;
use crate::booking_links::service::Service;
use crate::invocation::ErrorCode;
use crate::store::{ShortLink, ShortLinkStore, StoreError, within};

/// How often codes are drawn anew because one of them is taken.
pub(super) const MAX_DRAWS: usize = 3;

/// The table, which `short` needs.
pub(super) fn table(service: &Service) -> Result<&ShortLinkStore, Refusal> {
    service
        .short_links
        .as_ref()
        .ok_or_else(|| Refusal::new(ErrorCode::ShortLinksTableRequired, "`short` needs SHORT_LINKS_TABLE to be set"))
}

/// Stores links. Returns `false` if other codes have to be drawn.
pub(super) async fn keep(service: &Service, links: &[ShortLink]) -> Result<bool, Refusal> {
    within(service.deadlines.begin(), table(service)?.keep(links)).await.map_err(|fault| failed(&fault))
}

/// The error if each draw had a code that is taken.
pub(super) fn no_code() -> Refusal {
    Refusal::new(ErrorCode::TemporarilyUnavailable, "no code for a short link is free; try again")
}

pub(super) fn failed(fault: &StoreError) -> Refusal {
    tracing::error!(%fault, "the store failed");
    match fault.is_temporary() {
        true => Refusal::new(ErrorCode::TemporarilyUnavailable, "the short links cannot be stored; try again"),
        false => Refusal::new(ErrorCode::InternalError, "the short links cannot be stored; the log says why"),
    }
}

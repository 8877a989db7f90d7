//! What a refused write means, read from the item that it returns. There is no clock and no network
//! here: "once" rests on this decision.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::apply::ClickWrite;
use super::record::{ACTION_LOG, BookingRecord, USED_LINKS};
use crate::graph::{Graphs, Route};

/// The result of a click's write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The booking is in this state now.
    Applied {
        /// The new state.
        state: String,
    },
    /// This link has been used before.
    LinkUsed(UsedLink),
    /// The action does not lead from the booking's state.
    ActionNotAvailable {
        /// Its state, if the record has one.
        state: Option<String>,
    },
    /// No such booking, or another app's.
    BookingNotFound,
}

/// What is known of a used link.
#[derive(Clone, Debug, Default, Serialize, PartialEq, Eq)]
pub struct UsedLink {
    /// The booking's state now.
    #[serde(skip)]
    pub state: Option<String>,
    /// The state that the link led to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// When (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// What to do about a refused write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused<'g> {
    /// The result is certain.
    Decided(Verdict),
    /// In the booking's graph the action has another result: write that route.
    Try(&'g Route),
}

/// Reads a refusal, in this order: our own write that was applied and whose reply was lost, another
/// app's booking, a used link, a state that does not allow the action.
pub(super) fn read<'g>(record: Option<&BookingRecord<'_>>, write: &ClickWrite<'_>, graphs: &'g Graphs) -> Refused<'g> {
    let Some(record) = record else { return Refused::Decided(Verdict::BookingNotFound) };
    let entry = |key: &str, value: &str| {
        let log = record.item.get(ACTION_LOG)?.as_l().ok()?;
        let fits = |entry: &&AttributeValue| {
            text(entry, key) == Some(value) && text(entry, "link_id") == Some(write.link.link_id().as_str())
        };
        log.iter().rev().find(fits)
    };
    if let Some(own) = entry("request_id", write.request_id) {
        let state = text(own, "to").unwrap_or_default().to_owned();
        return Refused::Decided(Verdict::Applied { state });
    }
    if !write.app.owns(record.app_id()) {
        return Refused::Decided(Verdict::BookingNotFound);
    }
    let state = record.state();
    let used = record.item.get(USED_LINKS).and_then(|links| links.as_ss().ok());
    if used.is_some_and(|links| links.iter().any(|link| link == write.link.link_id().as_str())) {
        let entry = entry("link_id", write.link.link_id().as_str());
        let of_entry = |key| entry.and_then(|entry| text(entry, key)).map(str::to_owned);
        let used = UsedLink { state: state.map(str::to_owned), to: of_entry("to"), at: of_entry("at") };
        return Refused::Decided(Verdict::LinkUsed(used));
    }
    match state.and_then(|state| graphs.route(write.link.action(), record.graph(), state)) {
        Some(route) => Refused::Try(route),
        None => Refused::Decided(Verdict::ActionNotAvailable { state: state.map(str::to_owned) }),
    }
}

fn text<'a>(entry: &'a AttributeValue, key: &str) -> Option<&'a str> {
    entry.as_m().ok()?.get(key)?.as_s().ok().map(String::as_str)
}

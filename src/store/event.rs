//! The attributes of an event. They stand flat in the booking, because the filter and the transformer
//! of an EventBridge pipe see a stream's records, and cannot look into lists.

use super::changes::{Change, Changes, Update};
use super::terms::Terms;
use crate::booking::{BookingId, State};
use crate::domain::Attribute;

/// Adds the event of the changes of booking `id` to an update. An attribute that has no value for this
/// event is empty, not absent, so that none is left from an earlier one.
pub(super) fn add(update: &mut Update, id: &BookingId, changes: &Changes<'_>, terms: &mut Terms<'_>) {
    let (kind, to) = match changes.change {
        Change::Act { to, .. } => ("Booking Action Taken", Some(to)),
        Change::Undo { to, .. } => ("Booking Action Undone", Some(to)),
        Change::RequestLink => ("Action Link Requested", None),
    };
    match to {
        // In an expression, the state has the value that it had before the write.
        Some(_) => update.assign("event_from", terms.attribute(Attribute::State)),
        None => update.set("event_from", "", terms),
    }
    let rest = [
        ("event_id", changes.request_id),
        ("event_type", kind),
        ("event_app_id", changes.app_id.as_str()),
        ("event_booking_id", id.as_str()),
        ("event_action", changes.action.as_str()),
        ("event_to", to.map_or("", State::as_str)),
        ("event_at", changes.at),
        ("event_link_id", changes.link_id.as_str()),
        ("event_sub", changes.sub.unwrap_or_default()),
    ];
    for (name, value) in rest {
        update.set(name, value, terms);
    }
}

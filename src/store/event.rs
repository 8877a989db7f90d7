//! The attributes of an event. They stand flat in the booking, because the filter and the transformer
//! of an EventBridge pipe see a stream's records, and cannot look into lists.

use super::booking_update::{BookingUpdate, Change, UpdateExpression};
use super::expression::Placeholders;
use crate::booking::{BookingId, State};
use crate::domain::Attribute;

/// Adds the event of the changes of booking `id` to an update. An attribute that has no value for this
/// event is empty, not absent, so that none is left from an earlier one.
pub(super) fn add(
    expression: &mut UpdateExpression,
    id: &BookingId,
    update: &BookingUpdate<'_>,
    placeholders: &mut Placeholders<'_>,
) {
    let (kind, to) = match update.change {
        Change::Act { to, .. } => ("Booking Action Taken", Some(to)),
        Change::Undo { to, .. } => ("Booking Action Undone", Some(to)),
        Change::RequestLink => ("Action Link Requested", None),
    };
    match to {
        // In an expression, the state has the value that it had before the write.
        Some(_) => expression.assign("event_from", placeholders.attribute(Attribute::State)),
        None => expression.set("event_from", "", placeholders),
    }
    let rest = [
        ("event_id", update.request_id),
        ("event_type", kind),
        ("event_app_id", update.app_id.as_str()),
        ("event_booking_id", id.as_str()),
        ("event_action", update.action.as_str()),
        ("event_to", to.map_or("", State::as_str)),
        ("event_at", update.at),
        ("event_link_id", update.link_id.as_str()),
        ("event_sub", update.sub.unwrap_or_default()),
    ];
    for (name, value) in rest {
        expression.set(name, value, placeholders);
    }
}

//! The attributes of an event. They stand flat in the booking, because the filter and the transformer
//! of an EventBridge pipe see a stream's records, and cannot look into lists.

use super::booking_update::{BookingUpdate, Change, UpdateExpression};
use crate::booking::{BookingId, State};
use crate::domain::Attribute;

/// Adds the event of an update of booking `id`, if it is one. An attribute that has no value for this event is empty, not
/// absent, so that none is left from an earlier one.
pub(super) fn add(expression: &mut UpdateExpression<'_, '_>, id: &BookingId, update: &BookingUpdate<'_>) {
    let (kind, to) = match update.change {
        Change::Act { to, .. } => ("Booking Action Taken", Some(to)),
        Change::Undo { to, .. } => ("Booking Action Undone", Some(to)),
        Change::RequestLink => ("Action Link Requested", None),
        Change::UseElsewhere => return,
    };
    match to {
        Some(_) => expression.keep_state(Attribute::EventFrom),
        None => expression.set(Attribute::EventFrom, ""),
    }
    for (attribute, value) in [
        (Attribute::EventId, update.request_id),
        (Attribute::EventType, kind),
        (Attribute::EventAppId, update.app_id.as_str()),
        (Attribute::EventBookingId, id.as_str()),
        (Attribute::EventAction, update.action.as_str()),
        (Attribute::EventTo, to.map_or("", State::as_str)),
        (Attribute::EventAt, update.at),
        (Attribute::EventLinkId, update.link_id.as_str()),
        (Attribute::EventSub, update.sub.unwrap_or_default()),
    ] {
        expression.set(attribute, value);
    }
}

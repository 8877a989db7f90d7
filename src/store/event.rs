//! The attributes of an event. They stand flat in the booking, because the filter and the transformer
//! of an EventBridge pipe see a stream's records, and cannot look into lists.

use std::borrow::Cow;

use super::booking_update::{BookingUpdate, Change, UpdateExpression};
use crate::booking::{BookingId, State};
use crate::domain::{Attribute, is_plain};

/// Adds the event of an update of booking `id`, if it is one. An attribute that has no value for this event is empty, not
/// absent, so that none is left from an earlier one.
pub(super) fn add(expression: &mut UpdateExpression<'_, '_>, id: &BookingId, update: &BookingUpdate<'_>) {
    let (kind, from, to) = match update.change {
        Change::Act { from, to, .. } => ("Booking Action Taken", from, Some(to)),
        Change::Undo { from, to } => ("Booking Action Undone", Some(from), Some(to)),
        Change::RequestLink => ("Action Link Requested", None, None),
        Change::UseElsewhere => return,
    };
    match (from, to) {
        // One of several states, which all may stand as they are.
        (None, Some(_)) => expression.keep_state(Attribute::EventFrom),
        (from, _) => expression.set(Attribute::EventFrom, &encoded(from.map_or("", State::as_str))),
    }
    // The business's own requests have ids of its own, which may stand in several bookings.
    let event_id = match update.author.link_id() {
        Some(_) => Cow::Borrowed(update.request_id),
        None => format!("{id}/{}", update.request_id).into(),
    };
    for (attribute, value) in [
        (Attribute::EventId, &*event_id),
        (Attribute::EventType, kind),
        (Attribute::EventAppId, update.app_id.as_str()),
        (Attribute::EventBookingId, id.as_str()),
        (Attribute::EventAction, update.action.as_str()),
        (Attribute::EventTo, to.map_or("", State::as_str)),
        (Attribute::EventAt, update.at),
        (Attribute::EventLinkId, update.author.link_id().unwrap_or_default()),
        (Attribute::EventSub, update.sub.unwrap_or_default()),
    ] {
        expression.set(attribute, &encoded(value));
    }
}

/// The text as a pipe may put it between the quotes of a JSON string, which it does as it stands: `%`, `"`, `\` and
/// control characters are percent-encoded (RFC 3986 §2.1), each byte of their UTF-8.
fn encoded(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return text.into();
    }
    let escape = |c: char| c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
    text.chars().map(|c| if is_plain(c) { c.to_string() } else { escape(c) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_between_quotes_and_is_read_back() {
        for text in ["customer-7", "größe 30 – 理髪", "100 % \"sure\" \\o/", "%22", "a\r\n\0\u{85}b"] {
            let encoded = encoded(text);
            assert!(serde_json::from_str::<String>(&format!("\"{encoded}\"")).is_ok_and(|read| read == encoded));
            assert_eq!(percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap(), text);
        }
        assert_eq!(encoded("a\"b\u{85}"), "a%22b%C2%85");
    }
}

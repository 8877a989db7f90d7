//! A path and a query, as a gateway passes them.
#![no_main]

use action_links::booking::{Action, BookingId};
use action_links::link::UnverifiedLink;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (path, query) = input.split_once('?').unwrap_or((input, ""));
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let Ok(link) = UnverifiedLink::parse(path, pairs()) else { return };
    let id = link.unverified_booking_id();
    assert_eq!(BookingId::parse(id.as_str()).as_ref(), Ok(id));
    // Broken HTML leaves `amp;` before a name. An empty redirect counts as none.
    let named = |known| pairs().filter(move |(name, _)| name.trim_start_matches("amp;") == known);
    assert_eq!(named("signature").count(), 1);
    assert!(named("redirect").filter(|(_, value)| !value.is_empty()).count() <= 1);
    // The names come from the path: written plainly, they make the same link.
    let action = path.rsplit('/').next().unwrap();
    if Action::parse(action).is_ok() {
        let plain = format!("/v2/bookings/{id}/external_action/{action}");
        assert_eq!(UnverifiedLink::parse(&plain, pairs()).unwrap().unverified_booking_id(), id);
    }
});

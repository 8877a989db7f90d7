//! The demo: a hairdresser, her bookings, and the mails that she would send.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::{LocalError, LocalGateway};
use crate::app::AppRecord;
use crate::store::{AppStore, BookingStore};
use crate::time::rfc3339;

/// The demo app's id.
pub const APP_ID: &str = "hair-by-ada";

/// The demo app's API key. It is public: it opens nothing but this demo.
pub const API_KEY: &str = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c";

/// A mail that the business would send: to whom, about what, with which links.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    pub(super) booking_id: &'static str,
    pub(super) to: &'static str,
    pub(super) subject: String,
    pub(super) text: String,
    /// What the button says, and where it leads. Signed once: a mail does not change.
    pub(super) buttons: Vec<(String, String)>,
}

/// A demo booking: id, graph, state, customer, what, hours from now.
const BOOKINGS: &[(&str, &str, &str, &str, &str, u64)] = &[
    ("b-1001", "confirm_decline", "tentative", "Grace", "Cut and colour", 26),
    ("b-1002", "confirm_decline", "confirmed", "Alan", "Beard trim", 50),
    ("b-1003", "instant", "confirmed", "Katherine", "Wash and cut", 74),
    ("b-1004", "instant_payment", "tentative", "Edsger", "Highlights", 98),
    ("b-1005", "group_customer", "confirmed", "Barbara", "Braiding class", 122),
    ("b-1006", "confirm_decline", "tentative", "Donald", "Perm", 146),
    ("b-1007", "instant", "cancelled_by_customer", "Margaret", "Fringe trim", 170),
];

/// Writes the demo's app, which knows this address, and its bookings, where they are not there.
pub(super) async fn seed(
    apps: &AppStore,
    bookings: &BookingStore,
    base: &str,
    now: SystemTime,
) -> Result<(), LocalError> {
    apps.put(app(base, now)).await?;
    for (index, (id, graph, state, customer, what, hours)) in (0..).zip(BOOKINGS) {
        let created_at = now - Duration::from_secs(3600 * (index + 1));
        let starts_at = now + Duration::from_secs(3600 * hours);
        let booking = json!({
            "id": id, "app_id": APP_ID, "graph": graph, "state": state,
            "created_at": rfc3339(created_at), "updated_at": rfc3339(created_at),
            "completed": state.starts_with("cancelled"),
            "starts_at": rfc3339(starts_at),
            "attributes": { "event_info": { "what": what, "where": "12 Analytical Row" } },
            "customers": [{ "name": customer, "email": format!("{}@customers.example", customer.to_lowercase()) }],
        });
        bookings.create(object(booking)).await?;
    }
    Ok(())
}

/// The demo's app, which knows the address that it is at.
pub(super) fn app(base: &str, now: SystemTime) -> AppRecord {
    AppRecord(object(json!({
        "id": APP_ID,
        "name": "Hair by Ada",
        "keys": [{ "kid": crate::link::KeyId::of(API_KEY).as_str(), "secret": API_KEY, "created_at": rfc3339(now) }],
        "redirect_hosts": ["127.0.0.1", "localhost"],
        "redirect_url": format!("{base}/thanks"),
        "brand_color": "#7a1f5c",
        "support_email": "hello@hairbyada.example",
        "support_url": "https://hairbyada.example/help",
        "time_zone": "Europe/London",
        "ask_reason": ["cancel_by_customer"],
    })))
}

/// The mails for the demo's bookings as they are now, with links from `booking-links` itself.
pub(super) async fn mails(gateway: &LocalGateway, bookings: &BookingStore) -> Result<Vec<Mail>, LocalError> {
    let mut records = Vec::new();
    for (id, graph, ..) in BOOKINGS {
        records.push(json!({ "id": id, "app_id": APP_ID, "graph": graph, "state": state(bookings, id).await? }));
    }
    let include = "customer_action_links,action_links";
    let event = json!({ "operation": "decorate", "include": include, "response": records });
    let decorated = gateway.invoke_booking_links(event).await?;
    let decorated = decorated.as_array().into_iter().flatten();
    Ok(decorated
        .zip(BOOKINGS)
        .flat_map(|(booking, (id, _, _, customer, what, _))| mails_about(booking, id, customer, what))
        .collect())
}

/// One to the owner and one to the customer, each where there is something to click.
fn mails_about(booking: &Value, id: &'static str, customer: &'static str, what: &str) -> impl Iterator<Item = Mail> {
    let customers = buttons(&booking["customer_action_links"]);
    let mut owners = buttons(&booking["action_links"]);
    owners.retain(|button| !customers.contains(button));
    let to_owner = Mail {
        booking_id: id,
        to: "Ada",
        subject: format!("{customer}: {what}"),
        text: format!("{customer} has booked: {what}. What would you like to do?"),
        buttons: owners,
    };
    let to_customer = Mail {
        booking_id: id,
        to: customer,
        subject: format!("Your booking: {what}"),
        text: format!("Dear {customer}, we look forward to seeing you at 12 Analytical Row. Plans changed?"),
        buttons: customers,
    };
    [to_owner, to_customer].into_iter().filter(|mail| !mail.buttons.is_empty())
}

/// The state of a booking, when it is there.
pub(super) async fn state(bookings: &BookingStore, id: &str) -> Result<Option<String>, LocalError> {
    let Ok(id) = crate::booking::BookingId::parse(id) else { return Ok(None) };
    Ok(bookings.get(&id).await?.and_then(|booking| booking.state().map(str::to_owned)))
}

fn buttons(links: &Value) -> Vec<(String, String)> {
    let label = |action: &str| {
        let words = action.trim_end_matches("_by_customer").trim_end_matches("_by_owner").replace('_', " ");
        words[..1].to_uppercase() + &words[1..]
    };
    let links = links.as_object().into_iter().flatten();
    links.filter_map(|(action, url)| Some((label(action), url.as_str()?.to_owned()))).collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

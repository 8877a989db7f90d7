//! The demo: a hairdresser, her bookings, and the mails that she would send.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use crate::app::AppRecord;
use crate::domain::Graphs;
use crate::emulator::{EmulatorError, LocalGateway};
use crate::store::{AppStore, BookingStore};
use crate::time::rfc3339;

/// The demo app's id.
pub const APP_ID: &str = "hair-by-ada";

/// The demo app's API key. It is public and gives access to the demo only.
pub const API_KEY: &str = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c";

/// A mail that the business would send.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    pub(super) booking_id: String,
    pub(super) to: Recipient,
    pub(super) subject: String,
    pub(super) text: String,
    /// The label and the URL of each button. The links are signed once, since a mail does not change.
    pub(super) buttons: Vec<(String, String)>,
}

/// Who a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// Ada, who runs the business.
    Business,
    /// The customer of that name.
    Customer(&'static str),
}

impl Recipient {
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Customer(_) => "customer",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Business => "Ada",
            Self::Customer(name) => name,
        }
    }
}

/// A booking of the demo.
#[derive(Clone, Debug)]
pub(super) struct DemoBooking {
    id: String,
    graph: String,
    state: String,
    customer: &'static str,
    what: String,
    /// When it starts, from now.
    starts_in_hours: u64,
}

/// The bookings in the built-in graphs: id, graph, state, customer, what, hours from now.
const BOOKINGS: &[(&str, &str, &str, &str, &str, u64)] = &[
    ("b-1001", "confirm_decline", "tentative", "Grace", "Cut and colour", 26),
    ("b-1002", "confirm_decline", "confirmed", "Alan", "Beard trim", 50),
    ("b-1003", "instant", "confirmed", "Katherine", "Wash and cut", 74),
    ("b-1004", "instant_payment", "tentative", "Edsger", "Highlights", 98),
    ("b-1005", "group_customer", "confirmed", "Barbara", "Braiding class", 122),
    ("b-1006", "confirm_decline", "tentative", "Donald", "Perm", 146),
    ("b-1007", "instant", "cancelled_by_customer", "Margaret", "Fringe trim", 170),
];

/// The demo's bookings whose graph is in force, and one booking for every graph of the user's own.
pub(super) fn bookings(graphs: &Graphs) -> Vec<DemoBooking> {
    let booking = |id: &str, graph: &str, state: &str, customer, what: &str, starts_in_hours| DemoBooking {
        id: id.to_owned(),
        graph: graph.to_owned(),
        state: state.to_owned(),
        customer,
        what: what.to_owned(),
        starts_in_hours,
    };
    let built_in = BOOKINGS.iter().filter(|(_, graph, ..)| graphs.get(graph).is_some());
    let mut bookings: Vec<_> =
        built_in.map(|(id, g, s, customer, what, h)| booking(id, g, s, customer, what, *h)).collect();
    let is_shown = |name: &str| BOOKINGS.iter().any(|(_, graph, ..)| *graph == name);
    let own = graphs.initial_states().filter(|(name, _)| !is_shown(name));
    bookings.extend(
        (2001..)
            .zip(own)
            .map(|(number, (graph, state))| booking(&format!("b-{number}"), graph, state, "Annie", graph, 200)),
    );
    bookings
}

/// Writes the app, with this server's address, and those bookings that the table does not have.
pub(super) async fn seed(
    apps: &AppStore,
    bookings: &BookingStore,
    demo: &[DemoBooking],
    base: &str,
    now: SystemTime,
) -> Result<(), EmulatorError> {
    apps.put(app(base, now)).await?;
    for (index, booking) in (0..).zip(demo) {
        let created_at = now - Duration::from_secs(3600 * (index + 1));
        let starts_at = now + Duration::from_secs(3600 * booking.starts_in_hours);
        let email = format!("{}@customers.example", booking.customer.to_lowercase());
        let record = json!({
            "id": booking.id, "app_id": APP_ID, "graph": booking.graph, "state": booking.state,
            "created_at": rfc3339(created_at), "updated_at": rfc3339(created_at),
            "completed": booking.state.starts_with("cancelled"),
            "starts_at": rfc3339(starts_at),
            "attributes": { "event_info": { "what": booking.what, "where": "12 Analytical Row" } },
            "customers": [{ "name": booking.customer, "email": email }],
        });
        bookings.create(object(record)).await?;
    }
    Ok(())
}

/// The demo's app, whose redirects lead to `base`.
pub(super) fn app(base: &str, now: SystemTime) -> AppRecord {
    AppRecord(object(json!({
        "id": APP_ID,
        "name": "Hair by Ada",
        "keys": [{ "kid": crate::link::KeyId::of(API_KEY).as_str(), "secret": API_KEY, "created_at": rfc3339(now) }],
        "redirect_hosts": ["127.0.0.1", "localhost", "hairbyada.example"], // the last one for `events/`
        "redirect_url": format!("{base}/thanks"),
        "brand_color": "#7a1f5c",
        "support_email": "hello@hairbyada.example",
        "support_url": "https://hairbyada.example/help",
        "time_zone": "Europe/London",
    })))
}

/// The mails about the bookings in their present states, with links from `booking-links`.
pub(super) async fn mails(
    gateway: &LocalGateway,
    bookings: &BookingStore,
    demo: &[DemoBooking],
) -> Result<Vec<Mail>, EmulatorError> {
    let mut records = Vec::new();
    for booking in demo {
        let state = state(bookings, &booking.id).await?;
        records.push(json!({ "id": booking.id, "app_id": APP_ID, "graph": booking.graph, "state": state }));
    }
    let include = "customer_action_links,action_links";
    let event = json!({ "operation": "decorate", "app_id": APP_ID, "include": include, "response": records });
    let decorated = gateway.invoke_booking_links(event).await?;
    let decorated = decorated.as_array().into_iter().flatten();
    Ok(decorated.zip(demo).flat_map(|(record, booking)| mails_about(record, booking)).collect())
}

/// One mail to the business and one to the customer, each only if it has a button.
fn mails_about(record: &Value, booking: &DemoBooking) -> impl Iterator<Item = Mail> {
    let DemoBooking { customer, what, .. } = booking;
    let for_customer = buttons(&record["customer_action_links"]);
    let mut for_business = buttons(&record["action_links"]);
    for_business.retain(|button| !for_customer.contains(button));
    let to_business = Mail {
        booking_id: booking.id.clone(),
        to: Recipient::Business,
        subject: format!("New booking from {customer}: {what}"),
        text: format!("{customer} has booked: {what}. What would you like to do?"),
        buttons: for_business,
    };
    let to_customer = Mail {
        booking_id: booking.id.clone(),
        to: Recipient::Customer(customer),
        subject: format!("Your booking: {what}"),
        text: format!("Dear {customer}, we look forward to seeing you at 12 Analytical Row. Have your plans changed?"),
        buttons: for_customer,
    };
    [to_business, to_customer].into_iter().filter(|mail| !mail.buttons.is_empty())
}

/// The state of a booking, if there is such a booking.
pub(super) async fn state(bookings: &BookingStore, id: &str) -> Result<Option<String>, EmulatorError> {
    let Ok(id) = crate::booking::BookingId::parse(id) else { return Ok(None) };
    Ok(bookings.get(&id).await?.and_then(|booking| booking.state().map(String::from)))
}

fn buttons(links: &Value) -> Vec<(String, String)> {
    let label = |action: &str| {
        let words = action.trim_end_matches("_by_customer").trim_end_matches("_by_owner").replace('_', " ");
        words.get(..1).map_or(String::new(), str::to_uppercase) + words.get(1..).unwrap_or_default()
    };
    let links = links.as_object().into_iter().flatten();
    links.filter_map(|(action, url)| Some((label(action), url.as_str()?.to_owned()))).collect()
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

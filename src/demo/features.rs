//! The demo's further apps, whose links do more: each mail shows one feature.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::business::{Mail, Recipient, object};
use crate::app::AppRecord;
use crate::domain::Graphs;
use crate::emulator::{EmulatorError, LocalGateway};
use crate::store::{AppStore, BookingStore};
use crate::time::rfc3339;

const GRAPH: &str = "confirm_decline";

/// An app of the demo.
struct DemoApp {
    id: &'static str,
    name: &'static str,
    /// Its API key, which is public.
    key: &'static str,
    settings: fn(base: &str) -> Value,
}

/// Notice, revocation, a reason, a landing page that reads the outcome.
const STUDIO: DemoApp = DemoApp {
    id: "ada-studio",
    name: "Ada’s Studio",
    key: "test_api_key_demo_of_the_studio_also_public_0123",
    settings: |base| {
        json!({
            "redirect_url": format!("{base}/thanks"),
            "brand_color": "#1f5c7a",
            "min_notice_seconds": { "cancel_by_customer": 86_400 },
            "ask_reason": ["cancel_by_customer"],
            "redirect_params": true,
            "on_replay": "redirect",
        })
    },
};

/// What can be done after the click: undo, go on to a moved booking, ask for a new link.
const SCHOOL: DemoApp = DemoApp {
    id: "ada-school",
    name: "Ada’s School",
    key: "test_api_key_demo_of_the_school_also_public_0123",
    settings: |_| json!({ "brand_color": "#3a6b35", "undo_seconds": 600, "offer_new_link": true }),
};

/// A booking, and the mail that shows what it is for.
struct Feature {
    app: &'static DemoApp,
    id: &'static str,
    state: &'static str,
    action: &'static str,
    label: &'static str,
    customer: &'static str,
    subject: &'static str,
    text: &'static str,
    starts_in_hours: u64,
    special: Special,
}

/// What is special about a booking or its link.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    Nothing,
    /// Its links are revoked once the mail has been sent.
    Revoked,
    /// The link expires at once.
    Expired,
    /// It was moved to that booking.
    Moved(&'static str),
}

const FEATURES: &[Feature] = &[
    Feature {
        app: &STUDIO,
        id: "b-3001",
        state: "confirmed",
        action: "cancel_by_customer",
        label: "Cancel",
        customer: "Ida",
        subject: "Notice: too late to cancel",
        text: "The appointment is in three hours, and customers cancel at least a day before (min_notice_seconds). The link was sent last week.",
        starts_in_hours: 3,
        special: Special::Nothing,
    },
    Feature {
        app: &STUDIO,
        id: "b-3002",
        state: "tentative",
        action: "confirm",
        label: "Confirm",
        customer: "Joan",
        subject: "A link that was withdrawn",
        text: "After this mail, the business has withdrawn all links of the booking (links_valid_after).",
        starts_in_hours: 60,
        special: Special::Revoked,
    },
    Feature {
        app: &STUDIO,
        id: "b-3003",
        state: "confirmed",
        action: "cancel_by_customer",
        label: "Cancel",
        customer: "Mary",
        subject: "A page that asks for a reason",
        text: "A page asks first, and for a reason (ask_reason).",
        starts_in_hours: 80,
        special: Special::Nothing,
    },
    Feature {
        app: &STUDIO,
        id: "b-3004",
        state: "tentative",
        action: "confirm",
        label: "Confirm",
        customer: "Sophie",
        subject: "A landing page that reads the outcome",
        text: "The page that the click redirects to says what has happened (redirect_params). Click twice.",
        starts_in_hours: 100,
        special: Special::Nothing,
    },
    Feature {
        app: &SCHOOL,
        id: "b-4001",
        state: "confirmed",
        action: "cancel_by_customer",
        label: "Cancel",
        customer: "Emmy",
        subject: "A click that can be undone",
        text: "For ten minutes, the page has a button that takes the click back (undo_seconds). Click, undo, and click again.",
        starts_in_hours: 90,
        special: Special::Nothing,
    },
    Feature {
        app: &SCHOOL,
        id: "b-4002",
        state: "rescheduled_by_customer",
        action: "cancel_by_customer",
        label: "Cancel",
        customer: "Hedy",
        subject: "A booking that was moved",
        text: "The link is in the first mail. The appointment has been moved since (rescheduled_to), and the page leads to the new one, b-4003.",
        starts_in_hours: 30,
        special: Special::Moved("b-4003"),
    },
    Feature {
        app: &SCHOOL,
        id: "b-4003",
        state: "confirmed",
        action: "cancel_by_customer",
        label: "Cancel",
        customer: "Hedy",
        subject: "Your new appointment",
        text: "This is the booking to which b-4002 was moved.",
        starts_in_hours: 200,
        special: Special::Nothing,
    },
    Feature {
        app: &SCHOOL,
        id: "b-4004",
        state: "tentative",
        action: "confirm",
        label: "Confirm",
        customer: "Radia",
        subject: "A link that has expired",
        text: "The page has a button that asks the business for a new link (offer_new_link).",
        starts_in_hours: 120,
        special: Special::Expired,
    },
];

/// Writes the apps, and those bookings that the table does not have. There are none without the
/// built-in graph.
pub(super) async fn seed(
    apps: &AppStore,
    bookings: &BookingStore,
    graphs: &Graphs,
    base: &str,
    now: SystemTime,
) -> Result<(), EmulatorError> {
    for app in [STUDIO, SCHOOL] {
        let mut record = object((app.settings)(base));
        let key =
            json!({ "kid": crate::link::KeyId::of(app.key).as_str(), "secret": app.key, "created_at": rfc3339(now) });
        record.extend(object(json!({ "id": app.id, "name": app.name, "keys": [key] })));
        apps.put(AppRecord(record)).await?;
    }
    for feature in shown(graphs) {
        let starts_at = now + Duration::from_secs(3600 * feature.starts_in_hours);
        let mut record = json!({
            "id": feature.id, "app_id": feature.app.id, "graph": GRAPH, "state": feature.state, "completed": false,
            "created_at": rfc3339(now), "updated_at": rfc3339(now), "starts_at": rfc3339(starts_at),
            "attributes": { "event_info": { "what": "Pottery class", "where": "12 Analytical Row" } },
            "customers": [{ "name": feature.customer }],
        });
        match feature.special {
            Special::Revoked => {
                let sent = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
                record["links_valid_after"] = json!(sent + 60);
            }
            Special::Moved(to) => record["rescheduled_to"] = json!(to),
            Special::Nothing | Special::Expired => {}
        }
        bookings.create(object(record)).await?;
    }
    Ok(())
}

/// The mails. Their links were signed before anything else happened to the bookings.
pub(super) async fn mails(gateway: &LocalGateway, graphs: &Graphs) -> Result<Vec<Mail>, EmulatorError> {
    let mut mails = Vec::new();
    for feature in shown(graphs) {
        let mut event = json!({
            "operation": "sign", "app_id": feature.app.id, "booking_id": feature.id, "action": feature.action,
        });
        if feature.special == Special::Expired {
            event["expires_in"] = json!(1);
        }
        let signed = gateway.invoke_booking_links(event).await?;
        mails.push(Mail {
            booking_id: feature.id.to_owned(),
            to: Recipient::Customer(feature.customer),
            subject: feature.subject.to_owned(),
            text: feature.text.to_owned(),
            buttons: vec![(feature.label.to_owned(), signed["url"].as_str().unwrap_or_default().to_owned())],
        });
    }
    Ok(mails)
}

fn shown(graphs: &Graphs) -> impl Iterator<Item = &'static Feature> {
    let is_there = graphs.get(GRAPH).is_some();
    FEATURES.iter().filter(move |_| is_there)
}

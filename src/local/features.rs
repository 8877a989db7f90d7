//! The demo's second app, whose links do more: notice, revocation, a reason, a landing page that reads
//! the outcome.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::demo::{Mail, Recipient, object};
use super::error::LocalError;
use super::gateway::LocalGateway;
use crate::app::AppRecord;
use crate::graph::Graphs;
use crate::store::{AppStore, BookingStore};
use crate::time::rfc3339;

/// The second app's id.
const APP_ID: &str = "ada-studio";

/// Its API key, which is public.
const API_KEY: &str = "test_api_key_demo_of_the_studio_also_public_0123";

const GRAPH: &str = "confirm_decline";

/// A booking, and the mail that shows what it is for.
struct Feature {
    id: &'static str,
    state: &'static str,
    action: &'static str,
    label: &'static str,
    customer: &'static str,
    subject: &'static str,
    text: &'static str,
    starts_in_hours: u64,
    /// Whether its links are revoked once the mail has been sent.
    is_revoked: bool,
}

const FEATURES: &[Feature] = &[
    Feature {
        id: "b-3001",
        state: "confirmed",
        action: "cancel_by_customer",
        label: "Cancel",
        customer: "Ida",
        subject: "Notice: too late to cancel",
        text: "The appointment is in three hours, and customers cancel at least a day before (min_notice_seconds). The link was sent last week.",
        starts_in_hours: 3,
        is_revoked: false,
    },
    Feature {
        id: "b-3002",
        state: "tentative",
        action: "confirm",
        label: "Confirm",
        customer: "Joan",
        subject: "A link that was withdrawn",
        text: "After this mail, the business has withdrawn all links of the booking (links_valid_after).",
        starts_in_hours: 60,
        is_revoked: true,
    },
    Feature {
        id: "b-3003",
        state: "confirmed",
        action: "cancel_by_customer",
        label: "Cancel",
        customer: "Mary",
        subject: "A page that asks for a reason",
        text: "A page asks first, and for a reason (ask_reason).",
        starts_in_hours: 80,
        is_revoked: false,
    },
    Feature {
        id: "b-3004",
        state: "tentative",
        action: "confirm",
        label: "Confirm",
        customer: "Sophie",
        subject: "A landing page that reads the outcome",
        text: "The page that the click redirects to says what has happened (redirect_params). Click twice.",
        starts_in_hours: 100,
        is_revoked: false,
    },
];

/// Writes the app, and those bookings that the table does not have. There are none without the
/// built-in graph.
pub(super) async fn seed(
    apps: &AppStore,
    bookings: &BookingStore,
    graphs: &Graphs,
    base: &str,
    now: SystemTime,
) -> Result<(), LocalError> {
    apps.put(AppRecord(object(json!({
        "id": APP_ID,
        "name": "Ada’s Studio",
        "keys": [{ "kid": crate::link::KeyId::of(API_KEY).as_str(), "secret": API_KEY, "created_at": rfc3339(now) }],
        "redirect_url": format!("{base}/thanks"),
        "brand_color": "#1f5c7a",
        "min_notice_seconds": { "cancel_by_customer": 86_400 },
        "ask_reason": ["cancel_by_customer"],
        "redirect_params": true,
        "on_replay": "redirect",
    }))))
    .await?;
    for feature in shown(graphs) {
        let starts_at = now + Duration::from_secs(3600 * feature.starts_in_hours);
        let mut record = json!({
            "id": feature.id, "app_id": APP_ID, "graph": GRAPH, "state": feature.state, "completed": false,
            "created_at": rfc3339(now), "updated_at": rfc3339(now), "starts_at": rfc3339(starts_at),
            "attributes": { "event_info": { "what": "Pottery class", "where": "12 Analytical Row" } },
            "customers": [{ "name": feature.customer }],
        });
        if feature.is_revoked {
            let sent = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
            record["links_valid_after"] = json!(sent + 60);
        }
        bookings.create(object(record)).await?;
    }
    Ok(())
}

/// The mails. Their links were signed before anything else happened to the bookings.
pub(super) async fn mails(gateway: &LocalGateway, graphs: &Graphs) -> Result<Vec<Mail>, LocalError> {
    let features: Vec<&Feature> = shown(graphs).collect();
    let links: Vec<Value> =
        features.iter().map(|feature| json!({ "booking_id": feature.id, "action": feature.action })).collect();
    let event = json!({ "operation": "sign", "app_id": APP_ID, "links": links });
    let signed = gateway.invoke_booking_links(event).await?;
    let signed = signed["links"].as_array().into_iter().flatten();
    let mail = |(feature, link): (&Feature, &Value)| Mail {
        booking_id: feature.id.to_owned(),
        to: Recipient::Customer(feature.customer),
        subject: feature.subject.to_owned(),
        text: feature.text.to_owned(),
        buttons: vec![(feature.label.to_owned(), link["url"].as_str().unwrap_or_default().to_owned())],
    };
    Ok(features.into_iter().zip(signed).map(mail).collect())
}

fn shown(graphs: &Graphs) -> impl Iterator<Item = &'static Feature> {
    let is_there = graphs.get(GRAPH).is_some();
    FEATURES.iter().filter(move |_| is_there)
}

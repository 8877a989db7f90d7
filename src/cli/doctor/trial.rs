//! A booking of the doctor's own, whose link is clicked twice.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::functions::Settings;
use super::http::Http;
use super::report::Report;
use crate::app::{App, OnReplay};
use crate::booking::{Action, BookingId, GraphName, State};
use crate::cli::booking::is_made;
use crate::domain::{Attribute, Graphs};
use crate::link::{BaseUrl, Signer, UnsignedLink};
use crate::store::{BookingStore, TableFacts};
use crate::time::rfc3339;

const SUBJECT: &str = "click";

/// What is clicked, and where.
pub(super) struct Trial<'a> {
    pub(super) http: &'a Http,
    pub(super) base: &'a BaseUrl,
    pub(super) app: &'a App,
    pub(super) bookings: &'a BookingStore,
    pub(super) facts: &'a TableFacts,
}

/// An action, and the booking for which it is possible.
struct Plan {
    graph: GraphName,
    from: State,
    action: Action,
    to: State,
}

impl Trial<'_> {
    /// Makes the booking, clicks its link twice, reads it back and removes it, whatever happens between.
    pub(super) async fn run(&self, settings: &Settings<'_>, report: &mut Report) {
        let Some(plan) = settings.graphs().ok().as_ref().and_then(plan) else {
            return report.note(SUBJECT, "not tried: no graph has an action for a link", None);
        };
        let Some(id) = random_id() else { return report.note(SUBJECT, "not tried: no random numbers", None) };
        match is_made(self.bookings, &id, &self.record(&id, &plan)).await {
            Ok(true) => {}
            Ok(false) => return report.note(SUBJECT, format!("not tried: there is a booking {id} already"), None),
            Err(error) => return report.error(SUBJECT, &error),
        }
        self.click_twice(&id, &plan, report).await;
        match self.bookings.delete(&id).await {
            Ok(()) => report.good(SUBJECT, format!("the booking {id} was removed again")),
            Err(error) => report.bad(
                SUBJECT,
                format!("the booking {id} of this trial is still there: {error}"),
                "Delete it from the bookings table.",
            ),
        }
    }

    async fn click_twice(&self, id: &BookingId, plan: &Plan, report: &mut Report) {
        let Some(key) = self.app.keys.signing() else { return };
        // It asks nothing, whatever the app's settings.
        let link = UnsignedLink::new(id.clone(), plan.action.clone()).confirm(false);
        let signed = match Signer::new(key, self.base).sign(&link, SystemTime::now()) {
            Ok(signed) => signed,
            Err(error) => return report.bad(SUBJECT, error.to_string(), "This is a bug. Please report it."),
        };
        let what = format!("a link to {} the booking {id} of {}", plan.action, self.app.id);
        let first = match self.http.get(&signed.url).await {
            Ok(answer) => answer,
            Err(cause) => return report.bad(SUBJECT, format!("{what}: {cause}"), "Run doctor again."),
        };
        if !matches!(first.status, 200 | 302 | 303) {
            let advice = match first.code().as_deref() {
                Some("invalid_signature" | "booking_not_found") => {
                    "The address belongs to another deployment, whose functions use other tables. Compare --base-url, \
                     LINK_BASE_URL and the tables."
                }
                Some("action_not_available" | "unknown_action") => {
                    "The functions have other graphs or names of attributes: compare GRAPHS and STATE_ATTRIBUTE."
                }
                Some("temporarily_unavailable") => "The function does not reach DynamoDB: its log says why.",
                _ => "The function's log says why.",
            };
            return report.bad(SUBJECT, format!("{what} is answered with {}", first.told()), advice);
        }
        report.good(SUBJECT, format!("{what} was applied"));
        let expects_redirect = self.app.clicks.on_replay == OnReplay::Redirect && first.status != 200;
        match self.http.get(&signed.url).await {
            Ok(second)
                if second.code().as_deref() == Some("link_used")
                    || expects_redirect && second.status == first.status =>
            {
                report.good(SUBJECT, "a second click on it changed nothing");
            }
            Ok(second) => report.bad(
                SUBJECT,
                format!("a second click on it is answered with {}, and should be refused", second.told()),
                "The address may lead to several deployments, or to a table that is replicated late.",
            ),
            Err(cause) => report.bad(SUBJECT, format!("the second click: {cause}"), "Run doctor again."),
        }
        match self.bookings.get(id).await {
            Ok(Some(booking)) => {
                let entry = booking.entry_of_link(signed.link_id.as_str());
                let is_moved = booking.state().is_some_and(|state| state == plan.to);
                report.check(
                    is_moved && entry.is_some_and(|entry| entry.to().is_some_and(|to| to == plan.to)),
                    SUBJECT,
                    &format!("the booking is {}, and its log has the click", plan.to),
                    &format!("the booking is not {}, or its log has no entry for the click", plan.to),
                    "The functions use another table, or other names of attributes (STATE_ATTRIBUTE).",
                );
            }
            Ok(None) => report.bad(SUBJECT, "the booking is gone", "Does another program delete bookings?"),
            Err(error) => report.store(SUBJECT, &error),
        }
    }

    fn record(&self, id: &BookingId, plan: &Plan) -> Map<String, Value> {
        let now = SystemTime::now();
        let is_number =
            self.facts.by_app.as_ref().and_then(|index| index.sort.as_ref()).is_some_and(|(_, kind)| kind == "N");
        let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let created_at: Value = if is_number { seconds.into() } else { rfc3339(now).into() };
        let names = self.bookings.names();
        let values = [
            (Attribute::Id, json!(id)),
            (Attribute::App, json!(self.app.id)),
            (Attribute::Graph, json!(plan.graph)),
            (Attribute::State, json!(plan.from)),
            (Attribute::CreatedAt, created_at),
        ];
        values.into_iter().map(|(attribute, value)| (names.name(attribute).to_owned(), value)).collect()
    }
}

/// The first action of the default graph that a link can take, or else of any graph.
fn plan(graphs: &Graphs) -> Option<Plan> {
    let of_graph = |name: &GraphName| {
        let graph = graphs.get(name.as_str())?;
        let transition = graph.available(graph.initial().as_str()).next()?;
        let from = transition.from.clone()?;
        Some(Plan { graph: name.clone(), from, action: transition.action.clone(), to: transition.to.clone() })
    };
    let others = || {
        graphs.all_routes().find_map(|(action, route)| {
            let (from, in_graphs) = route.from.iter().next()?;
            Some(Plan {
                graph: in_graphs.first()?.clone(),
                from: from.clone(),
                action: action.clone(),
                to: route.to.clone(),
            })
        })
    };
    of_graph(graphs.default_name()).or_else(others)
}

/// An id that no booking has.
fn random_id() -> Option<BookingId> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).ok()?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    BookingId::parse(&format!("doctor-{digits}")).ok()
}

//! The one write that decides a click.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::record::{ACTION_LOG, BookingRecord, USED_LINKS};
use super::verdict::{self, Refused, Verdict};
use super::{BookingStore, StoreError};
use crate::app::App;
use crate::appointment::Appointment;
use crate::graph::{Graphs, Route};
use crate::link::VerifiedLink;
use crate::reason::Reason;

/// A verified link's click, about to be written.
#[derive(Clone, Copy, Debug)]
pub struct ClickWrite<'a> {
    /// The link: verified, since nothing else may change a booking.
    pub link: &'a VerifiedLink<'a>,
    /// The app whose key signed the link.
    pub app: &'a App,
    /// New for each click and the same over the SDK's attempts: how a click knows its own write.
    pub request_id: &'a str,
    /// When (RFC 3339, UTC).
    pub at: &'a str,
    /// The client's address, for an app that logs clients.
    pub source_ip: Option<&'a str>,
    /// The client's name for itself, for an app that logs clients.
    pub user_agent: Option<&'a str>,
    /// Why, in the customer's words.
    pub message: Option<&'a Reason>,
    /// Whether a page will say what the booking is about.
    pub read_back: bool,
}

/// What became of a write, and the item: as it is now, if that was asked for, or as it was
/// found; empty when there is none.
enum Update {
    Written(HashMap<String, AttributeValue>),
    Refused(HashMap<String, AttributeValue>),
}

impl BookingStore {
    /// Writes a click: one conditional `UpdateItem`. Only with graphs of one's own, in which an
    /// action does different things, may a refusal lead to another. What the booking is about
    /// comes with a refusal, and with [`read_back`](ClickWrite::read_back).
    ///
    /// # Errors
    ///
    /// [`StoreError`], when the store does not answer, throttles or fails.
    pub async fn apply(&self, write: &ClickWrite<'_>, graphs: &Graphs) -> Result<(Verdict, Appointment), StoreError> {
        let routes = graphs.routes(write.link.action()).unwrap_or_default();
        let mut next = routes.first();
        for _ in routes {
            let Some(route) = next else { break };
            let item = match self.update(write, route, graphs.default_name()).await? {
                Update::Written(item) => {
                    let record = BookingRecord::new(item, &self.names);
                    return Ok((Verdict::Applied { state: route.to.clone() }, record.appointment()));
                }
                Update::Refused(item) => item,
            };
            let record = (!item.is_empty()).then(|| BookingRecord::new(item, &self.names));
            match verdict::read(record.as_ref(), write, graphs) {
                Refused::Decided(verdict) => return Ok(with_appointment(verdict, record.as_ref())),
                Refused::Try(other) => next = Some(other),
            }
        }
        Err(StoreError::new("UpdateItem", &self.table, "refused without a reason that the item shows"))
    }

    async fn update(&self, write: &ClickWrite<'_>, route: &Route, default_graph: &str) -> Result<Update, StoreError> {
        let mut values = Values::default();
        // That the booking exists is in it: one that does not has no state.
        let condition = [
            app_clause(write, &mut values),
            route_clause(route, default_graph, &mut values),
            format!("NOT contains(#used_links, {})", values.text(write.link.link_id().as_str())),
        ];
        let update = format!(
            "SET #state = {}, updated_at = {at}, completed = {}, #log = list_append(if_not_exists(#log, {}), {}) ADD #used_links {}",
            values.text(&route.to),
            values.add(AttributeValue::Bool(route.completed)),
            values.add(AttributeValue::L(Vec::new())),
            values.add(AttributeValue::L(vec![log_entry(write, route)])),
            values.add(AttributeValue::Ss(vec![write.link.link_id().to_string()])),
            at = values.text(write.at),
        );
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(&self.names.id, AttributeValue::S(write.link.booking_id().to_string()))
            .condition_expression(condition.map(|clause| format!("({clause})")).join(" AND "))
            .update_expression(update)
            .expression_attribute_names("#app", &self.names.app)
            .expression_attribute_names("#graph", &self.names.graph)
            .expression_attribute_names("#state", &self.names.state)
            .expression_attribute_names("#log", ACTION_LOG)
            .expression_attribute_names("#used_links", USED_LINKS)
            .set_expression_attribute_values(Some(values.0))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .set_return_values(write.read_back.then_some(ReturnValue::AllNew));
        let error = match request.send().await {
            Ok(written) => return Ok(Update::Written(written.attributes.unwrap_or_default())),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                Ok(Update::Refused(refusal.item.clone().unwrap_or_default()))
            }
            _ => Err(StoreError::sdk("UpdateItem", &self.table, error)),
        }
    }
}

/// Another app's booking is not talked about.
pub(super) fn with_appointment(verdict: Verdict, record: Option<&BookingRecord<'_>>) -> (Verdict, Appointment) {
    let record = record.filter(|_| verdict != Verdict::BookingNotFound);
    (verdict, record.map(BookingRecord::appointment).unwrap_or_default())
}

/// The booking belongs to the key's app.
fn app_clause(write: &ClickWrite<'_>, values: &mut Values) -> String {
    let own = format!("#app = {}", values.text(&write.app.id));
    if write.app.sole { format!("{own} OR {}", absent("#app", values)) } else { own }
}

/// The booking is in a graph and a state from which the route leads.
fn route_clause(route: &Route, default_graph: &str, values: &mut Values) -> String {
    let from = route.from.iter().map(|(state, graphs)| {
        let names = graphs.iter().map(|graph| values.text(graph)).collect::<Vec<_>>().join(", ");
        let unnamed = match graphs.iter().any(|graph| graph == default_graph) {
            true => format!(" OR {}", absent("#graph", values)),
            false => String::new(),
        };
        format!("#state = {} AND (#graph IN ({names}){unnamed})", values.text(state))
    });
    from.collect::<Vec<_>>().join(" OR ")
}

/// The attribute is not there, or null, as libraries write what is not there.
fn absent(name: &str, values: &mut Values) -> String {
    format!("attribute_not_exists({name}) OR attribute_type({name}, {})", values.text("NULL"))
}

pub(super) fn log_entry(write: &ClickWrite<'_>, route: &Route) -> AttributeValue {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut entry = HashMap::from([
        ("action".to_owned(), text(write.link.action().as_str())),
        ("to".to_owned(), text(&route.to)),
        ("link_id".to_owned(), text(write.link.link_id().as_str())),
        ("request_id".to_owned(), text(write.request_id)),
        ("at".to_owned(), text(write.at)),
    ]);
    // With one state to come from, the condition says which it was.
    let only_state = route.from.keys().next().filter(|_| route.from.len() == 1);
    let optional = [
        ("from", only_state.map(String::as_str)),
        ("source_ip", write.source_ip),
        ("user_agent", write.user_agent),
        ("message", write.message.map(Reason::as_str)),
    ];
    entry.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?)))));
    AttributeValue::M(entry)
}

/// The expression's values, named as they come.
#[derive(Default)]
struct Values(HashMap<String, AttributeValue>);

impl Values {
    fn add(&mut self, value: AttributeValue) -> String {
        let name = format!(":{}", self.0.len());
        self.0.insert(name.clone(), value);
        name
    }

    fn text(&mut self, text: &str) -> String {
        self.add(AttributeValue::S(text.to_owned()))
    }
}

//! The one write that decides a click.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::expression::Expression;
use super::record::{ACTION_LOG, BookingRecord, USED_LINKS};
use super::verdict::{self, Refused, Verdict};
use super::{BookingStore, StoreError};
use crate::app::App;
use crate::appointment::Appointment;
use crate::graph::{Graphs, Route};
use crate::link::VerifiedLink;
use crate::reason::Reason;

/// A click on a verified link, to be written.
#[derive(Clone, Copy, Debug)]
pub struct ClickWrite<'a> {
    /// The link. It is verified, because nothing else may change a booking.
    pub link: &'a VerifiedLink<'a>,
    /// The app whose key signed the link.
    pub app: &'a App,
    /// Unique for each click and the same for all attempts of the SDK, so that a click recognises
    /// its own write.
    pub request_id: &'a str,
    /// When (RFC 3339, UTC).
    pub at: &'a str,
    /// The client's IP address, for an app that logs clients.
    pub source_ip: Option<&'a str>,
    /// The client's user agent, for an app that logs clients.
    pub user_agent: Option<&'a str>,
    /// The customer's reason.
    pub message: Option<&'a Reason>,
    /// Whether to return the item, because a page will show what the booking is about.
    pub read_back: bool,
}

/// The result of a write, and the item: as it is now, if that was asked for, or as it was found.
/// Empty if there is none.
enum Update {
    Written(HashMap<String, AttributeValue>),
    Refused(HashMap<String, AttributeValue>),
}

impl BookingStore {
    /// Writes a click by one conditional `UpdateItem`. A refusal leads to a second one only with
    /// graphs of the user's own in which an action has different results. What the booking is about
    /// is known after a refusal, or with [`read_back`](ClickWrite::read_back).
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store does not answer, throttles or fails.
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
        Err(StoreError::new("UpdateItem", &self.table, "the write was refused, but the item shows no reason"))
    }

    async fn update(&self, write: &ClickWrite<'_>, route: &Route, default_graph: &str) -> Result<Update, StoreError> {
        let expression = Expression::new(write, route, default_graph);
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(&self.names.id, AttributeValue::S(write.link.booking_id().to_string()))
            .condition_expression(expression.condition)
            .update_expression(expression.update)
            .expression_attribute_names("#app", &self.names.app)
            .expression_attribute_names("#graph", &self.names.graph)
            .expression_attribute_names("#state", &self.names.state)
            .expression_attribute_names("#log", ACTION_LOG)
            .expression_attribute_names("#used_links", USED_LINKS)
            .set_expression_attribute_values(Some(expression.values))
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

/// Nothing of another app's booking is shown.
pub(super) fn with_appointment(verdict: Verdict, record: Option<&BookingRecord<'_>>) -> (Verdict, Appointment) {
    let record = record.filter(|_| verdict != Verdict::BookingNotFound);
    (verdict, record.map(BookingRecord::appointment).unwrap_or_default())
}

//! The one write that decides a click.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};

use super::booking::Booking;
use super::booking_update::{BookingUpdate, Change, UpdateExpression};
use super::bookings::BookingStore;
use super::condition;
use super::error::StoreError;
use super::event;
use super::expression::Placeholders;
use crate::booking::BookingId;
use crate::domain::{Attribute, Rule, first_failure};

#[derive(Clone, Debug)]
pub enum Written<'a, R> {
    /// The booking was changed. It is here as it is now, if that was asked for.
    Applied(Option<Booking<'a>>),
    /// This very request had already changed the booking, and the reply was lost.
    Own(Booking<'a>),
    /// The booking fails a rule, for this reason. It is here as it is, if it exists.
    Refused(R, Option<Booking<'a>>),
}

/// What a write would do to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluation<R> {
    /// It would change the booking.
    Passes,
    /// It has already changed it.
    Own,
    /// It would be refused, for this reason.
    Refused(R),
}

/// Reads what the write of `update` under `rules` would do to a booking. There is no clock and no
/// network here: "once" rests on this decision.
pub fn evaluate<R: Copy>(
    booking: Option<&Booking<'_>>,
    rules: &[Rule<'_, R>],
    update: &BookingUpdate<'_>,
) -> Evaluation<R> {
    let own = |booking: &Booking<'_>| booking.entry_of_request(update.author.link_id(), update.request_id).is_some();
    if booking.is_some_and(own) {
        return Evaluation::Own;
    }
    first_failure(rules, booking).map_or(Evaluation::Passes, Evaluation::Refused)
}

impl BookingStore {
    /// Makes the update on the condition that every rule holds, by one `UpdateItem`. A refused
    /// write returns the booking, so that the reason costs no second request. `read_back` asks for
    /// the booking after an applied one, too.
    pub async fn write<R: Copy>(
        &self,
        id: &BookingId,
        rules: &[Rule<'_, R>],
        update: &BookingUpdate<'_>,
        read_back: bool,
    ) -> Result<Written<'_, R>, StoreError> {
        let (condition, expression, placeholders) = self.render(id, rules, update);
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(self.names.name(Attribute::Id), AttributeValue::S(id.to_string()))
            .condition_expression(condition)
            .update_expression(expression)
            .set_expression_attribute_names(Some(placeholders.names))
            .set_expression_attribute_values(Some(placeholders.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .set_return_values(read_back.then_some(ReturnValue::AllNew));
        let error = match request.send().await {
            Ok(written) => return Ok(Written::Applied(written.attributes.map(|item| Booking::new(item, &self.names)))),
            Err(error) => error,
        };
        let Some(UpdateItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error() else {
            return Err(StoreError::sdk("UpdateItem", &self.table, error));
        };
        let booking = refusal.item.clone().filter(|item| !item.is_empty()).map(|item| Booking::new(item, &self.names));
        match (evaluate(booking.as_ref(), rules, update), booking) {
            (Evaluation::Refused(reason), booking) => Ok(Written::Refused(reason, booking)),
            (Evaluation::Own, Some(booking)) => Ok(Written::Own(booking)),
            (Evaluation::Own | Evaluation::Passes, _) => Err(StoreError::unsettled()),
        }
    }

    /// Makes the update of a booking, and uses the link up on its `own` one, which was moved there: both or none, by
    /// one `TransactWriteItems`, on the condition that the rules of each hold. Returns `false` if one does not.
    pub async fn write_moved<R: Copy>(
        &self,
        own: (&BookingId, &[Rule<'_, R>]),
        (id, rules): (&BookingId, &[Rule<'_, R>]),
        update: &BookingUpdate<'_>,
    ) -> Result<bool, StoreError> {
        let (own_id, of_own) = own;
        let used = BookingUpdate { change: Change::UseElsewhere, ..*update };
        let request = self.client.transact_write_items();
        let request = request.transact_items(self.part(id, rules, update)?);
        let Err(error) = request.transact_items(self.part(own_id, of_own, &used)?).send().await else {
            return Ok(true);
        };
        let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) = error.as_service_error() else {
            return Err(StoreError::sdk("TransactWriteItems", &self.table, error));
        };
        let has = |code| canceled.cancellation_reasons().iter().any(|reason| reason.code() == Some(code));
        match () {
            () if has("ConditionalCheckFailed") => Ok(false),
            () if has("ValidationError") => Err(StoreError::invalid("TransactWriteItems", &self.table)),
            () => Err(StoreError::canceled(&self.table, canceled.message().unwrap_or_default())),
        }
    }

    /// A part of a transaction.
    fn part<R>(
        &self,
        id: &BookingId,
        rules: &[Rule<'_, R>],
        update: &BookingUpdate<'_>,
    ) -> Result<TransactWriteItem, StoreError> {
        let (condition, expression, placeholders) = self.render(id, rules, update);
        let update = Update::builder()
            .table_name(&self.table)
            .key(self.names.name(Attribute::Id), AttributeValue::S(id.to_string()))
            .condition_expression(condition)
            .update_expression(expression)
            .set_expression_attribute_names(Some(placeholders.names))
            .set_expression_attribute_values(Some(placeholders.values));
        Ok(TransactWriteItem::builder().update(update.build().map_err(StoreError::client)?).build())
    }

    /// The condition that every rule holds, the expression of the update, and what both refer to.
    fn render<R>(
        &self,
        id: &BookingId,
        rules: &[Rule<'_, R>],
        update: &BookingUpdate<'_>,
    ) -> (String, String, Placeholders<'_>) {
        let mut placeholders = Placeholders::new(&self.names);
        let condition = condition::render(rules, &mut placeholders);
        let mut expression = UpdateExpression::new(update, &mut placeholders);
        if self.events {
            event::add(&mut expression, id, update);
        }
        let expression = expression.render();
        (condition, expression, placeholders)
    }
}

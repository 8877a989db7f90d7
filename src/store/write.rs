//! The one write that decides a click.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::booking::Booking;
use super::bookings::BookingStore;
use super::changes::{Changes, Update};
use super::condition;
use super::error::StoreError;
use super::event;
use super::terms::Terms;
use crate::booking::BookingId;
use crate::domain::Rule;

/// The result of a write.
#[derive(Clone, Debug)]
pub enum Written<'a, R> {
    /// The booking was changed. It is here as it is now, if that was asked for.
    Applied(Option<Booking<'a>>),
    /// This very click had already changed the booking, and the reply was lost.
    Own(Booking<'a>),
    /// The booking fails a rule, for this reason. It is here as it is, if it exists.
    Refused(R, Option<Booking<'a>>),
}

/// What a write would do to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading<R> {
    /// It would change the booking.
    Passes,
    /// It has already changed it.
    Own,
    /// It would be refused, for this reason.
    Refused(R),
}

/// Reads what the write of `changes` under `rules` would do to a booking. There is no clock and no
/// network here: "once" rests on this decision.
pub fn read<R: Copy>(booking: Option<&Booking<'_>>, rules: &[Rule<'_, R>], changes: &Changes<'_>) -> Reading<R> {
    let own = |booking: &Booking<'_>| booking.entry_of_click(changes.link_id.as_str(), changes.request_id).is_some();
    if booking.is_some_and(own) {
        return Reading::Own;
    }
    condition::first_failure(rules, booking).map_or(Reading::Passes, Reading::Refused)
}

impl BookingStore {
    /// Makes the changes on the condition that every rule holds, by one `UpdateItem`. A refused
    /// write returns the booking, so that the reason costs no second request. `read_back` asks for
    /// the booking after an applied one, too.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store does not answer, throttles or fails.
    pub async fn write<R: Copy>(
        &self,
        id: &BookingId,
        rules: &[Rule<'_, R>],
        changes: &Changes<'_>,
        read_back: bool,
    ) -> Result<Written<'_, R>, StoreError> {
        let mut terms = Terms::new(&self.names);
        let (condition, mut update) = (condition::render(rules, &mut terms), Update::of(changes, &mut terms));
        if self.events {
            event::add(&mut update, id, changes, &mut terms);
        }
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(&self.names.id, AttributeValue::S(id.to_string()))
            .condition_expression(condition)
            .update_expression(update.render())
            .set_expression_attribute_names(Some(terms.names))
            .set_expression_attribute_values(Some(terms.values))
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
        match (read(booking.as_ref(), rules, changes), booking) {
            (Reading::Refused(reason), booking) => Ok(Written::Refused(reason, booking)),
            (Reading::Own, Some(booking)) => Ok(Written::Own(booking)),
            (Reading::Own | Reading::Passes, _) => Err(StoreError::unsettled()),
        }
    }
}

//! Makes a booking, and finds out whether it was made where the reply was lost.

use serde_json::{Map, Value};

use crate::booking::BookingId;
use crate::cli::failure::{CliError, failure, store};
use crate::store::BookingStore;

/// Whether the booking was made: a lost reply is no failure.
pub(in crate::cli) async fn is_made(
    bookings: &BookingStore,
    id: &BookingId,
    record: &Map<String, Value>,
) -> Result<bool, CliError> {
    match bookings.create(record.clone()).await {
        Ok(true) => return Ok(true),
        Err(error) if !error.is_temporary() => return Err(store(error)),
        Ok(false) | Err(_) => {}
    }
    let found = bookings.get(id).await.map_err(|error| {
        let advice = format!("Run `action-links booking show {id}` after some minutes.");
        failure(format!("{error}. It is not known whether the booking `{id}` was made"), advice)
    })?;
    let Some(found) = found else {
        return Err(failure("DynamoDB did not answer; no booking was made", "Run the command again."));
    };
    let attributes = found.attributes(true).into_iter();
    let attributes: Map<String, Value> =
        attributes.map(|(name, value)| (name.to_owned(), serde_json::to_value(value).unwrap_or_default())).collect();
    Ok(attributes == *record)
}

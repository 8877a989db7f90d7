//! One page of an app's bookings.

use serde_json::value::RawValue;
use tokio::time::Instant;

use super::cursor;
use super::parameters::Parameters;
use super::problems::{invalid, no_index, no_position, unavailable, unwritable};
use super::service::Service;
use crate::app::App;
use crate::decorate::Decorator;
use crate::gateway::Problem;
use crate::store::{PageKey, within};

/// A page of the list, and the position of the next one, if there may be more.
pub(super) struct Page {
    pub(super) bookings: Vec<Box<RawValue>>,
    /// How many links they have.
    pub(super) links: usize,
    pub(super) next: Option<PageKey>,
}

/// Reads a page. It ends before it takes too long or gets too large, and has at least one booking.
pub(super) async fn page(
    service: &Service,
    app: &App,
    decorator: &Decorator<'_>,
    parameters: &Parameters,
    deadline: Instant,
    max_bytes: usize,
) -> Result<Page, Problem> {
    let foreign = || invalid("cursor", "is not a cursor of this list");
    let position = |text: &String| cursor::decode(text, app).ok_or_else(foreign);
    let mut after = parameters.cursor.as_ref().map(position).transpose()?;
    let mut bookings: Vec<Box<RawValue>> = Vec::new();
    let (mut bytes, mut links) = (0, 0);
    // A page of DynamoDB has at most 1 MB. One of ours may need several.
    let more = 'page: loop {
        let limit = i32::try_from(parameters.limit - bookings.len()).unwrap_or(i32::MAX);
        let read = within(deadline, service.bookings.list(&app.id, after.as_ref(), limit)).await;
        let read = match read {
            Ok(read) => read,
            Err(fault) if fault.is_rejection() => return Err(no_index(&fault)),
            Err(fault) if bookings.is_empty() => return Err(unavailable(&fault)),
            Err(fault) => {
                tracing::warn!(%fault, "a page ends early");
                break true;
            }
        };
        for record in &read.records {
            let booking = decorator.record(record).map_err(|_| unwritable())?;
            bytes += 1 + escaped_length(booking.json.get());
            if bytes > max_bytes && !bookings.is_empty() {
                break 'page true;
            }
            links += booking.links;
            bookings.push(booking.json);
            after = Some(record.page_key().ok_or_else(no_position)?);
        }
        if !read.more || bookings.len() >= parameters.limit {
            break read.more;
        }
    };
    Ok(Page { bookings, links, next: after.filter(|_| more) })
}

/// The length of compact JSON as a JSON string, which is how Lambda returns an answer.
fn escaped_length(json: &str) -> usize {
    json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

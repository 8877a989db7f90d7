//! The business's own hand: an action without a link, by the same write.

use std::fmt;
use std::time::SystemTime;

use super::rules::{RefusalReason, owner_rules, owns};
use crate::app::App;
use crate::booking::{Action, BookingId, State};
use crate::domain::{CustomerMessage, Graphs};
use crate::store::{Author, Booking, BookingStore, BookingUpdate, Change, StoreError, Written};
use crate::time::rfc3339;

/// The id of a request of the business. The same one again changes nothing. It is 1 to 256 printable characters of
/// ASCII, without spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

/// Why a text is not the id of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to 256 printable characters of ASCII, without spaces")]
pub struct RequestIdError;

impl std::str::FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, RequestIdError> {
        let is_valid = (1..=256).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_valid { Ok(Self(text.to_owned())) } else { Err(RequestIdError) }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An action that the business takes itself.
#[derive(Clone, Debug)]
pub struct OwnerAct {
    pub booking_id: BookingId,
    pub action: Action,
    pub request_id: RequestId,
    /// Why, for the booking's log. It may be empty.
    pub message: CustomerMessage,
}

/// What an action of the business came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActedByOwner {
    /// The action was taken, now or by an earlier request with the same id. The booking was then in this state.
    Applied { state: State },
    /// There is no such booking, or it belongs to another app. Nothing was written.
    BookingNotFound,
    /// No graph has the action, or it only starts a booking.
    UnknownAction,
    /// The booking's state does not allow the action. `already` says that it is the one to which the action leads.
    ActionNotAvailable { state: Option<State>, already: bool },
    /// The request's id is that of another action, which was taken on this booking before.
    OtherRequest { action: String },
    /// DynamoDB refuses to change the booking's record.
    BookingUnusable { fault: String },
}

/// Takes an action on behalf of the business. It is one write, as a click is. No notice is kept, since those are for
/// customers.
///
/// # Errors
///
/// [`StoreError`] when the store fails. Whether the action was taken is not known then; the same request can be made
/// again.
pub async fn act(
    bookings: &BookingStore,
    graphs: &Graphs,
    app: &App,
    request: &OwnerAct,
    now: SystemTime,
) -> Result<ActedByOwner, StoreError> {
    let (at, request_id) = (rfc3339(now), request.request_id.to_string());
    // No id of a link has a colon.
    let used = format!("request:{request_id}");
    let Some(mut route) = graphs.owner_routes(&request.action).next() else {
        return Ok(ActedByOwner::UnknownAction);
    };
    // In graphs of the user's own, the action may have another result in this booking's.
    for _ in graphs.owner_routes(&request.action) {
        let update = BookingUpdate {
            change: Change::of_route(route),
            action: &request.action,
            author: Author::Owner { used: &used },
            app_id: &app.id,
            request_id: &request_id,
            at: &at,
            source_ip: None,
            user_agent: None,
            message: Some(request.message.as_str()).filter(|text| !text.is_empty()),
            sub: None,
        };
        let rules = owner_rules(app, &used, route, graphs.default_name());
        let (reason, booking) = match bookings.write(&request.booking_id, &rules, &update, false).await {
            Ok(Written::Applied(_)) => return Ok(ActedByOwner::Applied { state: route.to.clone() }),
            Ok(Written::Own(booking)) => return Ok(applied_before(request, &booking, app)),
            Ok(Written::Refused(reason, booking)) => (reason, booking),
            Err(fault) if fault.is_rejection() => {
                return Ok(ActedByOwner::BookingUnusable { fault: fault.to_string() });
            }
            Err(fault) => return Err(fault),
        };
        let Some(booking) = booking.filter(|_| reason != RefusalReason::BookingNotFound) else {
            return Ok(ActedByOwner::BookingNotFound);
        };
        if reason == RefusalReason::LinkUsed {
            return Ok(applied_before(request, &booking, app));
        }
        match graphs.owner_route(&request.action, &booking) {
            Some(other) => route = other,
            None => {
                let already = graphs.led_to(&request.action, &booking);
                return Ok(ActedByOwner::ActionNotAvailable { state: booking.state(), already });
            }
        }
    }
    Err(StoreError::unsettled())
}

/// What an earlier request with the same id has done.
fn applied_before(request: &OwnerAct, booking: &Booking<'_>, app: &App) -> ActedByOwner {
    if !owns(app, booking) {
        return ActedByOwner::BookingNotFound;
    }
    let entry = booking.entry_of_owner(&request.request_id.to_string());
    match entry.and_then(|entry| entry.action()) {
        Some(action) if action != request.action.as_str() => ActedByOwner::OtherRequest { action: action.to_owned() },
        // Somebody may have shortened the log meanwhile.
        _ => match entry.and_then(|entry| entry.to()).or(booking.state()) {
            Some(state) => ActedByOwner::Applied { state },
            None => ActedByOwner::ActionNotAvailable { state: None, already: false },
        },
    }
}

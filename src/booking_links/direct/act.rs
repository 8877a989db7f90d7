//! `act`: an action that the business takes itself.

use std::time::SystemTime;

use super::Trace;
use super::parts::{app, name};
use super::refusal::Refusal;
use crate::booking::{Action, BookingId};
use crate::booking_links::service::Service;
use crate::click::{self, ActedByOwner, OwnerAct, RequestId};
use crate::domain::CustomerMessage;
use crate::invocation::{ActReply, ActRequest, ErrorCode};
use crate::store::within;

/// Takes the action. `invocation_id` is the id of the request if it has none of its own.
pub(super) async fn act(
    service: &Service,
    request: &ActRequest,
    invocation_id: &str,
    now: SystemTime,
    trace: &mut Trace,
) -> Result<ActReply, Refusal> {
    let deadline = service.deadlines.begin();
    let invalid = |message: String| Refusal::new(ErrorCode::InvalidRequest, message);
    let booking_id = name("booking_id", &request.booking_id, BookingId::parse)?;
    let action = name("action", &request.action, Action::parse)?;
    let request_id = request.request_id.as_deref().unwrap_or(invocation_id);
    let request_id: RequestId = request_id.parse().map_err(|error| invalid(format!("`request_id` {error}")))?;
    let message = CustomerMessage::new(request.message.as_deref().unwrap_or_default());
    let app = app(service, request.app_id.as_deref(), now).await?;
    let act = OwnerAct { booking_id, action, request_id, message };
    let acted = within(deadline, click::act(&service.bookings, &service.graphs, &app, &act, now)).await;
    let OwnerAct { booking_id, action, .. } = act;
    (trace.app, trace.booking) = (Some(app.id.clone()), Some(booking_id.clone()));
    trace.action = service.graphs.has_action(&action).then(|| action.clone());
    let acted = acted.map_err(|fault| {
        tracing::error!(%fault, "the store failed");
        let message =
            "whether the action was taken is not known; make the same request again, with the same `request_id`";
        Refusal::new(ErrorCode::TemporarilyUnavailable, message)
    })?;
    match acted {
        ActedByOwner::Applied { state } => Ok(ActReply::new(booking_id.as_str(), state.as_str(), action.as_str())),
        ActedByOwner::BookingNotFound => {
            Err(Refusal::new(ErrorCode::BookingNotFound, "the app has no booking with that `booking_id`"))
        }
        ActedByOwner::UnknownAction => {
            let message = format!("no graph has the action `{action}` for an existing booking");
            Err(Refusal::new(ErrorCode::UnknownAction, message))
        }
        ActedByOwner::ActionNotAvailable { state, already } => {
            let already = if already { " already" } else { ", which does not allow the action" };
            let message = match state {
                Some(state) => format!("the booking is in the state `{state}`{already}"),
                None => "the booking has no state".to_owned(),
            };
            Err(Refusal::new(ErrorCode::ActionNotAvailable, message))
        }
        ActedByOwner::OtherRequest { action } => Err(invalid(format!(
            "`request_id` is that of another request for this booking, which took the action `{action}`"
        ))),
        ActedByOwner::BookingUnusable { fault } => {
            tracing::error!(booking = booking_id.as_str(), fault, "the booking's record cannot be changed; repair it");
            let message = "the booking's record cannot be changed; the log says why";
            Err(Refusal::new(ErrorCode::BookingUnusable, message))
        }
    }
}

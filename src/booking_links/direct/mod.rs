//! Direct invocation by another Lambda: `sign`, `decorate` and `act`.

mod act;
mod decorate;
mod parts;
mod refusal;
mod request;
mod short;
mod sign;
mod sign_many;

use std::time::{Duration, SystemTime};

use lambda_http::lambda_runtime::Diagnostic;
use serde_json::value::{RawValue, to_raw_value};

use super::service::Service;
use crate::booking::{Action, AppId, BookingId};
use crate::invocation::{ErrorCode, SignManyRequest};
use crate::json::Object;
use crate::link::LinkId;
use refusal::Refusal;
use request::parse;

/// What the log tells of a direct invocation, as far as it is known.
#[derive(Default)]
pub(super) struct Trace {
    pub(super) operation: &'static str,
    pub(super) app: Option<AppId>,
    /// Of a `sign` of one link, and of an `act`.
    pub(super) booking: Option<BookingId>,
    /// Of a `sign` of one link.
    pub(super) link_id: Option<LinkId>,
    /// Of an `act`.
    pub(super) action: Option<Action>,
    /// How many links there are in a `sign` of many.
    pub(super) links: Option<usize>,
    /// How many of them were also stored under short ones, if any.
    pub(super) short_links: Option<usize>,
    /// How many bookings there are in a `decorate`.
    pub(super) bookings: Option<usize>,
    /// How many links were signed.
    pub(super) signed: usize,
    /// How old the key is that signed, unless many links were asked for.
    pub(super) key_age: Option<Duration>,
}

pub(super) async fn answer(
    service: &Service,
    event: &Object<'_>,
    json: &RawValue,
    invocation_id: &str,
    trace: &mut Trace,
) -> Result<Box<RawValue>, Diagnostic> {
    Ok(reply(service, event, json, invocation_id, trace).await?)
}

async fn reply(
    service: &Service,
    event: &Object<'_>,
    json: &RawValue,
    invocation_id: &str,
    trace: &mut Trace,
) -> Result<Box<RawValue>, Refusal> {
    let now = SystemTime::now();
    trace.operation = "unknown";
    match event.get("operation").ok().flatten() {
        Some("sign") if event.raw("links").is_some() => {
            trace.operation = "sign";
            let request: SignManyRequest<&RawValue> = parse(json)?;
            trace.links = Some(request.links.len());
            sign_many::sign_many(service, &request, now, trace).await
        }
        Some("sign") => {
            trace.operation = "sign";
            let signed = sign::sign_one(service, &parse(json)?, now).await?;
            trace.short_links = signed.reply.short_url.is_some().then_some(1);
            trace.app = Some(signed.app);
            trace.signed = 1;
            trace.key_age = signed.key_age;
            (trace.booking, trace.link_id) = (Some(signed.booking), Some(signed.link_id));
            to_raw_value(&signed.reply).map_err(|e| Refusal::new(ErrorCode::InternalError, e))
        }
        Some("act") => {
            trace.operation = "act";
            let reply = act::act(service, &parse(json)?, invocation_id, now, trace).await?;
            to_raw_value(&reply).map_err(|e| Refusal::new(ErrorCode::InternalError, e))
        }
        Some("decorate") => {
            trace.operation = "decorate";
            let decorated = decorate::decorate(service, &parse(json)?, now).await?;
            trace.app = Some(decorated.app);
            trace.bookings = Some(decorated.decoration.bookings);
            trace.signed = decorated.decoration.links;
            trace.key_age = decorated.key_age;
            Ok(decorated.decoration.json)
        }
        _ => Err(Refusal::new(ErrorCode::InvalidRequest, "`operation` must be \"sign\", \"decorate\" or \"act\"")),
    }
}

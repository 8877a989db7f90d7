//! Direct invocation by another Lambda: `sign` and `decorate`.

use std::time::{Duration, SystemTime};

use lambda_http::lambda_runtime::Diagnostic;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::service::Service;
use crate::app::{App, MAX_LINK_LIFETIME};
use crate::booking::{Action, AppId, BookingId};
use crate::decorate::{Decorator, Include};
use crate::invocation::{DecorateRequest, ErrorCode, SignReply, SignRequest};
use crate::json::Object;
use crate::keyring::Tenant;
use crate::link::{LinkId, Redirect, Signer, UnsignedLink};
use crate::time::rfc3339;

/// What the log tells of a direct invocation, as far as it is known.
#[derive(Default)]
pub(super) struct Trace {
    pub(super) operation: &'static str,
    pub(super) app: Option<AppId>,
    /// Of a `sign`.
    pub(super) link: Option<(BookingId, LinkId)>,
    /// How many bookings there are in a `decorate`.
    pub(super) bookings: Option<usize>,
}

/// Answers a direct invocation.
pub(super) async fn answer(
    service: &Service,
    event: &Object<'_>,
    json: &RawValue,
    trace: &mut Trace,
) -> Result<Box<RawValue>, Diagnostic> {
    let now = SystemTime::now();
    trace.operation = "unknown";
    match event.get("operation").ok().flatten() {
        Some("sign") => {
            trace.operation = "sign";
            sign(service, parse(json)?, now, trace).await
        }
        Some("decorate") => {
            trace.operation = "decorate";
            decorate(service, &parse(json)?, now, trace).await
        }
        _ => Err(error(ErrorCode::InvalidRequest, "`operation` must be \"sign\" or \"decorate\"")),
    }
}

async fn sign(
    service: &Service,
    request: SignRequest,
    now: SystemTime,
    trace: &mut Trace,
) -> Result<Box<RawValue>, Diagnostic> {
    let name = |name, text: &str, fault| {
        error(ErrorCode::InvalidRequest, format!("`{name}` {fault}: it has {} characters", text.chars().count()))
    };
    let booking_id = BookingId::parse(&request.booking_id).map_err(|e| name("booking_id", &request.booking_id, e))?;
    let action = Action::parse(&request.action).map_err(|e| name("action", &request.action, e))?;
    if service.graphs.routes(&action).is_none() {
        return Err(error(ErrorCode::UnknownAction, format!("no graph has the action `{action}` for a link")));
    }
    let app = tenant(service, request.app_id.as_deref(), now).await?.app;
    trace.app = Some(app.id.clone());
    let signer = signer(service, &app)?;
    let mut link = UnsignedLink::new(booking_id.clone(), action);
    let expires_at = match request.expires_in {
        Some(seconds) if seconds == 0 || Duration::from_secs(seconds) > MAX_LINK_LIFETIME => {
            return Err(error(ErrorCode::InvalidRequest, "`expires_in` must be from 1 second to 100 years"));
        }
        Some(seconds) => Some(now + Duration::from_secs(seconds)),
        None => app.links_expire_at(now),
    };
    if let Some(time) = expires_at {
        link = link.expires_at(time);
    }
    if let Some(redirect) = redirect(request.redirect.as_deref())? {
        link = link.redirect(&redirect);
    }
    if let Some(confirm) = request.confirm {
        link = link.confirm(confirm);
    }
    let signed = signer.sign(&link, now);
    trace.link = Some((booking_id, signed.link_id.clone()));
    let reply = SignReply {
        url: signed.url,
        signature: signed.signature,
        link_id: signed.link_id.to_string(),
        expires_at: expires_at.map(rfc3339),
    };
    to_raw_value(&reply).map_err(|e| error(ErrorCode::InternalError, e))
}

async fn decorate(
    service: &Service,
    request: &DecorateRequest<Box<RawValue>>,
    now: SystemTime,
    trace: &mut Trace,
) -> Result<Box<RawValue>, Diagnostic> {
    let include = request.include.as_deref().unwrap_or("customer_action_links");
    let include = Include::parse(include)
        .map_err(|unknown| error(ErrorCode::UnknownInclude, format!("unknown include: {}", unknown.join(", "))))?;
    let tenant = tenant(service, request.app_id.as_deref(), now).await?;
    trace.app = Some(tenant.app.id.clone());
    let signer = include.links().then(|| signer(service, &tenant.app)).transpose()?;
    let decorator = Decorator {
        graphs: &service.graphs,
        names: service.bookings.names(),
        tenant: &tenant,
        signer,
        include,
        redirect: redirect(request.redirect.as_deref())?,
        now,
    };
    let shape = "`response` must be a booking, a list of bookings, or an object that has either as `data`";
    let (response, bookings) =
        decorator.response(&request.response).map_err(|_| error(ErrorCode::InvalidRequest, shape))?;
    trace.bookings = Some(bookings);
    Ok(response)
}

async fn tenant(service: &Service, id: Option<&str>, now: SystemTime) -> Result<Tenant, Diagnostic> {
    let (tenant, code, message) = match id {
        Some(id) => {
            let tenant = match AppId::parse(id) {
                Ok(id) => service.keyring.by_id(&id, now).await,
                Err(_) => Ok(None),
            };
            (tenant, ErrorCode::UnknownApp, "there is no app with that `app_id`")
        }
        None => {
            let several = "`app_id` may be left out only when the apps table has one app";
            (service.keyring.only(now).await, ErrorCode::AppRequired, several)
        }
    };
    let tenant = tenant.map_err(|fault| {
        tracing::error!(%fault, "the store failed");
        error(ErrorCode::TemporarilyUnavailable, "the API keys cannot be read; try again")
    })?;
    tenant.ok_or_else(|| error(code, message))
}

fn signer<'a>(service: &'a Service, app: &'a App) -> Result<Signer<'a>, Diagnostic> {
    let key = app
        .keys
        .signing()
        .ok_or_else(|| error(ErrorCode::NoSigningKey, format!("every key of `{}` is retired or revoked", app.id)))?;
    let base = service.base.as_ref();
    let base =
        base.ok_or_else(|| error(ErrorCode::LinkBaseUrlRequired, "direct invocations need LINK_BASE_URL to be set"))?;
    Ok(Signer::new(key, base))
}

fn redirect(text: Option<&str>) -> Result<Option<Redirect>, Diagnostic> {
    text.map(Redirect::trusted).transpose().map_err(|e| error(ErrorCode::RedirectNotAllowed, e))
}

/// Parses a request. Messages name members, so that a misspelt one is found, and never quote
/// values, which may be secret.
fn parse<'de, T: Deserialize<'de>>(json: &'de RawValue) -> Result<T, Diagnostic> {
    serde_json::from_str(json.get()).map_err(|e| {
        let said = e.to_string();
        let of_a_name =
            ["unknown field", "missing field", "duplicate field"].iter().any(|start| said.starts_with(start));
        let wrong_type = || format!("a member is of the wrong type, at line {} column {}", e.line(), e.column());
        error(ErrorCode::InvalidRequest, if of_a_name { said } else { wrong_type() })
    })
}

fn error(code: ErrorCode, message: impl ToString) -> Diagnostic {
    Diagnostic { error_type: code.to_string(), error_message: message.to_string() }
}

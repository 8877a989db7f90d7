//! What the operations have in common: the app, its signer, and what is signed into links.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::refusal::Refusal;
use crate::app::{App, MAX_LINK_LIFETIME};
use crate::booking::{AppId, NameError};
use crate::booking_links::service::Service;
use crate::invocation::ErrorCode;
use crate::link::{LanguageTag, Redirect, Signer};

/// The app that a request names, or the only one.
pub(super) async fn app(service: &Service, id: Option<&str>, now: SystemTime) -> Result<Arc<App>, Refusal> {
    let (app, code, message) = match id {
        Some(id) => {
            let app = match AppId::parse(id) {
                Ok(id) => service.keyring.by_id(&id, now).await,
                Err(_) => Ok(None),
            };
            (app, ErrorCode::UnknownApp, "there is no app with that `app_id`")
        }
        None => {
            let several = "`app_id` may be left out only when the apps table has one app";
            (service.keyring.only(now).await, ErrorCode::AppRequired, several)
        }
    };
    let app = app.map_err(|fault| {
        tracing::error!(%fault, "the store failed");
        Refusal::new(ErrorCode::TemporarilyUnavailable, "the API keys cannot be read; try again")
    })?;
    app.ok_or_else(|| Refusal::new(code, message))
}

/// Signs with the app's newest active key.
pub(super) fn signer<'a>(service: &'a Service, app: &'a App) -> Result<Signer<'a>, Refusal> {
    let key = app.keys.signing().ok_or_else(|| {
        Refusal::new(ErrorCode::NoSigningKey, format!("every key of `{}` is retired or revoked", app.id))
    })?;
    app.may_sign().map_err(|error| Refusal::new(ErrorCode::SettingInvalid, error))?;
    let base = app.link_base.as_ref().or(service.base.as_ref()).ok_or_else(|| {
        Refusal::new(ErrorCode::LinkBaseUrlRequired, "direct invocations need LINK_BASE_URL to be set")
    })?;
    Ok(Signer::new(key, base))
}

pub(super) fn redirect(text: Option<&str>) -> Result<Option<Redirect>, Refusal> {
    text.map(Redirect::trusted).transpose().map_err(|e| Refusal::new(ErrorCode::RedirectNotAllowed, e))
}

/// When a link expires that is signed now: after `expires_in` seconds, or as the app has it.
pub(super) fn expires_at(expires_in: Option<u64>, app: &App, now: SystemTime) -> Result<Option<SystemTime>, Refusal> {
    match expires_in.map(Duration::from_secs) {
        Some(time) if time.is_zero() || time > MAX_LINK_LIFETIME => {
            let message = "`expires_in` must be from 1 second to 100 years";
            Err(Refusal::new(ErrorCode::InvalidRequest, message))
        }
        Some(time) => Ok(Some(now + time)),
        None => Ok(app.links_expire_at(now)),
    }
}

pub(super) fn lang(text: Option<&str>) -> Result<Option<LanguageTag>, Refusal> {
    text.map(|text| name("lang", text, LanguageTag::parse)).transpose()
}

/// The name in a member of the request. The message does not quote it.
pub(super) fn name<T>(member: &str, text: &str, parse: impl Fn(&str) -> Result<T, NameError>) -> Result<T, Refusal> {
    parse(text).map_err(|error| {
        let message = format!("`{member}` {}: it has {} characters", error.fault, text.chars().count());
        Refusal::new(ErrorCode::InvalidRequest, message)
    })
}

//! `decorate`: bookings of the caller's, with links added.

use std::time::{Duration, SystemTime};

use serde_json::value::RawValue;

use super::parts::{app, expires_at, lang, redirect, signer};
use super::refusal::{MAX_BYTES, Refusal};
use crate::booking::AppId;
use crate::booking_links::service::Service;
use crate::decorate::{DecorateError, Decoration, Decorator, Include, Options, response};
use crate::invocation::{DecorateRequest, ErrorCode};

/// The response with links, and what the log tells of it.
pub(super) struct Decorated {
    pub(super) app: AppId,
    pub(super) decoration: Decoration,
    /// How old the key is that signed.
    pub(super) key_age: Option<Duration>,
}

/// Adds links to the bookings of the request.
pub(super) async fn decorate(
    service: &Service,
    request: &DecorateRequest<&RawValue>,
    now: SystemTime,
) -> Result<Decorated, Refusal> {
    let include = request.include.as_deref().unwrap_or("customer_action_links");
    let include = Include::parse(include).map_err(|unknown| {
        Refusal::new(ErrorCode::UnknownInclude, format!("unknown include: {}", unknown.join(", ")))
    })?;
    let app = app(service, request.app_id.as_deref(), now).await?;
    let signer = include.links().then(|| signer(service, &app)).transpose()?;
    let decorator = Decorator::new(Options {
        graphs: &service.graphs,
        names: service.bookings.names(),
        app: &app,
        signer,
        include,
        redirect: redirect(request.redirect.as_deref())?,
        expires_at: expires_at(request.expires_in, &app, now)?,
        lang: lang(request.lang.as_deref())?,
        now,
    });
    let decoration = response(&decorator, request.response, MAX_BYTES).map_err(|error| match error {
        DecorateError::Shape => {
            let shape = "`response` must be a booking, a list of bookings, or an object that has either as `data`; a booking \
                         is an object with an id";
            Refusal::new(ErrorCode::InvalidRequest, shape)
        }
        DecorateError::TooLarge(bookings) => {
            let message = format!(
                "the answer would be larger than Lambda's 6 MB; send at most {bookings} such bookings at a time"
            );
            Refusal::new(ErrorCode::AnswerTooLarge, message)
        }
    })?;
    let key_age = signer.and_then(|signer| app.keys.age(signer.key_id(), now));
    Ok(Decorated { app: app.id.clone(), decoration, key_age })
}

//! `sign`: one link.

use std::time::{Duration, SystemTime};

use super::parts::{app, expires_at, lang, name, redirect, signer};
use super::refusal::Refusal;
use crate::booking::{Action, AppId, BookingId};
use crate::booking_links::service::Service;
use crate::invocation::{ErrorCode, SignReply, SignRequest};
use crate::link::{LinkId, Subject, UnsignedLink};
use crate::time::rfc3339;

/// A signed link, and what the log tells of it.
pub(super) struct Signed {
    pub(super) app: AppId,
    pub(super) booking: BookingId,
    pub(super) link_id: LinkId,
    pub(super) reply: SignReply,
    /// How old the key is that signed.
    pub(super) key_age: Option<Duration>,
}

pub(super) async fn sign(service: &Service, request: &SignRequest, now: SystemTime) -> Result<Signed, Refusal> {
    let booking = name("booking_id", &request.booking_id, BookingId::parse)?;
    let action = name("action", &request.action, Action::parse)?;
    if service.graphs.routes(&action).is_none() {
        let message = format!("no graph has the action `{action}` for a link");
        return Err(Refusal::new(ErrorCode::UnknownAction, message));
    }
    let app = app(service, request.app_id.as_deref(), now).await?;
    let signer = signer(service, &app)?;
    let mut link = UnsignedLink::new(booking.clone(), action);
    if let Some(time) = expires_at(request.expires_in, &app, now)? {
        link = link.expires_at(time);
    }
    if let Some(redirect) = redirect(request.redirect.as_deref())? {
        link = link.redirect(&redirect);
    }
    if let Some(confirm) = request.confirm {
        link = link.confirm(confirm);
    }
    if let Some(lang) = lang(request.lang.as_deref())? {
        link = link.lang(lang);
    }
    if let Some(sub) = &request.sub {
        link = link.subject(name("sub", sub, Subject::parse)?);
    }
    let signed = signer.sign(&link, now).map_err(|e| Refusal::new(ErrorCode::InvalidRequest, e))?;
    let reply = SignReply {
        url: signed.url,
        signature: signed.signature,
        link_id: signed.link_id.to_string(),
        expires_at: signed.expires_at.map(rfc3339),
    };
    let key_age = app.keys.age(signer.key_id(), now);
    Ok(Signed { app: app.id.clone(), booking, link_id: signed.link_id, reply, key_age })
}

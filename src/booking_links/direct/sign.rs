//! `sign`: one link.

use std::time::{Duration, SystemTime};

use super::parts::{app, expires_at, lang, name, redirect, signer};
use super::refusal::Refusal;
use super::short;
use crate::booking::{Action, AppId, BookingId};
use crate::booking_links::service::Service;
use crate::invocation::{ErrorCode, SignReply, SignRequest};
use crate::link::{LinkId, Subject, UnsignedLink};
use crate::store::ShortLink;
use crate::time::rfc3339;

/// A signed link, and what the log tells of it.
pub(super) struct Signed {
    pub(super) app: AppId,
    pub(super) booking: BookingId,
    pub(super) link_id: LinkId,
    pub(super) reply: SignReply,
    /// The short link that is still to be stored, if one was asked for. The reply has its URL.
    pub(super) short: Option<ShortLink>,
    /// How old the key is that signed.
    pub(super) key_age: Option<Duration>,
}

/// Signs a link, and stores it under a short one if that was asked for.
pub(super) async fn sign_one(service: &Service, request: &SignRequest, now: SystemTime) -> Result<Signed, Refusal> {
    for _ in 0..short::MAX_DRAWS {
        let signed = sign(service, request, now).await?;
        let Some(short) = &signed.short else { return Ok(signed) };
        if short::keep(service, std::slice::from_ref(short)).await? {
            return Ok(signed);
        }
    }
    Err(short::no_code())
}

/// Signs a link. Nothing is stored.
pub(super) async fn sign(service: &Service, request: &SignRequest, now: SystemTime) -> Result<Signed, Refusal> {
    let booking = name("booking_id", &request.booking_id, BookingId::parse)?;
    let action = name("action", &request.action, Action::parse)?;
    if service.graphs.routes(&action).is_none() {
        let message = format!("no graph has the action `{action}` for a link");
        return Err(Refusal::new(ErrorCode::UnknownAction, message));
    }
    let is_short = request.short == Some(true);
    if is_short {
        short::table(service)?;
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
    let short = is_short.then(|| ShortLink::new(&signed, now)).transpose().map_err(|fault| short::failed(&fault))?;
    let reply = SignReply {
        url: signed.url,
        signature: signed.signature,
        link_id: signed.link_id.to_string(),
        expires_at: signed.expires_at.map(rfc3339),
        short_url: short.as_ref().map(ShortLink::url),
    };
    let key_age = app.keys.age(signer.key_id(), now);
    Ok(Signed { app: app.id.clone(), booking, link_id: signed.link_id, reply, short, key_age })
}

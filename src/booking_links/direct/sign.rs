//! `sign`: one link.

use std::time::{Duration, SystemTime};

use super::parts::{app, redirect, signer};
use super::refusal::Refusal;
use crate::app::MAX_LINK_LIFETIME;
use crate::booking::{Action, AppId, BookingId, NameError};
use crate::booking_links::service::Service;
use crate::invocation::{ErrorCode, SignReply, SignRequest};
use crate::link::{LinkId, UnsignedLink};
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
    let name = |name: &str, text: &str, fault: NameError| {
        let message = format!("`{name}` {fault}: it has {} characters", text.chars().count());
        Refusal::new(ErrorCode::InvalidRequest, message)
    };
    let booking = BookingId::parse(&request.booking_id).map_err(|e| name("booking_id", &request.booking_id, e))?;
    let action = Action::parse(&request.action).map_err(|e| name("action", &request.action, e))?;
    if service.graphs.routes(&action).is_none() {
        let message = format!("no graph has the action `{action}` for a link");
        return Err(Refusal::new(ErrorCode::UnknownAction, message));
    }
    let app = app(service, request.app_id.as_deref(), now).await?;
    let signer = signer(service, &app)?;
    let mut link = UnsignedLink::new(booking.clone(), action);
    let expires_at = match request.expires_in {
        Some(seconds) if seconds == 0 || Duration::from_secs(seconds) > MAX_LINK_LIFETIME => {
            let message = "`expires_in` must be from 1 second to 100 years";
            return Err(Refusal::new(ErrorCode::InvalidRequest, message));
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
    if let Some(sub) = &request.sub {
        link = link.subject(sub).map_err(|e| name("sub", sub, e))?;
    }
    let signed = signer.sign(&link, now);
    let reply = SignReply {
        url: signed.url,
        signature: signed.signature,
        link_id: signed.link_id.to_string(),
        expires_at: expires_at.map(rfc3339),
    };
    let key_age = app.keys.age(signer.key_id(), now);
    Ok(Signed { app: app.id.clone(), booking, link_id: signed.link_id, reply, key_age })
}

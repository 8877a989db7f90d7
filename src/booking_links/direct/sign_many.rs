//! `sign` with `links`: many links in one invocation.

use std::time::SystemTime;

use serde_json::value::RawValue;

use super::Trace;
use super::refusal::{MAX_BYTES, Refusal};
use super::request::parse;
use super::short;
use super::sign::sign;
use crate::booking_links::service::Service;
use crate::invocation::{ErrorCode, MAX_LINKS, MAX_SHORT_LINKS, OneOfMany, SignManyRequest, SignReply, SignRequest};
use crate::store::ShortLink;

/// Signs the links, in their order. A faulty one has its error in its place. Those that ask for it are then stored under
/// short ones, all or none.
pub(super) async fn sign_many(
    service: &Service,
    request: &SignManyRequest<&RawValue>,
    now: SystemTime,
    trace: &mut Trace,
) -> Result<Box<RawValue>, Refusal> {
    if request.links.len() > MAX_LINKS {
        let message = format!("`links` has {} links, and at most {MAX_LINKS} are allowed", request.links.len());
        return Err(Refusal::new(ErrorCode::InvalidRequest, message));
    }
    for _ in 0..short::MAX_DRAWS {
        let (answer, count, shorts) = sign_all(service, request, now).await?;
        if shorts.is_empty() || short::keep(service, &shorts).await? {
            trace.signed = count;
            trace.short_links = (!shorts.is_empty()).then_some(shorts.len());
            return RawValue::from_string(answer).map_err(internal);
        }
    }
    Err(short::no_code())
}

/// The answer, how many links were signed, and the short links that are still to be stored.
async fn sign_all(
    service: &Service,
    request: &SignManyRequest<&RawValue>,
    now: SystemTime,
) -> Result<(String, usize, Vec<ShortLink>), Refusal> {
    let mut answer = r#"{"links":["#.to_owned();
    let (mut count, mut shorts) = (0, Vec::new());
    for (index, link) in request.links.iter().enumerate() {
        let (signed, short) = one(service, link, request.app_id.as_ref(), now).await?;
        count += usize::from(matches!(signed, OneOfMany::Signed { .. }));
        shorts.extend(short);
        if shorts.len() > MAX_SHORT_LINKS {
            let message = format!("at most {MAX_SHORT_LINKS} links with `short` are allowed");
            return Err(Refusal::new(ErrorCode::InvalidRequest, message));
        }
        if index > 0 {
            answer.push(',');
        }
        answer += &serde_json::to_string(&signed).map_err(internal)?;
        if answer.len() + "]}".len() > MAX_BYTES {
            let message =
                format!("the answer would be larger than Lambda's 6 MB; send at most {index} links at a time");
            return Err(Refusal::new(ErrorCode::AnswerTooLarge, message));
        }
    }
    answer += "]}";
    Ok((answer, count, shorts))
}

async fn one(
    service: &Service,
    link: &RawValue,
    app_id: Option<&String>,
    now: SystemTime,
) -> Result<(OneOfMany, Option<ShortLink>), Refusal> {
    let signed = match parse::<SignRequest>(link) {
        Ok(mut request) => {
            request.app_id = request.app_id.or_else(|| app_id.cloned());
            sign(service, &request, now).await
        }
        Err(refusal) => Err(refusal),
    };
    Ok(match signed {
        Ok(signed) => {
            let SignReply { url, link_id, expires_at, short_url, .. } = signed.reply;
            (OneOfMany::Signed { url, link_id, expires_at, short_url }, signed.short)
        }
        // This one is not the link's fault, and would be that of all that follow.
        Err(refusal) if refusal.is_temporary() => return Err(refusal),
        Err(refusal) => (OneOfMany::Refused { error: refusal.into() }, None),
    })
}

fn internal(error: serde_json::Error) -> Refusal {
    Refusal::new(ErrorCode::InternalError, error)
}

//! `sign` with `links`: many links in one invocation.

use std::time::SystemTime;

use serde_json::value::RawValue;

use super::refusal::{MAX_BYTES, Refusal};
use super::request::parse;
use super::sign::sign;
use crate::booking_links::service::Service;
use crate::invocation::{ErrorCode, MAX_LINKS, OneOfMany, SignManyRequest, SignRequest};

/// Signs the links, in their order. A faulty one has its error in its place. Also returns how many
/// were signed.
pub(super) async fn sign_many(
    service: &Service,
    request: &SignManyRequest<&RawValue>,
    now: SystemTime,
) -> Result<(Box<RawValue>, usize), Refusal> {
    if request.links.len() > MAX_LINKS {
        let message = format!("`links` has {} links, and at most {MAX_LINKS} are allowed", request.links.len());
        return Err(Refusal::new(ErrorCode::InvalidRequest, message));
    }
    let mut answer = r#"{"links":["#.to_owned();
    let mut count = 0;
    for (index, link) in request.links.iter().enumerate() {
        let signed = one(service, link, request.app_id.as_ref(), now).await?;
        count += usize::from(matches!(signed, OneOfMany::Signed { .. }));
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
    Ok((RawValue::from_string(answer).map_err(internal)?, count))
}

async fn one(
    service: &Service,
    link: &RawValue,
    app_id: Option<&String>,
    now: SystemTime,
) -> Result<OneOfMany, Refusal> {
    let signed = match parse::<SignRequest>(link) {
        Ok(mut request) => {
            request.app_id = request.app_id.or_else(|| app_id.cloned());
            sign(service, &request, now).await
        }
        Err(refusal) => Err(refusal),
    };
    Ok(match signed {
        Ok(signed) => {
            let reply = signed.reply;
            OneOfMany::Signed { url: reply.url, link_id: reply.link_id, expires_at: reply.expires_at }
        }
        // This one is not the link's fault, and would be that of all that follow.
        Err(refusal) if refusal.is_temporary() => return Err(refusal),
        Err(refusal) => OneOfMany::Refused { error: refusal.into() },
    })
}

fn internal(error: serde_json::Error) -> Refusal {
    Refusal::new(ErrorCode::InternalError, error)
}

//! Webhooks: events that a deployment has signed.

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use signature::Verifier;

use super::crypto::Hs256;
use crate::json::Object;

/// The type of an event's JWT, which no action link has.
const TYPE: &str = "event+jwt";

const MAX_AGE: Duration = Duration::from_secs(4 * 86_400);

/// How many seconds an event's clock may be ahead.
const LEEWAY: u64 = 300;

/// Verifies webhooks with the secret that their stack has made. Never use an API key in its place: whoever has one can
/// sign links.
///
/// ```
/// use std::time::SystemTime;
/// use action_links::link::Webhook;
///
/// let webhook = Webhook::new("the secret of the stack");
/// assert!(webhook.verify(br#"{"event": {}, "signature": "a.b.c"}"#, SystemTime::now()).is_err());
/// ```
#[derive(Clone)]
pub struct Webhook {
    hs256: Option<Hs256>,
    max_age: Duration,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(..)")
    }
}

/// The request is not one that the deployment has sent now. Answer it with 400, and ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The body is not that of an event.
    #[error("webhook: the body is not that of an event")]
    Malformed,
    /// The deployment has not signed it as an event.
    #[error("webhook: the signature is not that of an event of this deployment")]
    InvalidSignature,
    /// It is too old, or its time is more than 5 minutes ahead.
    #[error("webhook: the event is too old, or its time is in the future")]
    OutsideTimeWindow,
}

impl Webhook {
    /// Verifies with that secret. White space at its end is dropped.
    pub fn new(secret: &str) -> Self {
        // An empty secret is one that everybody knows.
        let secret = secret.trim_end();
        let hs256 = if secret.is_empty() { None } else { Hs256::new(secret.as_bytes()).ok() };
        Self { hs256, max_age: MAX_AGE }
    }

    /// Sets how old an event may be: without this, 4 days, since an event is sent again for three.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age, ..self }
    }

    /// The event of a request's body: the claims that are signed, as of `now`. An event may come twice, with the same
    /// `id`.
    ///
    /// # Errors
    ///
    /// [`WebhookError`].
    pub fn verify(&self, body: &[u8], now: SystemTime) -> Result<Map<String, Value>, WebhookError> {
        let token = Object::parse(body).ok().and_then(|body| body.get::<String>("signature").ok().flatten());
        let token = token.ok_or(WebhookError::Malformed)?;
        let [header, payload, mac] = token.split('.').collect::<Vec<_>>()[..] else {
            return Err(WebhookError::Malformed);
        };
        let signing_input = &token[..header.len() + 1 + payload.len()];
        if !self.is_signed(signing_input, header, mac) {
            return Err(WebhookError::InvalidSignature);
        }
        let mut event = event(payload).ok_or(WebhookError::Malformed)?;
        // The pipe puts values into JSON as they stand, so what JSON would escape is percent-encoded in them.
        for value in event.values_mut() {
            if let Value::String(text) = value {
                *text = percent_decode_str(text).decode_utf8_lossy().into_owned();
            }
        }
        let at = event.get("at").and_then(Value::as_str).and_then(|at| at.parse::<Timestamp>().ok());
        let at = at.and_then(|at| u64::try_from(at.as_second()).ok()).ok_or(WebhookError::Malformed)?;
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        if at > now + LEEWAY || now.saturating_sub(at) > self.max_age.as_secs() {
            return Err(WebhookError::OutsideTimeWindow);
        }
        Ok(event)
    }

    fn is_signed(&self, signing_input: &str, header: &str, mac: &str) -> bool {
        let (Some(hs256), Ok(mac)) = (&self.hs256, URL_SAFE_NO_PAD.decode(mac)) else { return false };
        if hs256.verify(signing_input.as_bytes(), &mac).is_err() {
            return false;
        }
        let header = URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
        let Ok(header) = Object::parse_unambiguous(&header) else { return false };
        let is = |name, value| header.get::<String>(name).ok().flatten().is_some_and(|own| own == value);
        is("alg", "HS256") && is("typ", TYPE) && header.raw("crit").is_none()
    }
}

fn event(payload: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::ApiKey;

    const SECRET: &str = "test_webhook_secret_4b1d0c7e9a2f4e61";

    fn body(header: &str, secret: &str) -> Vec<u8> {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"id":"e-1","at":"1970-01-01T00:00:00Z","to":"50%25"}"#);
        let input = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header));
        let mac = ApiKey::new(secret).unwrap().mac(input.as_bytes());
        serde_json::json!({ "event": { "id": "forged" }, "signature": format!("{input}.{mac}") }).to_string().into()
    }

    #[test]
    fn the_signed_claims_are_the_event() {
        let webhook = Webhook::new(&format!("{SECRET}\n"));
        let body = body(r#"{"alg":"HS256","typ":"event+jwt"}"#, SECRET);
        let event = webhook.verify(&body, SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!((&event["id"], &event["to"]), (&Value::from("e-1"), &Value::from("50%")));
        assert_eq!(format!("{webhook:?}"), "Webhook(..)");
    }

    #[test]
    fn what_the_deployment_has_not_signed_as_an_event_is_refused() {
        let verify = |body: &[u8]| Webhook::new(SECRET).verify(body, SystemTime::UNIX_EPOCH).unwrap_err();
        // A secret that everybody knows.
        let empty =
            Webhook::new("").verify(&body(r#"{"alg":"HS256","typ":"event+jwt"}"#, SECRET), SystemTime::UNIX_EPOCH);
        assert_eq!(empty, Err(WebhookError::InvalidSignature));
        assert_eq!(verify(&body(r#"{"typ":"JWT","alg":"HS256"}"#, SECRET)), WebhookError::InvalidSignature);
        assert_eq!(verify(br#"{"signature":7}"#), WebhookError::Malformed);
    }
}

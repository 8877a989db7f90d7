//! Webhooks: events that a deployment has signed.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use signature::Verifier;

use super::crypto::Hs256;
use crate::json::Object;

/// The type of an event's JWT, which no action link has.
const TYPE: &str = "event+jwt";

/// Verifies webhooks with the secret that their stack has made. Never use an API key in its place: whoever has one can
/// sign links.
///
/// ```
/// use action_links::link::Webhook;
///
/// let webhook = Webhook::new("the secret of the stack");
/// assert!(webhook.verify(br#"{"event": {}, "signature": "a.b.c"}"#).is_err());
/// ```
#[derive(Clone)]
pub struct Webhook(Option<Hs256>);

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(..)")
    }
}

/// The request is not one that the deployment has sent. Answer it with 400, and ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("webhook: this deployment has not signed it")]
#[non_exhaustive]
pub struct WebhookError;

impl Webhook {
    /// Verifies with that secret. White space at its end is dropped.
    pub fn new(secret: &str) -> Self {
        // An empty secret is one that everybody knows.
        let secret = secret.trim_end();
        Self(if secret.is_empty() { None } else { Hs256::new(secret.as_bytes()).ok() })
    }

    /// The event of a request's body: the claims that are signed. An event may come twice, with the same `id`.
    ///
    /// # Errors
    ///
    /// [`WebhookError`].
    pub fn verify(&self, body: &[u8]) -> Result<Map<String, Value>, WebhookError> {
        self.event(body).ok_or(WebhookError)
    }

    fn event(&self, body: &[u8]) -> Option<Map<String, Value>> {
        let token: String = Object::parse(body).ok()?.get("signature").ok()??;
        let (signing_input, mac) = token.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        self.0.as_ref()?.verify(signing_input.as_bytes(), &mac).ok()?;
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header = Object::parse_unambiguous(&header).ok()?;
        let is = |name, value| header.get::<String>(name).ok().flatten().is_some_and(|own| own == value);
        if !is("alg", "HS256") || !is("typ", TYPE) || header.raw("crit").is_some() {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::ApiKey;

    const SECRET: &str = "test_webhook_secret_4b1d0c7e9a2f4e61";

    fn body(header: &str, secret: &str) -> Vec<u8> {
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(r#"{"id":"e-1"}"#));
        let mac = ApiKey::new(secret).unwrap().mac(input.as_bytes());
        serde_json::json!({ "event": { "id": "forged" }, "signature": format!("{input}.{mac}") }).to_string().into()
    }

    #[test]
    fn the_signed_claims_are_the_event() {
        let webhook = Webhook::new(&format!("{SECRET}\n"));
        let event = webhook.verify(&body(r#"{"alg":"HS256","typ":"event+jwt"}"#, SECRET)).unwrap();
        assert_eq!(event["id"], "e-1");
        assert_eq!(format!("{webhook:?}"), "Webhook(..)");
    }

    #[test]
    fn what_the_deployment_has_not_signed_as_an_event_is_refused() {
        let verify = |body: &[u8]| Webhook::new(SECRET).verify(body);
        // A link's token, another algorithm, another secret, no token.
        assert_eq!(verify(&body(r#"{"typ":"JWT","alg":"HS256"}"#, SECRET)), Err(WebhookError));
        assert_eq!(verify(&body(r#"{"alg":"none","typ":"event+jwt"}"#, SECRET)), Err(WebhookError));
        assert_eq!(verify(&body(r#"{"alg":"HS256","typ":"event+jwt"}"#, &SECRET.replace('4', "5"))), Err(WebhookError));
        for text in ["", "{}", r#"{"signature":"a.b.c"}"#, r#"{"signature":7}"#, "[]"] {
            assert_eq!(verify(text.as_bytes()), Err(WebhookError), "{text}");
        }
        assert_eq!(Webhook::new("").verify(&body(r#"{"alg":"HS256","typ":"event+jwt"}"#, SECRET)), Err(WebhookError));
    }
}

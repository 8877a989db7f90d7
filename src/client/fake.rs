//! A stand-in for the function, for tests of programs that use the client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::ClientError;
use crate::booking::{Action, BookingId};
use crate::invocation::{ErrorCode, SignRequest};
use crate::link::{ApiKey, BaseUrl, Signer, UnsignedLink};

/// Answers in place of the function: it signs with a key of the test's own, and keeps what it was asked. It knows no
/// graph and no app: every action can be signed and taken, and bookings get links for the actions that the test names.
///
/// ```
/// use action_links::client::{Client, Fake};
/// use action_links::invocation::{ErrorCode, SignRequest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let fake = Fake::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718".parse()?, "https://links.example".parse()?);
/// let links = Client::fake(&fake);
/// let request = SignRequest { booking_id: "b-17".into(), action: "confirm".into(), ..SignRequest::default() };
/// assert!(links.sign(&request).await?.url.starts_with("https://links.example/v2/bookings/b-17/"));
/// assert_eq!(fake.requests()[0]["action"], "confirm");
///
/// fake.refuse(ErrorCode::UnknownApp);
/// assert!(links.sign(&request).await.is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Fake(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    key: ApiKey,
    base: BaseUrl,
    actions: Mutex<Vec<Action>>,
    requests: Mutex<Vec<Value>>,
    refusals: Mutex<VecDeque<ErrorCode>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fake {
    /// Signs with `key`, for `base`.
    pub fn new(key: ApiKey, base: BaseUrl) -> Self {
        let (actions, requests, refusals) = Default::default();
        Self(Arc::new(Inner { key, base, actions, requests, refusals }))
    }

    /// The actions for which bookings get links.
    pub fn offer(&self, actions: impl IntoIterator<Item = Action>) {
        *lock(&self.0.actions) = actions.into_iter().collect();
    }

    /// Refuses one request more with that code. Refusals of several calls come in their order.
    pub fn refuse(&self, code: ErrorCode) {
        lock(&self.0.refusals).push_back(code);
    }

    /// What it was asked so far, as JSON.
    pub fn requests(&self) -> Vec<Value> {
        lock(&self.0.requests).clone()
    }

    pub(super) fn answer(&self, request: Value) -> Result<Value, ClientError> {
        lock(&self.0.requests).push(request.clone());
        if let Some(code) = lock(&self.0.refusals).pop_front() {
            return Err(ClientError::Refused { code, message: "the test asks for it".to_owned() });
        }
        match (request["operation"].as_str(), &request["links"]) {
            (Some("sign"), Value::Array(links)) => {
                let signed = links.iter().map(|link| {
                    self.sign(link).unwrap_or_else(|message| {
                        json!({ "error": { "code": ErrorCode::InvalidRequest.as_str(), "message": message } })
                    })
                });
                Ok(json!({ "links": signed.collect::<Vec<_>>() }))
            }
            (Some("sign"), _) => self.sign(&request).map_err(invalid),
            // It knows no graph: the state is named after the action.
            (Some("act"), _) => {
                let (id, action) = (&request["booking_id"], &request["action"]);
                Ok(json!({ "data": { "id": id, "state": action, "action": action } }))
            }
            _ => Ok(self.decorate(&request)),
        }
    }

    fn sign(&self, request: &Value) -> Result<Value, String> {
        let asked: SignRequest = serde_json::from_value(request.clone()).map_err(|error| error.to_string())?;
        let booking = BookingId::parse(&asked.booking_id).map_err(|error| error.to_string())?;
        let action = Action::parse(&asked.action).map_err(|error| error.to_string())?;
        let mut link = UnsignedLink::new(booking, action);
        if let Some(seconds) = asked.expires_in {
            link = link.expires_in(Duration::from_secs(seconds));
        }
        let signer = Signer::new(&self.0.key, &self.0.base);
        let signed = signer.sign(&link, SystemTime::now()).map_err(|error| error.to_string())?;
        Ok(json!({ "url": signed.url, "signature": signed.signature, "link_id": signed.link_id }))
    }

    fn decorate(&self, request: &Value) -> Value {
        let mut response = request["response"].clone();
        let data = if response["data"].is_null() { &mut response } else { &mut response["data"] };
        let bookings = match data {
            Value::Array(bookings) => bookings.as_mut_slice(),
            booking => std::slice::from_mut(booking),
        };
        for booking in bookings {
            let actions = lock(&self.0.actions).clone();
            let link = |action: &Action| {
                let signed = self.sign(&json!({ "booking_id": booking["id"], "action": action })).ok()?;
                Some((action.to_string(), signed["url"].clone()))
            };
            let links: Map<String, Value> = actions.iter().filter_map(link).collect();
            if links.is_empty() {
                booking["links_unavailable"] = json!("no_action");
            }
            booking["available_actions"] = json!(actions);
            booking["customer_action_links"] = Value::Object(links);
        }
        response
    }
}

fn invalid(message: String) -> ClientError {
    ClientError::Refused { code: ErrorCode::InvalidRequest, message }
}

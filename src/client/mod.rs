//! A client for other Lambda functions: asks `booking-links` for links and actions, by direct invocation.

mod error;
mod fake;

use std::time::Duration;

pub use aws_sdk_lambda;
use aws_sdk_lambda::primitives::Blob;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use error::ClientError;
pub use fake::Fake;

use crate::invocation::{
    ActReply, ActRequest, ActedOn, DecorateRequest, ErrorCode, MAX_LINKS, OneOfMany, SignReply, SignRequest,
};

/// The pause before a request is sent again.
const PAUSE: Duration = Duration::from_millis(200);

/// Invokes `booking-links`. The caller's role needs `lambda:InvokeFunction` on that function.
///
/// A request that the function cannot answer now is sent once more, after 200 ms. What Lambda cannot answer now, the
/// SDK sends again, as its settings say.
///
/// ```no_run
/// use action_links::client::{Client, aws_sdk_lambda};
/// use action_links::invocation::SignRequest;
///
/// # async fn run(config: &aws_sdk_lambda::Config) -> Result<(), action_links::client::ClientError> {
/// let links = Client::new(aws_sdk_lambda::Client::from_conf(config.clone()), "booking-links");
/// let request = SignRequest { booking_id: "b-17".into(), action: "confirm".into(), ..SignRequest::default() };
/// let url = links.sign(&request).await?.url;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client(Transport);

#[derive(Clone, Debug)]
enum Transport {
    Lambda { lambda: aws_sdk_lambda::Client, function: String },
    Fake(Fake),
}

#[derive(Serialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
enum Request<'a, T> {
    Sign(&'a SignRequest),
    #[serde(rename = "sign")]
    SignMany {
        #[serde(skip_serializing_if = "Option::is_none")]
        app_id: Option<&'a str>,
        links: &'a [SignRequest],
    },
    Decorate(&'a DecorateRequest<T>),
    Act(&'a ActRequest),
}

#[derive(Deserialize)]
struct ManyReply {
    links: Vec<OneOfMany>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_type: Option<String>,
    error_message: Option<String>,
}

impl Client {
    /// A client for the function with that name or ARN (the output `BookingLinksFunctionName` of the
    /// deployment).
    pub fn new(lambda: aws_sdk_lambda::Client, function: impl Into<String>) -> Self {
        Self(Transport::Lambda { lambda, function: function.into() })
    }

    /// A client for tests, which a [`Fake`] answers.
    pub fn fake(fake: &Fake) -> Self {
        Self(Transport::Fake(fake.clone()))
    }

    /// Signs one link.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub async fn sign(&self, request: &SignRequest) -> Result<SignReply, ClientError> {
        self.invoke(&Request::<()>::Sign(request)).await
    }

    /// Signs any number of links, in their order. `app_id` is that of the links that do not name one; it may be left
    /// out when there is one app. More than [`MAX_LINKS`] are several invocations, and so are links that are too long
    /// for one request or one answer.
    ///
    /// # Errors
    ///
    /// [`ClientError`]: then none of the links is returned. A fault of one link is in its place, and no error.
    pub async fn sign_many(&self, app_id: Option<&str>, links: &[SignRequest]) -> Result<Vec<OneOfMany>, ClientError> {
        let mut signed = Vec::with_capacity(links.len());
        let mut size = MAX_LINKS;
        while signed.len() < links.len() {
            let rest = &links[signed.len()..];
            let batch = &rest[..rest.len().min(size)];
            match self.invoke::<(), ManyReply>(&Request::SignMany { app_id, links: batch }).await {
                Ok(reply) if reply.links.len() == batch.len() => signed.extend(reply.links),
                Ok(reply) => return Err(ClientError::Incomplete { asked: batch.len(), got: reply.links.len() }),
                Err(error) if error.is_too_large() && batch.len() > 1 => size = batch.len().div_ceil(2),
                Err(error) => return Err(error),
            }
        }
        Ok(signed)
    }

    /// Returns the response of the request, with links added to the booking or bookings in it. `R` may have
    /// [`BookingLinks`](crate::invocation::BookingLinks) as a flattened member.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub async fn decorate<T: Serialize, R: DeserializeOwned>(
        &self,
        request: &DecorateRequest<T>,
    ) -> Result<R, ClientError> {
        self.invoke(&Request::Decorate(request)).await
    }

    /// Takes an action on behalf of the business, without a link.
    ///
    /// # Errors
    ///
    /// [`ClientError`]. If the answer was lost, the same request with the same `request_id` can be made again. Only
    /// one that has a `request_id` is sent once more when the function cannot answer now.
    pub async fn act(&self, request: &ActRequest) -> Result<ActedOn, ClientError> {
        let sent = Request::<()>::Act(request);
        let reply: ActReply = match request.request_id {
            Some(_) => self.invoke(&sent).await?,
            // Each invocation would be a request of its own, and the first one may have been made.
            None => self.once(&sent).await?,
        };
        Ok(reply.data)
    }

    async fn invoke<T: Serialize, R: DeserializeOwned>(&self, request: &Request<'_, T>) -> Result<R, ClientError> {
        match self.once(request).await {
            Err(ClientError::Refused { code: ErrorCode::TemporarilyUnavailable, .. }) => {
                tokio::time::sleep(PAUSE).await;
                self.once(request).await
            }
            result => result,
        }
    }

    async fn once<T: Serialize, R: DeserializeOwned>(&self, request: &Request<'_, T>) -> Result<R, ClientError> {
        let (lambda, function) = match &self.0 {
            Transport::Lambda { lambda, function } => (lambda, function),
            Transport::Fake(fake) => return Ok(serde_json::from_value(fake.answer(serde_json::to_value(request)?)?)?),
        };
        let invoke = lambda.invoke().function_name(function).payload(Blob::new(serde_json::to_vec(request)?));
        let reply = invoke.send().await.map_err(|error| ClientError::Invoke(Box::new(error)))?;
        let payload = reply.payload.map(Blob::into_inner).unwrap_or_default();
        if reply.function_error.is_none() {
            return Ok(serde_json::from_slice(&payload)?);
        }
        let error: FunctionError = serde_json::from_slice(&payload)?;
        Err(ClientError::Refused {
            code: error.error_type.unwrap_or_default().into(),
            message: error.error_message.unwrap_or_default(),
        })
    }
}

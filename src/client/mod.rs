//! A client for other Lambda functions: asks `booking-links` for links and actions, by direct invocation.

mod error;
mod fake;

use std::time::Duration;

pub use aws_sdk_lambda;
use aws_sdk_lambda::config::Config;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::primitives::Blob;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use error::ClientError;
pub use fake::Fake;

use crate::invocation::{
    ActReply, ActRequest, ActedOn, DecorateRequest, MAX_LINKS, MAX_SHORT_LINKS, OneOfMany, SignReply, SignRequest,
};

/// The pause before a request is sent again.
const PAUSE: Duration = Duration::from_millis(200);

/// Invokes `booking-links`. The caller's role needs `lambda:InvokeFunction` on that function.
///
/// What may pass ([`ClientError::is_retryable`]) is tried once more, after 200 ms. The SDK's own retries are not used,
/// so there are never more than two attempts.
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
pub struct Client {
    transport: Transport,
    app_id: Option<String>,
}

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
        Self { transport: Transport::Lambda { lambda, function: function.into() }, app_id: None }
    }

    /// A client for tests, which a [`Fake`] answers.
    pub fn fake(fake: &Fake) -> Self {
        Self { transport: Transport::Fake(fake.clone()), app_id: None }
    }

    /// The same client, for the requests of one app. A request that names an app is for that one.
    #[must_use]
    pub fn with_app(self, app_id: impl Into<String>) -> Self {
        Self { app_id: Some(app_id.into()), ..self }
    }

    fn app_id(&self, of_request: Option<&String>) -> Option<String> {
        of_request.or(self.app_id.as_ref()).cloned()
    }

    /// Signs one link.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub async fn sign(&self, request: &SignRequest) -> Result<SignReply, ClientError> {
        let request = SignRequest { app_id: self.app_id(request.app_id.as_ref()), ..request.clone() };
        self.invoke(&Request::<()>::Sign(&request)).await
    }

    /// Signs any number of links, in their order. More than [`MAX_LINKS`] are several invocations (with a short
    /// one among them, more than [`MAX_SHORT_LINKS`]), and so are links that are too long
    /// for one request or one answer.
    ///
    /// # Errors
    ///
    /// [`ClientError`]: then none of the links is returned. A fault of one link is in its place, and no error.
    pub async fn sign_many(&self, links: &[SignRequest]) -> Result<Vec<OneOfMany>, ClientError> {
        let app_id = self.app_id.as_deref();
        let mut signed = Vec::with_capacity(links.len());
        let has_short = links.iter().any(|link| link.short == Some(true));
        let mut size = if has_short { MAX_SHORT_LINKS } else { MAX_LINKS };
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
        let request = DecorateRequest {
            app_id: self.app_id(request.app_id.as_ref()),
            include: request.include.clone(),
            redirect: request.redirect.clone(),
            lang: request.lang.clone(),
            expires_in: request.expires_in,
            response: &request.response,
            operation: request.operation,
        };
        self.invoke(&Request::Decorate(&request)).await
    }

    /// Takes an action on behalf of the business, without a link. A request without a `request_id` gets a new one.
    ///
    /// # Errors
    ///
    /// [`ClientError`]. If the answer was lost, the same request with the same `request_id` can be made again.
    pub async fn act(&self, request: &ActRequest) -> Result<ActedOn, ClientError> {
        let request_id = request.request_id.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        let app_id = self.app_id(request.app_id.as_ref());
        let request = ActRequest { app_id, request_id: Some(request_id), ..request.clone() };
        let reply: ActReply = self.invoke(&Request::<()>::Act(&request)).await?;
        Ok(reply.data)
    }

    async fn invoke<T: Serialize, R: DeserializeOwned>(&self, request: &Request<'_, T>) -> Result<R, ClientError> {
        match self.once(request).await {
            Err(error) if error.is_retryable() => {
                tokio::time::sleep(PAUSE).await;
                self.once(request).await
            }
            result => result,
        }
    }

    async fn once<T: Serialize, R: DeserializeOwned>(&self, request: &Request<'_, T>) -> Result<R, ClientError> {
        let (lambda, function) = match &self.transport {
            Transport::Lambda { lambda, function } => (lambda, function),
            Transport::Fake(fake) => return Ok(serde_json::from_value(fake.answer(serde_json::to_value(request)?)?)?),
        };
        let once = Config::builder().retry_config(RetryConfig::disabled());
        let invoke = lambda.invoke().function_name(function).payload(Blob::new(serde_json::to_vec(request)?));
        let sent = invoke.customize().config_override(once).send().await;
        let reply = sent.map_err(|error| ClientError::Invoke(Box::new(error)))?;
        let payload = reply.payload.map(Blob::into_inner).unwrap_or_default();
        let Some(word) = reply.function_error else { return Ok(serde_json::from_slice(&payload)?) };
        let error: FunctionError = serde_json::from_slice(&payload)?;
        Err(ClientError::Refused {
            // An error of Lambda's own has its word alone, such as `Unhandled`.
            code: error.error_type.unwrap_or(word).into(),
            message: error.error_message.unwrap_or_default(),
        })
    }
}

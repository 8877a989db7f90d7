//! A client for other Lambda functions: asks `booking-links` for links, by direct invocation.

use aws_sdk_lambda::error::DisplayErrorContext;
use aws_sdk_lambda::primitives::Blob;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::invocation::{DecorateRequest, ErrorCode, OneOfMany, SignReply, SignRequest};

/// Invokes `booking-links`. The caller's role needs `lambda:InvokeFunction` on that function.
///
/// ```no_run
/// use action_links::client::Client;
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
    lambda: aws_sdk_lambda::Client,
    function: String,
}

/// Why there are no links.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The function refused the request, or failed.
    #[error("{code}: {message}")]
    Refused {
        /// Its `errorType`.
        code: ErrorCode,
        /// Its `errorMessage`.
        message: String,
    },
    /// Lambda did not run the function: no permission, no such function, throttled, no answer.
    #[error("the function could not be invoked: {0}")]
    Invoke(String),
    /// The request cannot be written as JSON, or the reply cannot be read.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Request<'a, T> {
    One(One<'a, T>),
    SignMany { operation: &'static str, links: &'a [SignRequest] },
}

#[derive(Serialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
enum One<'a, T> {
    Sign(&'a SignRequest),
    Decorate(&'a DecorateRequest<T>),
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
        Self { lambda, function: function.into() }
    }

    /// Signs one link.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub async fn sign(&self, request: &SignRequest) -> Result<SignReply, ClientError> {
        self.invoke(&Request::<()>::One(One::Sign(request))).await
    }

    /// Signs many links, at most [`MAX_LINKS`](crate::invocation::MAX_LINKS), in their order.
    ///
    /// # Errors
    ///
    /// [`ClientError`]. A fault of one link is in its place in the reply, and no error.
    pub async fn sign_many(&self, links: &[SignRequest]) -> Result<Vec<OneOfMany>, ClientError> {
        let request: Request<'_, ()> = Request::SignMany { operation: "sign", links };
        let reply: ManyReply = self.invoke(&request).await?;
        Ok(reply.links)
    }

    /// Returns the response of the request, with links added to the booking or bookings in it.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub async fn decorate<T: Serialize, R: DeserializeOwned>(
        &self,
        request: &DecorateRequest<T>,
    ) -> Result<R, ClientError> {
        self.invoke(&Request::One(One::Decorate(request))).await
    }

    async fn invoke<T: Serialize, R: DeserializeOwned>(&self, request: &Request<'_, T>) -> Result<R, ClientError> {
        let invoke =
            self.lambda.invoke().function_name(&self.function).payload(Blob::new(serde_json::to_vec(request)?));
        let reply = invoke.send().await.map_err(|error| ClientError::Invoke(DisplayErrorContext(error).to_string()))?;
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

//! Why there are no links.

use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::InvokeError;

use crate::invocation::ErrorCode;

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
    #[error("the function could not be invoked: {}", self.code())]
    Invoke(#[source] Box<SdkError<InvokeError>>),
    /// The request cannot be written as JSON, or the reply cannot be read.
    #[error("the request or the reply has another form")]
    Json(#[from] serde_json::Error),
    /// The reply has another number of links than the request.
    #[error("the reply has {got} links, and the request {asked}")]
    Incomplete {
        /// How many links were asked for.
        asked: usize,
        /// How many there are.
        got: usize,
    },
}

impl ClientError {
    /// The code: `errorType` of the function's refusal, Lambda's own (`TooManyRequestsException`), `no_answer`, or
    /// `invalid_reply`.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code.as_str(),
            Self::Invoke(error) => match error.as_service_error().and_then(ProvideErrorMetadata::code) {
                Some(code) => code,
                None if error.raw_response().is_some() => "invalid_reply",
                None => "no_answer",
            },
            Self::Json(_) | Self::Incomplete { .. } => "invalid_reply",
        }
    }

    /// Whether the same request may succeed later: the function or Lambda could not answer now. The client has tried
    /// again by then.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused { code, .. } => *code == ErrorCode::TemporarilyUnavailable,
            Self::Invoke(error) => match &**error {
                SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
                SdkError::ServiceError(service) => {
                    let status = service.raw().status();
                    status.is_server_error() || status.as_u16() == 429
                }
                _ => false,
            },
            Self::Json(_) | Self::Incomplete { .. } => false,
        }
    }
}

impl ClientError {
    /// Whether fewer links at a time may be signed.
    pub(super) fn is_too_large(&self) -> bool {
        match self {
            Self::Refused { code, .. } => *code == ErrorCode::AnswerTooLarge,
            Self::Invoke(error) => error.raw_response().is_some_and(|response| response.status().as_u16() == 413),
            Self::Json(_) | Self::Incomplete { .. } => false,
        }
    }
}

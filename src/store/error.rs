//! Faults of DynamoDB, for the log. No visitor sees them.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;

/// A fault of the store: no answer, or an error. The message names the operation and the table, and
/// contains no value of any record.
#[derive(Debug)]
pub struct StoreError {
    message: String,
    kind: Kind,
    /// The code of DynamoDB's answer.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only a person is told what to do about it"))]
    code: Option<String>,
    /// Whether DynamoDB was not reached at all.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "likewise"))]
    is_unreached: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It may be over in a moment: no answer, a broken connection, throttling, 5xx.
    Temporary,
    /// A write was refused, and reading the booking does not tell why: it may have changed meanwhile.
    Unsettled,
    /// DynamoDB found the request invalid, such as one with an invalid position.
    Invalid,
    /// Everything else stays until somebody acts: no such table, no permission.
    Permanent,
}

impl StoreError {
    fn of(message: String, kind: Kind) -> Self {
        Self { message, kind, code: None, is_unreached: false }
    }

    pub(super) fn client(error: impl Error) -> Self {
        Self::of(format!("the DynamoDB client: {error}"), Kind::Permanent)
    }

    pub(super) fn late(waited: Duration) -> Self {
        Self::of(format!("no answer within {} ms", waited.as_millis()), Kind::Temporary)
    }

    /// A write was refused, and reading the booking does not tell why.
    pub(crate) fn unsettled() -> Self {
        Self::of("the write was refused, but the booking shows no reason".to_owned(), Kind::Unsettled)
    }

    pub(crate) fn is_unsettled(&self) -> bool {
        self.kind == Kind::Unsettled
    }

    /// A transaction was given up, for another reason than its conditions: another one was in its
    /// way, or a limit.
    pub(super) fn canceled(table: &str, message: &str) -> Self {
        Self::of(format!("TransactWriteItems on {table}: {message}"), Kind::Temporary)
    }

    /// DynamoDB found a part of a transaction invalid.
    pub(super) fn invalid(operation: &str, table: &str) -> Self {
        Self::of(format!("{operation} on {table}: ValidationError"), Kind::Invalid)
    }

    /// DynamoDB has left a part of a batch undone, again and again: it throttles.
    pub(super) fn unprocessed(operation: &str, table: &str) -> Self {
        Self::of(format!("{operation} on {table}: a part of it is not processed"), Kind::Temporary)
    }

    /// The record was changed between reading and writing it.
    pub(super) fn changed(table: &str) -> Self {
        let message = format!("UpdateItem on {table}: the record was changed meanwhile; nothing was written");
        Self::of(message, Kind::Temporary)
    }

    pub(super) fn new(operation: &str, table: &str, fault: &str) -> Self {
        Self::of(format!("{operation} on {table}: {fault}"), Kind::Permanent)
    }

    pub(super) fn sdk<E>(operation: &str, table: &str, error: SdkError<E>) -> Self
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        // AWS's support asks for it.
        let id = error.request_id().map(|id| format!(" (request {id})")).unwrap_or_default();
        let fault = match error.as_service_error() {
            // DynamoDB's own message: a code and a sentence about the request.
            Some(service) => {
                let code = service.code().unwrap_or("an answer that cannot be read");
                format!("{code}: {}", service.message().unwrap_or_default())
            }
            None => category(&error),
        };
        Self {
            message: format!("{operation} on {table}: {fault}{id}"),
            kind: kind(&error),
            code: error.code().map(str::to_owned),
            is_unreached: matches!(error, SdkError::DispatchFailure(_) | SdkError::TimeoutError(_)),
        }
    }

    /// Whether DynamoDB rejected the request as invalid.
    pub fn is_rejection(&self) -> bool {
        self.kind == Kind::Invalid
    }

    /// The code of DynamoDB's answer, if it has answered.
    #[cfg(feature = "cli")]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether DynamoDB was not reached at all.
    #[cfg(feature = "cli")]
    pub fn is_unreached(&self) -> bool {
        self.is_unreached
    }

    /// Whether the same request may succeed later without anybody's help: there was no answer, a
    /// broken connection, throttling or a 5xx.
    pub fn is_temporary(&self) -> bool {
        matches!(self.kind, Kind::Temporary | Kind::Unsettled)
    }
}

/// An answer of the SDK, with its fault in our words.
pub(super) trait Answered<T> {
    /// The answer to an operation on a table.
    fn answered(self, operation: &str, table: &str) -> Result<T, StoreError>;

    /// Whether a conditional write was made; `false` if its condition did not hold.
    fn written(self, operation: &str, table: &str) -> Result<bool, StoreError>;
}

impl<T, E: Error + ProvideErrorMetadata + Send + Sync + 'static> Answered<T> for Result<T, SdkError<E>> {
    fn answered(self, operation: &str, table: &str) -> Result<T, StoreError> {
        self.map_err(|error| StoreError::sdk(operation, table, error))
    }

    fn written(self, operation: &str, table: &str) -> Result<bool, StoreError> {
        match self {
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(false),
            answer => answer.answered(operation, table).map(|_| true),
        }
    }
}

fn kind<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Kind {
    let Some(service) = error.as_service_error() else {
        // A request that could not be made lacks a setting. All others got no answer that can be read.
        let unmade = matches!(error, SdkError::ConstructionFailure(_));
        return if unmade { Kind::Permanent } else { Kind::Temporary };
    };
    let failed = error.raw_response().is_some_and(|response| response.status().is_server_error());
    match service.code() {
        Some("ValidationException") => Kind::Invalid,
        Some(code) if !failed && !THROTTLING_ERRORS.contains(&code) => Kind::Permanent,
        // Without a code the answer is not DynamoDB's, but that of something in between.
        _ => Kind::Temporary,
    }
}

/// What the log says of the fault, with the causes of a broken connection. The SDK's own message is not
/// used, because it may contain the request or the answer, and so the table's data.
fn category<E>(error: &SdkError<E>) -> String {
    match error {
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) if error.is_timeout() => "no connection in time".to_owned(),
            Some(error) if error.is_io() || error.is_other() => {
                let causes = std::iter::successors(Some(error as &dyn Error), |&error| error.source());
                causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
            }
            _ => "the request could not be sent".to_owned(),
        },
        SdkError::ResponseError(_) => "an answer that cannot be read".to_owned(),
        _ => "the request could not be made".to_owned(),
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StoreError {}

//! What can go wrong with DynamoDB, for the log. No visitor sees it.

use std::error::Error;
use std::fmt;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A fault of the store: it did not answer, or not as it should. The message names the
/// operation and the table, and holds no value of any record.
#[derive(Debug)]
pub struct StoreError {
    message: String,
    /// The caller's doing, such as a position that is no position.
    rejected: bool,
}

impl StoreError {
    pub(super) fn client(error: impl Error) -> Self {
        Self { message: format!("the DynamoDB client: {error}"), rejected: false }
    }

    pub(super) fn new(operation: &str, table: &str, fault: &str) -> Self {
        Self { message: format!("{operation} on {table}: {fault}"), rejected: false }
    }

    pub(super) fn sdk<E>(operation: &str, table: &str, error: SdkError<E>) -> Self
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let (fault, rejected) = match error.as_service_error() {
            // DynamoDB's own words: a code and a sentence about the request's form.
            Some(service) => {
                let code = service.code().unwrap_or("an error without a code");
                (format!("{code}: {}", service.message().unwrap_or_default()), code == "ValidationException")
            }
            None => (causes(&error), false),
        };
        Self { message: format!("{operation} on {table}: {fault}"), rejected }
    }

    /// Whether DynamoDB found the request itself at fault.
    pub fn is_rejection(&self) -> bool {
        self.rejected
    }
}

/// An error's words and those of its causes. Not the SDK's own rendering of them, which adds
/// the answer as it came, and with it whatever the table holds.
fn causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StoreError {}

//! Retries that the SDK does not make by itself.

use aws_sdk_dynamodb::config::interceptors::InterceptorContext;
use aws_sdk_dynamodb::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;

/// Retries a write, or a transaction, that met another transaction on the same booking, which is over in a moment. The
/// SDK leaves this retry to its caller.
#[derive(Debug)]
pub(super) struct RetryConflicts;

impl ClassifyRetry for RetryConflicts {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        let Some(error) = error.and_then(|error| error.as_operation_error()) else {
            return RetryAction::NoActionIndicated;
        };
        let is_conflict = match (error.downcast_ref(), error.downcast_ref()) {
            (Some(UpdateItemError::TransactionConflictException(_)), _)
            | (_, Some(TransactWriteItemsError::TransactionInProgressException(_))) => true,
            (_, Some(TransactWriteItemsError::TransactionCanceledException(canceled))) => {
                canceled.cancellation_reasons().iter().any(|reason| reason.code() == Some("TransactionConflict"))
            }
            _ => false,
        };
        if is_conflict { RetryAction::transient_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "transaction conflicts"
    }
}

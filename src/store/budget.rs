//! How long an answer waits for the store.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::StoreError;

/// An answer is there in less than 8 s, whatever the store does.
pub const BUDGET: Duration = Duration::from_millis(7500);

/// What the store says until `deadline`.
///
/// # Errors
///
/// [`StoreError`]: its own, or that it said nothing.
pub async fn within<T>(
    deadline: Instant,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout_at(deadline, answer).await.unwrap_or_else(|_| Err(StoreError::late()))
}

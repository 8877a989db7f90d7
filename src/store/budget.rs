//! How long an answer waits for the store.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::error::StoreError;

/// The time for an answer: less than the 8 s that are promised.
pub const BUDGET: Duration = Duration::from_millis(7500);

/// The store's answer, if it comes before `deadline`.
///
/// # Errors
///
/// [`StoreError`]: the store's own, or that there was no answer in time.
pub async fn within<T>(
    deadline: Instant,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout_at(deadline, answer).await.unwrap_or_else(|_| Err(StoreError::late(BUDGET)))
}

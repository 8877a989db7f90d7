//! How long an answer waits for the store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::error::StoreError;
use super::store_metrics::note_failure;

/// The time for an answer: less than the 8 s that are promised.
const WHOLE: Duration = Duration::from_millis(7500);

/// The time for each answer. The first one has less: it has waited for the start.
#[derive(Debug, Default)]
pub struct Deadlines {
    /// The milliseconds that the start took, until the first answer begins.
    spent: AtomicU64,
}

impl Deadlines {
    /// The deadlines after a start that took `spent`.
    pub fn after(spent: Duration) -> Self {
        Self { spent: AtomicU64::new(u64::try_from(spent.as_millis()).unwrap_or(u64::MAX)) }
    }

    /// When an answer that begins now must be there.
    pub fn begin(&self) -> Instant {
        let spent = Duration::from_millis(self.spent.swap(0, Ordering::Relaxed));
        Instant::now() + WHOLE.saturating_sub(spent)
    }
}

/// The store's answer, if it comes before `deadline`.
pub fn within<T>(
    deadline: Instant,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> impl Future<Output = Result<T, StoreError>> {
    let answer = Box::pin(answer); // the futures of the SDK have kilobytes: they are not moved again
    async move {
        let begun = Instant::now();
        let answer = timeout_at(deadline, answer).await;
        let answer = answer.unwrap_or_else(|_| Err(StoreError::late(deadline.duration_since(begun))));
        answer.inspect_err(|_| note_failure())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_answer_has_what_the_start_has_left() {
        let now = Instant::now();
        let deadlines = Deadlines::after(Duration::from_secs(3));
        assert_eq!(deadlines.begin() - now, Duration::from_millis(4500));
        assert_eq!(deadlines.begin() - now, WHOLE);
        assert_eq!(Deadlines::after(Duration::from_secs(60)).begin(), now);
    }
}

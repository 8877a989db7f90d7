//! What an invocation costs the store: how long it waits for DynamoDB, and whether DynamoDB fails.

use std::cell::Cell;
use std::time::Duration;

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use tokio::time::Instant;

tokio::task_local! {
    static METRICS: Cell<StoreMetrics>;
}

/// What was measured during some work.
#[derive(Clone, Copy, Debug, Default)]
pub struct StoreMetrics {
    /// How long the work waited for DynamoDB, attempts that failed included. `None` if it made no
    /// request.
    pub latency: Option<Duration>,
    /// Whether DynamoDB failed, or did not answer in time.
    pub failed: bool,
}

impl StoreMetrics {
    /// [`latency`](Self::latency) in milliseconds, for the log.
    pub fn latency_ms(&self) -> Option<f64> {
        self.latency.map(|time| time.as_secs_f64() * 1000.0)
    }
}

/// Does the work, and measures its requests to DynamoDB. Work outside of this is not measured.
pub fn measured<T>(work: impl Future<Output = T>) -> impl Future<Output = (T, StoreMetrics)> {
    let work = Box::pin(work); // the futures of the SDK have kilobytes: they are not moved again
    let measured = async {
        let result = work.await;
        (result, METRICS.with(Cell::get))
    };
    METRICS.scope(Cell::default(), measured)
}

pub(super) fn note_failure() {
    note(|measured| measured.failed = true);
}

fn note(change: impl FnOnce(&mut StoreMetrics)) {
    // An error means that the work is not measured.
    let _ = METRICS.try_with(|metrics| {
        let mut measured = metrics.get();
        change(&mut measured);
        metrics.set(measured);
    });
}

/// Measures each request of a client.
#[derive(Debug)]
pub(super) struct StoreTimer;

#[dyn_dispatch_hint]
impl Intercept for StoreTimer {
    fn name(&self) -> &'static str {
        "store timer"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(Wait(Instant::now()));
        Ok(())
    }
}

/// When a request began. It is dropped when the request ends, and also when the request is abandoned.
#[derive(Debug)]
struct Wait(Instant);

impl Storable for Wait {
    type Storer = StoreReplace<Self>;
}

impl Drop for Wait {
    fn drop(&mut self) {
        let waited = self.0.elapsed();
        note(|measured| measured.latency = Some(measured.latency.unwrap_or_default() + waited));
    }
}

//! A clock for the SDK that the tests move: time passes when a store is silent, without waiting.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::{AsyncSleep, Sleep};
use tokio::sync::oneshot;

/// Shorter waits are the SDK's pauses between attempts; longer ones are its time-outs.
const PAUSE: Duration = Duration::from_secs(1);

/// The time, and who waits for which time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    now: Duration,
    time_outs: Vec<(Duration, oneshot::Sender<()>)>,
}

impl Clock {
    /// How much time has passed.
    pub(crate) fn now(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    /// Moves on to the first of the time-outs.
    pub(crate) fn until_the_next_time_out(&self) {
        let mut waiting = self.0.lock().unwrap();
        waiting.time_outs.retain(|(_, waits)| !waits.is_closed());
        if let Some(next) = waiting.time_outs.iter().map(|(end, _)| *end).min() {
            waiting.pass(next);
        }
    }
}

impl Waiting {
    fn pass(&mut self, until: Duration) {
        self.now = until;
        for (_, waits) in self.time_outs.extract_if(.., |(end, _)| *end <= until) {
            // Waiters that are gone are ignored.
            let _ = waits.send(());
        }
    }
}

impl AsyncSleep for Clock {
    fn sleep(&self, duration: Duration) -> Sleep {
        let mut waiting = self.0.lock().unwrap();
        let end = waiting.now + duration;
        if duration < PAUSE {
            waiting.pass(end);
            return Sleep::new(std::future::ready(()));
        }
        let (waits, over) = oneshot::channel();
        waiting.time_outs.push((end, waits));
        Sleep::new(async {
            // The sender is gone with the clock, and then no time passes.
            if over.await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

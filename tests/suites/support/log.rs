//! What the functions log, for a test to read.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use action_links::telemetry;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;

/// Returns what this thread logs meanwhile.
pub(crate) async fn logged<T>(answer: impl Future<Output = T>) -> (T, String) {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.subscriber(LevelFilter::WARN, None));
    let answer = answer.await;
    drop(guard);
    (answer, log.text())
}

/// Returns what `work` logs, with metrics of `function`.
pub(crate) fn logged_by(function: Option<String>, work: impl FnOnce()) -> String {
    let log = Log::default();
    tracing::subscriber::with_default(log.subscriber(LevelFilter::INFO, function), work);
    log.text()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn subscriber(&self, level: LevelFilter, function: Option<String>) -> impl Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        telemetry::subscriber(level, function, move || writer.clone())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! What the functions log, for a test to read.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use action_links::telemetry;
use tracing::level_filters::LevelFilter;

/// Returns what this thread logs meanwhile.
pub(crate) async fn logged<T>(answer: impl Future<Output = T>) -> (T, String) {
    let log = Log::default();
    let writer = log.clone();
    let guard =
        tracing::subscriber::set_default(telemetry::subscriber(LevelFilter::WARN, None, move || writer.clone()));
    let answer = answer.await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    (answer, text)
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

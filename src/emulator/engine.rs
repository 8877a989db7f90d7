//! DynamoDB in this process: dynoxide, which the real SDK reaches over a loopback port.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::error::EmulatorError;
use super::streams::Streams;

/// A running engine. It runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Engine {
    endpoint: String,
    streams: Streams,
    stop: oneshot::Sender<()>,
    done: JoinHandle<Result<(), String>>,
}

impl Engine {
    /// Starts an engine. It keeps its tables in the file `data`, or else in memory, and listens on
    /// `port` if that is given and free, or else on any free port.
    pub async fn start(data: Option<&Path>, port: Option<u16>) -> Result<Self, EmulatorError> {
        let fault = |error: String| EmulatorError::Engine(error);
        let database = match data {
            Some(path) => Database::new(&path.to_string_lossy()),
            None => Database::memory(),
        };
        let database = database.map_err(|error| fault(error.to_string()))?;
        let ports = port.into_iter().chain([0]).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let listener =
            TcpListener::bind(&*ports.collect::<Vec<_>>()).await.map_err(|error| fault(error.to_string()))?;
        let address = listener.local_addr().map_err(|error| fault(error.to_string()))?;
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            // An engine that is dropped stops as well.
            let _ = stopped.await;
        };
        let streams = Streams(database.clone());
        let done = tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, shutdown));
        Ok(Self { endpoint: format!("http://{address}"), streams, stop, done })
    }

    pub fn streams(&self) -> Streams {
        self.streams.clone()
    }

    /// Where it listens: `http://127.0.0.1:…`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Stops it after the requests in progress.
    pub async fn stop(self) {
        // A closed channel or an ended task means that it has already stopped.
        let _ = self.stop.send(());
        let _ = self.done.await;
    }
}

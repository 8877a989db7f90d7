//! DynamoDB in this process: dynoxide, which the real SDK reaches over a loopback port.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::error::EmulatorError;
use super::front;
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
    /// Starts an engine, which listens on any free port. It keeps its tables in the file `data`, or else in memory.
    pub async fn start(data: Option<&Path>) -> Result<Self, EmulatorError> {
        let fault = |error: String| EmulatorError::Engine(error);
        let database = match data {
            Some(path) => Database::new(&path.to_string_lossy()),
            None => Database::memory(),
        };
        let database = database.map_err(|error| fault(error.to_string()))?;
        let listener = listener().await.map_err(|error| fault(error.to_string()))?;
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

    /// Answers at an address that others may know, too, but no web page: at `port` if that is given and free, or else
    /// at any free port. Returns the address.
    pub async fn open_to_programs(&self, port: Option<u16>) -> Result<String, EmulatorError> {
        let fault = |error: std::io::Error| EmulatorError::Engine(error.to_string());
        let ports = port.into_iter().chain([0]).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let listener = TcpListener::bind(&*ports.collect::<Vec<_>>()).await.map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        tokio::spawn(front::serve(listener, self.endpoint.clone()));
        Ok(format!("http://{address}"))
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

/// Listens on this machine. Where its loopback network has more than one address, as on Linux, on one that no web page
/// can guess, because the engine answers all of them.
async fn listener() -> std::io::Result<TcpListener> {
    let [_, second, third, fourth, ..] = *uuid::Uuid::new_v4().as_bytes();
    let unguessed = Ipv4Addr::new(127, second, third, fourth.clamp(1, 254));
    match TcpListener::bind((unguessed, 0)).await {
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
        bound => bound,
    }
}

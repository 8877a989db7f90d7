//! Faults of the demo.

use crate::config::ConfigError;
use crate::emulator::EmulatorError;
use crate::store::StoreError;

/// Why the demo did not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("port {0} is taken; choose another: PORT={next} make run", next = .0.saturating_add(1))]
    PortTaken(u16),
    /// A file or a socket.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The settings that the demo itself makes, and the graphs that were given.
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    #[error("the demo's data: {0}")]
    Data(String),
}

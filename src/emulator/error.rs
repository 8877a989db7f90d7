//! Faults of the emulator and the demo.

use crate::config::ConfigError;
use crate::runtime::StartError;
use crate::store::StoreError;

/// Why the emulator or the demo did not start.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The port.
    #[error("port {0} is taken; choose another: PORT={next} make run", next = .0.saturating_add(1))]
    PortTaken(u16),
    /// A file or a socket.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("the embedded DynamoDB: {0}")]
    Engine(String),
    /// The settings that `local` itself makes.
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the demo's data: {0}")]
    Data(String),
    /// The pages to look at.
    #[error("the gallery: {0}")]
    Gallery(String),
    /// What a function answered.
    #[error("a function failed: {0}")]
    Function(String),
}

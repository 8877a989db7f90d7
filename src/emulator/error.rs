//! Faults of the emulator.

use crate::runtime::StartError;

/// Why the emulator did not start, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    #[error("the embedded DynamoDB: {0}")]
    Engine(String),
    #[error(transparent)]
    Start(#[from] StartError),
    /// What a function answered.
    #[error("a function failed: {message}")]
    Function {
        /// `errorType`, if it is a function error.
        code: Option<String>,
        message: String,
    },
}

//! Both functions on one machine: an embedded DynamoDB with its streams, and stand-ins for API Gateway and
//! for the EventBridge pipe.

mod engine;
mod error;
mod front;
mod gateway;
mod guard;
mod pipe;
mod streams;

pub use engine::Engine;
pub use error::EmulatorError;
pub use gateway::LocalGateway;
pub use guard::guard;
pub use pipe::{Event, Pipe};
pub use streams::Streams;

//! A deployment, as AWS describes it to the command line: its stack and its functions.

mod access;
mod functions;
mod stack;

pub use access::{Access, Aws, Fault, Reached};
pub use functions::FunctionSettings;
pub use stack::Stack;

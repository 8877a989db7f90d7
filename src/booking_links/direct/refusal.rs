//! Why a direct invocation, or one of many links, is refused.

use lambda_http::lambda_runtime::Diagnostic;

use crate::invocation::{ErrorCode, RefusedLink};

/// Lambda's limit for an answer: 6 MB (Developer Guide, "Lambda quotas").
pub(super) const MAX_BYTES: usize = 6 * 1024 * 1024;

/// A code for programs, and a message that says what is wrong. It never quotes a value.
#[derive(Debug)]
pub(super) struct Refusal {
    code: ErrorCode,
    message: String,
}

impl Refusal {
    pub(super) fn new(code: ErrorCode, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }

    /// Whether the same request may succeed later.
    pub(super) fn is_temporary(&self) -> bool {
        self.code == ErrorCode::TemporarilyUnavailable
    }
}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        Self { error_type: refusal.code.to_string(), error_message: refusal.message }
    }
}

impl From<Refusal> for RefusedLink {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code.to_string(), message: refusal.message }
    }
}

//! What a command prints.

use serde_json::Value;

/// What a command prints, for a person and for a program.
#[derive(Debug)]
pub struct Output {
    /// For a person. It may have colours, which are removed where they are not wanted.
    pub text: String,
    /// For a program.
    pub json: Value,
    /// What to tell a person if the text could not be printed, where that loses something.
    pub if_lost: Option<String>,
    /// What to tell a person beside it, on standard error.
    pub warning: Option<String>,
    /// Whether the exit code is 0.
    pub is_success: bool,
}

impl Output {
    pub(super) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, if_lost: None, warning: None, is_success: true }
    }

    pub(super) fn if_lost(mut self, advice: String) -> Self {
        self.if_lost = Some(advice);
        self
    }
}

//! The result of an inspection, line by line.

use serde::Serialize;

/// Everything that was found out about a link.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// Whether the link, exactly as it was pasted, would work now.
    pub works: bool,
    /// What would happen, in a sentence or two.
    pub verdict: String,
    /// The `code` that a click would be answered with now, if that is known and not a success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What opening the link does, if its app is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_open: Option<OnOpen>,
    /// The services that have wrapped the link, the outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wrapped_by: Vec<String>,
    /// What was looked at, in order.
    pub lines: Vec<Finding>,
}

impl Inspection {
    /// What a program is answered, if that is known and not a success.
    pub fn answer(&self) -> Option<String> {
        self.code.map(|code| format!("A click is answered with {code}."))
    }
}

/// What opening a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnOpen {
    /// It acts at once.
    Acts,
    /// A page asks, and its button acts.
    Asks,
}

#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What it means for the link.
    pub mark: Mark,
    pub subject: &'static str,
    /// What was found. Text from the link is escaped.
    pub text: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
}

/// What a fact means for the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// As it should be.
    Good,
    /// The link does not work because of it.
    Bad,
    /// Neither: a fact, or something that could not be checked.
    Note,
}

impl Finding {
    pub(super) fn good(subject: &'static str, text: impl Into<String>) -> Self {
        Self { mark: Mark::Good, subject, text: text.into(), advice: None }
    }

    pub(super) fn bad(subject: &'static str, text: impl Into<String>) -> Self {
        Self { mark: Mark::Bad, subject, text: text.into(), advice: None }
    }

    pub(super) fn note(subject: &'static str, text: impl Into<String>) -> Self {
        Self { mark: Mark::Note, subject, text: text.into(), advice: None }
    }

    pub(super) fn advise(mut self, advice: &'static str) -> Self {
        self.advice = Some(advice);
        self
    }
}

impl Mark {
    /// The mark as a sign: ✓, ✗ or ·.
    pub fn sign(self) -> char {
        match self {
            Self::Good => '✓',
            Self::Bad => '✗',
            Self::Note => '·',
        }
    }
}

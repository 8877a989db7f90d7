//! The result of an inspection, line by line.

use serde::Serialize;

/// Everything that was found out about a link.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// Whether the link, exactly as it was pasted, would work now.
    pub works: bool,
    /// The `code` that a click would be answered with now, if that is known and not a success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What was looked at, in order.
    pub lines: Vec<Finding>,
}

impl Inspection {
    /// The result in one sentence.
    pub fn verdict(&self) -> String {
        let is_wrong = self.lines.iter().any(|line| line.mark == Mark::Bad);
        match self.code {
            Some(code) => format!("A click would be answered with {code}."),
            None if self.works => "This link would work now.".to_owned(),
            None if is_wrong => "This link does not work as it was pasted.".to_owned(),
            None => "It is not certain that this link works: not everything could be looked at.".to_owned(),
        }
    }
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

//! What `doctor` has found, line by line.

use anstyle::AnsiColor;
use serde::Serialize;
use serde_json::json;

use crate::cli::failure::{CliError, if_store_fails, store_message};
use crate::cli::marks::{colored, marked};
use crate::cli::output::Output;
use crate::domain::printable;
use crate::inspect::Mark;
use crate::store::StoreError;

/// The lines so far.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Check>);

#[derive(Debug, Serialize)]
struct Check {
    mark: Mark,
    subject: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Report {
    pub(super) fn good(&mut self, subject: &str, text: impl AsRef<str>) {
        self.add(Mark::Good, subject, text.as_ref(), None);
    }

    /// A fact, or something that could not be looked at.
    pub(super) fn note(&mut self, subject: &str, text: impl AsRef<str>, advice: Option<&str>) {
        self.add(Mark::Note, subject, text.as_ref(), advice);
    }

    pub(super) fn bad(&mut self, subject: &str, text: impl AsRef<str>, advice: impl AsRef<str>) {
        self.add(Mark::Bad, subject, text.as_ref(), Some(advice.as_ref()));
    }

    /// It is as it should be, or else what is wrong and what to do.
    pub(super) fn check(&mut self, is_good: bool, subject: &str, good: &str, bad: &str, advice: &str) {
        if is_good { self.good(subject, good) } else { self.bad(subject, bad, advice) }
    }

    pub(super) fn error(&mut self, subject: &str, error: &CliError) {
        self.bad(subject, &error.message, &error.advice);
    }

    pub(super) fn store(&mut self, subject: &str, error: &StoreError) {
        self.bad(subject, store_message(error), if_store_fails(error));
    }

    pub(super) fn is_good(&self) -> bool {
        self.0.iter().all(|check| check.mark != Mark::Bad)
    }

    fn add(&mut self, mark: Mark, subject: &str, text: &str, advice: Option<&str>) {
        let (subject, text) = (printable(subject), printable(text));
        self.0.push(Check { mark, subject, text, advice: advice.map(printable) });
    }

    pub(super) fn output(self) -> Output {
        let width = self.0.iter().map(|check| check.subject.chars().count()).max().unwrap_or_default();
        let line = |check: &Check| marked(check.mark, width, &check.subject, &check.text, check.advice.as_deref());
        let lines: String = self.0.iter().map(line).collect();
        let (bad, works) = (self.0.iter().filter(|check| check.mark == Mark::Bad).count(), self.is_good());
        let (style, verdict) = match bad {
            0 => (colored(AnsiColor::Green), "It works.".to_owned()),
            1 => (colored(AnsiColor::Red), "It does not work: one thing is wrong.".to_owned()),
            bad => (colored(AnsiColor::Red), format!("It does not work: {bad} things are wrong.")),
        };
        let text = format!("{lines}\n{style}{verdict}{style:#}\n");
        Output { is_success: works, ..Output::new(text, json!({ "works": works, "checks": self.0 })) }
    }
}

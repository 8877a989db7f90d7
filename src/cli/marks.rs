//! Lines with a mark: ✓, ✗ or ·.

use anstyle::{AnsiColor, Style};

use crate::inspect::Mark;

/// A line with its mark, and what to do below it. Subjects are padded to `width`.
pub(super) fn marked(mark: Mark, width: usize, subject: &str, text: &str, advice: Option<&str>) -> String {
    let style = match mark {
        Mark::Good => colored(AnsiColor::Green),
        Mark::Bad => colored(AnsiColor::Red),
        Mark::Note => Style::new(),
    };
    let mut line = format!("{style}{}{style:#} {subject:<width$} {text}\n", mark.sign());
    if let Some(advice) = advice {
        line += &format!("{:indent$}{advice}\n", "", indent = width + 3);
    }
    line
}

/// A style of one colour.
pub(super) fn colored(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(color.into()))
}

/// The state of a key in its colour: green signs, yellow only verifies, red is rejected.
pub(super) fn key_state(state: &str) -> String {
    let style = match state {
        "active" => colored(AnsiColor::Green),
        "retired" => colored(AnsiColor::Yellow),
        _ => colored(AnsiColor::Red),
    };
    format!("{style}{state}{style:#}")
}

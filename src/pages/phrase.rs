//! A text with values in place of its placeholders.

use std::fmt;

use maud::{Markup, Render, html};

/// A text with values in place of its placeholders. On a page each value is isolated, because its direction may differ
/// from the text's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrase(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(String),
}

impl Phrase {
    /// `text` with each `{name}` replaced by the value of that name. One without a value stays.
    pub(super) fn new(text: &str, values: &[(&str, &str)]) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_placeholder(rest) {
            let value = values.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
            parts.push(Part::Text(before.to_owned()));
            parts.push(value.map_or_else(|| Part::Text(format!("{{{name}}}")), Part::Value));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Self(parts)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Text(text) | Part::Value(text) if text.is_empty()))
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) | Part::Value(text) => f.write_str(text),
        })
    }
}

impl Render for Phrase {
    fn render(&self) -> Markup {
        html! {
            @for part in &self.0 {
                @match part {
                    Part::Text(text) => (text),
                    Part::Value(value) => bdi { (value) },
                }
            }
        }
    }
}

/// The names of the placeholders of a text, such as `business` of `{business}`.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, name, after) = next_placeholder(rest)?;
        rest = after;
        Some(name)
    })
}

/// The text before the next placeholder, its name, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_their_values_are_isolated() {
        let phrase = Phrase::new("Ask {business} by {when}, {business}.", &[("business", "<Ada> {when}"), ("x", "y")]);
        assert_eq!(phrase.to_string(), "Ask <Ada> {when} by {when}, <Ada> {when}.");
        assert_eq!(phrase.render().0, "Ask <bdi>&lt;Ada&gt; {when}</bdi> by {when}, <bdi>&lt;Ada&gt; {when}</bdi>.");
        assert_eq!(Phrase::new("a { b", &[]).to_string(), "a { b");
        assert!(Phrase::new("", &[]).is_empty() && Phrase::default().is_empty());
    }
}

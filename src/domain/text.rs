//! Texts from outside: cut, and shown on a terminal.

use unicode_segmentation::UnicodeSegmentation;

use crate::characters::is_harmless;

/// The beginning of `text`: at most `most` characters (Unicode scalar values), and none that a person
/// sees as one (a grapheme cluster, as an emoji of four people) in part. A first one that is longer
/// than that is cut, so that something is left.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let Some((limit, _)) = text.char_indices().nth(most) else { return text };
    let starts = text.grapheme_indices(true).map(|(start, _)| start);
    let end = starts.take_while(|start| *start <= limit).last().filter(|end| *end > 0);
    &text[..end.unwrap_or(limit)]
}

/// A text from outside for a terminal: letters of every language as they are; characters that control the terminal,
/// change the direction of what follows or cannot be seen, escaped.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_harmless(c) { c.to_string() } else { c.escape_unicode().to_string() }).collect()
}

/// JSON for a terminal: the same characters as JSON's own escapes. Outside its strings there are none of them but
/// line breaks.
#[cfg(feature = "cli")]
pub fn printable_json(json: &str) -> String {
    let is_shown = |c: char| c == '\n' || is_harmless(c);
    let escaped = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    json.chars().map(|c| if is_shown(c) { c.to_string() } else { escaped(c) }).collect()
}

/// Whether the character may stand in an event as it is: between the quotes of JSON, and where `%` begins an escape.
pub(crate) fn is_plain(c: char) -> bool {
    !(c.is_control() || matches!(c, '%' | '"' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_shown_and_what_controls_a_terminal_is_escaped() {
        for text in ["Café Müller", "理髪店", "محمد", "می‌خواهم", "👩‍👧", "a b"] {
            assert_eq!((printable(text), printable_json(text)), (text.to_owned(), text.to_owned()));
        }
        for (text, shown, json) in [
            ("\x1b[2J", "\\u{1b}[2J", "\\u001b[2J"),
            ("\u{9b}2J", "\\u{9b}2J", "\\u009b2J"),
            ("a\u{202e}b", "a\\u{202e}b", "a\\u202eb"),
            ("a\u{2028}b", "a\\u{2028}b", "a\\u2028b"),
            ("a\u{e0041}b", "a\\u{e0041}b", "a\\udb40\\udc41b"),
            ("\x7f\r", "\\u{7f}\\u{d}", "\\u007f\\u000d"),
        ] {
            assert_eq!((printable(text), printable_json(text)), (shown.to_owned(), json.to_owned()));
        }
        assert_eq!((printable("a\nb"), printable_json("a\nb")), ("a\\u{a}b".to_owned(), "a\nb".to_owned()));
    }

    #[test]
    fn no_character_is_cut_in_two() {
        for (text, most, kept) in [
            ("", 0, ""),
            ("abc", 3, "abc"),
            ("abc", 2, "ab"),
            ("abc", 0, ""),
            ("ae\u{301}", 3, "ae\u{301}"),
            ("ae\u{301}", 2, "a"),
            ("a👨‍👩‍👧‍👦b", 7, "a"),
            ("a👨‍👩‍👧‍👦b", 8, "a👨‍👩‍👧‍👦"),
            ("🇩🇪🇫🇷", 3, "🇩🇪"),
            ("a\r\nb", 2, "a"),
            ("👨‍👩‍👧‍👦", 3, "👨‍👩"),
        ] {
            assert_eq!(cut(text, most), kept, "{text:?} {most}");
        }
        assert_eq!(cut(&format!("a{}", "\u{301}".repeat(5000)), 10).chars().count(), 10);
    }
}

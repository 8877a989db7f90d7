//! Cleans texts from records for a page. The template escapes them.

use unicode_segmentation::UnicodeSegmentation;

use crate::characters::is_harmless;
use crate::domain::cut;

/// The maximum length of a text from a record on a page, in characters. Names and addresses are
/// shorter.
const MAX_LENGTH: usize = 160;

/// `text` for a page: without control characters, bidirectional formatting characters and invisible
/// characters, with every white space as a space, cut at [`MAX_LENGTH`] characters.
pub(crate) fn shown(text: &str) -> String {
    let clean: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_harmless(*c)).collect();
    let clean = clean.trim();
    let cut = cut(clean, MAX_LENGTH);
    if cut.len() < clean.len() { format!("{cut}…") } else { cut.to_owned() }
}

/// A name from a graph as words: `no_show` as `no show`.
pub(crate) fn in_words(name: &str) -> String {
    shown(&name.replace('_', " "))
}

/// The first letter or digit of a name with its accents, for the app's mark.
pub(crate) fn initial(name: &str) -> Option<String> {
    name.graphemes(true).find(|letter| letter.starts_with(char::is_alphanumeric)).map(str::to_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_page_is_taken_out() {
        assert_eq!(shown(" a\u{202e}b\u{2066}c\u{200f}\0d\n\te\u{85}f "), "abcd  e f");
        assert_eq!(shown("👩‍🔬 <b>&\"'"), "👩‍🔬 <b>&\"'");
        assert_eq!(shown("\u{200b}\u{2060}\u{feff}\u{3164}\u{ad}"), "");
        assert_eq!(shown(&"ä".repeat(160)), "ä".repeat(160));
        assert_eq!(shown(&"ä".repeat(5000)), format!("{}…", "ä".repeat(160)));
        // 7 characters each, of which 22 have room.
        assert_eq!(shown(&"👨‍👩‍👧‍👦".repeat(23)), format!("{}…", "👨‍👩‍👧‍👦".repeat(22)));
    }

    #[test]
    fn a_name_has_an_initial_if_it_has_a_letter() {
        for (name, expected) in [
            ("hair by Ada", Some("H")),
            ("💇 Ünal", Some("Ü")),
            ("ßen", Some("SS")),
            ("e\u{301}clat", Some("E\u{301}")),
            ("निशा", Some("नि")),
            ("7 Bar", Some("7")),
            ("💇‍♀️ ✂", None),
        ] {
            assert_eq!(initial(name).as_deref(), expected, "{name}");
        }
    }
}

//! The reason that a customer gives for a click.

use super::text::cut;

/// The text of the field for a reason, cleaned: at most [`MAX_LENGTH`](Self::MAX_LENGTH)
/// characters, line breaks as `\n`, tabs as spaces, no other control characters, no white space at
/// its ends. It is empty if nothing was written. It must be escaped where it is shown, and never be
/// logged.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CustomerMessage(String);

impl CustomerMessage {
    /// The maximum number of characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 1000;

    /// Cleans `written`. A longer text is cut, so that the click is not lost.
    pub fn new(written: &str) -> Self {
        let lines = written.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        let clean: String = lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        Self(cut(clean.trim(), Self::MAX_LENGTH).trim_end().to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for CustomerMessage {
    /// Without its text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CustomerMessage(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_kept_as_it_was_meant() {
        for (written, kept) in [
            ("  My dog is ill.  ", "My dog is ill."),
            ("one\r\ntwo\rthree\n\nfour", "one\ntwo\nthree\n\nfour"),
            ("a\0b\u{1b}[31mc\u{85}\td", "ab[31mc d"),
            ("\0 \0", ""),
            ("<b>\u{202e}👩‍🔬", "<b>\u{202e}👩‍🔬"),
            (" \r\n ", ""),
        ] {
            assert_eq!(CustomerMessage::new(written).as_str(), kept);
        }
    }

    #[test]
    fn a_long_one_is_cut_at_a_thousand_characters() {
        assert_eq!(CustomerMessage::new(&"ä".repeat(1000)).as_str(), "ä".repeat(1000));
        assert_eq!(CustomerMessage::new(&format!("{} b", "a".repeat(999))).as_str(), "a".repeat(999));
        assert_eq!(CustomerMessage::new(&"👩".repeat(1001)).as_str(), "👩".repeat(1000));
        // 7 characters each, of which 142 have room.
        assert_eq!(CustomerMessage::new(&"👨‍👩‍👧‍👦".repeat(143)).as_str(), "👨‍👩‍👧‍👦".repeat(142));
        assert_eq!(CustomerMessage::new(&format!("{}e\u{301}", "a".repeat(999))).as_str(), "a".repeat(999));
    }
}

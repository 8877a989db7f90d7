//! Cuts texts that people have written.

use unicode_segmentation::UnicodeSegmentation;

/// The beginning of `text`: at most `most` characters (Unicode scalar values), and none that a person
/// sees as one (a grapheme cluster, as an emoji of four people) in part. A first one that is longer
/// than that is cut, so that something is left.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let Some((limit, _)) = text.char_indices().nth(most) else { return text };
    let starts = text.grapheme_indices(true).map(|(start, _)| start);
    let end = starts.take_while(|start| *start <= limit).last().filter(|end| *end > 0);
    &text[..end.unwrap_or(limit)]
}

#[cfg(test)]
mod tests {
    use super::*;

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

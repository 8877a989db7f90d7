//! Characters that act on others, or cannot be seen.

/// Whether the character affects no other text: it is not a control character, does not change the direction, can be seen,
/// and no program takes it for a line break (U+2028 and U+2029).
pub(crate) fn is_harmless(c: char) -> bool {
    !(c.is_control() || is_directional(c) || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// Whether the character changes the direction of text (UAX #9).
fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether the character cannot be seen. The joiners are not among these, because letters and emoji are made of them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

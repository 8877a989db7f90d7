//! Undoes what a mail's source and HTML do to a text.

use std::borrow::Cow;

use super::finding::Finding;

/// The characters of a link that HTML writes as entities.
const ENTITIES: [(&str, &str); 8] = [
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#x26;", "&"),
    ("&#61;", "="),
    ("&#x3D;", "="),
    ("&#x3d;", "="),
    ("&equals;", "="),
    ("&quot;", "\""),
];

/// The text as a mail program shows it, and what had to be undone.
pub(super) fn decoded(pasted: &str) -> (Cow<'_, str>, Vec<Finding>) {
    let mut text = Cow::Borrowed(pasted);
    let mut repairs = Vec::new();
    if text.contains("=\n") || text.contains("=\r\n") || text.contains("=3D") {
        text = quoted_printable(&text).into();
        repairs.push(
            Finding::bad("form", "it is quoted-printable, as in a mail's source (=3D, lines that end in =)").advise(
                "Look at the mail in a mail program. If the link arrives like this, the mail lacks its header \
                 Content-Transfer-Encoding.",
            ),
        );
    }
    if ["hxxp://", "hxxps://", "[.]", "[:]//"].iter().any(|mark| text.contains(mark)) {
        text = text.replace("hxxp", "http").replace("[.]", ".").replace("[:]//", "://").into();
        repairs.push(
            Finding::note("form", "it was made harmless, as people do who report a mail (hxxps, [.])")
                .advise("Click the link of the mail itself."),
        );
    }
    if ENTITIES.iter().any(|(entity, _)| text.contains(entity)) {
        // In HTML source that is right.
        if text.contains("&amp;") && !is_html(&text) {
            repairs.push(
                Finding::note("form", "it has &amp; in place of &, as in HTML source, which is read as &")
                    .advise("Escape the link once in HTML, and not at all in plain text."),
            );
        }
        text = ENTITIES.iter().fold(text.into_owned(), |text, (entity, c)| text.replace(entity, c)).into();
    }
    (text, repairs)
}

fn is_html(text: &str) -> bool {
    ["href=", "HREF=", "<a ", "<A ", "</"].iter().any(|mark| text.contains(mark))
}

/// Quoted-printable (RFC 2045 §6.7). What is no escape stays.
fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = match (first, behind) {
            (b'=', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    behind
                }
                _ => {
                    bytes.push(b'=');
                    &rest[1..]
                }
            },
            _ => {
                bytes.push(*first);
                behind
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A hexadecimal digit, as quoted-printable writes it.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

//! Keys that a signer uses by mistake in place of an API key.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{NO_PAD, STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::key::ApiKey;

/// How a signer gets a key wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMistake {
    /// With the line breaks at the end of the file that the key was read from.
    LineBreak,
    /// With a space or a tab at one of its ends.
    WhiteSpace,
    /// With the byte order mark at the start of the file that the key was read from.
    ByteOrderMark,
    /// With the quotes of a settings file.
    Quotes,
    /// With the name of a variable and `=` before it.
    Name,
    /// Encoded in base64.
    Base64Encoded,
    /// Decoded from base64, though the key is the text itself.
    Base64Decoded,
    /// Decoded from hexadecimal digits, though the key is the text itself.
    HexDecoded,
}

/// What stands around a key by mistake: before it, and behind it.
const AROUND: [(KeyMistake, &str, &str); 12] = [
    (KeyMistake::LineBreak, "", "\n"),
    (KeyMistake::LineBreak, "", "\r\n"),
    (KeyMistake::LineBreak, "", "\n\n"),
    (KeyMistake::LineBreak, "", "\r\n\r\n"),
    (KeyMistake::WhiteSpace, "", " "),
    (KeyMistake::WhiteSpace, "", "\t"),
    (KeyMistake::WhiteSpace, " ", ""),
    (KeyMistake::ByteOrderMark, "\u{feff}", ""),
    (KeyMistake::Quotes, "\"", "\""),
    (KeyMistake::Quotes, "'", "'"),
    (KeyMistake::Name, "ACTION_LINKS_API_KEY=", ""),
    (KeyMistake::Name, "API_KEY=", ""),
];

impl ApiKey {
    /// The keys that a signer uses by mistake in place of this one. Each is made when it is asked for.
    pub fn mistaken(&self) -> impl Iterator<Item = (KeyMistake, Self)> {
        let secret = self.secret();
        let around = AROUND.into_iter().flat_map(move |(mistake, before, behind)| {
            // What comes from a file has the line break of the file, too.
            let ends: &[&str] = if behind.trim().is_empty() && before.is_empty() { &[""] } else { &["", "\n", "\r\n"] };
            let with = move |end: &&str| [before.as_bytes(), secret, behind.as_bytes(), end.as_bytes()].concat();
            ends.iter().map(move |end| (mistake, with(end)))
        });
        let line = [secret, b"\n"].concat();
        let encoded = [STANDARD.encode(secret), STANDARD.encode(line), URL_SAFE_NO_PAD.encode(secret)];
        let encoded = encoded.into_iter().map(|text| (KeyMistake::Base64Encoded, text.into_bytes()));
        let base64 = from_base64(secret).map(|bytes| (KeyMistake::Base64Decoded, bytes));
        let hex = from_hex(secret).map(|bytes| (KeyMistake::HexDecoded, bytes));
        let all = around.chain(encoded).chain(base64).chain(hex);
        // Libraries sign with shorter keys, too.
        all.filter_map(|(mistake, secret)| Some((mistake, Self::of_any_length(&secret)?)))
    }
}

/// Decodes as lenient libraries do: either alphabet, with or without padding, and a digit that is
/// left over at the end is dropped.
fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose =
        GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::with_decode_allow_trailing_bits(NO_PAD, true));
    let digits = text.iter().take_while(|digit| **digit != b'=');
    let mut digits: Vec<u8> = digits
        .map(|digit| match digit {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        })
        .collect();
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    LENIENT.decode(digits).ok()
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let digits: Vec<u8> = text.iter().map(digit).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

//! An app's colour, and the text colour that is readable on it.

use std::fmt;
use std::str::FromStr;

/// A colour: `#` and six hexadecimal digits (CSS Color 4 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrandColor([u8; 3]);

/// The string is not `#` and six hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not `#` and six hexadecimal digits")]
pub struct BrandColorError;

impl FromStr for BrandColor {
    type Err = BrandColorError;

    fn from_str(text: &str) -> Result<Self, BrandColorError> {
        Self::parse(text)
    }
}

impl BrandColor {
    pub const BLACK: Self = Self([0; 3]);
    pub const WHITE: Self = Self([255; 3]);

    /// Parses `#7a1f5c`, in upper or lower case.
    pub fn parse(text: &str) -> Result<Self, BrandColorError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(BrandColorError)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(BrandColorError);
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).map_err(|_| BrandColorError)?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// Black or white, whichever has more contrast with it. One of them always has at least
    /// 4.58 : 1.
    #[must_use]
    pub fn readable(self) -> Self {
        let black = self.contrast(Self::BLACK);
        if black > self.contrast(Self::WHITE) { Self::BLACK } else { Self::WHITE }
    }

    /// The contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio").
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for BrandColor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_colour() {
        assert_eq!(BrandColor::parse("#7A1f5c").unwrap().to_string(), "#7a1f5c");
        for text in ["", "#", "7a1f5c", "#7a1f5", "#7a1f5c0", "#+a1f5c", "#7a1f5g", "#äa1f5", "red", "#fff;}"] {
            assert_eq!(BrandColor::parse(text), Err(BrandColorError), "{text}");
        }
    }

    #[test]
    fn what_stands_on_any_colour_can_be_read() {
        let steps = || (0..=255).step_by(15).map(|part| u8::try_from(part).unwrap());
        for red in steps() {
            for green in steps() {
                for blue in steps() {
                    let color = BrandColor([red, green, blue]);
                    assert!(color.contrast(color.readable()) >= 4.5, "{color}");
                }
            }
        }
        assert_eq!(BrandColor::parse("#ffd400").unwrap().readable(), BrandColor::BLACK);
        assert_eq!(BrandColor::parse("#7a1f5c").unwrap().readable(), BrandColor::WHITE);
    }
}

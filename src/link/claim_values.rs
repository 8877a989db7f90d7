//! The values of the optional claims that have limits.

use std::fmt;

use crate::booking::{NameFault, name, printable_name};

/// The most bytes of a tag: RFC 5646 §4.4.1 asks for room for 35.
const MAX_TAG: usize = 35;

printable_name! {
    /// A language tag (BCP 47, RFC 5646): `da`, `pt-BR`, `zh-Hant`; at most 35 characters. Its form is checked, not
    /// whether there is such a language.
    ///
    /// ```
    /// use action_links::link::LanguageTag;
    ///
    /// let tag: LanguageTag = "pt-BR".parse()?;
    /// assert!("Danish, please".parse::<LanguageTag>().is_err());
    /// # Ok::<(), action_links::booking::NameError>(())
    /// ```
    LanguageTag, "language tag", 35, |text| {
        let is_subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let language = text.split('-').next().unwrap_or_default();
        let is_language = language.len() > 1 && language.bytes().all(|b| b.is_ascii_alphabetic());
        let is_tag = text.len() <= MAX_TAG && is_language && text.split('-').all(is_subtag);
        if is_tag { Ok(()) } else { Err(NameFault::Language) }
    }
}

printable_name! {
    /// A JWT id (RFC 7519 §4.1.7), which makes two links different that are otherwise the same: 1–256 characters of
    /// any kind.
    JwtId, "jti", 256, |_| Ok(())
}

name! {
    /// An opaque id of the person to whom a link is sent (RFC 7519 §4.1.2): 1–256 characters of any kind. It proves
    /// nothing, and is never printed.
    Subject, "sub", 256, |_| Ok(())
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_tag_has_the_form_of_one() {
        for tag in ["da", "pt-BR", "zh-Hant-TW", "de-1996-x-anything", "gsw", "sr-Latn"] {
            assert!(LanguageTag::parse(tag).is_ok(), "{tag}");
        }
        for tag in
            ["d", "pt_BR", "da, en;q=0.8", "-da", "da-", "da--DK", "dänisch", "123", "x-none", &"da-abc".repeat(6)]
        {
            let fault = LanguageTag::parse(tag).unwrap_err().fault;
            assert_eq!(fault, NameFault::Language, "{tag}");
        }
    }

    #[test]
    fn a_subject_is_not_printed() {
        let subject = Subject::parse("grace@example.com").unwrap();
        assert_eq!(format!("{subject:?}"), "Subject(..)");
        assert_eq!(serde_json::to_string(&subject).unwrap(), r#""grace@example.com""#);
        assert!(Subject::parse(&"ä".repeat(256)).is_ok());
        assert_eq!(Subject::parse(&"a".repeat(257)).unwrap_err().to_string(), "sub: must have at most 256 characters");
    }
}

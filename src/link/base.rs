//! The base of links.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use url::Url;

/// The start of every link: the scheme, the host and, if there is one, a stage or base path.
///
/// ```
/// use action_links::link::BaseUrl;
///
/// let base: BaseUrl = "https://links.example/prod/".parse()?;
/// assert_eq!(base.as_str(), "https://links.example/prod");
/// # Ok::<(), action_links::link::BaseUrlError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Why a string is not a valid [`BaseUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("base URL: {}", Self::RULE)]
#[non_exhaustive]
pub struct BaseUrlError;

impl BaseUrlError {
    /// What the string must be.
    pub(crate) const RULE: &str = "must be an http(s) URL without user info, query and fragment";
}

impl BaseUrl {
    /// Parses `https://links.example` or `https://links.example/prod`, with or without a slash at
    /// the end. `http` is accepted too, for a developer's machine.
    ///
    /// # Errors
    ///
    /// [`BaseUrlError`].
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError)?;
        let plain = matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if plain { Ok(Self(url.as_str().trim_end_matches('/').to_owned())) } else { Err(BaseUrlError) }
    }

    /// The URL, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_has_no_slash_at_its_end_and_nothing_after_its_path() {
        assert_eq!(BaseUrl::parse("https://links.example/").unwrap().as_str(), "https://links.example");
        assert_eq!(BaseUrl::parse("https://links.example/prod/").unwrap().as_str(), "https://links.example/prod");
        for text in [
            "links.example",
            "https://",
            "https://u@links.example",
            "https://links.example?x",
            "https://links.example/#x",
            "mailto:a@b.example",
        ] {
            assert_eq!(BaseUrl::parse(text), Err(BaseUrlError), "{text}");
        }
    }
}

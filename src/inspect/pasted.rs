//! What a person pastes: a link, or a token alone, perhaps as a mail's source or a click-tracker has it.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use super::finding::Finding;
use crate::link::{ParseLinkError, UnverifiedLink, parameter_name, without_tail};

/// A link as it was pasted, put right where it was altered on the way.
pub struct Pasted {
    /// What had to be put right. A link with any of these does not work as it was pasted.
    pub(super) repairs: Vec<Finding>,
    /// The URL, unless a token alone was pasted.
    pub(super) url: Option<Url>,
    pub(super) token: Option<String>,
    /// The link, or why it has not the form of one.
    pub(super) link: Result<UnverifiedLink, ParseLinkError>,
}

impl Pasted {
    /// Reads what was pasted. It is never an error: what is wrong is found by
    /// [`inspect`](super::inspect).
    pub fn read(text: &str) -> Self {
        let (text, mut repairs) = repaired(text);
        let url = Url::parse(&text).ok().filter(Url::has_host);
        let url = match url.as_ref().and_then(wrapped) {
            Some(inner) => {
                let tracker = url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned();
                repairs.push(
                    Finding::bad("form", format!("the link is wrapped by {tracker}, which redirects to it"))
                        .advise("Switch click tracking off for these links: it opens them and may alter them."),
                );
                Some(inner)
            }
            None => url,
        };
        let token = match &url {
            Some(url) => {
                url.query_pairs().find(|(name, _)| parameter_name(name) == "signature").map(|(_, token)| token)
            }
            None => Some(Cow::Borrowed(text.as_ref())),
        };
        let is_token = |token: &String| url.is_some() || token.split('.').count() == 3;
        let token = token.map(|token| without_tail(&token).to_owned()).filter(is_token);
        let link = match (&url, &token) {
            (Some(url), _) => UnverifiedLink::parse(url.path(), url.query_pairs()),
            // The path that the claims name, so that the rest can be looked at.
            (None, Some(token)) => UnverifiedLink::parse(&path_of(token), [("signature", token.as_str())]),
            (None, None) => Err(ParseLinkError::Path),
        };
        Self { repairs, url, token, link }
    }

    /// The link, if it has the form of one. It is not verified.
    pub fn link(&self) -> Option<&UnverifiedLink> {
        self.link.as_ref().ok()
    }
}

/// Undoes what mail programs and their sources do to a URL.
fn repaired(pasted: &str) -> (Cow<'_, str>, Vec<Finding>) {
    let mut text = Cow::Borrowed(pasted.trim().trim_start_matches('<').trim_end_matches('>'));
    let mut repairs = Vec::new();
    let soft_breaks = text.contains("=\n") || text.contains("=\r\n");
    if soft_breaks || text.contains("=3D") {
        text = text.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=").into();
        repairs.push(Finding::bad("form", "it is quoted-printable, as in a mail's source (=3D, lines that end in =)").advise(
            "Look at the mail in a mail program. If the link arrives like this, the mail lacks its header Content-Transfer-Encoding.",
        ));
    }
    // A click drops what stands behind a whole token.
    let end = text.find(char::is_whitespace).filter(|end| !text[*end..].trim_start().starts_with('&'));
    let token = text.find("signature=").map_or(0, |name| name + "signature=".len());
    if let Some(end) = end.filter(|end| token + without_tail(&text[token..]).len() == *end) {
        text = text[..end].to_owned().into();
    }
    if text.contains(char::is_whitespace) {
        text = text.split_whitespace().collect::<String>().into();
        repairs.push(Finding::bad("form", "there are line breaks or spaces in it").advise(
            "Send the mail's parts as base64 or quoted-printable, by a library: long lines are broken otherwise.",
        ));
    }
    if text.contains("&amp;") {
        text = text.replace("&amp;", "&").into();
        repairs.push(
            Finding::note("form", "it has &amp; in place of &, as in HTML source, which is read as &")
                .advise("Escape the link once in HTML, and not at all in plain text."),
        );
    }
    (text, repairs)
}

/// The link inside another URL, in its query or its path.
fn wrapped(url: &Url) -> Option<Url> {
    let is_link = |url: &Url| UnverifiedLink::parse(url.path(), url.query_pairs()).is_ok();
    if is_link(url) {
        return None;
    }
    let in_query = url.query_pairs().find_map(|(_, value)| Url::parse(&value).ok().filter(is_link));
    in_query.or_else(|| {
        let path = percent_decode_str(url.path()).decode_utf8_lossy();
        let start = path.find("https://").or_else(|| path.find("http://"))?;
        let inner = path.get(start..)?;
        // The tracker's own segments come after the link, whose query has no slash of its own.
        let query = inner.find('?')?;
        let end = inner.get(query..)?.find('/').map_or(inner.len(), |slash| query + slash);
        let inner = Url::parse(inner.get(..end)?).ok()?;
        Some(inner).filter(is_link)
    })
}

/// The path of a link with these claims. Nothing is verified.
fn path_of(token: &str) -> String {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&payload).unwrap_or_default();
    let claim = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    format!("/v2/bookings/{}/external_action/{}", claim("booking_id"), claim("action"))
}

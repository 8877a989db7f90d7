//! What a person pastes: a text with a link in it, or a token alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;

use super::finder::{Address, find, find_token, find_without_scheme, percent_decoded};
use super::finding::Finding;
use super::source::decoded;
use super::wrapper::Wrapper;
use crate::link::path::of_calendar;
use crate::link::{ParseLinkError, UnverifiedLink};
use crate::store::{ShortCode, StoredLink};

/// A link as it was pasted, put right where it was altered on the way.
pub struct Pasted {
    /// What had to be put right. A link with any of these that is wrong does not work as it was pasted.
    pub(super) repairs: Vec<Finding>,
    /// The services around it, the outermost first.
    pub(super) wrappers: Vec<Wrapper>,
    /// The address, unless a token alone was pasted.
    pub(super) url: Option<Url>,
    /// Whether the address names a host.
    pub(super) has_host: bool,
    pub(super) token: Option<String>,
    /// The link, or why it has not the form of one.
    pub(super) link: Result<UnverifiedLink, ParseLinkError>,
    /// What is known of the link that a short one stands for. `None` if it is not a short link.
    pub(super) short: Option<Short>,
    /// Whether an API key was pasted in place of a link.
    pub(super) is_api_key: bool,
}

/// What is known of the link that a short one stands for.
pub(super) enum Short {
    /// It was not looked up.
    Unread(ShortCode),
    /// It could not be looked up.
    Failed,
    /// No link is stored under the code.
    Unknown,
    Found,
}

impl Pasted {
    /// Reads what was pasted. It is never an error: what is wrong is found by
    /// [`inspect`](super::inspect).
    pub fn read(text: &str) -> Self {
        let (text, mut repairs) = decoded(text);
        if let Some((address, count)) = find(&text) {
            // A link without its scheme may stand beside other addresses.
            let bare = || (!address.is_link()).then(|| find_without_scheme(&text)).flatten();
            let encoded = || (!address.is_link()).then(|| find(&percent_decoded(&text)?)).flatten();
            return match (bare(), encoded()) {
                (Some((bare, has_host)), _) => Self::without_scheme(bare, has_host, repairs),
                (None, Some((encoded, _))) if encoded.is_link() => Self::of_address(encoded, 1, repairs),
                _ => Self::of_address(address, count, repairs),
            };
        }
        if let Some((address, has_host)) = find_without_scheme(&text) {
            return Self::without_scheme(address, has_host, repairs);
        }
        if let Some((address, count)) = percent_decoded(&text).and_then(|text| find(&text)) {
            repairs.push(
                Finding::bad("form", "it is percent-encoded, as in a parameter of another address")
                    .advise("Encode a link only where it stands in another address."),
            );
            return Self::of_address(address, count, repairs);
        }
        let token = find_token(&text).map(str::to_owned);
        // The path that the claims name, so that the rest can be looked at.
        let link = token.as_ref().map(|token| UnverifiedLink::parse(&path_of(token), [("signature", token.as_str())]));
        let is_api_key = token.is_none() && ["live_api_key_", "test_api_key_"].iter().any(|key| text.contains(key));
        let link = link.unwrap_or(Err(ParseLinkError::Path));
        Self { repairs, wrappers: Vec::new(), url: None, has_host: false, token, link, short: None, is_api_key }
    }

    /// The code of a short link whose link was not looked up.
    pub fn short_code(&self) -> Option<&ShortCode> {
        match &self.short {
            Some(Short::Unread(code)) => Some(code),
            _ => None,
        }
    }

    /// Takes the link that is stored under the code, if there is one.
    pub(super) fn resolve(&mut self, stored: Option<StoredLink>) {
        let Some(stored) = stored else { return self.short = Some(Short::Unknown) };
        let added: Vec<_> = self.url.iter().flat_map(Url::query_pairs).collect();
        self.link = stored.link(added.iter().map(|(name, value)| (&**name, &**value)));
        self.token = Some(stored.signature);
        self.short = Some(Short::Found);
    }

    /// Whether it is the address of a calendar file.
    pub(super) fn is_calendar(&self) -> bool {
        self.url.as_ref().is_some_and(|url| of_calendar(url.path()).is_some())
    }

    /// The link, if it has the form of one. It is not verified.
    pub fn link(&self) -> Option<&UnverifiedLink> {
        self.link.as_ref().ok()
    }

    fn of_address(address: Address, count: usize, mut repairs: Vec<Finding>) -> Self {
        if address.is_joined {
            repairs.push(Finding::bad("form", "there are line breaks or spaces in it").advise(
                "Send the mail's parts as base64 or quoted-printable, by a library: long lines are broken otherwise.",
            ));
        }
        if count > 1 {
            let first = address.link.as_ref().ok().map(|link| {
                let (action, booking) = (link.unverified_action(), link.unverified_booking_id());
                format!(": {action} of {booking}")
            });
            let text = format!("the text has {count} links, and this is about the first{}", first.unwrap_or_default());
            repairs.push(Finding::note("form", text).advise("Paste another one alone to look at it."));
        }
        Self {
            repairs,
            token: address.token(),
            wrappers: address.wrappers,
            url: Some(address.url),
            has_host: true,
            link: address.link,
            short: address.short_code.map(Short::Unread),
            is_api_key: false,
        }
    }

    fn without_scheme(address: Address, has_host: bool, mut repairs: Vec<Finding>) -> Self {
        let (text, advice) = match has_host {
            true => (
                "it has no https:// before it",
                "Write the whole address into the mail: not every mail program adds it.",
            ),
            false => ("it is a path without its host", "Put the base URL of the deployment before it."),
        };
        repairs.push(Finding::bad("form", text).advise(advice));
        Self { has_host, ..Self::of_address(address, 1, repairs) }
    }
}

/// The path of a link with these claims. Nothing is verified.
fn path_of(token: &str) -> String {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&payload).unwrap_or_default();
    let claim = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    format!("/v2/bookings/{}/external_action/{}", claim("booking_id"), claim("action"))
}

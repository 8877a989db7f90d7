//! Finds the link in a text: a sentence, a quoted mail, Markdown, HTML.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use super::wrapper::{Wrapper, addresses_inside};
use crate::link::path::{self, of_calendar};
use crate::link::{ParseLinkError, UnverifiedLink, parameter_name, without_tail};
use crate::store::ShortCode;

/// How many addresses of a text are looked at, and how many pieces one may be broken into.
const MAX_ADDRESSES: usize = 200;
const MAX_PIECES: usize = 24;

/// How many services may have wrapped a link, one around the other.
const MAX_WRAPPERS: usize = 4;

/// The characters of a MAC.
pub(super) const MAC_LENGTH: usize = 43;

/// An address in a text, and what is inside it.
pub(super) struct Address {
    /// The innermost one.
    pub(super) url: Url,
    /// The services around it, the outermost first.
    pub(super) wrappers: Vec<Wrapper>,
    pub(super) link: Result<UnverifiedLink, ParseLinkError>,
    /// The code, if it is a short link.
    pub(super) short_code: Option<ShortCode>,
    /// Whether white space within it was left out.
    pub(super) is_joined: bool,
}

/// How much an address is what was looked for; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Other,
    /// A known service wraps something that cannot be read.
    Opaque,
    /// The path is that of a link; the query is not.
    Path,
    Short,
    Link,
    /// A link whose token has the length of one.
    Whole,
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        let mut url = Url::parse(text).ok().filter(Url::has_host)?;
        let mut wrappers = Vec::new();
        let mut link = parse(&url);
        // What an address of a known service ends in may look like a link's path.
        while (link.is_err() && short_code(&url).is_none() || Wrapper::known(&url).is_some())
            && wrappers.len() < MAX_WRAPPERS
        {
            let inside = addresses_inside(&url);
            let inside: Vec<Url> = inside.iter().filter_map(|text| Url::parse(text).ok()).collect();
            let is_link = |url: &&Url| parse(url).is_ok();
            // Another service may be around it still.
            let is_wrapper = |url: &&Url| Wrapper::known(url).is_some() && !addresses_inside(url).is_empty();
            let is_short = |url: &&Url| short_code(url).is_some();
            let inner = inside.iter().find(is_link).or_else(|| inside.iter().find(is_short));
            let Some(inner) = inner.or_else(|| inside.iter().find(is_wrapper)) else { break };
            wrappers.push(Wrapper::of(&url));
            url = inner.clone();
            link = parse(&url);
        }
        if link.is_err() {
            wrappers.extend(Wrapper::known(&url));
        }
        let short_code = short_code(&url).filter(|_| link.is_err());
        Some(Self { url, wrappers, link, short_code, is_joined: false })
    }

    /// Whether it is a link or a short one.
    pub(super) fn is_link(&self) -> bool {
        self.fit() >= Fit::Short
    }

    /// The token of its query.
    pub(super) fn token(&self) -> Option<String> {
        let mut query = self.url.query_pairs();
        query
            .find(|(name, _)| parameter_name(name) == "signature")
            .map(|(_, token)| without_tail(&token).to_owned())
            .filter(|token| !token.is_empty())
    }

    fn fit(&self) -> Fit {
        match &self.link {
            Ok(_) if self.token().is_some_and(|token| mac_of(&token).is_some_and(|mac| mac.len() == MAC_LENGTH)) => {
                Fit::Whole
            }
            Ok(_) => Fit::Link,
            Err(_) if self.short_code.is_some() => Fit::Short,
            Err(ParseLinkError::Path) if self.wrappers.is_empty() => Fit::Other,
            Err(ParseLinkError::Path) => Fit::Opaque,
            Err(_) => Fit::Path,
        }
    }
}

/// The third part of a token of three.
pub(super) fn mac_of(token: &str) -> Option<&str> {
    let (signing_input, mac) = token.rsplit_once('.')?;
    (signing_input.matches('.').count() == 1).then_some(mac)
}

/// The address of a text that is most like a link, the first of several, and how many links there are.
pub(super) fn find(text: &str) -> Option<(Address, usize)> {
    let lower = text.to_ascii_lowercase();
    let starts = lower.match_indices("http").map(|(start, _)| start);
    let is_start = |start: &usize| lower[*start..].starts_with("http://") || lower[*start..].starts_with("https://");
    // What stands in another address is found inside that.
    let (mut end, mut found): (usize, Vec<(Fit, Address)>) = (0, Vec::new());
    for start in starts.filter(is_start).take(MAX_ADDRESSES) {
        if start < end {
            continue;
        }
        end = start + piece(&text[start..]).len();
        let Some(address) = Address::parse(piece(&text[start..])) else { continue };
        let fit = address.fit();
        let joined = if fit < Fit::Whole { joined(&text[start..]) } else { None };
        found.push(joined.map_or((fit, address), |address| (Fit::Whole, address)));
    }
    let best = found.iter().map(|(fit, _)| *fit).max()?;
    // Short ones are counted if there are no others.
    let least = best.clamp(Fit::Short, Fit::Link);
    let mut links: Vec<&str> = found.iter().filter(|(fit, _)| *fit >= least).map(|(_, a)| a.url.as_str()).collect();
    links.sort_unstable();
    links.dedup();
    let count = links.len();
    found.into_iter().find(|(fit, _)| *fit == best).map(|(_, address)| (address, count))
}

/// An address without its scheme, or a path alone, that is a link's. The host is then `None`.
pub(super) fn find_without_scheme(text: &str) -> Option<(Address, bool)> {
    let is_end = |c: char| c.is_whitespace() || "<>\"'`([{".contains(c);
    let at = text.find("/v2/bookings/").or_else(|| text.find("/l/"))?;
    let start = text[..at].rfind(is_end).map_or(0, |end| end + text[end..].chars().next().map_or(1, char::len_utf8));
    if text[start..at].contains("://") {
        return None;
    }
    let has_host = start < at;
    let host = if has_host { "https://" } else { "https://host.invalid" };
    let address = Address::parse(&format!("{host}{}", piece(&text[start..])))?;
    (address.fit() >= Fit::Path).then_some((address, has_host))
}

/// A text that was percent-encoded as a whole, decoded.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let is_encoded = lower.contains("%2fv2%2fbookings%2f") || lower.contains("%2fl%2f");
    is_encoded.then(|| percent_decode_str(text).decode_utf8_lossy().into_owned())
}

/// A token alone.
pub(super) fn find_token(text: &str) -> Option<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let mut words = words.map(|word| word.trim_matches('.')).filter(|word| word.matches('.').count() >= 2);
    words.find(|word| {
        let header = word.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        header.is_some_and(|json| serde_json::from_slice::<Value>(&json).is_ok_and(|json| json.is_object()))
    })
}

fn parse(url: &Url) -> Result<UnverifiedLink, ParseLinkError> {
    // The address of a calendar file names its link.
    UnverifiedLink::parse(of_calendar(url.path()).unwrap_or(url.path()), url.query_pairs())
}

/// The code of a short link, or of one's calendar file. A service that wraps links may have such paths of its own.
fn short_code(url: &Url) -> Option<ShortCode> {
    let path = Wrapper::known(url).is_none().then(|| of_calendar(url.path()).unwrap_or(url.path()))?;
    path::short_code(path).and_then(ShortCode::parse)
}

/// An address up to what ends one.
fn piece(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || "<>\"`".contains(c));
    &text[..end.unwrap_or(text.len())]
}

/// The address together with the pieces behind it, if that makes a whole link: mail programs break long lines, and
/// put marks of quotation before them.
fn joined(text: &str) -> Option<Address> {
    let mut all = piece(text).to_owned();
    let mut rest = &text[all.len()..];
    for _ in 0..MAX_PIECES {
        let next = rest.trim_start();
        if next.len() == rest.len() {
            return None;
        }
        let next = next.trim_start_matches(|c: char| c == '>' || c.is_whitespace());
        let piece = piece(next);
        if piece.is_empty() || piece.contains("://") {
            return None;
        }
        all.push_str(piece);
        rest = &next[piece.len()..];
        if let Some(address) = Address::parse(&all).filter(|address| address.fit() == Fit::Whole) {
            return Some(Address { is_joined: true, ..address });
        }
    }
    None
}

//! The redirect of a click. Open redirects are the classic flaw of links in mails, so only a
//! [`Redirect`] is written to a `Location` header.

use std::fmt;
use std::str::FromStr;

use idna::domain_to_unicode;
use url::{Host, Url};

/// An absolute URL that passed the checks, as parsed by the WHATWG rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect(Url);

/// Why a URL is not allowed as a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// It is longer than [`Redirect::MAX_LENGTH`].
    #[error("the redirect is longer than {} bytes", Redirect::MAX_LENGTH)]
    TooLong,
    /// It has control characters or backslashes, which parsers read differently, or white space at
    /// an end, which they remove.
    #[error("the redirect has characters that are not allowed in a URL")]
    Characters,
    /// It is not an absolute URL with a host.
    #[error("the redirect is not an absolute URL")]
    NotAbsolute,
    /// It is neither `https` nor `http` to this machine.
    #[error("the redirect is not https")]
    Scheme,
    /// It has a user name or password before the host.
    #[error("the redirect has user info")]
    UserInfo,
    /// The parser changes the host's spelling: percent-encoding, full-width or invisible
    /// characters, an address in an unusual base.
    #[error("the redirect's host has an unusual spelling")]
    HostSpelling,
    /// It is not signed, and its host is not in the app's `redirect_hosts`.
    #[error("the redirect's host is not one of the app's")]
    Host,
    /// The unsigned redirect differs from the signed one.
    #[error("the redirect differs from the signed one")]
    Differs,
}

impl Redirect {
    /// The maximum length in bytes, as given and as parsed. Every browser accepts this, and the
    /// longest link stays below the limit of a token.
    pub const MAX_LENGTH: usize = 2048;

    /// Checks a URL that comes from the business, signed or in the app's record: any `https` URL,
    /// or `http` on `localhost` and loopback addresses.
    ///
    /// # Errors
    ///
    /// [`RedirectError`] for the first check that fails.
    pub fn trusted(text: &str) -> Result<Self, RedirectError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(RedirectError::TooLong);
        }
        if text.contains(|c: char| c.is_control() || c == '\\') || text.trim() != text {
            return Err(RedirectError::Characters);
        }
        let url = Url::parse(text).map_err(|_| RedirectError::NotAbsolute)?;
        // Checked again as parsed, because percent-encoding makes it longer.
        if url.as_str().len() > Self::MAX_LENGTH {
            return Err(RedirectError::TooLong);
        }
        let host = url.host().ok_or(RedirectError::NotAbsolute)?;
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&host) => {}
            _ => return Err(RedirectError::Scheme),
        }
        // Checked on the string, because the parser removes the empty user info of `https://@host`,
        // and reads any number of slashes as two.
        let authority = text.split_once(':').map_or("", |(_, rest)| rest.trim_start_matches('/'));
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(RedirectError::UserInfo);
        }
        if !is_written_so(&host, authority) {
            return Err(RedirectError::HostSpelling);
        }
        Ok(Self(url))
    }

    /// The same URL with parameters added to its query, in place of any that have these names. The others stay as
    /// they were written.
    #[must_use]
    pub fn with_query<'a>(mut self, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let parameters: Vec<_> = parameters.into_iter().collect();
        let is_ours = |written: &str| {
            let name = url::form_urlencoded::parse(written.as_bytes()).next().map(|(name, _)| name);
            name.is_some_and(|name| parameters.iter().any(|(own, _)| *own == name))
        };
        if let Some(query) = self.0.query() {
            let others: Vec<&str> = query.split('&').filter(|written| !is_ours(written)).collect();
            let others = others.join("&");
            self.0.set_query(Some(&others).filter(|others| !others.is_empty()).map(String::as_str));
        }
        self.0.query_pairs_mut().extend_pairs(&parameters);
        self
    }

    /// The URL as parsed: ASCII, safe in a header.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its scheme, host and port: `https://salon.example`.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Its host in its own script, for people to read. Never compare with it.
    pub fn shown_host(&self) -> String {
        domain_to_unicode(self.0.host_str().unwrap_or_default()).0
    }
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the authority spells this host as parsed, in upper or lower case: in ASCII or, for an
/// internationalised name, in its own script.
fn is_written_so<S: AsRef<str>>(host: &Host<S>, authority: &str) -> bool
where
    Host<S>: fmt::Display,
{
    let port = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
    let written = authority[..port.unwrap_or(authority.len())].to_lowercase();
    written == host.to_string() || written == domain_to_unicode(&host.to_string()).0
}

/// Whether it is a label of a name. Browsers also accept `*` and empty labels.
fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A host to which an unsigned redirect may lead: `shop.example` for exactly that host, or
/// `*.shop.example` for every name below it, but not itself. Any port is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    host: Host,
    subdomains: bool,
}

/// The string is not a host, nor `*.` and a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a host, nor `*.` and the name of one")]
pub struct HostPatternError;

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, HostPatternError> {
        Self::parse(text)
    }
}

impl HostPattern {
    /// Parses a pattern of an app's `redirect_hosts`.
    ///
    /// # Errors
    ///
    /// [`HostPatternError`] if it is not a host.
    pub fn parse(text: &str) -> Result<Self, HostPatternError> {
        let (name, subdomains) = text.strip_prefix("*.").map_or((text, false), |name| (name, true));
        let host = Host::parse(name).map_err(|_| HostPatternError)?;
        let is_name = matches!(&host, Host::Domain(name) if name.split('.').all(is_label));
        let is_address = !matches!(host, Host::Domain(_)) && !subdomains;
        let is_host = (is_name || is_address) && is_written_so(&host, name);
        if is_host { Ok(Self { host, subdomains }) } else { Err(HostPatternError) }
    }

    /// Whether it names everything below a top-level domain, such as `*.com` or `com`.
    pub fn is_top_level(&self) -> bool {
        matches!(&self.host, Host::Domain(name) if !name.contains('.') && name != "localhost")
    }

    fn matches(&self, host: &Host<&str>) -> bool {
        match (&self.host, host) {
            (Host::Domain(own), Host::Domain(name)) if self.subdomains => {
                let below = name.strip_suffix(own.as_str()).and_then(|rest| rest.strip_suffix('.'));
                below.is_some_and(|labels| labels.split('.').all(is_label))
            }
            (own, name) => own == name,
        }
    }
}

/// An app's policy on redirects.
#[derive(Clone, Debug, Default)]
pub struct RedirectPolicy {
    /// The hosts to which an unsigned redirect may lead. If empty, there are none.
    pub hosts: Vec<HostPattern>,
    /// The redirect of links that have none.
    pub default: Option<Redirect>,
}

impl RedirectPolicy {
    /// Decides between the signed redirect and that of the query.
    pub(super) fn decide(
        &self,
        signed: Option<&str>,
        unsigned: Option<&str>,
    ) -> Result<Option<Redirect>, RedirectError> {
        // An empty one is what a template without a value leaves.
        let given = |redirect: Option<&'_ str>| redirect.filter(|url| !url.is_empty()).map(Redirect::trusted);
        match (given(signed), given(unsigned)) {
            (Some(signed), unsigned) => {
                let signed = signed?;
                // Compared as parsed, because mail programs spell a URL in their own way.
                let differs = unsigned.is_some_and(|unsigned| unsigned.as_ref() != Ok(&signed));
                if differs { Err(RedirectError::Differs) } else { Ok(Some(signed)) }
            }
            (None, Some(unsigned)) => self.check(unsigned?).map(Some),
            (None, None) => Ok(self.default.clone()),
        }
    }

    fn check(&self, redirect: Redirect) -> Result<Redirect, RedirectError> {
        let allowed = redirect.0.host().is_some_and(|host| self.hosts.iter().any(|own| own.matches(&host)));
        if allowed { Ok(redirect) } else { Err(RedirectError::Host) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> RedirectPolicy {
        RedirectPolicy {
            hosts: ["hairbyada.example", "*.hairbyada.example", "localhost"]
                .iter()
                .map(|h| HostPattern::parse(h).unwrap())
                .collect(),
            default: Some(Redirect::trusted("https://hairbyada.example/thanks").unwrap()),
        }
    }

    #[test]
    fn parameters_come_in_place_of_those_of_the_same_name() {
        for (url, wanted) in [
            ("https://a.example/", "https://a.example/?state=x&code=1"),
            ("https://a.example/?state=old&a=%20b&sta%74e=&b#top", "https://a.example/?a=%20b&b&state=x&code=1#top"),
            ("https://a.example/?state", "https://a.example/?state=x&code=1"),
            ("https://a.example/?a=1&&b=+", "https://a.example/?a=1&&b=+&state=x&code=1"),
        ] {
            let redirect = Redirect::trusted(url).unwrap().with_query([("state", "x"), ("code", "1")]);
            assert_eq!(redirect.as_str(), wanted);
        }
    }

    #[test]
    fn the_signed_one_comes_first_then_the_query_then_the_app() {
        let decide = |signed, unsigned| policy().decide(signed, unsigned).map(|r| r.unwrap().to_string());
        assert_eq!(decide(Some("https://else.example/a"), None).unwrap(), "https://else.example/a");
        assert_eq!(
            decide(Some("https://else.example/a"), Some("https://else.example/a")).unwrap(),
            "https://else.example/a"
        );
        assert_eq!(
            decide(Some("https://else.example/a"), Some("https://hairbyada.example/")),
            Err(RedirectError::Differs)
        );
        assert_eq!(
            decide(Some("https://else.example"), Some("HTTPS://Else.example:443/")).unwrap(),
            "https://else.example/"
        );
        assert_eq!(decide(Some("https://else.example/a"), Some("javascript:x")), Err(RedirectError::Differs));
        assert_eq!(decide(Some(""), Some("")).unwrap(), "https://hairbyada.example/thanks");
        assert_eq!(decide(Some(""), Some("https://else.example/")), Err(RedirectError::Host));
        assert_eq!(decide(Some("https://else.example/a"), Some("")).unwrap(), "https://else.example/a");
        assert_eq!(
            decide(None, Some("https://www.hairbyada.example/x?y=1#z")).unwrap(),
            "https://www.hairbyada.example/x?y=1#z"
        );
        assert_eq!(decide(None, Some("https://else.example/")), Err(RedirectError::Host));
        assert_eq!(decide(None, None).unwrap(), "https://hairbyada.example/thanks");
    }

    #[test]
    fn the_location_is_the_url_as_parsed() {
        let redirect = Redirect::trusted("HTTPS://HairByAda.example:443/a/../b c?q=ä").unwrap();
        assert_eq!(redirect.as_str(), "https://hairbyada.example/b%20c?q=%C3%A4");
    }

    #[test]
    fn http_is_for_this_machine_alone() {
        for url in ["http://localhost:3000/thanks", "http://127.0.0.1/", "http://[::1]:80/"] {
            assert!(Redirect::trusted(url).is_ok(), "{url}");
        }
        for url in [
            "http://hairbyada.example/",
            "http://localhost.example/",
            "javascript:alert(1)",
            "ftp://localhost/",
            "data:text/html,x",
        ] {
            assert!(matches!(Redirect::trusted(url), Err(RedirectError::Scheme | RedirectError::NotAbsolute)), "{url}");
        }
    }

    #[test]
    fn tricks_are_refused() {
        for (url, why) in [
            ("https://hairbyada.example@evil.example/", RedirectError::UserInfo),
            ("https://@hairbyada.example/", RedirectError::UserInfo),
            ("https:@hairbyada.example/", RedirectError::UserInfo),
            ("https:///@hairbyada.example/", RedirectError::UserInfo),
            ("https://u:p@hairbyada.example/", RedirectError::UserInfo),
            ("https://evil.example\\@hairbyada.example/", RedirectError::Characters),
            ("https://hairbyada.example/\r\nSet-Cookie: a=b", RedirectError::Characters),
            ("https://hairby\tada.example/", RedirectError::Characters),
            (" https://hairbyada.example/", RedirectError::Characters),
            ("//hairbyada.example/", RedirectError::NotAbsolute),
            ("/thanks", RedirectError::NotAbsolute),
            ("", RedirectError::NotAbsolute),
            ("https://evilhairbyada.example/", RedirectError::Host),
            ("https://hairbyada.example.evil.example/", RedirectError::Host),
            ("https://hairbyada.example./", RedirectError::Host),
            ("https://hairbyada.example%2eevil.example/", RedirectError::HostSpelling),
        ] {
            assert_eq!(Redirect::trusted(url).and_then(|url| policy().check(url)), Err(why), "{url}");
        }
        for long in ["a".repeat(2048), "ü".repeat(400)] {
            assert_eq!(Redirect::trusted(&format!("https://hairbyada.example/{long}")), Err(RedirectError::TooLong));
        }
    }

    #[test]
    fn a_wildcard_is_for_names_below_it() {
        let below = HostPattern::parse("*.hairbyada.example").unwrap();
        let matches = |name| below.matches(&Host::Domain(name));
        assert!(matches("a.hairbyada.example") && matches("a.b.hairbyada.example"));
        assert!(!matches("hairbyada.example") && !matches("ahairbyada.example"));
        assert!(!matches(".hairbyada.example"));
    }

    #[test]
    fn a_pattern_is_a_host_as_it_is_written() {
        for host in
            ["hairbyada.example", "*.hairbyada.example", "HairByAda.example", "müller.example", "127.0.0.1", "[::1]"]
        {
            assert!(HostPattern::parse(host).is_ok(), "{host}");
        }
        for other in [
            "",
            "*",
            "*.",
            "*.*.example",
            "*.127.0.0.1",
            "https://hairbyada.example",
            "hairbyada.example/",
            "hairbyada..example",
            "hairby%61da.example",
            "hairbyada。example",
            "0x7f.1",
        ] {
            assert_eq!(HostPattern::parse(other), Err(HostPatternError), "{other}");
        }
    }

    #[test]
    fn parameters_are_added_to_a_query_that_stands() {
        let failure = Redirect::trusted("https://hairbyada.example/oops?from=mail#top").unwrap();
        let failure = failure.with_query([("code", "link_used"), ("booking_id", "a:b")]);
        assert_eq!(failure.as_str(), "https://hairbyada.example/oops?from=mail&code=link_used&booking_id=a%3Ab#top");
    }
}

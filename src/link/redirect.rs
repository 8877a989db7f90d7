//! Where a click goes on to. An open redirect is the classic flaw of links in mails, so no
//! other type than [`Redirect`] reaches a `Location` header.

use std::fmt;

use idna::domain_to_unicode;
use url::{Host, Url};

/// An absolute URL that passed the policy, as the WHATWG parser reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect(Url);

/// Why a URL is no redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// Longer than [`Redirect::MAX_LENGTH`].
    #[error("the redirect is longer than {} bytes", Redirect::MAX_LENGTH)]
    TooLong,
    /// Control characters or backslashes, which parsers read differently, or white space at an
    /// end, which they drop.
    #[error("the redirect has characters that no URL has")]
    Characters,
    /// Not an absolute URL with a host.
    #[error("the redirect is not an absolute URL")]
    NotAbsolute,
    /// Neither `https` nor, on this very machine, `http`.
    #[error("the redirect is not https")]
    Scheme,
    /// A user name or password before the host.
    #[error("the redirect has user info")]
    UserInfo,
    /// A host that parsers change as they read it: percent-encoded, full-width, with characters
    /// that nobody sees, an address in an odd base.
    #[error("the redirect's host is not written as it is read")]
    HostSpelling,
    /// Not signed, and its host is not in the app's `redirect_hosts`.
    #[error("the redirect's host is not one of the app's")]
    Host,
    /// Signed and unsigned redirects differ.
    #[error("the redirect differs from the signed one")]
    Differs,
}

impl Redirect {
    /// The most bytes that a redirect may have, as given and as parsed: what every browser takes,
    /// and few enough for the longest link to stay below the limit of a token.
    pub const MAX_LENGTH: usize = 2048;

    /// A URL that the app vouches for, signed or in its record: any `https` URL, or `http` on
    /// `localhost` and loopback addresses.
    ///
    /// # Errors
    ///
    /// [`RedirectError`] by the first rule that it breaks.
    pub fn trusted(text: &str) -> Result<Self, RedirectError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(RedirectError::TooLong);
        }
        if text.contains(|c: char| c.is_control() || c == '\\') || text.trim() != text {
            return Err(RedirectError::Characters);
        }
        let url = Url::parse(text).map_err(|_| RedirectError::NotAbsolute)?;
        // Once more as parsed: percent-encoding makes it longer.
        if url.as_str().len() > Self::MAX_LENGTH {
            return Err(RedirectError::TooLong);
        }
        let host = url.host().ok_or(RedirectError::NotAbsolute)?;
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&host) => {}
            _ => return Err(RedirectError::Scheme),
        }
        // Asked of the text: the parser drops the empty user info of `https://@host`, and reads any
        // number of slashes as two.
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

    /// The same URL with parameters added to its query.
    #[must_use]
    pub fn with_query<'a>(mut self, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.0.query_pairs_mut().extend_pairs(parameters);
        self
    }

    /// The URL as parsed: ASCII, safe in a header.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its host as people read it, in its own script: for showing, never for comparing.
    pub fn shown_host(&self) -> String {
        domain_to_unicode(self.0.host_str().unwrap_or_default()).0
    }
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the authority names this host in its own letters, of either case: in ASCII or, for an
/// internationalised name, in its own script.
fn is_written_so<S: AsRef<str>>(host: &Host<S>, authority: &str) -> bool
where
    Host<S>: fmt::Display,
{
    let port = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
    let written = authority[..port.unwrap_or(authority.len())].to_lowercase();
    written == host.to_string() || written == domain_to_unicode(&host.to_string()).0
}

/// What a name is made of, and not `*` or nothing at all, which browsers take too.
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

/// A host to which an unsigned redirect may lead: exactly `shop.example`, or `*.shop.example`
/// for any name below it (but not itself). Any port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    host: Host,
    subdomains: bool,
}

impl HostPattern {
    /// Reads a pattern as it stands in an app's `redirect_hosts`; `None` when it is no host.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, subdomains) = text.strip_prefix("*.").map_or((text, false), |name| (name, true));
        let host = Host::parse(name).ok()?;
        let is_name = matches!(&host, Host::Domain(name) if name.split('.').all(is_label));
        let is_address = !matches!(host, Host::Domain(_)) && !subdomains;
        ((is_name || is_address) && is_written_so(&host, name)).then_some(Self { host, subdomains })
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

/// An app's word on redirects.
#[derive(Clone, Debug, Default)]
pub struct RedirectPolicy {
    /// Where a redirect that is not signed may lead. Empty: nowhere.
    pub hosts: Vec<HostPattern>,
    /// Where a click goes on to when the link names nothing.
    pub default: Option<Redirect>,
}

impl RedirectPolicy {
    /// Decides between what was signed and what the query says.
    pub(super) fn decide(
        &self,
        signed: Option<&str>,
        unsigned: Option<&str>,
    ) -> Result<Option<Redirect>, RedirectError> {
        match (signed, unsigned) {
            (Some(signed), Some(unsigned)) if signed != unsigned => Err(RedirectError::Differs),
            (Some(signed), _) => Redirect::trusted(signed).map(Some),
            (None, Some(unsigned)) => self.check(unsigned).map(Some),
            (None, None) => Ok(self.default.clone()),
        }
    }

    fn check(&self, unsigned: &str) -> Result<Redirect, RedirectError> {
        let redirect = Redirect::trusted(unsigned)?;
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
            assert_eq!(policy().check(url), Err(why), "{url}");
        }
        for long in ["a".repeat(2048), "ü".repeat(400)] {
            assert_eq!(policy().check(&format!("https://hairbyada.example/{long}")), Err(RedirectError::TooLong));
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
            assert!(HostPattern::parse(host).is_some(), "{host}");
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
            assert_eq!(HostPattern::parse(other), None, "{other}");
        }
    }

    #[test]
    fn parameters_are_added_to_a_query_that_stands() {
        let failure = Redirect::trusted("https://hairbyada.example/oops?from=mail#top").unwrap();
        let failure = failure.with_query([("code", "link_used"), ("booking_id", "a:b")]);
        assert_eq!(failure.as_str(), "https://hairbyada.example/oops?from=mail&code=link_used&booking_id=a%3Ab#top");
    }
}

//! Services that put an address of their own around a link: mail scanners, click trackers and chats.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use url::Url;

/// What a service does with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Scans it, and may open it before the recipient does.
    Scanner,
    /// Counts clicks.
    Tracker,
    /// Warns before a reader leaves a chat or a site.
    Exit,
    /// Not known.
    Unknown,
}

/// A service that has wrapped a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrapper {
    pub(super) name: Cow<'static, str>,
    pub(super) purpose: Purpose,
}

/// Name, what it does, and its hosts; a host that begins with a dot stands for everything below it.
type Service = (&'static str, Purpose, &'static [&'static str]);

const SERVICES: &[Service] = &[
    (
        "Microsoft Safe Links",
        Purpose::Scanner,
        &[
            ".safelinks.protection.outlook.com",
            ".safelinks.protection.office365.us",
            ".safelinks.protection.outlook.de",
            "statics.teams.cdn.office.net",
        ],
    ),
    ("Proofpoint URL Defense", Purpose::Scanner, &["urldefense.com", "urldefense.proofpoint.com", "urldefense.us"]),
    ("Avanan (Check Point Harmony)", Purpose::Scanner, &["url.avanan.click", "protect.checkpoint.com"]),
    ("Mimecast", Purpose::Scanner, &[".mimecast.com", ".mimecastprotect.com"]),
    ("Barracuda", Purpose::Scanner, &["linkprotect.cudasvc.com"]),
    ("Cisco Secure Email", Purpose::Scanner, &["secure-web.cisco.com"]),
    ("Sophos", Purpose::Scanner, &[".protection.sophos.com"]),
    ("Symantec", Purpose::Scanner, &["clicktime.symantec.com"]),
    ("Trend Micro", Purpose::Scanner, &[".trendmicro.com"]),
    ("Trellix (FireEye)", Purpose::Scanner, &[".fireeye.com"]),
    ("Libraesva", Purpose::Scanner, &["urlsand.esvalabs.com", "urlsand.com"]),
    ("Cloudflare Email Security", Purpose::Scanner, &["links.area1security.com"]),
    ("Amazon SES's click tracking", Purpose::Tracker, &[".awstrack.me"]),
    ("SendGrid's click tracking", Purpose::Tracker, &[".sendgrid.net"]),
    ("Mailchimp's click tracking", Purpose::Tracker, &[".list-manage.com", "mandrillapp.com"]),
    ("Postmark's click tracking", Purpose::Tracker, &["click.pstmrk.it", "track.pstmrk.it"]),
    ("Brevo's click tracking", Purpose::Tracker, &[".sendibt2.com", ".sendibt3.com", ".sendibm1.com"]),
    ("HubSpot's click tracking", Purpose::Tracker, &[".hubspotlinks.com"]),
    ("Google", Purpose::Exit, &["www.google.com", "google.com"]),
    ("Facebook", Purpose::Exit, &["l.facebook.com", "lm.facebook.com", "l.instagram.com", "l.messenger.com"]),
    ("Slack", Purpose::Exit, &["slack-redir.net"]),
    ("LinkedIn", Purpose::Exit, &["www.linkedin.com", "lnkd.in"]),
];

impl Wrapper {
    /// The service of that host, if it is a known one.
    pub(super) fn known(url: &Url) -> Option<Self> {
        let host = url.host_str()?;
        let is_of = |pattern: &&str| host == *pattern || pattern.starts_with('.') && host.ends_with(pattern);
        let (name, purpose, _) = SERVICES.iter().find(|(.., hosts)| hosts.iter().any(is_of))?;
        Some(Self { name: Cow::Borrowed(name), purpose: *purpose })
    }

    /// The service of that host.
    pub(super) fn of(url: &Url) -> Self {
        let unknown = || Self {
            name: crate::domain::printable(url.host_str().unwrap_or_default()).into(),
            purpose: Purpose::Unknown,
        };
        Self::known(url).unwrap_or_else(unknown)
    }
}

/// The addresses that may be inside another one, each as text.
pub(super) fn addresses_inside(url: &Url) -> Vec<String> {
    let text = url.as_str();
    let special = [proofpoint_2(url), proofpoint_3(text), between_underscores(text)];
    let mut inside: Vec<String> = special.into_iter().flatten().collect();
    for (_, value) in url.query_pairs() {
        let decoded = STANDARD_NO_PAD.decode(value.trim_end_matches('=')).ok();
        let decoded = decoded.or_else(|| URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok());
        inside.extend(decoded.and_then(|bytes| String::from_utf8(bytes).ok()));
        inside.push(value.into_owned());
    }
    inside.extend(in_path(url));
    inside.retain(|text| text.starts_with("http"));
    inside
}

/// `/v2/url?u=https-3A__links.example_v2&d=…`: `-` stands for `%`, and `_` for `/`.
fn proofpoint_2(url: &Url) -> Option<String> {
    let encoded = url.path().ends_with("/v2/url").then(|| url.query_pairs().find(|(name, _)| name == "u"))?;
    let encoded = encoded?.1.replace('-', "%").replace('_', "/");
    Some(percent_decode_str(&encoded).decode_utf8_lossy().into_owned())
}

/// `/v3/__https://links.example/v2?a=*b__;Kw!…`: `*` stands for the next of the characters behind the `;`, which are
/// base64url, and `**` with a letter for several of them.
fn proofpoint_3(text: &str) -> Option<String> {
    /// Behind `**`, the letter for 2 characters, for 3 and so on.
    const RUNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (_, behind) = text.split_once("/v3/__")?;
    let (address, behind) = behind.split_once("__;")?;
    let (replaced, _) = behind.split_once('!')?;
    let replaced = String::from_utf8(URL_SAFE_NO_PAD.decode(replaced.trim_end_matches('=')).ok()?).ok()?;
    let mut replaced = replaced.chars();
    let mut decoded = String::new();
    let mut rest = address;
    while let Some((before, behind)) = rest.split_once('*') {
        decoded.push_str(before);
        let run = behind.strip_prefix('*').and_then(|behind| behind.chars().next().zip(Some(behind)));
        let run = run.and_then(|(letter, behind)| Some((RUNS.find(letter)? + 2, behind.get(1..)?)));
        let (count, behind) = run.unwrap_or((1, behind));
        decoded.extend(replaced.by_ref().take(count));
        rest = behind;
    }
    decoded.push_str(rest);
    // Programs that tidy up paths leave one slash of two.
    Some(match decoded.split_once(":/") {
        Some((scheme, rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
        _ => decoded,
    })
}

/// `/v2/___https://links.example/v2___.YXAz…`, with or without a segment before it.
fn between_underscores(text: &str) -> Option<String> {
    let (_, behind) = text.split_once("/___")?;
    behind.rsplit_once("___.").map(|(address, _)| address.to_owned())
}

/// An address in a path, before the service's own segments.
fn in_path(url: &Url) -> Option<String> {
    let path = percent_decode_str(url.path()).decode_utf8_lossy();
    let start = path.find("https://").or_else(|| path.find("http://"));
    let inner = match start {
        Some(start) => path.get(start..)?.to_owned(),
        // Without its scheme, in one segment: Postmark does so.
        None => {
            let mut segments = url.path().split('/');
            let segment = segments.find(|segment| {
                let lower = segment.to_ascii_lowercase();
                lower.contains("%2fv2%2fbookings") || lower.contains("%2fl%2f")
            })?;
            return Some(format!("https://{}", percent_decode_str(segment).decode_utf8_lossy()));
        }
    };
    // A link's query has no slash of its own.
    let Some(query) = inner.find('?') else {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Some(inner + &query);
    };
    let end = inner.get(query..)?.find('/').map_or(inner.len(), |slash| query + slash);
    inner.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_inside(url: &str) -> String {
        addresses_inside(&Url::parse(url).unwrap()).remove(0)
    }

    #[test]
    fn what_proofpoint_writes_is_read() {
        // The first is Proofpoint's own example.
        for (wrapped, inner) in [
            (
                "https://urldefense.com/v3/__https://google.com:443/search?q=a*test&gs=ps__;Kw!-612Flbf0JvQ3kNJkRi5Jg!Ue6tQudNKaShHg93trcdjqDP8se2ySE65jyCIe2K1D_uNjZ1Lnf6YLQERujngZv9UWf66ujQIQ$",
                "https://google.com:443/search?q=a+test&gs=ps",
            ),
            ("https://urldefense.com/v3/__https:/a.example/**Bx*__;w6TDtsO8w58!!k!m$", "https://a.example/äöüxß"),
            ("https://urldefense.com/v3/__https://a.example/b__;!!k!m$", "https://a.example/b"),
            (
                "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example_b-5Fc-3Fd-3De&d=DwM&c=x&r=y",
                "https://a.example/b_c?d=e",
            ),
        ] {
            assert_eq!(first_inside(wrapped), inner);
        }
    }

    #[test]
    fn a_wrapper_that_is_cut_off_has_nothing_inside() {
        for url in ["https://url.avanan.click/v2/___x", "https://urldefense.com/v3/__x__;", "https://a.example/"] {
            assert_eq!(addresses_inside(&Url::parse(url).unwrap()), [] as [String; 0], "{url}");
        }
    }
}

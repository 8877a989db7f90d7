//! Redirects: what a link's unsigned `redirect` may be, tested with known ways around such checks.

use std::cell::Cell;
use std::sync::LazyLock;

use action_links::link::{HostPattern, Redirect, RedirectError, RedirectPolicy, UnverifiedLink, Verifier};
use http::Uri;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::support::{SECRET, at, hs256, key};

/// The attempts by class: a `#` line names a class, any other line is an attempt. `\u{…}`, `\r` and
/// so on are Rust's escapes; `\s` is a space.
const TRIES: &str = include_str!("../fixtures/redirects.txt");

static POLICY: LazyLock<RedirectPolicy> = LazyLock::new(|| RedirectPolicy {
    hosts: ["hairbyada.example", "*.hairbyada.example"].map(|host| HostPattern::parse(host).unwrap()).into(),
    default: None,
});

/// The redirect of a genuine link with this `redirect` parameter.
fn unsigned(redirect: &str) -> Result<Redirect, RedirectError> {
    static TOKEN: LazyLock<String> =
        LazyLock::new(|| hs256(SECRET, r#"{"alg":"HS256"}"#, r#"{"booking_id":"b-1","action":"confirm"}"#));
    let query = [("signature", TOKEN.as_str()), ("redirect", redirect)];
    let link = UnverifiedLink::parse("/v2/bookings/b-1/external_action/confirm", query).unwrap();
    let verified = Verifier::new([key()]).verify(&link, at(0)).unwrap();
    verified.authentic().redirect(&POLICY).map(Option::unwrap)
}

fn unescape(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        text += before;
        let (letter, after) = after.split_at(1);
        rest = after;
        match letter {
            "u" => {
                let (code, after) = after.strip_prefix('{').unwrap().split_once('}').unwrap();
                text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
                rest = after;
            }
            "r" => text.push('\r'),
            "n" => text.push('\n'),
            "t" => text.push('\t'),
            "s" => text.push(' '),
            "\\" => text.push('\\'),
            other => panic!("\\{other} in {line}"),
        }
    }
    text + rest
}

#[test]
fn no_forbidden_redirect_is_allowed() {
    let mut tries: Vec<String> =
        TRIES.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).map(unescape).collect();
    for long in [2048, 5000, 100_000, 1_000_000] {
        tries.push(format!("https://hairbyada.example/{}", "a".repeat(long)));
        tries.push(format!("https://{}.hairbyada.example/", "a".repeat(long)));
        tries.push(format!("https://hairbyada.example/{}@evil.example/", "/".repeat(long)));
    }
    let written = tries.len();
    tries.sort();
    tries.dedup();
    assert_eq!(tries.len(), written, "a try stands twice");
    let through: Vec<_> = tries.iter().filter(|redirect| unsigned(redirect).is_ok()).collect();
    assert!(through.is_empty(), "{through:#?}");
    assert!(tries.len() >= 150);
    println!("{} tries to bend a redirect, none got through", tries.len());
}

/// A signed redirect may lead anywhere, but its spelling must not be one on which parsers differ.
#[test]
fn a_signed_one_is_held_to_the_same_spelling() {
    let classes =
        ["user info", "backslashes", "control characters", "characters that nobody sees", "no scheme of their own"];
    let mut class = "";
    let mut tried = 0;
    for line in TRIES.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("# ") {
            Some(name) => class = name,
            None if classes.contains(&class) => {
                tried += 1;
                assert!(Redirect::trusted(&unescape(line)).is_err(), "{class}: {line}");
            }
            None => {}
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn odd_spellings_of_an_allowed_url_lead_to_it() {
    for (given, location) in [
        ("HTTPS://HAIRBYADA.EXAMPLE", "https://hairbyada.example/"),
        ("https:hairbyada.example", "https://hairbyada.example/"),
        ("https:/hairbyada.example/a", "https://hairbyada.example/a"),
        ("https://///hairbyada.example/a", "https://hairbyada.example/a"),
        ("https://hairbyada.example:443/a/../b", "https://hairbyada.example/b"),
        ("https://hairbyada.example:/", "https://hairbyada.example/"),
        ("https://hairbyada.example:8443/%2e%2e/x", "https://hairbyada.example:8443/x"),
        ("https://www.hairbyada.example?next=//evil.example", "https://www.hairbyada.example/?next=//evil.example"),
        ("https://hairbyada.example#@evil.example", "https://hairbyada.example/#@evil.example"),
        ("https://hairbyada.example/%0d%0aSet-Cookie:a=b", "https://hairbyada.example/%0d%0aSet-Cookie:a=b"),
        ("https://hairbyada.example/ä b\"<>`", "https://hairbyada.example/%C3%A4%20b%22%3C%3E%60"),
    ] {
        assert_eq!(unsigned(given).unwrap().as_str(), location);
    }
}

#[test]
fn a_name_in_its_own_script_is_a_name() {
    for (given, location) in [
        ("https://müller.example/", "https://xn--mller-kva.example/"),
        ("https://MÜLLER.example/", "https://xn--mller-kva.example/"),
        ("https://xn--mller-kva.example/", "https://xn--mller-kva.example/"),
        ("https://予約.example:8443", "https://xn--0kq264i.example:8443/"),
    ] {
        assert_eq!(Redirect::trusted(given).map(|r| r.to_string()).as_deref(), Ok(location));
    }
}

/// The parts of such attempts.
fn odd_url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![8 => Just("https"), 1 => prop::sample::select(vec!["http", "HTTPS", "javascript", "data", "ftp", ""])];
    let slashes = prop_oneof![8 => Just("://"), 1 => prop::sample::select(vec![":", ":/", ":///", ":\\\\", "//", ":/\\", ":\t//"])];
    let name = prop_oneof![
        3 => prop::sample::select(vec!["hairbyada.example", "www.hairbyada.example", "HairByAda.Example"]),
        1 => prop::sample::select(vec!["hairbyada.example.", "evil.example", "127.0.0.1", "localhost", "[::1]", "2130706433"]),
    ];
    let glue = prop_oneof![
        4 => prop::sample::select(vec!["", "/", "?", "#", ":443", ":8443/"]),
        1 => prop::sample::select(vec![
            "@", ":", ".", "\\", "%2f", "%40", "%00", "%2e", "。", "\u{200b}", "\u{ad}", "\t", ":@", "-", ";", "&", "[", "]",
        ]),
    ];
    let host = prop::collection::vec((name, glue), 1..3)
        .prop_map(|pieces| pieces.into_iter().map(|(n, g)| format!("{n}{g}")).collect::<String>());
    let path = "([a-z@:/.?#0-9&=\\\\-]|%2f|%0d%0a|%5c|é| ){0,8}";
    (scheme, slashes, host, path).prop_map(|(scheme, slashes, host, path)| format!("{scheme}{slashes}{host}{path}"))
}

/// Checks that two other parsers read every allowed URL as the same allowed host. Returns how many
/// were allowed, because none would prove nothing.
fn allowed_to_all_parsers(urls: impl Strategy<Value = String>) -> usize {
    let config = ProptestConfig {
        cases: 10_000,
        rng_seed: RngSeed::Fixed(20_261_123),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let allowed = Cell::new(0);
    let mut runner = TestRunner::new(config);
    let result = runner.run(&urls, |url| {
        let Ok(redirect) = unsigned(&url) else { return Ok(()) };
        allowed.set(allowed.get() + 1);
        let is_own = |host: &str| host == "hairbyada.example" || host.ends_with(".hairbyada.example");
        let uri: Uri = redirect.as_str().parse().unwrap();
        prop_assert_eq!(uri.scheme_str(), Some("https"));
        prop_assert!(uri.host().is_some_and(is_own), "{}", redirect);
        prop_assert!(!uri.authority().unwrap().as_str().contains('@'), "{}", redirect);
        // RFC 3986 allows fewer characters than browsers. If the rest has others, only the part up
        // to the host is compared.
        let rest = redirect.as_str().strip_prefix("https://").unwrap();
        let authority = rest.split(['/', '?', '#']).next().unwrap();
        let whole = fluent_uri::Uri::parse(redirect.as_str().to_owned());
        let uri = whole.or_else(|_| fluent_uri::Uri::parse(format!("https://{authority}/"))).unwrap();
        prop_assert_eq!(uri.scheme().as_str(), "https");
        prop_assert!(
            is_own(uri.authority().unwrap().host()) && uri.authority().unwrap().userinfo().is_none(),
            "{}",
            redirect
        );
        prop_assert!(redirect.as_str().bytes().all(|b| b.is_ascii_graphic()), "{}", redirect);
        Ok(())
    });
    result.unwrap();
    allowed.get()
}

#[test]
fn what_is_allowed_is_allowed_to_other_parsers_too() {
    let odd = allowed_to_all_parsers(odd_url());
    let behind = allowed_to_all_parsers("[/?#]\\PC{0,40}".prop_map(|rest| format!("https://hairbyada.example{rest}")));
    println!("{odd} of 10,000 odd URLs and {behind} of 10,000 odd paths were allowed, and read alike");
    assert!(odd > 2000 && behind > 5000, "{odd} {behind}");
}

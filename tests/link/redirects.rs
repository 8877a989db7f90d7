//! Redirects: what a link's unsigned `redirect` may be, tried with everything that has ever got
//! past such a check.

use std::sync::LazyLock;

use action_links::link::{HostPattern, Redirect, RedirectError, RedirectPolicy, UnverifiedLink, Verifier};
use axum::http::Uri;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::{SECRET, at, hs256, key};

/// The tries, by class: a `#` line names one, a line is a try. `\u{…}`, `\r` and the like are
/// escapes as Rust has them; `\s` is a space.
const TRIES: &str = include_str!("../fixtures/redirects.txt");

static POLICY: LazyLock<RedirectPolicy> = LazyLock::new(|| RedirectPolicy {
    hosts: ["hairbyada.example", "*.hairbyada.example"].map(|host| HostPattern::parse(host).unwrap()).into(),
    default: None,
});

/// What a genuine link with this in its query would redirect to.
fn unsigned(redirect: &str) -> Result<Redirect, RedirectError> {
    static TOKEN: LazyLock<String> =
        LazyLock::new(|| hs256(SECRET, r#"{"alg":"HS256"}"#, r#"{"booking_id":"b-1","action":"confirm"}"#));
    let query = [("signature", TOKEN.as_str()), ("redirect", redirect)];
    let link = UnverifiedLink::parse("/v2/bookings/b-1/external_action/confirm", query).unwrap();
    let verified = Verifier::new([key()]).verify(&link, at(0)).unwrap();
    verified.redirect(&POLICY).map(Option::unwrap)
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
fn no_try_gets_through() {
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

/// Pieces that such tries are made of.
fn url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![5 => Just("https"), 1 => prop::sample::select(vec!["http", "HTTPS", "javascript", "data", "ftp", "ws", ""])];
    let slashes = prop::sample::select(vec!["://", ":", ":/", ":///", ":\\\\", "//", ":/\\", ":\t//"]);
    let name = prop::sample::select(vec![
        "hairbyada.example",
        "www.hairbyada.example",
        "hairbyada.example.",
        "evil.example",
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
    ]);
    let glue = prop::sample::select(vec![
        "", "", "", "@", ":", ".", "/", "\\", "#", "?", "%2f", "%40", "%00", "%2e", "。", "\u{200b}", "\u{ad}", "\t",
        ":443", ":@", "-", ";", "&", "[", "]",
    ]);
    let host = prop::collection::vec((name, glue), 1..4)
        .prop_map(|pieces| pieces.into_iter().map(|(n, g)| format!("{n}{g}")).collect::<String>());
    let path = "[a-z@:/.?#%20-9&=-]{0,12}";
    (scheme, slashes, host, path).prop_map(|(scheme, slashes, host, path)| format!("{scheme}{slashes}{host}{path}"))
}

/// Whatever is allowed by one parser is read as the same place by two others.
fn is_where_it_says(redirect: &Redirect) -> Result<(), TestCaseError> {
    let allowed = |host: &str| host == "hairbyada.example" || host.ends_with(".hairbyada.example");
    let uri: Uri = redirect.as_str().parse().unwrap();
    prop_assert_eq!(uri.scheme_str(), Some("https"));
    prop_assert!(uri.host().is_some_and(allowed), "{}", redirect);
    prop_assert!(!uri.authority().unwrap().as_str().contains('@'), "{}", redirect);
    // RFC 3986 knows fewer characters than browsers: what it does not know it does not read.
    if let Ok(uri) = fluent_uri::Uri::parse(redirect.as_str()) {
        prop_assert_eq!(uri.scheme().as_str(), "https");
        let authority = uri.authority().unwrap();
        prop_assert!(allowed(authority.host()) && authority.userinfo().is_none(), "{}", redirect);
    }
    prop_assert!(redirect.as_str().bytes().all(|b| b.is_ascii_graphic()), "{}", redirect);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, rng_seed: RngSeed::Fixed(20_261_123), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_allowed_is_allowed_to_other_parsers_too(url in url()) {
        if let Ok(redirect) = unsigned(&url) {
            is_where_it_says(&redirect)?;
        }
    }

    #[test]
    fn any_path_query_and_fragment_stay_behind_the_host(rest in "[/?#]\\PC{0,40}") {
        if let Ok(redirect) = unsigned(&format!("https://hairbyada.example{rest}")) {
            is_where_it_says(&redirect)?;
        }
    }
}

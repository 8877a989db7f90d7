//! Looks for secrets in every answer, every log line and all output of programs, in every suite.
//! After a leak every suite fails.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::{LazyLock, Mutex, Once};

use action_links::{link, telemetry};
use tracing::level_filters::LevelFilter;

/// A part of every API key: as it is, and as base64 at each of its three alignments.
const KEYS: [&str; 4] = ["_api_key_", "X2FwaV9rZXlf", "hcGlfa2V5X", "fYXBpX2tleV"];

/// How tokens stand in links, and how the tokens of most libraries begin.
const TOKENS: [&str; 5] = ["signature=", "signature%3D", "eyJhbGci", "eyJ0eXAi", "eyJib29r"];

/// The parts of every token that was sent, by length.
static SENT: LazyLock<Mutex<HashMap<usize, HashSet<Vec<u8>>>>> = LazyLock::new(Mutex::default);

/// The code of every short link that was asked for.
static CODES: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Shorter parts may be found anywhere.
const SHORTEST: usize = 32;

/// A log line that leaked. The task that wrote it may not be awaited by any test.
static LEAKED: Mutex<Option<String>> = Mutex::new(None);

/// Remembers the token in a link's path and query, or the code in that of a short one, to look for it from now on.
pub(crate) fn note_token(path: &str) {
    if let Some(code) = link::path::short_code(path.split('?').next().unwrap_or_default()) {
        CODES.lock().unwrap().insert(code.to_owned());
    }
    let (_, query) = path.split_once('?').unwrap_or_default();
    let tokens = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "signature");
    let mut sent = SENT.lock().unwrap();
    for (_, token) in tokens {
        for part in token.split('.').skip(1).filter(|part| part.len() >= SHORTEST) {
            sent.entry(part.len()).or_default().insert(part.as_bytes().to_vec());
        }
    }
}

/// The leak in `text`, if any. `links` says whether links are allowed in it.
fn leak(text: &str, links_allowed: bool) -> Option<&'static str> {
    if KEYS.iter().any(|key| text.contains(key)) {
        return Some("an API key");
    }
    let a_token = || TOKENS.iter().any(|token| text.contains(token));
    (!links_allowed && (a_token() || one_sent(text) || has_code(text))).then_some("a token")
}

/// Whether `text` contains the code of a short link that was asked for.
fn has_code(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    let mut runs = runs.filter(|run| run.len() == link::path::SHORT_CODE_LENGTH).peekable();
    runs.peek().is_some() && {
        let codes = CODES.lock().unwrap();
        runs.any(|run| codes.contains(run))
    }
}

/// Whether `text` contains a part of a token that was sent. There may be thousands, of a few
/// lengths.
fn one_sent(text: &str) -> bool {
    let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let mut runs = text.as_bytes().split(|byte| !is_base64url(byte)).filter(|run| run.len() >= SHORTEST).peekable();
    if runs.peek().is_none() {
        return false;
    }
    let sent = SENT.lock().unwrap();
    runs.any(|run| {
        sent.iter().any(|(length, parts)| run.len() >= *length && run.windows(*length).any(|part| parts.contains(part)))
    })
}

/// Checks that nothing leaks in `text`. Some answers contain links on purpose.
#[track_caller]
pub(crate) fn assert_none(of: &str, text: &str, links_allowed: bool) {
    assert_eq!(*LEAKED.lock().unwrap(), None, "the log has leaked");
    if let Some(what) = leak(text, links_allowed) {
        panic!("{what} leaks into {of}: {text}");
    }
}

/// Checks every line that the functions log from now on, at every level.
pub(crate) fn watch_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(telemetry::subscriber(LevelFilter::TRACE, None, || Watch)).unwrap();
    });
}

struct Watch;

impl Write for Watch {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if leak(&text, false).is_some() {
            *LEAKED.lock().unwrap() = Some(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_planted_secret_is_found() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let secret = super::SECRET;
    for user in ["", "a", "ab"] {
        let credentials = STANDARD.encode(format!("{user}:{secret}"));
        assert_eq!(leak(&format!("authorization: Basic {credentials}"), true), Some("an API key"), "{user}");
    }
    assert_eq!(leak(secret, true), Some("an API key"));
    let token = super::hs256(secret, r#"{"x":1}"#, r#"{"a":"planted, and nobody else's"}"#);
    assert_eq!(leak(&token, false), None);
    note_token(&format!("/v2/bookings/b-1/external_action/confirm?signature={token}"));
    let [_, payload, mac]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    for text in [&token, payload, mac, "https://x.example/?signature=a", "x%3Fsignature%3Da"] {
        assert_eq!(leak(&format!("…{text}…"), false), Some("a token"), "{text}");
    }
    note_token("/prod/l/pL4ntedC0de1?redirect=x");
    assert_eq!(leak("…/l/pL4ntedC0de1\"", false), Some("a token"));
    assert_eq!(leak(&token, true), None);
    assert_eq!(leak(r#"{"link_id":"A16iLQ7DyPizIzJ0YFAmJa","outcome":"applied"}"#, false), None);
}

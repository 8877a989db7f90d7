//! JWT, strictly: every oddity that RFC 7515, 7518 §3.2, 7519 and 8725 leave room for has a defined
//! answer. All tokens here have a valid MAC unless stated otherwise, so they are refused by
//! strictness only.

use action_links::link::{ParseLinkError, Refusal, UnverifiedLink, Verifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};

use crate::support::{SECRET, at, hs256, key, mac};

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const CLAIMS: &str = r#"{"booking_id":"b-1","action":"confirm"}"#;

/// The result of verifying a link to confirm `b-1` with this token, at second 1000.
fn answer(token: &str) -> &'static str {
    let link = match UnverifiedLink::parse("/v2/bookings/b-1/external_action/confirm", [("signature", token)]) {
        Ok(link) => link,
        Err(ParseLinkError::TooLong) => return "too long",
        Err(_) => return "malformed",
    };
    match Verifier::new([key()]).verify(&link, at(1000)) {
        Ok(_) => "taken",
        Err(Refusal::InvalidSignature) => "refused",
        Err(Refusal::Expired(_)) => "expired",
        Err(Refusal::NotYetValid(_)) => "not yet valid",
        Err(_) => "something else",
    }
}

fn with_header(header: &str) -> String {
    hs256(SECRET, header, CLAIMS)
}

fn with_claims(claims: &str) -> String {
    hs256(SECRET, HEADER, claims)
}

/// The required claims, with additional members.
fn with(more: &str) -> String {
    with_claims(&CLAIMS.replace('}', &format!(",{more}}}")))
}

#[track_caller]
fn all<T: AsRef<str>>(expected: &str, token: impl Fn(&str) -> String, texts: impl IntoIterator<Item = T>) {
    for text in texts {
        assert_eq!(answer(&token(text.as_ref())), expected, "{:?}", text.as_ref());
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn hs256_is_the_only_algorithm() {
    all("taken", with_header, [HEADER, r#"{"alg":"HS256"}"#, r#"{"alg":"\u0048S256"}"#]);
    let names = "none None NONE nOnE HS384 HS512 hs256 Hs256 HS256K HS-256 HMACSHA256 RS256 RS384 RS512 PS256 PS384 PS512 \
                 ES256 ES384 ES512 ES256K EdDSA dir A256KW RSA-OAEP ＨＳ２５６ НS256 HЅ256";
    all("refused", |name| with_header(&format!(r#"{{"alg":"{name}"}}"#)), names.split_whitespace());
    let spaced = [
        "",
        " ",
        "HS256 ",
        " HS256",
        "HS256\\u0000",
        "HS256\\n",
        "HS\\u200b256",
        "HS256,none",
        "HS256;none",
        "HS256=",
        "HS256==",
    ];
    all("refused", |name| with_header(&format!(r#"{{"alg":"{name}"}}"#)), spaced);
    let values = ["null", "true", "256", r#"["HS256"]"#, r#"{"name":"HS256"}"#];
    all("refused", |value| with_header(&format!(r#"{{"alg":{value}}}"#)), values);
    all("refused", with_header, ["{}", r#"{"ALG":"HS256"}"#, r#"{"alg ":"HS256"}"#, r#"{"enc":"HS256"}"#]);
}

#[test]
fn a_mac_of_another_hash_is_refused() {
    for alg in ["HS384", "HS512", "HS256"] {
        let input = format!("{}.{}", encode(format!(r#"{{"alg":"{alg}"}}"#)), encode(CLAIMS));
        let hs384 = Hmac::<sha2::Sha384>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&input).finalize();
        let hs512 = Hmac::<sha2::Sha512>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&input).finalize();
        for mac in [encode(hs384.into_bytes()), encode(hs512.into_bytes())] {
            assert_eq!(answer(&format!("{input}.{mac}")), "refused", "{alg}");
        }
    }
}

#[test]
fn a_mac_is_whole() {
    let token = with_claims(CLAIMS);
    let (input, mac) = token.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(mac).unwrap();
    for length in [0, 1, 8, 16, 31] {
        assert_eq!(answer(&format!("{input}.{}", encode(&bytes[..length]))), "refused", "{length}");
    }
    assert_eq!(answer(&format!("{input}.{}", encode([&bytes[..], &[0]].concat()))), "refused");
    assert_eq!(answer(&format!("{input}.{}", encode([0; 32]))), "refused");
    assert_eq!(answer(&format!("{}.", with_header(r#"{"alg":"none"}"#).rsplit_once('.').unwrap().0)), "refused");
}

#[test]
fn a_type_is_jwt_or_absent() {
    let types = [
        r#""jwt""#,
        r#""Jwt""#,
        r#""JWS""#,
        r#""JWE""#,
        r#""JOSE""#,
        r#""at+jwt""#,
        r#""application/jwt""#,
        r#""""#,
        r#""JWT ""#,
    ];
    all("refused", |typ| with_header(&format!(r#"{{"alg":"HS256","typ":{typ}}}"#)), types);
    all("refused", |typ| with_header(&format!(r#"{{"alg":"HS256","typ":{typ}}}"#)), ["null", "7", r#"["JWT"]"#]);
}

#[test]
fn extensions_that_must_be_understood_are_not() {
    let crit = [r#"["exp"]"#, r#"["b64"],"b64":false"#, "[]", "null", r#""exp""#, r#"["alg"]"#, "{}"];
    all("refused", |crit| with_header(&format!(r#"{{"alg":"HS256","crit":{crit}}}"#)), crit);
}

#[test]
fn a_key_in_the_header_is_not_looked_at() {
    let jwk = r#"{"alg":"HS256","jwk":{"kty":"oct","k":"YXR0YWNrZXJzLW93bi1rZXktb2YtMzItYnl0ZXMtbG9uZw"}}"#;
    all("refused", |header| hs256("attackers-own-key-of-32-bytes-long", header, CLAIMS), [jwk]);
    // Unknown members are ignored (RFC 7515 §4): with our own MAC they change nothing.
    let others = [
        jwk,
        r#"{"alg":"HS256","jku":"https://evil.example/keys"}"#,
        r#"{"alg":"HS256","x5u":"https://evil.example/","x5c":["AAAA"]}"#,
        r#"{"alg":"HS256","cty":"JWT","zip":"DEF","b64":false}"#,
    ];
    all("taken", with_header, others);
}

#[test]
fn a_key_id_is_sixteen_hex_digits() {
    let kid = key().id();
    all(
        "taken",
        with_header,
        [
            format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"HS256","kid":"{}"}}"#, kid.as_str().to_uppercase()),
        ],
    );
    let strange = [
        r#""""#,
        r#""0000000000000000""#,
        r#""../../../../etc/passwd""#,
        r#""' OR 1=1 --""#,
        r#""ada""#,
        "null",
        "7",
        r#"["78324689ee0e2942"]"#,
        r#""78324689ee0e2942 ""#,
        r#""7832468９ee0e294""#,
    ];
    all("refused", |kid| with_header(&format!(r#"{{"alg":"HS256","kid":{kid}}}"#)), strange);
}

#[test]
fn the_compact_serialisation_is_the_only_one() {
    let token = with_claims(CLAIMS);
    let [header, payload, mac]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let flattened = format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{mac}"}}"#);
    let general = format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{mac}"}}]}}"#);
    let parts = [
        flattened.clone(),
        general,
        encode(flattened),
        format!("{header}..{mac}"),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!(".{token}"),
        format!("{header}.{mac}.{payload}"),
        format!("{header}.{payload},{mac}"),
        format!("Bearer {token}"),
        format!("[{token}]"),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
    ];
    all("refused", str::to_owned, parts);
    all("malformed", str::to_owned, [""]);
}

#[test]
fn a_jwt_within_a_jwt_is_refused() {
    let inner = with_claims(CLAIMS);
    let header = r#"{"alg":"HS256","cty":"JWT"}"#;
    all(
        "refused",
        |payload| hs256(SECRET, header, payload),
        [inner.clone(), format!("\"{inner}\""), format!("[\"{inner}\"]")],
    );
}

#[test]
fn no_member_is_repeated() {
    let headers = [
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256","typ":"JWT","typ":"JWT"}"#,
        r#"{"alg":"HS256","x":1,"x":1}"#,
    ];
    all("refused", with_header, headers);
    let claims = [
        r#""booking_id":"b-1""#,
        r#""booking_id":"b-2""#,
        r#""action":"cancel""#,
        r#""\u0061ction":"cancel""#,
        r#""exp":2000,"exp":2000"#,
        r#""exp":500,"exp":2000"#,
        r#""x":null,"x":null"#,
    ];
    all("refused", with, claims);
    // Nothing inside an unknown claim is read.
    all("taken", with, [r#""x":{"a":1,"a":2}"#]);
}

#[test]
fn claims_have_their_types() {
    let texts = ["null", "7", "true", r#"["b-1"]"#, r#"{"b-1":1}"#];
    all("refused", |v| with_claims(&format!(r#"{{"booking_id":{v},"action":"confirm"}}"#)), texts);
    all("refused", |v| with_claims(&format!(r#"{{"booking_id":"b-1","action":{v}}}"#)), texts);
    for claim in ["redirect", "lang", "jti", "sub"] {
        all("refused", |v| with(&format!(r#""{claim}":{v}"#)), ["null", "7", "true", "[]", "{}"]);
    }
    for claim in ["exp", "nbf", "iat"] {
        all("refused", |v| with(&format!(r#""{claim}":{v}"#)), ["null", "true", r#""2000""#, "[2000]", "{}"]);
    }
    all("refused", |v| with(&format!(r#""confirm":{v}"#)), ["null", "0", "1", r#""true""#, "[]"]);
    let not_objects = ["", " ", "null", "7", r#""b-1""#, "[]", r#"["booking_id","b-1","action","confirm"]"#, "{}"];
    all("refused", with_claims, not_objects);
}

#[test]
fn claims_equal_the_path_to_the_letter() {
    let ids = ["b-2", "B-1", "b-1 ", " b-1", "b-1\\u0000", "b-10", "b", "", "b\\u20101", "ｂ-1", "b-1\\u200b", "b%2D1"];
    all("refused", |id| with_claims(&format!(r#"{{"booking_id":"{id}","action":"confirm"}}"#)), ids);
    let actions = ["cancel", "Confirm", "CONFIRM", "confirm ", "c\\u043enfirm", "ｃonfirm", "confirm\\u200d", ""];
    all("refused", |action| with_claims(&format!(r#"{{"booking_id":"b-1","action":"{action}"}}"#)), actions);
    // An escape is a spelling of JSON, not of the name.
    all("taken", with_claims, [r#"{"booking_id":"b\u002d1","\u0061ction":"c\u006fnfirm"}"#]);
}

#[test]
fn base64url_has_one_spelling() {
    // The last character of each part has unused bits.
    let token = hs256(SECRET, r#"{"alg":"HS256" }"#, r#"{"booking_id":"b-1","action":"confirm" }"#);
    let [header, payload, mac]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(answer(&token), "taken");
    let next = |part: &str| {
        let (rest, last) = part.split_at(part.len() - 1);
        format!("{rest}{}", char::from(last.as_bytes()[0] + 1))
    };
    assert_eq!(URL_SAFE_NO_PAD.decode(next(header)).ok(), None);
    let signed = |header: &str, payload: &str| crate::support::mac(SECRET, &format!("{header}.{payload}"));
    all(
        "refused",
        str::to_owned,
        [
            // They are signed in this form, so only their spelling is wrong.
            signed(&next(header), payload),
            signed(header, &next(payload)),
            signed(&format!("{header}=="), payload),
            signed(header, &format!("{payload}=")),
            signed(&format!("{header}\n"), payload),
            signed(header, &format!(" {payload}")),
            signed(header, &format!("{}\r\n{}", &payload[..8], &payload[8..])),
            signed(&header.replacen('J', "%4A", 1), payload),
            // And the MAC's own.
            format!("{header}.{payload}.{}", next(mac)),
            format!("{token}A"),
        ],
    );
    let standard = with_claims(r#"{"booking_id":"b-1","action":"confirm","x":"???>>>~~~"}"#);
    assert!(standard.contains('_') || standard.contains('-'));
    all("refused", |t| t.replace('_', "/").replace('-', "+"), [standard]);
}

#[test]
fn nothing_is_allowed_around_or_within_a_token() {
    let token = with_claims(CLAIMS);
    let strange = [
        " ", "\t", "\n", "\r\n", "\0", "\u{a0}", "\u{200b}", "\u{feff}", "\u{2060}", "\u{ad}", "é", "\u{202e}", "%00",
        "%20", "+", "~", "!",
    ];
    // What stands behind a whole MAC is not of the token.
    all("taken", |s| format!("{token}{s}"), strange);
    all("refused", |s| format!("{s}{token}"), strange);
    all("refused", |s| format!("{}{s}{}", &token[..9], &token[9..]), strange);
    let alike = [("e", "е"), (".", "。"), (".", "．"), (".", "․"), ("I", "Ι"), ("-", "‐"), ("0", "Ｏ")];
    all(
        "refused",
        str::to_owned,
        alike.map(|(ascii, other)| token.replacen(ascii, other, 1)).into_iter().filter(|t| *t != token),
    );
}

#[test]
fn numbers_at_the_edges() {
    let exp = |number: &str| with(&format!(r#""exp":{number}"#));
    all(
        "expired",
        exp,
        ["0", "-0", "-1", "1000", "999.999", "1000.0", "1e3", "10E+2", "-1e308", "1e-400", "0.1", "-9007199254740993"],
    );
    all(
        "taken",
        exp,
        [
            "1001",
            "1000.001",
            "1.1e3",
            "4294967296",
            "9007199254740991",
            "9007199254740992",
            "9007199254740993",
            "18446744073709551616",
            "1e308",
        ],
    );
    all(
        "refused",
        exp,
        [
            "1e400",
            "-1e400",
            "1e999999999",
            "01001",
            "+1001",
            "1001.",
            ".5",
            "0x7d0",
            "NaN",
            "Infinity",
            "-Infinity",
            "-",
            "1_001",
            "1001n",
            "٢٠٠٠",
        ],
    );
    let nbf = |number: &str| with(&format!(r#""nbf":{number}"#));
    all("taken", nbf, ["0", "-1", "1060", "1059.5", "-1e308"]);
    all("not yet valid", nbf, ["1061", "1060.5", "9007199254740992", "1e308"]);
    all("refused", nbf, ["1e400"]);
    // When a link was signed must be a sensible time, and not far ahead: it could not be revoked.
    let iat = |number: &str| with(&format!(r#""iat":{number}"#));
    all("taken", iat, ["0", "-0", "1000.5", "1300"]);
    all("refused", iat, ["-1", "-0.001", "1300.5", "1000000", "9007199254740994", "1e308", "-1e308", "1e400"]);
    // Expired before it became valid: expired.
    all("expired", with, [r#""exp":1000,"nbf":2000"#]);
}

#[test]
fn a_subject_has_at_most_256_characters() {
    all("taken", |sub| with(&format!(r#""sub":"{sub}""#)), ["", "c-1", &"ä".repeat(256)]);
    all("refused", |sub| with(&format!(r#""sub":"{sub}""#)), ["a".repeat(257).as_str()]);
}

#[test]
fn json_is_json_and_utf_8() {
    let claims = [
        "{\"booking_id\":\"b-1\",\"action\":\"confirm\",}".to_owned(),
        "{'booking_id':'b-1','action':'confirm'}".to_owned(),
        "{booking_id:\"b-1\",action:\"confirm\"}".to_owned(),
        format!("\u{feff}{CLAIMS}"),
        format!("{CLAIMS}{CLAIMS}"),
        format!("{CLAIMS} {{}}"),
        format!("{CLAIMS}\0"),
        format!("/**/{CLAIMS}"),
        CLAIMS.replace("b-1", "b-1\n"),
        CLAIMS.replace("}", ",\"x\":\"\\ud800\",\"\\ud800\":1}"),
    ];
    all("refused", with_claims, claims);
    let bytes = |bytes: &[u8]| mac(SECRET, &format!("{}.{}", encode(HEADER), encode(bytes)));
    let utf_16: Vec<u8> = CLAIMS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin_1 = [CLAIMS.trim_end_matches('}').as_bytes(), b",\"x\":\"\xe4\"}"].concat();
    let overlong =
        CLAIMS.as_bytes().iter().flat_map(|b| if *b == b'-' { vec![0xc0, 0xad] } else { vec![*b] }).collect::<Vec<_>>();
    for payload in [utf_16, latin_1, overlong] {
        assert_eq!(answer(&bytes(&payload)), "refused");
    }
    all("taken", with_claims, [CLAIMS.replace(',', " ,\t\r\n "), format!(" {CLAIMS}\n")]);
    // As deep as the limit of a token allows. What is not read is not parsed either.
    all("taken", with, [format!(r#""x":{}{}"#, "[".repeat(1400), "]".repeat(1400))]);
}

#[test]
fn a_token_has_at_most_4096_bytes() {
    let fill = |length: usize| {
        let fits = |n: &usize| with(&format!(r#""x":"{}""#, "x".repeat(*n))).len() >= length;
        with(&format!(r#""x":"{}""#, "x".repeat((0..4096).find(fits).unwrap())))
    };
    let longest = fill(4095);
    assert!((4095..=4096).contains(&longest.len()));
    assert_eq!(answer(&longest), "taken");
    assert_eq!(answer(&fill(4097)), "too long");
}

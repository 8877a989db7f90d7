//! Project Wycheproof's vectors for HS256. They are checked at the signature only, because their
//! payloads are not our claims, and their key ids are not ours.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use signature::{Signer, Verifier};
use wycheproof_ng_kdf_jose::json_web::{TestGroup, TestName, TestSet};
use wycheproof_ng_symmetric::mac;

use super::crypto::Hs256;
use super::key::ApiKey;
use super::token::UnverifiedToken;
use super::token::mac_fits;

/// Where our answer differs from the vector's: its number, and the reason.
type Exception = (usize, &'static str);

/// Of `json_web_signature_test.json`.
const SIGNATURE_EXCEPTIONS: [Exception; 4] = [
    (367, "refusal wanted for padding that the file has lost: it holds the very token of 357, which is valid"),
    (370, "the same"),
    (372, "stricter: `?` is no base64url, even where a decoder would skip it"),
    (373, "the same"),
];

/// Of `json_web_crypto_test.json`.
const CRYPTO_EXCEPTIONS: [Exception; 1] =
    [(47, "a set that mixes HMAC keys with others must be refused: an app's keys are all HMAC keys")];

/// All HMAC keys of a group, which has one key or a set.
fn keys(group: &TestGroup) -> Vec<ApiKey> {
    let Some(key) = &group.private_key else { return Vec::new() };
    let set = key["keys"].as_array().map_or_else(|| vec![key], |keys| keys.iter().collect());
    let bytes = set.into_iter().filter(|key| key["alg"] == "HS256").filter_map(|key| key["k"].as_str());
    bytes.map(|k| ApiKey::of_bytes(&URL_SAFE_NO_PAD.decode(k).unwrap()).unwrap()).collect()
}

fn is_taken(token: &str, keys: &[ApiKey]) -> bool {
    UnverifiedToken::parse(token)
        .is_some_and(|token| keys.iter().any(|key| mac_fits(&token, key)) && token.decode_payload().is_some())
}

/// Runs every vector that has an HMAC key, and returns their number. The others are for other kinds
/// of keys.
fn run(name: TestName, exceptions: &[Exception]) -> usize {
    let mut vectors = 0;
    for group in TestSet::load(name).unwrap().test_groups {
        let keys = keys(&group);
        for test in group.tests.iter().filter(|_| !keys.is_empty()) {
            let token = match &test.jws {
                Some(Value::String(token)) => token.clone(),
                Some(json) => json.to_string(),
                None => continue, // of encryption
            };
            vectors += 1;
            let as_it_says = is_taken(&token, &keys) != test.result.must_fail();
            let is_exception = exceptions.iter().any(|(number, _)| *number == test.tc_id);
            assert_ne!(as_it_says, is_exception, "{} {}", test.tc_id, test.comment);
        }
    }
    println!("{name:?}: {vectors} vectors, {} exceptions", exceptions.len());
    vectors
}

#[test]
fn json_web_signature() {
    assert_eq!(run(TestName::JsonWebSignature, &SIGNATURE_EXCEPTIONS), 40);
}

#[test]
fn json_web_crypto() {
    assert_eq!(run(TestName::JsonWebCrypto, &CRYPTO_EXCEPTIONS), 20);
}

#[test]
fn hmac_sha256() {
    let (mut whole, mut shortened) = (0, 0);
    for group in mac::TestSet::load(mac::TestName::HmacSha256).unwrap().test_groups {
        for test in &group.tests {
            let (key, message, tag) = (test.key.as_ref(), test.msg.as_ref(), test.tag.as_ref());
            let (valid, length) = (!test.result.must_fail(), tag.len());
            let hs256 = Hs256::new(key).unwrap();
            assert_eq!(hs256.sign(message)[..length] == *tag, valid, "{} {}", test.tc_id, test.comment);
            let fits = hs256.verify(message, &tag.to_vec()).is_ok();
            // A shortened MAC is always invalid here.
            assert_eq!(fits, valid && length == 32, "{} {}", test.tc_id, test.comment);
            if length == 32 { whole += 1 } else { shortened += 1 }
        }
    }
    println!("HmacSha256: {whole} vectors of whole MACs, {shortened} of shortened ones, which are refused");
    assert_eq!((whole, shortened), (87, 87));
}

//! Project Wycheproof's vectors for HS256, at the layer of the signature: their payloads are no
//! claims, and their key ids are none of ours.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::{sign, verify};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::Value;
use wycheproof_ng_kdf_jose::json_web::{TestGroup, TestName, TestSet};
use wycheproof_ng_symmetric::mac;

use super::key::ApiKey;
use super::token::UnverifiedToken;
use super::verify::mac_fits;

/// Where we differ from `json_web_signature_test.json`, and why.
const SIGNATURE_EXCEPTIONS: &[(usize, bool, &str)] = &[
    (367, true, "meant to be padded, but the file holds the very token of 357, which is valid"),
    (370, true, "meant to be padded, but the file holds the very token of 357, which is valid"),
    (372, false, "stricter: `?` is no base64url, even where a decoder would skip it"),
    (373, false, "stricter: `?` is no base64url, even where a decoder would skip it"),
];

/// And from `json_web_crypto_test.json`.
const CRYPTO_EXCEPTIONS: &[(usize, bool, &str)] =
    &[(47, true, "a set that mixes HMAC keys with others is to be refused: an app's keys are HMAC keys alone")];

/// Every HMAC key of a group, be it one or a set.
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

/// How many vectors there are for HS256, and for other algorithms.
fn run(name: TestName, exceptions: &[(usize, bool, &str)]) -> (usize, usize) {
    let stranger = [ApiKey::new(&"k".repeat(32)).unwrap()];
    let (mut own, mut others) = (0, 0);
    for group in TestSet::load(name).unwrap().test_groups {
        let keys = keys(&group);
        for test in &group.tests {
            let token = match &test.jws {
                Some(Value::String(token)) => token.clone(),
                Some(json) => json.to_string(),
                None => continue, // of encryption
            };
            if keys.is_empty() {
                others += 1;
                assert!(!is_taken(&token, &stranger), "{} {}", test.tc_id, test.comment);
                continue;
            }
            own += 1;
            let exception = exceptions.iter().find(|(id, ..)| *id == test.tc_id);
            let expected = exception.map_or(!test.result.must_fail(), |(_, taken, _)| *taken);
            assert_ne!(exception.is_some(), expected != test.result.must_fail(), "{} is no exception", test.tc_id);
            assert_eq!(is_taken(&token, &keys), expected, "{} {}", test.tc_id, test.comment);
        }
    }
    println!("{name:?}: {own} vectors for HS256, {others} for other algorithms, {} exceptions", exceptions.len());
    (own, others)
}

#[test]
fn json_web_signature() {
    assert_eq!(run(TestName::JsonWebSignature, SIGNATURE_EXCEPTIONS).0, 40);
}

#[test]
fn json_web_crypto() {
    assert_eq!(run(TestName::JsonWebCrypto, CRYPTO_EXCEPTIONS).0, 20);
}

#[test]
fn hmac_sha256() {
    super::crypto::install();
    let (mut whole, mut shortened) = (0, 0);
    for group in mac::TestSet::load(mac::TestName::HmacSha256).unwrap().test_groups {
        for test in &group.tests {
            let (key, message, tag) = (test.key.as_ref(), test.msg.as_ref(), test.tag.as_ref());
            let (valid, length) = (!test.result.must_fail(), tag.len());
            let made = sign(message, &EncodingKey::from_secret(key), Algorithm::HS256).unwrap();
            let made = URL_SAFE_NO_PAD.decode(made).unwrap();
            assert_eq!(made[..length] == *tag, valid, "{} {}", test.tc_id, test.comment);
            let encoded = URL_SAFE_NO_PAD.encode(tag);
            let fits = verify(&encoded, message, &DecodingKey::from_secret(key), Algorithm::HS256).unwrap();
            // A shortened MAC is none here, whatever it was made of.
            assert_eq!(fits, valid && length == 32, "{} {}", test.tc_id, test.comment);
            if length == 32 { whole += 1 } else { shortened += 1 }
        }
    }
    println!("HmacSha256: {whole} vectors of whole MACs, {shortened} of shortened ones, which are refused");
    assert_eq!(whole + shortened, 174);
}

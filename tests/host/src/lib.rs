//! What a program does that has tokens of its own and signs links, too.

use std::time::SystemTime;

use action_links::link::{ApiKey, BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Value, json};

const SECRET: &[u8] = b"a secret of the program, for tokens of its own and not for links";

/// Signs and verifies a token with HS384, and one with RS256.
pub fn use_own_tokens() {
    sign_and_verify(Algorithm::HS384, &EncodingKey::from_secret(SECRET), &DecodingKey::from_secret(SECRET));
    // Made for this test.
    let private = EncodingKey::from_rsa_pem(include_bytes!("../private.pem")).unwrap();
    let public = DecodingKey::from_rsa_pem(include_bytes!("../public.pem")).unwrap();
    sign_and_verify(Algorithm::RS256, &private, &public);
}

fn sign_and_verify(algorithm: Algorithm, private: &EncodingKey, public: &DecodingKey) {
    let claims = json!({ "sub": "grace", "exp": 4_102_444_800_u64 });
    let token = encode(&Header::new(algorithm), &claims, private).unwrap();
    assert_eq!(decode::<Value>(&token, public, &Validation::new(algorithm)).unwrap().claims, claims);
    let (signed, mac) = token.rsplit_once('.').unwrap();
    let altered = format!("{signed}x.{mac}");
    assert!(decode::<Value>(&altered, public, &Validation::new(algorithm)).is_err());
}

/// Makes an API key, and signs and verifies a link with it.
pub fn use_a_link() {
    let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718").unwrap();
    let base = BaseUrl::parse("https://links.example").unwrap();
    let now = SystemTime::now();
    let link = UnsignedLink::new("b-17".parse().unwrap(), "confirm".parse().unwrap());
    let signed = Signer::new(&key, &base).sign(&link, now).unwrap();
    let unverified: UnverifiedLink = signed.url.parse().unwrap();
    assert_eq!(Verifier::new([&key]).verify(&unverified, now).unwrap().link_id(), &signed.link_id);
}

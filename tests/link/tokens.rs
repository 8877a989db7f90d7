//! Tokens that other libraries made are accepted, altered ones are refused.

use std::time::Duration;

use action_links::booking::{Action, BookingId};
use action_links::link::{
    ApiKey, BaseUrl, Redirect, RedirectPolicy, Refusal, Signer, UnsignedLink, UnverifiedLink, VerifiedLink, Verifier,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{SECRET, at, hs256, key};

pub(crate) fn verify_at(seconds: u64, booking: &str, action: &str, token: &str) -> Result<VerifiedLink, Refusal> {
    let path = format!("/v2/bookings/{booking}/external_action/{action}");
    let link = UnverifiedLink::parse(&path, [("signature", token)]).map_err(|_| Refusal::InvalidSignature)?;
    Verifier::new([key()]).verify(&link, at(seconds))
}

fn with_claims(more: &str) -> String {
    hs256(SECRET, r#"{"alg":"HS256"}"#, &format!(r#"{{"booking_id":"b-1","action":"confirm"{more}}}"#))
}

#[derive(Deserialize)]
struct Fixture {
    maker: String,
    case: String,
    token: String,
    booking_id: String,
    action: String,
    redirect: Option<String>,
}

fn fixtures() -> Vec<Fixture> {
    serde_json::from_str(include_str!("../fixtures/tokens.json")).unwrap()
}

#[test]
fn tokens_of_other_libraries_are_accepted() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 10);
    for f in fixtures {
        let link = verify_at(1_800_000_000, &f.booking_id, &f.action, &f.token)
            .unwrap_or_else(|error| panic!("{} {}: {error}", f.maker, f.case));
        assert_eq!(link.authentic().claims().redirect, f.redirect, "{} {}", f.maker, f.case);
        assert!(link.authentic().redirect(&RedirectPolicy::default()).is_ok(), "{} {}", f.maker, f.case);
    }
}

#[test]
fn tokens_of_other_libraries_are_bound_to_their_booking_action_and_key() {
    for f in fixtures() {
        for (booking, action) in [("b-other", f.action.as_str()), (f.booking_id.as_str(), "decline")] {
            assert!(matches!(verify_at(1_800_000_000, booking, action, &f.token), Err(Refusal::InvalidSignature)));
        }
        let other = ApiKey::new(&SECRET.replace('8', "9")).unwrap();
        let path = format!("/v2/bookings/{}/external_action/{}", f.booking_id, f.action);
        let link = UnverifiedLink::parse(&path, [("signature", f.token.as_str())]).ok().unwrap();
        assert!(Verifier::new([&other]).verify(&link, at(1_800_000_000)).is_err(), "{} {}", f.maker, f.case);
        assert!(Verifier::new([&other, key()]).verify(&link, at(1_800_000_000)).is_ok(), "{} {}", f.maker, f.case);
    }
}

#[test]
fn the_longest_link_that_can_be_signed_is_short_enough_to_be_clicked() {
    let base = BaseUrl::parse("https://links.example").unwrap();
    let redirect = format!("https://else.example/{}", "a".repeat(Redirect::MAX_LENGTH - 21));
    let redirect = Redirect::trusted(&redirect).unwrap();
    let link = UnsignedLink::new(BookingId::parse(&"b".repeat(128)).unwrap(), Action::parse(&"a".repeat(64)).unwrap())
        .redirect(&redirect)
        .confirm(true)
        .expires_at(at(4_102_444_800));
    let signed = Signer::new(key(), &base).sign(&link, at(1_800_000_000)).unwrap();
    assert!(
        verify_at(1_800_000_000, &"b".repeat(128), &"a".repeat(64), &signed.signature).is_ok(),
        "{}",
        signed.signature.len()
    );
}

#[test]
fn a_link_expires_to_the_second() {
    let token = with_claims(r#","exp":1000"#);
    assert!(verify_at(999, "b-1", "confirm", &token).is_ok());
    assert!(matches!(verify_at(1000, "b-1", "confirm", &token), Err(Refusal::Expired(_))));
    let verify = |millis, token: &str| {
        let path = "/v2/bookings/b-1/external_action/confirm";
        let link = UnverifiedLink::parse(path, [("signature", token)]).ok().unwrap();
        Verifier::new([key()]).verify(&link, at(0) + Duration::from_millis(millis)).is_ok()
    };
    for (exp, last) in [("1000", 999_999), ("1000.5", 1_000_499), ("1000.001", 1_000_000)] {
        let token = with_claims(&format!(r#","exp":{exp}"#));
        assert_eq!((verify(last, &token), verify(last + 1, &token)), (true, false), "{exp}");
    }
    for exp in ["0", "-1", "-1e300"] {
        assert!(
            matches!(
                verify_at(0, "b-1", "confirm", &with_claims(&format!(r#","exp":{exp}"#))),
                Err(Refusal::Expired(_))
            ),
            "{exp}"
        );
    }
    assert!(verify_at(4_000_000_000, "b-1", "confirm", &with_claims(r#","exp":9007199254740992"#)).is_ok());
}

#[test]
fn a_clock_that_runs_ahead_has_a_minute() {
    let token = with_claims(r#","nbf":1000"#);
    assert!(verify_at(940, "b-1", "confirm", &token).is_ok());
    assert!(matches!(verify_at(939, "b-1", "confirm", &token), Err(Refusal::NotYetValid(_))));
}

#[test]
fn a_token_without_times_never_expires() {
    assert!(verify_at(253_402_300_799, "b-1", "confirm", &with_claims("")).is_ok());
}

#[test]
fn what_we_sign_says_what_other_libraries_read() {
    let base = BaseUrl::parse("https://links.example/prod/").unwrap();
    let link = UnsignedLink::new(BookingId::parse("b-1").unwrap(), Action::parse("confirm").unwrap())
        .redirect(&Redirect::trusted("https://a.example/").unwrap())
        .confirm(true)
        .expires_at(at(2000));
    let signed = Signer::new(key(), &base).sign(&link, at(1000)).unwrap();
    let url =
        format!("https://links.example/prod/v2/bookings/b-1/external_action/confirm?signature={}", signed.signature);
    assert_eq!(signed.url, url);
    let [header, payload, _]: [&str; 3] = signed.signature.split('.').collect::<Vec<_>>().try_into().unwrap();
    let json = |part| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(json(header), json!({ "typ": "JWT", "alg": "HS256", "kid": "78324689ee0e2942" }));
    let claims = json!({
        "booking_id": "b-1", "action": "confirm", "exp": 2000, "iat": 1000, "redirect": "https://a.example/", "confirm": true,
    });
    assert_eq!(json(payload), claims);
}

#[test]
fn the_signing_input_names_the_link() {
    // printf %s "$header.$payload" | openssl dgst -sha256 -binary | basenc --base64url | cut -c1-22
    let link = verify_at(0, "b-1", "confirm", &with_claims("")).unwrap();
    assert_eq!(link.link_id().as_str(), "A16iLQ7DyPizIzJ0YFAmJa");
    assert_ne!(verify_at(0, "b-1", "confirm", &with_claims(r#","jti":"2""#)).unwrap().link_id(), link.link_id());
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(20_261_123), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_we_sign_we_verify(booking in "[A-Za-z0-9._:-]{1,128}".prop_filter("no path step", |id| BookingId::parse(id).is_ok()), action in "[a-z0-9_]{1,64}", lifetime in 1u64..1_000_000, confirm: bool) {
        let base = BaseUrl::parse("https://links.example/prod").unwrap();
        let redirect = Redirect::trusted("https://else.example/?a=ü").unwrap();
        let link = UnsignedLink::new(BookingId::parse(&booking).unwrap(), Action::parse(&action).unwrap())
            .expires_at(at(1_000_000 + lifetime)).redirect(&redirect).confirm(confirm);
        let signed = Signer::new(key(), &base).sign(&link, at(1_000_000)).unwrap();
        let url = url::Url::parse(&signed.url).unwrap();
        let unverified = UnverifiedLink::parse(url.path(), url.query_pairs()).unwrap();
        let verified = Verifier::new([key()]).verify(&unverified, at(1_000_000)).unwrap();
        prop_assert_eq!(verified.booking_id().as_str(), booking);
        prop_assert_eq!(verified.action().as_str(), action);
        prop_assert_eq!(verified.authentic().claims().confirm, Some(confirm));
        prop_assert_eq!(verified.link_id(), &signed.link_id);
        prop_assert_eq!(verified.authentic().key_id(), key().id());
        prop_assert_eq!(verified.authentic().redirect(&RedirectPolicy::default()).unwrap(), Some(redirect));
        prop_assert!(matches!(Verifier::new([key()]).verify(&unverified, at(1_000_000 + lifetime)), Err(Refusal::Expired(_))));
    }

    #[test]
    fn a_token_altered_anywhere_is_refused(position: prop::sample::Index, replacement in "[A-Za-z0-9._=+/ -]") {
        let token = with_claims(r#","exp":4102444800"#);
        let position = position.index(token.len());
        let mut bent = token.clone();
        bent.replace_range(position..=position, &replacement);
        prop_assume!(bent != token);
        prop_assert!(matches!(verify_at(0, "b-1", "confirm", &bent), Err(Refusal::InvalidSignature)));
    }

    #[test]
    fn no_string_is_read_as_a_token_by_mistake(text in "\\PC{0,200}") {
        prop_assert!(verify_at(0, "b-1", "confirm", &text).is_err());
    }
}

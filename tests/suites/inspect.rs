//! Why a link does not work: each cause is told exactly, with the code that a click is answered with.

use std::time::SystemTime;

use action_links::inspect::{Inspection, InspectionContext, Mark, Pasted, inspect};
use action_links::link::{BaseUrl, KeyId};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{BASE, SECRET, World, graphs, hs256, link_of, naming, path, plain, token_of};

const BOB: &str = "dGVzdF9hcGlfa2V5X29mX2JvYl93aXRoX2Vub3VnaF9ieXRlc19pbl9pdA==";
const REVOKED: &str = "test_api_key_that_has_leaked_0123456789abcdef";

async fn world() -> World {
    let live = json!({ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z" });
    let settings = json!({
        "keys": [live, { "secret": REVOKED, "revoked_at": "2026-11-01T08:00:00Z" }],
        "min_notice_seconds": { "cancel": 0 }, "redirect_hosts": ["hairbyada.example"],
    });
    let bob = json!({ "id": "bob", "name": "Bob", "keys": [{ "secret": BOB }] });
    World::builder().app(settings).another_app(bob).booking(json!({})).start().await
}

/// What is found out about what was pasted, with all tables.
pub(crate) async fn look(world: &World, pasted: &str) -> Inspection {
    let (graphs, base) = (graphs(), BaseUrl::parse(BASE).unwrap());
    let mut pasted = Pasted::read(pasted);
    let mut context = InspectionContext::offline(&graphs, Some(&base), None, SystemTime::now());
    context.read_apps(&world.apps).await;
    context.read_short_link(&mut pasted, &world.short_links()).await;
    context.read_booking(&pasted, &world.bookings).await;
    inspect(&pasted, &context)
}

/// A link to confirm `b-1`, with more claims, signed like this.
fn signed(secret: &str, header: &Value, more: Value) -> String {
    BASE.to_owned() + &path("b-1", "confirm", &token_of(secret, header, more))
}

/// Checks that a cause is told, and that a click is answered as the inspection says.
async fn tells(world: &World, pasted: &str, cause: &str, code: Option<&str>) {
    let found = look(world, pasted).await;
    let bad: Vec<&str> =
        found.lines.iter().filter(|line| line.mark == Mark::Bad).map(|line| line.text.as_str()).collect();
    assert!(bad.iter().any(|text| text.contains(cause)), "{cause}: {bad:?}");
    assert!(found.lines.iter().filter(|line| line.mark == Mark::Bad).all(|line| line.advice.is_some()), "{cause}");
    assert_eq!((found.works, found.code), (false, code), "{cause}");
    if code.is_some() && pasted.starts_with(BASE) {
        let answer = world.json().click(pasted).await;
        assert_eq!(answer.json()["code"].as_str(), code, "{cause}");
    }
}

#[tokio::test]
async fn a_link_that_works_is_said_to_work() {
    let world = world().await;
    for link in [signed(SECRET, &naming(SECRET), json!({})), signed(SECRET, &plain(), json!({}))] {
        let found = look(&world, &link).await;
        assert!(found.works && found.code.is_none(), "{found:?}");
        let told: Vec<_> = found.lines.iter().map(|line| line.text.as_str()).collect();
        let told = told.join("; ");
        assert!(told.contains("of the app ada") && told.contains("confirm leads to confirmed"), "{told}");
    }
}

#[tokio::test]
async fn each_fault_of_a_token_is_told() {
    let world = world().await;
    let invalid = Some("invalid_signature");
    let good = signed(SECRET, &naming(SECRET), json!({}));
    let other = "test_api_key_of_nobody_who_is_known_0123456789";
    for (link, cause) in [
        (good.rsplit_once('.').unwrap().0.to_owned(), "it has 2 parts"),
        (signed(SECRET, &json!({ "alg": "none" }), json!({})), "none, and only HS256 is accepted"),
        (signed(SECRET, &json!({ "alg": "HS256", "typ": "JWE" }), json!({})), "`typ` is not JWT"),
        (signed(SECRET, &json!({ "alg": "HS256", "crit": ["b64"] }), json!({})), "it has `crit`"),
        (signed(other, &naming(other), json!({})), "no known key has the id"),
        (signed(other, &naming(SECRET), json!({})), "the signature does not fit it"),
        (signed(BOB, &naming(SECRET), json!({})), "of the app bob, but the header names another key"),
        (signed(BOB, &plain(), json!({})), "but the booking belongs to another app"),
        (signed(REVOKED, &naming(REVOKED), json!({})), "is revoked"),
        (signed(&format!("{SECRET}\n"), &naming(SECRET), json!({})), "and a line break at its end"),
        (signed(SECRET, &naming(SECRET), json!({ "exp": "soon" })), "of the wrong type"),
        (signed(SECRET, &naming(SECRET), json!({ "sub": "x".repeat(257) })), "out of its limits"),
        (
            signed(SECRET, &naming(SECRET), json!({ "booking_id": "b-2" })),
            "the token is for b-2, and the path names b-1",
        ),
        (signed(SECRET, &naming(SECRET), json!({ "action": 7 })), "the claim is not a string"),
    ] {
        tells(&world, &link, cause, invalid).await;
    }
}

#[tokio::test]
async fn each_mistake_with_a_key_is_told_apart_from_a_foreign_key() {
    const HEX: &str = "3f2a9b4c5d6e7f8091a2b3c4d5e6f70813243546576879808a9bacbdcedfe0f1";
    let world = world().await;
    let keys = json!([{ "secret": SECRET }, { "secret": HEX }]);
    world.put_app(json!({ "id": "ada", "name": "Ada", "keys": keys })).await;
    let text = |before: &str, after: &str| format!("{before}{SECRET}{after}").into_bytes();
    let mut cases = vec![
        (SECRET, text("\u{feff}", ""), "a byte order mark before it"),
        (SECRET, text("\u{feff}", "\r\n"), "a byte order mark before it"),
        (SECRET, text("\"", "\""), "in quotes"),
        (SECRET, text("'", "'"), "in quotes"),
        (SECRET, text("\"", "\"\n"), "in quotes"),
        (SECRET, text("ACTION_LINKS_API_KEY=", ""), "the name of a variable before it"),
        (SECRET, text("API_KEY=", "\n"), "the name of a variable before it"),
        (SECRET, text(" ", ""), "white space around it"),
        (SECRET, text("", " "), "white space around it"),
        (SECRET, text("", "\t"), "white space around it"),
        (SECRET, STANDARD.encode(SECRET).into_bytes(), "encoded in base64"),
        (SECRET, STANDARD.encode(text("", "\n")).into_bytes(), "encoded in base64"),
        (BOB, STANDARD.decode(BOB).unwrap(), "decoded from base64"),
        (
            HEX,
            HEX.as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect(),
            "decoded from hexadecimal digits",
        ),
    ];
    // As a decoder reads it that takes both alphabets, and drops the digit that is left over.
    let digits = &SECRET[..SECRET.len() - SECRET.len() % 4];
    cases.push((SECRET, URL_SAFE_NO_PAD.decode(digits).unwrap(), "decoded from base64"));
    for after in ["\n", "\r\n", "\n\n", "\r\n\r\n"] {
        cases.push((SECRET, text("", after), "and a line break at its end"));
    }
    let claims = json!({ "booking_id": "b-1", "action": "confirm" }).to_string();
    for (secret, used, cause) in cases {
        // A program that computes `kid` does so from the bytes that it signs with.
        let named = KeyId::of(&String::from_utf8_lossy(&used)).to_string();
        for kid in [KeyId::of(secret).to_string(), named] {
            let token = hs256(&used, &json!({ "alg": "HS256", "kid": kid }).to_string(), &claims);
            tells(&world, &(BASE.to_owned() + &path("b-1", "confirm", &token)), cause, Some("invalid_signature")).await;
        }
    }
}

#[tokio::test]
async fn each_code_of_a_valid_signature_is_told() {
    let world = world().await;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let with = |more: Value| signed(SECRET, &naming(SECRET), more);
    let of = |id: &str, action: &str| {
        let claims = json!({ "booking_id": id, "action": action, "iat": now });
        BASE.to_owned() + &link_of(SECRET, &naming(SECRET), claims)
    };
    for attributes in [
        json!({ "id": "b-late", "state": "confirmed", "starts_at": "2026-11-01T08:00:00Z" }),
        json!({ "id": "b-revoked", "state": "confirmed", "links_valid_after": 9_000_000_000_u64 }),
        json!({ "id": "b-bob", "app_id": "bob" }),
        json!({ "id": "b-used" }),
        json!({ "id": "b-so", "state": "confirmed" }),
        json!({ "id": "b-moved", "state": "confirmed", "rescheduled_to": "b-1" }),
        json!({ "id": "b-text", "used_links": "none" }),
        json!({ "id": "b-note", "action_log": "created by hand" }),
    ] {
        world.book(attributes).await;
    }
    let used = of("b-used", "confirm");
    world.click(&used).await;
    for (link, cause, code) in [
        (with(json!({ "exp": now - 3 * 86_400 })), "3 days ago", "link_expired"),
        (with(json!({ "nbf": now + 90_000 })), "in one day", "link_not_yet_valid"),
        (with(json!({ "redirect": "http://else.example" })), "not https", "redirect_not_allowed"),
        (format!("{}&redirect=https://else.example", with(json!({}))), "not one of the app's", "redirect_not_allowed"),
        (of("b-404", "confirm"), "there is no such booking", "booking_not_found"),
        (of("b-bob", "confirm"), "belongs to another app than the key", "booking_not_found"),
        (of("b-1", "dance"), "no graph has it", "unknown_action"),
        (of("b-so", "confirm"), "its state is already confirmed", "action_not_available"),
        (of("b-1", "cancel"), "its state is tentative, from which cancel does not lead", "action_not_available"),
        (of("b-moved", "confirm"), "it was moved to the booking b-1", "action_not_available"),
        (of("b-text", "confirm"), "its `used_links` has a type", "booking_unusable"),
        (of("b-note", "confirm"), "its `action_log` has a type", "booking_unusable"),
        (of("b-late", "cancel"), "it is too late", "too_late"),
        (of("b-revoked", "cancel"), "were revoked", "link_revoked"),
        (used.clone(), "this link was used", "link_used"),
        (with(json!({ "iat": now * 1000 })), "ahead of the clock", "invalid_signature"),
    ] {
        tells(&world, &link, cause, Some(code)).await;
    }
    assert!(look(&world, &used).await.lines.iter().any(|line| line.text.contains("led to confirmed")));
    let in_milliseconds = look(&world, &with(json!({ "exp": now * 1000 }))).await;
    assert!(in_milliseconds.works && in_milliseconds.lines.iter().any(|line| line.text.contains("never expires")));
}

#[tokio::test]
async fn what_a_mail_has_done_to_a_link_is_told() {
    let world = world().await;
    let good = signed(SECRET, &naming(SECRET), json!({}));
    let (head, token) = good.split_at(good.find("signature=").unwrap() + 30);
    for (pasted, cause) in [
        (format!("{head}=\r\n{token}").replace("signature=", "signature=3D"), "quoted-printable"),
        (format!("{head}\n {token}"), "line breaks or spaces"),
        (good.replace(BASE, "https://staging.example"), "the link leads to staging.example"),
        (good.split("signature=").nth(1).unwrap().to_owned(), "this is a token alone"),
    ] {
        let found = look(&world, &pasted).await;
        assert!(!found.works, "{cause}");
        // Of the part that is right, no click would tell this.
        assert_eq!(found.code, None, "{cause}");
        let line = found.lines.iter().find(|line| line.mark == Mark::Bad && line.text.contains(cause));
        assert!(line.is_some_and(|line| line.advice.is_some()), "{cause}: {found:?}");
        // The rest is looked at all the same.
        assert!(
            found.lines.iter().any(|line| line.subject == "signature" && line.mark == Mark::Good),
            "{cause}: {found:?}"
        );
    }
    // What a click reads all the same is no fault.
    let escaped = format!("{good}&amp;redirect=https://hairbyada.example");
    for pasted in [
        format!("{good})."),
        format!("{good}%3E"),
        format!("{good} and more"),
        format!("See {good}").replace("See ", " "),
        good.replace('?', "/?"),
        escaped,
    ] {
        assert!(look(&world, &pasted).await.works, "{pasted}");
    }
    for (pasted, cause, code) in [
        ("hello".to_owned(), "neither a link nor a token", None),
        (good.split("signature=").next().unwrap().to_owned(), "the signature is missing", Some("malformed_link")),
        (format!("{good}&signature=x"), "given twice", Some("malformed_link")),
        (BASE.to_owned() + &path("b-1", "confirm", &"x".repeat(5000)), "longer than any link", Some("link_too_long")),
    ] {
        tells(&world, &pasted, cause, code).await;
    }
}

#[tokio::test]
async fn what_could_not_be_read_is_told() {
    let world = world().await;
    let link = signed(SECRET, &naming(SECRET), json!({}));
    world.drop_bookings().await;
    let found = look(&world, &link).await;
    assert!(
        !found.works && found.lines.iter().any(|line| line.text.contains("the booking could not be read")),
        "{found:?}"
    );
    world.put_app(json!({ "id": "ada", "name": "Ada", "keys": [] })).await;
    assert_eq!(look(&world, &link).await.code, Some("invalid_signature"));
}

//! What people paste when a link does not work: each text is told exactly, in the first sentence.

use std::time::SystemTime;

use action_links::inspect::OnOpen;
use action_links::link::KeyId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::inspect::look;
use crate::support::{BASE, SECRET, World, link_of, naming, path, plain, token_of, verified};

/// A text, what its first sentence is, the code of a click, and which service wrapped it.
struct Case {
    pasted: String,
    told: String,
    code: Option<&'static str>,
    wrapped_by: &'static [&'static str],
}

fn case(pasted: impl Into<String>, told: impl Into<String>) -> Case {
    Case { pasted: pasted.into(), told: told.into(), code: None, wrapped_by: &[] }
}

fn refused(pasted: impl Into<String>, code: &'static str, told: impl Into<String>) -> Case {
    Case { code: Some(code), ..case(pasted, told) }
}

fn wrapped(pasted: impl Into<String>, by: &'static [&'static str], told: impl Into<String>) -> Case {
    Case { wrapped_by: by, ..case(pasted, told) }
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// As Proofpoint's second version writes it.
fn proofpoint(text: &str) -> String {
    let written = |c: char| match c {
        '/' => "_".to_owned(),
        c if c.is_ascii_alphanumeric() || c == '.' => c.to_string(),
        c => format!("-{:02X}", c as u32),
    };
    text.chars().map(written).collect()
}

/// As a mail's source has it, in lines of 60 characters.
fn quoted_printable(text: &str) -> String {
    let escaped: Vec<char> = text.replace('=', "=3D").chars().collect();
    escaped.chunks(60).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("=\r\n")
}

async fn world() -> World {
    let settings = json!({
        "confirm_actions": ["cancel"], "redirect_hosts": ["hairbyada.example"],
        "min_notice_seconds": { "cancel_by_customer": 0 },
    });
    let world = World::builder().app(settings).booking(json!({})).start().await;
    for attributes in [
        json!({ "id": "b-2", "state": "confirmed" }),
        json!({ "id": "b-late", "state": "confirmed", "starts_at": "2026-11-01T08:00:00Z" }),
        json!({ "id": "b-revoked", "links_valid_after": 9_000_000_000_u64 }),
    ] {
        world.book(attributes).await;
    }
    world
}

#[tokio::test]
async fn forty_pasted_texts_are_told_exactly() {
    let world = world().await;
    let of = |id: &str, action: &str, more: Value| {
        let mut claims = more;
        claims["booking_id"] = id.into();
        claims["action"] = action.into();
        BASE.to_owned() + &link_of(SECRET, &naming(SECRET), claims)
    };
    let now = SystemTime::now();
    let second = |ahead: i64| (now.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() as i64 + ahead) as u64;
    let good = of("b-1", "confirm", json!({}));
    let asks = of("b-2", "cancel", json!({}));
    let used = of("b-used", "confirm", json!({}));
    let id = verified(&used, now).link_id().to_string();
    let at = jiff::Timestamp::from_second(second(-65) as i64).unwrap().to_string();
    let entry = json!({ "action": "confirm", "to": "confirmed", "link_id": id, "at": at });
    world.book(json!({ "id": "b-used", "state": "confirmed", "used_links": [id], "action_log": [entry] })).await;
    let works = "This link would work now: opening it at once takes the booking b-1 from tentative to confirmed.";
    let put_right = works.replace("This link", "Put right, it");
    let would_ask = "This link would work now: opening it asks first, and its button takes the booking b-2 from confirmed to cancelled.";
    let (head, tail) = good.split_at(good.len() - 60);
    let token = good.split("signature=").nth(1).unwrap();
    let broken = "This link does not work as it was pasted: there are line breaks or spaces in it.";
    let too_short = |had: usize| {
        format!(
            "A click is refused, for the token is wrong: its signature is too short: it has {had} characters, and one of HS256 has 43."
        )
    };
    let scanner = |name: &str| {
        format!(
            "{works} {name} has wrapped it, which matters: it may open the link before the recipient does, and then the link is used."
        )
    };
    let harmless = |name: &str| {
        format!(
            "{would_ask} {name} has wrapped it, which does not matter: if it opens the link, a page asks and nothing changes."
        )
    };
    let other = "test_api_key_of_nobody_who_is_known_0123456789";
    let signed =
        |secret: &str, header: &Value| BASE.to_owned() + &path("b-1", "confirm", &token_of(secret, header, json!({})));
    let mut cases = vec![
        // In texts of all kinds.
        case(&good, works),
        case(&asks, would_ask),
        case(format!("Hello, when I click {good}, nothing happens. Can you help?"), works),
        case(format!("Hello (see {good})."), works),
        case(format!("> On Monday Ada wrote:\n> {good}\n>\n> Thanks"), works),
        case(format!("[Confirm]({good} \"Confirm the booking\")"), works),
        case(format!("**{good}**"), works),
        case(
            format!(
                "<p><a class=\"b\" href=\"{}\">Confirm</a></p>",
                format!("{good}&utm_source=m").replace('&', "&amp;")
            ),
            works,
        ),
        case(format!("<a href='{good}'>Confirm</a>"), works),
        case(format!("<{good}>"), works),
        case(format!("{good}&amp;redirect=https://hairbyada.example"), works),
        case(format!("{good}%3E"), works),
        case(format!("{good}?utm_source=news"), works),
        case(format!("Our site: https://hairbyada.example/help\nThe link: {good}"), works),
        case(good.replace("https://", "hxxps://").replace(".example", "[.]example"), works),
        case(format!("{good}\n{asks}"), works),
        // What a mail has done to it.
        case(format!("{head}\r\n{tail}"), format!("{broken} {put_right}")),
        case(format!("> {head}\n> {tail}\n> Thanks"), format!("{broken} {put_right}")),
        case(
            format!("<a href=3D\"{}\">Confirm</a>", quoted_printable(&good)),
            format!(
                "This link does not work as it was pasted: it is quoted-printable, as in a mail's source (=3D, lines that end in =). {put_right}"
            ),
        ),
        case(
            good.trim_start_matches("https://"),
            format!("This link does not work as it was pasted: it has no https:// before it. {put_right}"),
        ),
        case(
            format!("GET {} 403", good.trim_start_matches(BASE)),
            format!("This link does not work as it was pasted: it is a path without its host. {put_right}"),
        ),
        case(
            percent(&good),
            format!(
                "This link does not work as it was pasted: it is percent-encoded, as in a parameter of another address. {put_right}"
            ),
        ),
        case(token, format!("This is a token alone, which works only in a link. {put_right}")),
        refused(&good[..good.len() - 8], "invalid_signature", too_short(35)),
        refused(
            format!("{good}abc"),
            "invalid_signature",
            "A click is refused, for the token is wrong: its signature is too long: it has 46 characters, and one of HS256 has 43.",
        ),
        refused(
            good.split("signature=").next().unwrap(),
            "malformed_link",
            "This is not a whole action link: the signature is missing.",
        ),
        // What services put around it.
        wrapped(
            format!(
                "https://eur01.safelinks.protection.outlook.com/?url={}&data=05%7C02%7C&sdata=x%3D&reserved=0",
                percent(&good)
            ),
            &["Microsoft Safe Links"],
            scanner("Microsoft Safe Links"),
        ),
        wrapped(
            format!("https://eur01.safelinks.protection.outlook.com/?url={}&amp;data=05", percent(&asks)),
            &["Microsoft Safe Links"],
            harmless("Microsoft Safe Links"),
        ),
        wrapped(
            format!("https://urldefense.proofpoint.com/v2/url?u={}&d=DwMFaQ&c=x&r=y&m=z&s=s&e=", proofpoint(&good)),
            &["Proofpoint URL Defense"],
            scanner("Proofpoint URL Defense"),
        ),
        wrapped(
            format!("https://urldefense.com/v3/__{asks}__;!!NknhfzgzgQ!abc$"),
            &["Proofpoint URL Defense"],
            harmless("Proofpoint URL Defense"),
        ),
        wrapped(
            format!("https://url.avanan.click/v2/r01/___{good}___.YXAzOmFkYTphOm86Nzo="),
            &["Avanan (Check Point Harmony)"],
            scanner("Avanan (Check Point Harmony)"),
        ),
        wrapped(
            format!("https://linkprotect.cudasvc.com/url?a={}&c=E,1,x&typo=1", percent(&asks)),
            &["Barracuda"],
            harmless("Barracuda"),
        ),
        wrapped(
            format!("https://secure-web.cisco.com/1abc-DEF/{}", percent(&asks)),
            &["Cisco Secure Email"],
            harmless("Cisco Secure Email"),
        ),
        wrapped(
            format!("https://eu-west-1.protection.sophos.com/?d=hairbyada.example&u={}&i=x", STANDARD.encode(&asks)),
            &["Sophos"],
            harmless("Sophos"),
        ),
        wrapped(
            format!(
                "https://eur01.safelinks.protection.outlook.com/?url={}&data=05",
                percent(&format!("https://urldefense.proofpoint.com/v2/url?u={}&d=x", proofpoint(&asks)))
            ),
            &["Microsoft Safe Links", "Proofpoint URL Defense"],
            harmless("Microsoft Safe Links"),
        ),
        wrapped(
            "https://protect-eu.mimecast.com/s/0wSdCVON0gczLDq1tGaO?domain=links.hairbyada.example",
            &["Mimecast"],
            "The link inside cannot be read from here: only the service that has wrapped it knows it. Mimecast has wrapped it.",
        ),
        wrapped(
            format!("https://abc.r.eu-west-1.awstrack.me/L0/{}/1/0102-x/y=1", percent(&good)),
            &["Amazon SES's click tracking"],
            format!(
                "{works} Amazon SES's click tracking has wrapped it, which matters: that service keeps links that work, and may open them. Switch click tracking off for them."
            ),
        ),
        wrapped(
            format!("https://www.google.com/url?q={}&sa=D&source=gmail", percent(&good)),
            &["Google"],
            format!("{works} Google has wrapped it, which does not matter: it leads on to the link."),
        ),
        wrapped(
            format!("https://track.example/click?u={}&id=7", percent(&good)),
            &["track.example"],
            format!(
                "{works} track.example has wrapped it, which matters if it opens links or keeps them: switch click tracking off for them."
            ),
        ),
        // Links that do not work.
        refused(&used, "link_used", "This link was used one minute ago; the booking is confirmed."),
        refused(
            of("b-1", "confirm", json!({ "exp": second(-3 * 86_400) })),
            "link_expired",
            "This link expired 3 days ago, and was not used.",
        ),
        refused(
            of("b-1", "confirm", json!({ "nbf": second(90_100) })),
            "link_not_yet_valid",
            "This link is not valid yet: it will be in one day.",
        ),
        refused(
            of("b-1", "confirm", json!({ "iat": second(0) * 1000 })),
            "invalid_signature",
            "A click is refused, for the claim `iat` is wrong: it is in milliseconds, so it is more than 5 minutes ahead of the clock.",
        ),
        refused(
            of("b-2", "confirm", json!({})),
            "action_not_available",
            "Nothing is left to do: the booking is confirmed already, by another link or by its owner.",
        ),
        refused(
            of("b-1", "cancel", json!({})),
            "action_not_available",
            "A click changes nothing: the booking is tentative, from which cancel does not lead anywhere.",
        ),
        refused(
            of("b-revoked", "confirm", json!({ "iat": second(0) })),
            "link_revoked",
            "This link was revoked, as all that were sent before for the booking; the booking is tentative.",
        ),
        refused(
            of("b-404", "confirm", json!({})),
            "booking_not_found",
            "A click is refused: there is no booking b-404 in the table.",
        ),
        refused(
            of("b-1", "dance", json!({})),
            "unknown_action",
            "A click is refused: no graph has the action `dance` for a link.",
        ),
        refused(
            format!("{good}&redirect=https://else.example/a"),
            "redirect_not_allowed",
            "A click is refused: the redirect's host is not one of the app's (to else.example).",
        ),
        refused(
            signed(&format!("{SECRET}\n"), &plain()),
            "invalid_signature",
            format!(
                "A click is refused, for the signature is wrong: signed with the key {} of the app ada and a line break at its end.",
                kid(SECRET)
            ),
        ),
        refused(
            signed(other, &naming(other)),
            "invalid_signature",
            format!(
                "A click is refused, for the signature is wrong: no known key has the id {}, and none fits.",
                kid(other)
            ),
        ),
        // What is no link.
        case("hello", "There is no link and no token in this text."),
        refused(
            "See https://hairbyada.example/thanks",
            "malformed_link",
            "This is not a whole action link: the path is not that of an action link.",
        ),
        case(
            SECRET,
            "This is an API key and not a link. Whoever has it can sign links: if others have seen it, revoke it.",
        ),
        case(
            good.replace(BASE, "https://staging.example"),
            format!(
                "This link does not work as it was pasted: the link leads to staging.example, and this deployment is {BASE}. {put_right}"
            ),
        ),
    ];
    assert!(cases.len() >= 40);
    // Every link is told in the middle of a sentence as it is alone.
    let alone = cases.len();
    for index in 0..alone {
        if cases[index].pasted.starts_with(BASE) && !cases[index].pasted.contains(char::is_whitespace) {
            let Case { pasted, told, code, wrapped_by } = &cases[index];
            let pasted = format!("\u{201c}It says no: {pasted}\" she said.");
            cases.push(Case { pasted, told: told.clone(), code: *code, wrapped_by });
        }
    }
    let mut faults = Vec::new();
    for Case { pasted, told, code, wrapped_by } in cases {
        let found = look(&world, &pasted).await;
        let works = told.starts_with("This link would work");
        let expected = (told, code, wrapped_by.join(", "), works);
        let told = (found.verdict.clone(), found.code, found.wrapped_by.join(", "), found.works);
        // Nothing that could be used is shown.
        let shown = serde_json::to_string(&found).unwrap();
        let mac = pasted.split("signature=").nth(1).and_then(|token| token.split('.').nth(2)).unwrap_or("--");
        let is_secret = |text: &str| shown.contains(text);
        if told != expected || [SECRET, "eyJ", mac.get(..20).unwrap_or("\n")].into_iter().any(is_secret) {
            faults.push(format!("{pasted}\n  expected {expected:?}\n  told     {told:?}\n  {:?}", found.lines));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(look(&world, &good).await.on_open, Some(OnOpen::Acts));
    assert_eq!(look(&world, &asks).await.on_open, Some(OnOpen::Asks));
}

fn kid(secret: &str) -> String {
    KeyId::of(secret).to_string()
}

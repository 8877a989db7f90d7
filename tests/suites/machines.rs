//! Requests of machines: what mail scanners, prefetches and link checkers do, in either mode.

use std::time::Duration;

use action_links::click::{Button, Click, ClickKind, FormSubmission, Outcome, Prompt, PromptButton};
use action_links::domain::CustomerMessage;
use serde_json::json;

use crate::support::{World, ada, at, booking, opened};

/// What browsers and mail programs send with a prefetch or a preview.
const PREFETCHES: [(&str, &str); 8] = [
    ("sec-purpose", "prefetch"),
    ("sec-purpose", "prefetch;prerender"),
    ("sec-purpose", "prefetch;anonymous-client-ip"),
    ("purpose", "prefetch"),
    ("purpose", "preview"),
    ("x-purpose", "preview"),
    ("x-purpose", "Prefetch"),
    ("x-moz", "prefetch"),
];

/// Runs in both modes; the booking stays as it is and no request reaches its table.
async fn in_both_modes(check: impl AsyncFn(&World, &str)) {
    for click_mode in ["direct", "confirm"] {
        let mut app = ada();
        app["click_mode"] = json!(click_mode);
        let world = World::with(&[app], &[]).await;
        world.put(booking("b-1", "confirm_decline", "tentative")).await;
        let before = world.item("b-1").await;
        check(&world, &world.sign("b-1", "confirm").url).await;
        assert_eq!(world.proxy.take(), Vec::<String>::new(), "{click_mode}");
        assert_eq!(world.item("b-1").await, before, "{click_mode}");
    }
}

#[tokio::test]
async fn head_never_acts() {
    in_both_modes(async |world, link| {
        for link in [link, "/v2/bookings/b-1/external_action/confirm?signature=x"] {
            let answer = world.send("HEAD", link, &[("accept-language", "da")]).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
            assert_eq!(answer.header("content-language"), Some("da"));
        }
    })
    .await;
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    in_both_modes(async |world, link| {
        for method in ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
            let answer = world.send(method, link, &[("accept", "application/json")]).await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET, HEAD, POST")), "{method}");
            assert_eq!(answer.json()["code"], "method_not_allowed");
        }
    })
    .await;
}

#[tokio::test]
async fn prefetches_are_asked_to_come_again() {
    in_both_modes(async |world, link| {
        for header in PREFETCHES {
            for method in ["GET", "POST"] {
                let answer = world.send(method, link, &[header]).await;
                assert_eq!(answer.status, 503, "{method} {header:?}");
            }
            assert_eq!(world.send("HEAD", link, &[header]).await.status, 200, "{header:?}");
        }
    })
    .await;
}

/// What a scanner does with a link, and whether that acts in `direct` and in `confirm` mode.
/// `docs/mail.md` has the same table.
const SCANNERS: [(&str, bool, bool); 7] = [
    ("asks for the headers (HEAD), then opens the link", true, false),
    ("opens the link", true, false),
    ("opens the link, from two places at once", true, false),
    ("submits a form without having opened the link", true, false),
    ("opens the link and submits its form at once", true, false),
    ("opens the link, waits a second, submits its form", true, false),
    ("opens the link, waits two seconds, submits its form", true, true),
];

/// Plays one of them at given times. Returns how often the booking was changed.
async fn play(behaviour: &str, click_mode: &str) -> usize {
    let mut app = ada();
    app["click_mode"] = json!(click_mode);
    let world = World::with(&[app], &[]).await;
    world.put(booking("b-1", "confirm_decline", "tentative")).await;
    let clicks = world.clicks(at(1000)).await;
    let link = world.sign_at("b-1", "confirm", at(1000));
    let request = |id: &str, kind, millis| Click {
        request_id: id.to_owned(),
        kind,
        now: at(1000) + Duration::from_millis(millis),
        ..opened(&link)
    };
    let (clicks, request) = (&clicks, &request);
    let open = async |id| clicks.decide(&request(id, ClickKind::Open, 0)).await;
    let submit = async |stamp: Option<String>, millis| {
        let press = FormSubmission { button: Button::Act, form_token: stamp, message: CustomerMessage::default() };
        clicks.decide(&request("submits", ClickKind::Submit(press), millis)).await
    };
    // The page is made some time after the request, which counts here, too.
    let stamp_and_time = |outcome| match outcome {
        Outcome::Asked(Prompt { button: PromptButton::Act { form_token: stamp, .. }, .. }) => {
            let made_at: u64 = stamp.split('.').next().unwrap().parse().unwrap();
            (Some(stamp), made_at - 1_000_000)
        }
        _ => (None, 0),
    };
    match behaviour {
        "asks for the headers (HEAD), then opens the link" => {
            assert_eq!(world.send("HEAD", &link.url, &[]).await.status, 200);
            open("opens").await;
        }
        "opens the link" => drop(open("opens").await),
        "opens the link, from two places at once" => drop(tokio::join!(open("one"), open("other"))),
        "submits a form without having opened the link" => drop(submit(None, 0).await),
        _ => {
            let wait = match behaviour {
                "opens the link and submits its form at once" => 0,
                "opens the link, waits a second, submits its form" => 1000,
                _ => 2000,
            };
            let (stamp, made_at) = stamp_and_time(open("opens").await.outcome);
            submit(stamp, made_at + wait).await;
        }
    }
    world.item("b-1").await["action_log"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn scanners_act_as_the_table_says() {
    for (behaviour, direct, confirm) in SCANNERS {
        assert_eq!(play(behaviour, "direct").await, usize::from(direct), "direct: {behaviour}");
        assert_eq!(play(behaviour, "confirm").await, usize::from(confirm), "confirm: {behaviour}");
    }
}

#[test]
fn the_table_of_scanners_in_the_docs_is_this_one() {
    let docs = include_str!("../../docs/mail.md");
    let word = |acts| if acts { "**acts**" } else { "nothing happens" };
    for (behaviour, direct, confirm) in SCANNERS {
        let row = format!("| {behaviour} | {} | {} |", word(direct), word(confirm));
        assert!(docs.contains(&row), "docs/mail.md lacks: {row}");
    }
}

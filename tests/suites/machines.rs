//! Requests of machines: what mail scanners, prefetches and link checkers do, in either mode.

use std::time::Duration;

use serde_json::json;

use crate::support::{Offer, World, at};

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

async fn world(click_mode: &str) -> World {
    World::builder().app(json!({ "click_mode": click_mode })).booking(json!({})).start().await
}

/// Runs in both modes; the booking stays as it is and no request reaches its table.
async fn in_both_modes(check: impl AsyncFn(&World, &str)) {
    for click_mode in ["direct", "confirm"] {
        let world = world(click_mode).await;
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
            let answer = world.with("accept-language", "da").send("HEAD", link).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, ""));
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
            let answer = world.json().send(method, link).await;
            assert_eq!(answer.told(), (405, "method_not_allowed"), "{method}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
        }
    })
    .await;
}

#[tokio::test]
async fn prefetches_are_asked_to_come_again() {
    in_both_modes(async |world, link| {
        for (name, value) in PREFETCHES {
            for (method, status) in [("GET", 503), ("POST", 503), ("HEAD", 200)] {
                let answer = world.with(name, value).send(method, link).await;
                assert_eq!(answer.status, status, "{method} {name}: {value}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_one_click_in_any_form_is_never_redirected() {
    const URLENCODED: &str = "application/x-www-form-urlencoded";
    const PARTS: &str =
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    const REDIRECT: &str = "https://hairbyada.example/thanks";
    let settings = json!({ "redirect_url": REDIRECT, "failure_redirect_url": "https://hairbyada.example/oops" });
    let world = World::builder().app(settings).start().await;
    let with_lf = PARTS.replace("\r\n", "\n");
    let mut cases = vec![
        ("multipart/form-data; boundary=b", PARTS.to_owned()),
        ("multipart/form-data; boundary=b", with_lf.clone()),
        ("multipart/form-data; boundary=\"b\"", with_lf.replace("One-Click", "one-click ")),
    ];
    for content_type in [URLENCODED, "text/plain; charset=utf-8", "application/octet-stream", "", "multipart/form-data"]
    {
        for body in ["List-Unsubscribe=One-Click", "confirmed=Approved"] {
            let around = format!("\r\n {body}\t\r\n\n");
            let all = [body.to_owned(), format!("{body}\r\n"), body.to_lowercase(), body.to_uppercase(), around];
            cases.extend(all.map(|body| (content_type, body)));
        }
    }
    for (index, (content_type, body)) in cases.into_iter().enumerate() {
        let id = format!("b-{index}");
        world.book(json!({ "id": id })).await;
        let link = world.sign(&id, "confirm");
        let client = if content_type.is_empty() { (*world).clone() } else { world.with("content-type", content_type) };
        for status in [200, 410] {
            let answer = client.request("POST", &link, body.clone()).await;
            assert_eq!((answer.status, answer.location()), (status, None), "{content_type} {body:?}");
        }
        assert_eq!(world.state(&id).await, "confirmed");
    }
    // Whoever presses a button of a page goes on.
    world.book(json!({ "id": "b-press" })).await;
    let link = world.sign("b-press", "confirm");
    let pressed = world.with("content-type", "text/plain").request("POST", &link, "One-Click".to_owned()).await;
    assert_eq!((pressed.status, pressed.location()), (303, Some(REDIRECT)));
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
    let world = world(click_mode).await;
    let clicks = world.clicks(at(1000)).await;
    let link = world.sign_at("b-1", "confirm", at(1000));
    let open = async || clicks.open(&link, at(1000)).await.offer;
    match behaviour {
        "asks for the headers (HEAD), then opens the link" => {
            assert_eq!(world.send("HEAD", &link).await.status, 200);
            open().await;
        }
        "opens the link" => drop(open().await),
        "opens the link, from two places at once" => drop(tokio::join!(open(), open())),
        "submits a form without having opened the link" => drop(clicks.press(&link, None, at(1000)).await),
        _ => {
            let wait = match behaviour {
                "opens the link and submits its form at once" => 0,
                "opens the link, waits a second, submits its form" => 1000,
                _ => 2000,
            };
            let button = open().await;
            // The page is made some time after the request, which counts here, too.
            let made_at = button.as_ref().map_or(at(1000), Offer::made_at);
            clicks.press(&link, button, made_at + Duration::from_millis(wait)).await;
        }
    }
    world.log("b-1").await.len()
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

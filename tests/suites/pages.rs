//! The pages: in the reader's language, about their booking, with the business's brand, whatever
//! the records contain.

use serde_json::{Value, json};

use crate::support::{Answer, Fault, HttpClient, World, assert_styled, bob, extended, link, logged, path};

/// A world with the confirmed booking `b-1`, with additional attributes.
async fn world(settings: Value, more: Value) -> World {
    World::builder().app(settings).booking(extended(json!({ "state": "confirmed" }), more)).start().await
}

/// The page of a link that does not work now.
async fn page(reader: &HttpClient) -> Answer {
    reader.click(link(json!({ "action": "decline" }))).await
}

/// The text between two strings.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split_once(to).unwrap().0
}

#[tokio::test]
async fn the_language_is_the_links_the_readers_the_apps_or_english() {
    let (silent, danish) = (world(json!({}), json!({})).await, world(json!({ "locale": "da" }), json!({})).await);
    for (lang, accept, without_locale, with_locale) in [
        (None, None, "en", "da"),
        (None, Some("de-CH,de;q=0.9,en;q=0.8"), "de", "de"),
        (None, Some("en;q=0.3, pt-BR;q=0.9, sq"), "pt-BR", "pt-BR"),
        (None, Some("sq, ja;q=0"), "en", "da"),
        (None, Some("zh-TW"), "zh-Hant", "zh-Hant"),
        (None, Some("nn"), "nb", "nb"),
        (None, Some("en-GB"), "en-GB", "en-GB"),
        (None, Some("*"), "en", "da"),
        (Some("ar"), Some("de"), "ar", "ar"),
        (Some("FR-ca"), None, "fr", "fr"),
        (Some("tlh"), Some("nl"), "nl", "nl"),
        (Some("\u{0}<"), None, "en", "da"),
        (None, Some("de-u-nu-thai"), "de", "de"),
    ] {
        let mut claims = json!({ "action": "decline" });
        claims.as_object_mut().unwrap().extend(lang.map(|lang: &str| ("lang".to_owned(), json!(lang))));
        let link = link(claims);
        for (world, expected) in [(&silent, without_locale), (&danish, with_locale)] {
            let reader = accept.map_or(HttpClient::clone(world), |accept| world.with("accept-language", accept));
            let page = reader.click(&link).await;
            assert_eq!(page.header("content-language"), Some(expected), "{lang:?} {accept:?}");
            let direction = if expected == "ar" { "rtl" } else { "ltr" };
            let html = format!(r#"<html lang="{expected}" dir="{direction}">"#);
            assert!(page.body.contains(&html), "{lang:?} {accept:?}: {}", page.body);
        }
    }
    // Also without an app, and for programs.
    let german = silent.with("accept-language", "de");
    let refused = german.click(path("b-1", "decline", "x")).await;
    assert!(refused.body.contains("Dieser Link ist ungültig"), "{}", refused.body);
    let problem = page(&german.json()).await;
    assert_eq!(problem.header("content-language"), Some("de"));
    assert!(problem.json()["detail"].as_str().unwrap().starts_with("Das ist jetzt nicht möglich"), "{}", problem.body);
}

#[tokio::test]
async fn a_page_has_the_apps_own_face() {
    let face = json!({ "name": "Salon Ünal", "brand_color": "#FFd400", "support_email": "o'hara@ada.example",
        "support_url": "https://müller.example/fragen?a=1&b=2" });
    let page = page(&*world(face, json!({})).await).await;
    assert!(page.body.contains("<bdi>Salon Ünal</bdi>"), "{}", page.body);
    assert!(page.body.contains(r#"<span class="mark" aria-hidden="true">S</span>"#), "{}", page.body);
    assert!(page.body.contains(r#"href="mailto:o%27hara@ada.example""#), "{}", page.body);
    assert!(
        page.body
            .contains(r#"<a href="https://xn--mller-kva.example/fragen?a=1&amp;b=2"><bdi>müller.example</bdi></a>"#),
        "{}",
        page.body
    );
    // Black is readable on yellow.
    assert!(page.body.contains(":root{--brand:#ffd400;--on-brand:#000000}"), "{}", page.body);
    assert_styled(page.header("content-security-policy").unwrap(), &page.body);
    let plain = self::page(&*world(json!({}), json!({})).await).await;
    assert!(!plain.body.contains("--brand:#ffd400") && !plain.body.contains("<footer"), "{}", plain.body);
    assert_styled(plain.header("content-security-policy").unwrap(), &plain.body);
}

#[tokio::test]
async fn times_are_written_as_the_reader_would() {
    let at = |zone: Value| json!({ "starts_at": "2026-12-04T23:30:00Z", "customers": [{}, { "timezone": zone }] });
    let berlin = at(json!("Europe/Berlin"));
    for (settings, more, accept, expected) in [
        (json!({}), berlin.clone(), "en-US", "Saturday, December 5, 2026 at\u{a0}12:30\u{202f}AM, Berlin time"),
        (json!({}), berlin.clone(), "en-GB", "Saturday, 5 December 2026 at\u{a0}00:30, Berlin time"),
        (json!({}), berlin.clone(), "de", "Samstag, 5. Dezember 2026 um\u{a0}00:30, Ortszeit Berlin"),
        (json!({}), berlin.clone(), "pt-PT", "sábado, 5 de dezembro de 2026 às\u{a0}00:30 (hora local: Berlim)"),
        (json!({ "locale": "en_GB" }), berlin.clone(), "*", "Saturday, 5 December 2026 at\u{a0}00:30, Berlin time"),
        (json!({}), berlin.clone(), "ja", "2026年12月5日土曜日 0:30（ベルリン時間）"),
        // The customer's time zone comes before the app's.
        (
            json!({ "time_zone": "Asia/Tokyo" }),
            berlin,
            "de",
            "Samstag, 5. Dezember 2026 um\u{a0}00:30, Ortszeit Berlin",
        ),
        (
            json!({}),
            at(json!("America/St_Johns")),
            "de",
            "Freitag, 4. Dezember 2026 um\u{a0}20:00, Ortszeit St. John’s",
        ),
        (
            json!({ "time_zone": "Asia/Tokyo" }),
            at(json!(null)),
            "de",
            "Samstag, 5. Dezember 2026 um\u{a0}08:30, Ortszeit Tokio",
        ),
        (json!({}), at(json!("Europe/Atlantis")), "de", "Freitag, 4. Dezember 2026 um\u{a0}23:30 (UTC)"),
    ] {
        let page = page(&world(settings.clone(), more.clone()).await.with("accept-language", accept)).await;
        let expected = format!(r#"<time datetime="2026-12-04T23:30:00Z">{expected}</time>"#);
        assert!(page.body.contains(&expected), "{accept} {settings} {more}: {}", page.body);
    }
}

#[tokio::test]
async fn a_time_zone_is_read_as_it_is_written_elsewhere_or_the_log_names_the_booking() {
    let zoned = |zone: &str| json!({ "starts_at": "2026-12-04T23:30:00Z", "customers": [{ "timezone": zone }] });
    for (of_app, of_customer, expected, is_logged) in [
        ("UTC", "W. Europe Standard Time", "00:30, Ortszeit Berlin<", false),
        ("UTC", "GMT+2", "01:30 (UTC+2)<", false),
        ("UTC", "-03:30", "20:00 (UTC-3:30)<", false),
        ("Tokyo Standard Time", "Europe/Atlantis", "08:30, Ortszeit Tokio<", true),
        ("+0900", "tomorrow", "08:30 (UTC+9)<", true),
        ("Nowhere", "tomorrow", "23:30 (UTC)<", true),
    ] {
        let world = world(json!({ "time_zone": of_app, "undo_seconds": 600 }), zoned(of_customer)).await;
        let link = world.sign("b-1", "cancel");
        // The second page has four times.
        for _ in 0..2 {
            let (page, log) = logged(world.with("accept-language", "de").click(&link)).await;
            assert!(page.body.contains(expected), "{of_app} {of_customer}: {}", page.body);
            let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let faults = lines.iter().filter(|line| line["message"] == "the time zone of a booking cannot be read");
            let bookings: Vec<_> = faults.map(|line| &line["booking"]).collect();
            assert_eq!(bookings, vec![&json!("b-1"); usize::from(is_logged)], "{of_customer}: {log}");
            assert!(!log.contains(of_customer), "{log}");
        }
        // A program shows no times.
        let (_, log) = logged(world.json().click(&link)).await;
        assert!(!log.contains("time zone of a booking"), "{log}");
    }
}

#[tokio::test]
async fn what_is_asked_and_what_is_done_is_about_the_same_booking() {
    let more = json!({ "starts_at": "2026-12-04T23:30:00Z", "attributes": { "event_info": { "what": "Cut", "where": "Row 12" } } });
    let world = world(json!({ "ask_reason": ["cancel_by_customer"] }), more).await;
    for (action, operation) in [("cancel_by_customer", "GetItem"), ("cancel", "UpdateItem")] {
        let page = world.click(world.sign("b-1", action)).await;
        assert_eq!((page.status, world.proxy.take()), (200, vec![operation.to_owned()]));
        for fact in ["<bdi>Cut</bdi>", "<bdi>Row 12</bdi>", r#"datetime="2026-12-04T23:30:00Z""#] {
            assert!(page.body.contains(fact), "{fact} after {operation}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn what_is_absent_is_not_shown() {
    for more in [
        json!({}),
        json!({ "starts_at": "tomorrow", "attributes": { "event_info": { "what": "  ", "where": 7 } }, "customers": {} }),
        json!({ "starts_at": true, "attributes": "-", "customers": ["-", { "timezone": ["UTC"] }] }),
    ] {
        let page = page(&*world(json!({}), more.clone()).await).await;
        let facts = between(&page.body, "<dl>", "</dl>");
        let known = "<div><dt>Action</dt><dd><bdi>Decline</bdi></dd></div><div><dt>Status now</dt><dd><bdi>Confirmed</bdi></dd></div>";
        assert_eq!(facts, known, "{more}");
    }
}

#[tokio::test]
async fn a_state_of_ones_own_graph_is_shown_by_its_name() {
    let world = world(json!({}), json!({})).await;
    world.set_state("b-1", "gone_for_good").await;
    let page = page(&world.with("accept-language", "de")).await;
    assert!(page.body.contains("<dt>Aktueller Stand</dt><dd><bdi>gone for good</bdi></dd>"), "{}", page.body);
}

#[tokio::test]
async fn a_second_click_shows_the_result_of_the_first() {
    let world = world(json!({}), json!({})).await;
    let link = world.sign("b-1", "cancel_by_customer");
    let first = world.click(&link).await;
    let second = world.click(&link).await;
    assert_eq!((first.status, second.status), (200, 410));
    for page in [&first, &second] {
        assert_eq!(page.heading(), "The booking is canceled");
    }
    let at = world.log("b-1").await[0]["at"].as_str().unwrap().to_owned();
    assert!(second.body.contains(&format!(r#"<dt>Link used</dt><dd><time datetime="{at}">"#)), "{}", second.body);
    // Since then its owner has put it back.
    world.set_state("b-1", "confirmed").await;
    let third = world.click(&link).await;
    assert_eq!(third.heading(), "Nothing was changed");
    for fact in ["Result</dt><dd><bdi>Canceled by the customer<", "Status now</dt><dd><bdi>Confirmed<"] {
        assert!(third.body.contains(fact), "{fact} in {}", third.body);
    }
    let facts = world.json().click(&link).await.json();
    assert_eq!(facts["used"], json!({ "to": "cancelled_by_customer", "at": at }));
    assert_eq!(facts["state"], "confirmed");
}

#[tokio::test]
async fn programs_get_the_same_facts() {
    let more = json!({ "starts_at": "2026-12-04T23:30:00Z", "customers": [{ "timezone": "Europe/Berlin", "name": "Grace" }],
        "attributes": { "event_info": { "what": "Cut", "where": "Row 12", "secret": 1 } } });
    let world = world(json!({ "click_mode": "confirm" }), more).await;
    let booking =
        json!({ "what": "Cut", "where": "Row 12", "starts_at": "2026-12-04T23:30:00Z", "timezone": "Europe/Berlin" });
    assert_eq!(page(&world.json()).await.json()["booking"], booking);
    let asked = world.json().click(world.sign("b-1", "cancel")).await.json();
    assert_eq!(asked["data"]["booking"], booking);
    assert_eq!((&asked["data"]["again"], &asked["data"]["ask_reason"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn no_record_breaks_a_page() {
    let hostile = [
        "<script>alert(1)</script>".to_owned(),
        "\"'><img src=x onerror=alert(1)>".to_owned(),
        "</title></style><svg onload=alert(1)>".to_owned(),
        "\u{202e}\u{2066}desrever\u{202d}".to_owned(),
        "Å\u{301}".repeat(2500),
        "👩‍🔬".repeat(1250),
        "مرحبا 💇 <b>&amp;".to_owned(),
        "\0\u{1b}[31m\r\n\t".to_owned(),
        "\u{202e}".to_owned(),
        "\u{200b}\u{feff}".to_owned(),
        "\"".repeat(5000),
        "}:root{--brand:url(//evil.example)".to_owned(),
    ];
    for text in hostile {
        let settings = json!({ "name": text, "support_email": format!("{}@\u{202e}\"><b>x", text.chars().take(20).collect::<String>().replace(|c: char| c.is_whitespace() || c.is_control(), "-")),
            "brand_color": text, "locale": text, "logo_url": text, "homepage_url": text, "phone": text, "imprint_url": text,
            "terms_url": format!("https://ada.example/{text}"), "privacy_url": format!("https://ada.example/\"{text}"),
            "texts": { "*": { "action_not_available.title": text, "link_used.meaning": text, "foot.terms": text } }, "redirect_url": format!("https://ada.example/{}", "&".repeat(200)) });
        let more = json!({ "starts_at": text, "customers": [{ "timezone": text }],
            "attributes": { "event_info": { "what": text, "where": text } } });
        let world = world(settings, more).await;
        let used = world.sign("b-1", "cancel");
        world.click(&used).await;
        world.set_state("b-1", &text).await;
        for (path, status) in [(&used, 410), (&world.sign("b-1", "decline"), 409)] {
            let page = world.click(path).await;
            assert_eq!(page.status, status, "{text}");
            let body = &page.body;
            assert!(body.len() < 14_000, "{} bytes for {text}", body.len());
            for markup in ["<script", "<img", "<svg onload", "<b>", "\u{202e}", "\u{2066}", "\0", "\u{1b}"] {
                assert!(!body.contains(markup), "{markup:?} in {body}");
            }
            assert!(!between(body, "<style>", "</style>").contains("url("), "{body}");
            assert!(!body.contains("<bdi></bdi>") && !body.contains(" · </title>"), "{body}");
            for once in ["<title>", "</title>", "<style>", "</style>", "<h1>", "<main", "</html>"] {
                assert_eq!(body.matches(once).count(), 1, "{once} in {body}");
            }
            assert_styled(page.header("content-security-policy").unwrap(), &page.body);
        }
    }
}

#[tokio::test]
async fn texts_of_records_are_shown_escaped() {
    let (text, shown) = ("<script>alert(1)</script>", "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>");
    let more = json!({ "attributes": { "event_info": { "what": text, "where": text } } });
    let world = world(json!({ "name": text }), more).await;
    world.set_state("b-1", text).await;
    let page = page(&world).await;
    assert_eq!(page.body.matches(shown).count(), 5, "name, sentence, what, where and state: {}", page.body);
}

#[tokio::test]
async fn even_what_grows_most_when_it_is_escaped_makes_no_large_page() {
    let quotes = "\"".repeat(5000);
    let settings = json!({ "name": quotes, "support_email": format!("{}@ada.example", "\"".repeat(240)),
        "redirect_url": format!("https://ada.example/?{}", "&".repeat(2000)),
        "support_url": format!("https://ada.example/?{}", "&".repeat(200)), "ask_reason": ["cancel"], "min_dwell_ms": 60_000 });
    let more = json!({ "attributes": { "event_info": { "what": quotes, "where": quotes } } });
    let world = world(settings, more).await;
    let used = world.sign("b-1", "complete");
    world.click(&used).await;
    world.set_state("b-1", &quotes).await;
    let used = world.click(&used).await;
    world.set_state("b-1", "confirmed").await;
    let asked = world.submit(world.sign("b-1", "cancel"), &[("stamp", ""), ("reason", &quotes)]).await;
    assert!(used.body.contains("&amp;&amp;") && asked.body.contains("&quot;&quot;"));
    for page in [used, asked] {
        assert!(page.body.len() < 24_000, "{} bytes: {}", page.body.len(), page.body);
    }
}

#[tokio::test]
async fn another_apps_booking_is_not_shown() {
    for mode in ["confirm", "direct"] {
        let world = World::builder().app(json!({ "click_mode": mode })).another_app(bob()).start().await;
        let affair = json!({ "event_info": { "what": "Bob's own affair" } });
        world.book(json!({ "app_id": "bob", "state": "confirmed", "attributes": affair })).await;
        let link = world.sign("b-1", "cancel");
        for client in [HttpClient::clone(&world), world.json()] {
            for method in ["GET", "POST"] {
                let answer = client.send(method, &link).await;
                assert_eq!(answer.status, 404);
                assert!(!answer.body.contains("affair"), "{mode}: {}", answer.body);
            }
        }
    }
}

/// A world where a cancelling customer is asked for a reason, the link, and the stamp of the page
/// that asks.
async fn asked_why(min_dwell_ms: u64) -> (World, String, String) {
    let world = world(json!({ "ask_reason": ["cancel_by_customer"], "min_dwell_ms": min_dwell_ms }), json!({})).await;
    let link = world.sign("b-1", "cancel_by_customer").url;
    let page = world.click(&link).await;
    let label = r#"<label for="reason">Would you like to tell us why? (optional)</label>"#;
    assert!(page.body.contains(label) && page.body.contains(r#" maxlength="1000""#), "{}", page.body);
    let stamp = page.stamp("stamp").unwrap();
    (world, link, stamp)
}

/// Presses the button of the page that asks for a reason.
async fn press(client: &HttpClient, link: &str, stamp: &str, reason: &str) -> Answer {
    client.submit(link, &[("stamp", stamp), ("reason", reason)]).await
}

#[tokio::test]
async fn a_reason_is_kept_in_the_log_of_the_booking() {
    let (world, link, stamp) = asked_why(0).await;
    let written = format!("My dog is ill.\r\n<b>He\u{7} needs me.{}", "é".repeat(2000));
    assert_eq!(press(&world, &link, &stamp, &written).await.status, 200);
    let kept: String = format!("My dog is ill.\n<b>He needs me.{}", "é".repeat(1000)).chars().take(1000).collect();
    assert_eq!(world.log("b-1").await[0]["message"], kept);
    // Actions that ask for no reason act at once, and store none.
    world.set_state("b-1", "confirmed").await;
    let other = world.sign("b-1", "cancel");
    assert_eq!(world.submit(&other, &[("reason", "unasked")]).await.status, 200);
    assert_eq!(world.log("b-1").await[1].get("message"), None);
}

#[tokio::test]
async fn what_was_written_outlives_a_store_that_fails() {
    let (world, link, stamp) = asked_why(0).await;
    world.proxy.always(Fault::THROTTLED);
    let failed = press(&world, &link, &stamp, "My <dog> is ill.").await;
    assert_eq!(failed.status, 503);
    for said in ["<h1>Something went wrong on our side</h1>", "Your link still works", "in a minute"] {
        assert!(failed.body.contains(said), "{said} in {}", failed.body);
    }
    let kept = r#"name="reason" value="My &lt;dog&gt; is ill."><button class="button" type="submit">Try again"#;
    assert!(failed.body.contains(kept), "{}", failed.body);
    assert!(failed.body.contains(&format!(r#"name="stamp" value="{stamp}""#)), "{}", failed.body);
    // A link that was opened is opened again, and an invalid stamp is not repeated.
    for answer in [world.click(&link).await, press(&world, &link, "foreign", "").await] {
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains(r#"<a class="button" href="">Try again</a>"#), "{}", answer.body);
    }
}

#[tokio::test]
async fn no_reason_is_needed() {
    for reason in ["", " \r\n "] {
        let (world, link, stamp) = asked_why(0).await;
        assert_eq!(press(&world, &link, &stamp, reason).await.status, 200);
        assert_eq!(world.log("b-1").await[0].get("message"), None);
    }
}

#[tokio::test]
async fn what_was_written_is_still_there_when_the_page_asks_again() {
    let (world, link, stamp) = asked_why(60_000).await;
    let again = press(&world, &link, &stamp, "\nMy <dog> is ill.\r\nSorry!").await;
    assert!(
        again.body.contains("<title>Please press the button once more, so that we know that it was you."),
        "{}",
        again.body
    );
    let data = press(&world.json(), &link, &stamp, "").await.data();
    assert_eq!((&data["again"], &data["ask_reason"]), (&json!(true), &json!(true)));
    assert!(again.body.contains(">\nMy &lt;dog&gt; is ill.\nSorry!</textarea>"), "{}", again.body);
    assert_eq!(world.state("b-1").await, "confirmed");
}

#[tokio::test]
async fn a_page_speaks_of_its_business() {
    let face = json!({ "name": "Hair by Ada", "homepage_url": "https://ada.example/", "phone": "+44 20 7946-0958",
        "imprint_url": "https://ada.example/imprint", "privacy_url": "https://ada.example/privacy",
        "terms_url": "https://ada.example/terms", "confirm_actions": ["cancel_by_customer", "reschedule_by_customer"] });
    let world = world(face, json!({ "starts_at": "2999-12-04T13:30:00Z", "ends_at": "2999-12-04T14:15:00Z" })).await;
    let page = page(&world).await;
    assert!(page.body.contains("please contact <bdi>Hair by Ada</bdi>."), "{}", page.body);
    assert!(page.body.contains(r#"<header><a href="https://ada.example/">"#), "{}", page.body);
    assert!(page.body.contains(r#"<a href="tel:+442079460958"><bdi>+44 20 7946-0958</bdi></a>"#), "{}", page.body);
    for name in ["imprint", "privacy", "terms"] {
        assert!(page.body.contains(&format!(r#"<a href="https://ada.example/{name}">"#)), "{}", page.body);
    }
    let asks = world.click(world.sign("b-1", "cancel_by_customer")).await;
    let keep = r#"<a class="button quiet" href="https://ada.example/">Keep the booking</a>"#;
    assert!(asks.body.contains(keep) && asks.body.contains("1:30\u{202f}PM – 2:15\u{202f}PM (UTC)"), "{}", asks.body);
    let link = link(json!({ "action": "reschedule_by_customer", "confirm": false }));
    let applied = world.click(&link).await;
    assert!(applied.body.contains("<bdi>Hair by Ada</bdi> will contact you to agree a new time."), "{}", applied.body);
}

#[tokio::test]
async fn a_deadline_is_told_before_and_after() {
    let settings = json!({ "min_notice_seconds": { "cancel_by_customer": 86_400 }, "time_zone": "Europe/Berlin",
        "confirm_actions": ["cancel_by_customer"] });
    for (starts_at, title, told) in [
        (
            "2999-12-04T13:30:00Z",
            "Cancel the booking?",
            "Possible until</dt><dd><time datetime=\"2999-12-03T13:30:00Z\">",
        ),
        ("2020-12-04T13:30:00Z", "It is too late for this", "This was possible until <bdi>Thursday, December 3, 2020"),
    ] {
        let world = world(settings.clone(), json!({ "starts_at": starts_at })).await;
        let page = world.click(world.sign("b-1", "cancel_by_customer")).await;
        assert!(page.body.contains(title) && page.body.contains(told), "{}", page.body);
        assert!(page.body.contains("Berlin time"), "{}", page.body);
    }
}

#[tokio::test]
async fn what_is_known_of_the_booking_is_on_every_page_about_it() {
    let about =
        json!({ "attributes": { "event_info": { "what": "Beard trim" } }, "starts_at": "2020-12-04T13:30:00Z" });
    for (settings, more, claims) in [
        (json!({}), json!({ "links_valid_after": 1 }), json!({})),
        (json!({}), json!({}), json!({ "exp": 1 })),
        (json!({ "min_notice_seconds": { "cancel": 0 } }), json!({}), json!({ "action": "cancel" })),
        (json!({}), json!({}), json!({})),
    ] {
        let world = world(settings, extended(about.clone(), more)).await;
        let page = world.click(link(claims.clone())).await;
        assert!(page.status >= 400 && page.body.contains("Beard trim"), "{claims}: {}", page.body);
        assert!(page.body.contains("2020-12-04T13:30:00Z"), "{claims}: {}", page.body);
    }
}

#[tokio::test]
async fn a_logo_is_the_only_thing_that_a_page_loads() {
    let world = world(json!({ "logo_url": "https://cdn.ada.example:8443/a/logo.png?x=1&y=2" }), json!({})).await;
    let page = page(&world).await;
    assert!(
        page.body.contains(r#"<img class="logo" src="https://cdn.ada.example:8443/a/logo.png?x=1&amp;y=2" alt="""#)
    );
    assert!(!page.body.contains("class=\"mark\""), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("; img-src https://cdn.ada.example:8443; "), "{policy}");
    // A host may have a `;`, with which another part of the policy would begin.
    let odd = self::world(json!({ "logo_url": "https://ada.example;sandbox/logo.png" }), json!({})).await;
    let page = self::page(&odd).await;
    assert!(!page.body.contains("<img") && !page.header("content-security-policy").unwrap().contains("sandbox"));
}

#[tokio::test]
async fn a_business_has_its_own_words() {
    let texts = json!({
        "*": { "action_not_available.title": "Not any more", "go_on": "On to {host}", "nothing": "x" },
        "de": { "action_not_available.title": "Leider nein", "action_not_available.next": "Ruft {host} an",
            "action_not_available.meaning": 7, "asked.title": " " },
        "fr": "oui",
    });
    let world = world(json!({ "texts": texts }), json!({})).await;
    let english = page(&world).await;
    assert!(
        english.body.contains("<h1>Not any more</h1>") && english.body.contains("please contact"),
        "{}",
        english.body
    );
    let (german, log) = logged(page(&world.with("accept-language", "de"))).await;
    assert!(log.contains(r#""language":"de","text":"action_not_available.next""#), "{log}");
    let (_, again) = logged(page(&world.with("accept-language", "de"))).await;
    assert_eq!(again, "");
    assert!(german.body.contains("<h1>Leider nein</h1>"), "{}", german.body);
    // A text with a placeholder that ours has not, or that is no text, is ours.
    assert!(german.body.contains("wenden Sie sich bitte an") && !german.body.contains("Ruft"), "{}", german.body);
    // A language stands for all its files, and a tag for the file that it finds.
    let texts = json!({ "pt": { "action_not_available.title": "Agora não" }, "zh-TW": { "action_not_available.title": "不行" },
        "en-GB": { "action_not_available.title": "Sorry" }, "pt-PT": { "action_not_available.title": "Já não" } });
    let tagged = self::world(json!({ "texts": texts }), json!({})).await;
    for (tag, title) in
        [("pt-BR", "Agora não"), ("pt-PT", "Já não"), ("pt-AO", "Já não"), ("zh-HK", "不行"), ("en-AU", "Sorry")]
    {
        let page = page(&tagged.with("accept-language", tag)).await;
        assert!(page.body.contains(&format!("<h1>{title}</h1>")), "{tag}: {}", page.body);
    }
    let large = self::world(json!({ "texts": { "*": { "asked.title": "x".repeat(8192) } } }), json!({})).await;
    assert_eq!(page(&large).await.status, 409);
}

#[tokio::test]
async fn links_start_with_the_apps_own_base() {
    let world = world(json!({ "link_base_url": "https://links.ada.example/x/" }), json!({})).await;
    let signed = world.invoke(json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" })).await;
    assert!(signed["url"].as_str().unwrap().starts_with("https://links.ada.example/x/v2/bookings/b-1/"), "{signed}");
    let listed = world.read("/v2/bookings/b-1?include=action_links").await;
    let link = listed.data()["action_links"]["cancel"].as_str().unwrap().to_owned();
    assert!(link.starts_with("https://links.ada.example/x/v2/"), "{link}");
    // A link works on every address of the deployment.
    assert_eq!(world.click(link.replace("https://links.ada.example/x", "")).await.status, 200);
}

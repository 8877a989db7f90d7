//! Every outcome of a click: status, code, headers, and the booking in the table afterwards.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{
    ACTION_LINK, Address, BOB, Program, SECRET, World, at, bob, booking, http_api, link, link_of, logged, naming, path,
    plain, token, token_of,
};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A world with the booking `b-1`, tentative.
async fn world(settings: Value) -> World {
    World::builder().app(settings).booking(json!({})).start().await
}

/// Checks a refusal, for a browser and for a program; the booking is unchanged.
async fn is_refused(world: &World, path: impl Address, status: u16, code: &str) {
    let before = world.item("b-1").await;
    let page = world.with("accept", "text/html").click(&path).await;
    assert_eq!(page.status, status, "{}", page.body);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(!page.heading().is_empty());

    let posted = world.send("POST", &path).await;
    assert_eq!(posted.status, status, "{}", posted.body);

    let problem = world.json().click(&path).await;
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert_eq!(problem.told(), (status, code));
    assert_eq!(problem.json()["status"], status);
    assert_eq!(world.item("b-1").await, before);
}

#[tokio::test]
async fn a_click_is_applied_and_goes_on_to_the_redirect() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks" })).await;
    let link = world.sign("b-1", "confirm");
    let answer = world.click(&link).await;
    assert_eq!((answer.status, answer.location()), (302, Some("https://hairbyada.example/thanks")));

    let item = world.item("b-1").await;
    assert_eq!((&item["state"], &item["completed"]), (&json!("confirmed"), &json!(false)));
    assert_ne!(item["updated_at"], "2026-11-01T08:00:00Z");
    assert_eq!(item["attributes"], json!({ "what": "Cut" }));
    assert_eq!(item["used_links"], json!([link.link_id.as_str()]));
    let entry = item["action_log"][0].as_object().unwrap();
    assert_eq!(
        (&entry["action"], &entry["from"], &entry["to"]),
        (&json!("confirm"), &json!("tentative"), &json!("confirmed"))
    );
    assert_eq!(entry["link_id"], link.link_id.as_str());
    assert_eq!(entry["at"], item["updated_at"]);
    assert!(entry["request_id"].is_string());
    assert!(!entry.contains_key("source_ip") && !entry.contains_key("user_agent"));
}

#[tokio::test]
async fn a_pressed_button_goes_on_with_303() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks" })).await;
    let answer = world.send("POST", world.sign("b-1", "confirm")).await;
    assert_eq!((answer.status, answer.location()), (303, Some("https://hairbyada.example/thanks")));
}

#[tokio::test]
async fn entering_a_final_state_completes_the_booking() {
    let world = world(json!({})).await;
    world.click(world.sign("b-1", "decline")).await;
    let item = world.item("b-1").await;
    assert_eq!((&item["state"], &item["completed"]), (&json!("declined"), &json!(true)));
}

#[tokio::test]
async fn an_app_that_logs_clients_gets_their_address_and_name() {
    let world = world(json!({ "log_client": true })).await;
    world.with("user-agent", "Mozilla/5.0").click(world.sign("b-1", "confirm")).await;
    let item = world.item("b-1").await;
    assert_eq!(item["action_log"][0]["source_ip"], "127.0.0.1");
    assert_eq!(item["action_log"][0]["user_agent"], "Mozilla/5.0");
}

#[tokio::test]
async fn a_long_name_of_a_client_is_cut_between_characters() {
    let world = world(json!({ "log_client": true })).await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    let headers = json!({ "user-agent": format!("{}👨‍👩‍👧‍👦", "x".repeat(255)) });
    program.answer(&http_api("GET", world.sign("b-1", "confirm"), headers, "")).await;
    assert_eq!(world.item("b-1").await["action_log"][0]["user_agent"], "x".repeat(255));
}

#[tokio::test]
async fn without_a_redirect_a_page_says_that_it_is_done() {
    let world = world(json!({})).await;
    let answer = world.click(world.sign("b-1", "confirm")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.heading(), "The booking is confirmed");
}

#[tokio::test]
async fn without_a_redirect_a_program_gets_json() {
    let world = world(json!({})).await;
    let answer = world.json().click(world.sign("b-1", "confirm")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({ "data": { "id": "b-1", "state": "confirmed", "action": "confirm" } }));
}

#[tokio::test]
async fn a_used_link_says_what_it_did_and_leads_on() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks" })).await;
    let link = world.sign("b-1", "confirm");
    world.click(&link).await;
    is_refused(&world, &link, 410, "link_used").await;
    let page = world.click(&link).await;
    assert!(page.body.contains("<h1>The booking is confirmed</h1><p>This link has already been used"), "{}", page.body);
    assert!(page.body.contains(r#"href="https://hairbyada.example/thanks""#), "{}", page.body);
}

#[tokio::test]
async fn a_used_link_stays_used_when_the_booking_has_moved_on() {
    let world = world(json!({})).await;
    let confirm = world.sign("b-1", "confirm");
    world.click(&confirm).await;
    world.click(world.sign("b-1", "cancel")).await;
    let answer = world.json().click(&confirm).await;
    assert_eq!((&answer.json()["code"], &answer.json()["state"]), (&json!("link_used"), &json!("cancelled")));
}

#[tokio::test]
async fn a_used_link_stays_used_when_the_booking_is_put_back() {
    let world = world(json!({})).await;
    let confirm = world.sign("b-1", "confirm");
    world.click(&confirm).await;
    world.set_state("b-1", "tentative").await;
    is_refused(&world, &confirm, 410, "link_used").await;
    assert_eq!(world.click(world.sign("b-1", "decline")).await.status, 200);
}

#[tokio::test]
async fn a_used_link_may_go_on_as_if_applied() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks", "on_replay": "redirect" })).await;
    let link = world.sign("b-1", "confirm");
    world.click(&link).await;
    let before = world.item("b-1").await;
    assert_eq!(world.click(&link).await.status, 302);
    assert_eq!(world.send("POST", &link).await.status, 303);
    assert_eq!(world.item("b-1").await, before);
}

#[tokio::test]
async fn an_expired_link_is_refused_from_that_second_on() {
    let world = world(json!({})).await;
    is_refused(&world, &link(json!({ "exp": now() })), 410, "link_expired").await;
    assert_eq!(world.click(&link(json!({ "exp": now() + 60 }))).await.status, 200);
}

#[tokio::test]
async fn an_expired_link_that_was_used_is_a_used_one() {
    let settings = json!({ "undo_seconds": 600, "failure_redirect_url": "https://hairbyada.example/oops" });
    let world = world(settings).await;
    let clicks = world.clicks(at(1000)).await;
    let (used, unused) = (&link(json!({ "exp": 1003 })), &link(json!({ "exp": 1003, "action": "decline" })));
    clicks.open(used, at(1002)).await;
    world.proxy.take();
    let again = clicks.open(used, at(1004)).await;
    assert_eq!((again.code, again.offer.is_some()), ("link_used", true));
    assert_eq!(world.proxy.take(), ["GetItem"]);
    assert_eq!(clicks.open(unused, at(1004)).await.code, "link_expired");
}

#[tokio::test]
async fn an_expired_link_says_what_it_is_about_if_that_can_be_read() {
    let about = json!({ "event_info": { "what": "Haircut" } });
    let world = World::builder().booking(json!({ "attributes": about })).start().await;
    let expired = link(json!({ "exp": 1 }));
    assert_eq!(world.json().click(&expired).await.json()["booking"]["what"], "Haircut");
    let foreign = booking(json!({ "id": "b-2", "app_id": "bob", "attributes": about }));
    world.put(foreign).await;
    let others = world.json().click(link(json!({ "booking_id": "b-2", "exp": 1 }))).await;
    assert_eq!((others.told(), others.json().get("booking")), ((410, "link_expired"), None));
    world.drop_bookings().await;
    let unread = world.json().click(&expired).await;
    assert_eq!((unread.told(), unread.json().get("booking")), ((410, "link_expired"), None));
}

#[tokio::test]
async fn an_expired_link_that_was_used_may_go_on_as_if_applied() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks", "on_replay": "redirect" })).await;
    let soon = link(json!({ "exp": now() + 2 }));
    world.click(&soon).await;
    let clicks = world.clicks(at(now() + 10)).await;
    assert_eq!(clicks.open(&soon, at(now() + 10)).await.code, "link_used");
}

#[tokio::test]
async fn what_is_already_so_is_no_failure() {
    let settings = json!({ "failure_redirect_url": "https://hairbyada.example/oops", "redirect_url": "https://hairbyada.example/thanks" });
    let world = world(settings).await;
    world.click(link(json!({ "jti": "first mail" }))).await;
    let reminder = link(json!({ "jti": "reminder" }));
    let page = world.click(&reminder).await;
    assert_eq!((page.status, page.heading()), (409, "The booking is confirmed"));
    assert!(page.body.contains("nothing had to be changed"), "{}", page.body);
    assert!(page.body.contains("Continue to <bdi>hairbyada.example</bdi>"), "{}", page.body);
    let told = world.json().click(&reminder).await;
    assert_eq!((told.told(), &told.json()["already"]), ((409, "action_not_available"), &json!(true)));
    // Another action is as before.
    let other = world.json().click(link(json!({ "action": "decline" }))).await;
    assert_eq!((other.told(), other.json().get("already")), ((409, "action_not_available"), None));
}

#[tokio::test]
async fn what_is_already_so_may_go_on_as_if_applied() {
    let settings =
        json!({ "redirect_url": "https://hairbyada.example/thanks", "on_replay": "redirect", "redirect_params": true });
    let world = world(settings).await;
    world.click(link(json!({ "jti": "first mail" }))).await;
    let again = world.click(link(json!({ "jti": "reminder" }))).await;
    assert_eq!(again.status, 302);
    assert!(again.location().unwrap().ends_with("state=confirmed&outcome=already_done"), "{:?}", again.location());
}

#[tokio::test]
async fn what_is_left_at_the_end_of_a_link_does_not_break_it() {
    let world = World::builder().app(json!({ "redirect_hosts": ["hairbyada.example"] })).start().await;
    let tails = [".", ")", "%3E", "%22", "'", "%C2%A0", "%E2%80%8B", "+", "=", "*", "%", "%ff", "?utm_source=x"];
    for (number, tail) in tails.iter().enumerate() {
        let id = format!("b-{number}");
        world.book(json!({ "id": id })).await;
        let link = link(json!({ "booking_id": id }));
        assert_eq!(world.click(link + tail).await.status, 200, "{tail}");
    }
    for id in ["b-slash", "b-amp", "b-empty"] {
        world.book(json!({ "id": id })).await;
    }
    let of = |id: &str| link(json!({ "booking_id": id }));
    assert_eq!(world.click(of("b-slash").replace("/confirm?", "/confirm/?")).await.status, 200);
    let redirected = world.click(of("b-amp") + "&amp;redirect=https://hairbyada.example/a").await;
    assert_eq!(redirected.location(), Some("https://hairbyada.example/a"));
    assert_eq!(world.click(link(json!({ "booking_id": "b-empty", "redirect": "" })) + "&redirect=").await.status, 200);
}

#[tokio::test]
async fn a_link_that_says_it_was_signed_in_the_future_is_invalid() {
    let world = world(json!({})).await;
    is_refused(&world, &link(json!({ "iat": now() * 1000 })), 403, "invalid_signature").await;
    is_refused(&world, &link(json!({ "iat": now() + 400 })), 403, "invalid_signature").await;
    assert_eq!(world.click(&link(json!({ "iat": now() + 200 }))).await.status, 200);
}

#[tokio::test]
async fn a_chats_preview_never_acts_and_names_nobody() {
    let world = world(json!({ "redirect_url": "https://hairbyada.example/thanks" })).await;
    let link = world.sign("b-1", "confirm");
    let chat = world.with("user-agent", "TelegramBot (like TwitterBot)");
    for method in ["GET", "POST"] {
        let page = chat.send(method, &link).await;
        assert_eq!((page.status, page.heading()), (200, "A personal link"));
        assert!(!page.body.contains("b-1") && !page.body.contains("Ada"), "{}", page.body);
    }
    assert_eq!(world.proxy.take(), Vec::<String>::new());
    let in_app =
        world.with("user-agent", "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Instagram 334.0.4.32.98");
    assert_eq!(in_app.click(&link).await.status, 302);
}

#[tokio::test]
async fn a_link_that_is_not_valid_yet_is_refused() {
    let world = world(json!({})).await;
    is_refused(&world, &link(json!({ "nbf": now() + 3600 })), 403, "link_not_yet_valid").await;
}

#[tokio::test]
async fn a_state_that_does_not_allow_the_action_is_named() {
    let world = world(json!({})).await;
    let cancel = world.sign("b-1", "cancel_by_customer");
    is_refused(&world, &cancel, 409, "action_not_available").await;
    let page = world.click(&cancel).await;
    assert!(page.body.contains("<dt>Status now</dt><dd><bdi>Awaiting confirmation</bdi></dd>"), "{}", page.body);
    assert_eq!(world.json().click(&cancel).await.json()["state"], "tentative");
}

#[tokio::test]
async fn a_request_that_is_not_a_link_is_malformed() {
    let world = world(json!({})).await;
    let good = token(json!({}));
    for path in [
        "/v2/bookings/b-1/external_action/confirm".to_owned(),
        "/v2/bookings/b-1/external_action/confirm?signature=".to_owned(),
        format!("{}&signature={good}", link(json!({}))),
        format!("{}&redirect=https://a.example&redirect=https://a.example", link(json!({}))),
        format!("/v2/bookings/b%201/external_action/confirm?signature={good}"),
        format!("/v2/bookings/b-1/external_action/CONFIRM?signature={good}"),
        format!("/v2/bookings/b-1/external_action/confirm//?signature={good}"),
        format!("/v2/bookings/b-1/external_action/confirm?signature=%zz{good}"),
    ] {
        is_refused(&world, &path, 400, "malformed_link").await;
    }
}

#[tokio::test]
async fn a_signature_that_does_not_fit_is_invalid() {
    let world = world(json!({})).await;
    let good = token(json!({}));
    let other_key = token_of(&"k".repeat(40), &plain(), json!({}));
    let unknown_kid = token_of(SECRET, &json!({ "alg": "HS256", "kid": "0123456789abcdef" }), json!({}));
    let none = token_of(SECRET, &json!({ "alg": "none" }), json!({}));
    for token in [
        "x",
        &good[..good.len() - 1],
        &format!("{good}A"),
        &format!("{good}A."),
        &format!(".{good}"),
        &other_key,
        &unknown_kid,
        &none,
        &token(json!({ "booking_id": "b-2" })),
        &token(json!({ "action": "decline" })),
        &token(json!({ "exp": "soon" })),
    ] {
        is_refused(&world, &path("b-1", "confirm", token), 403, "invalid_signature").await;
    }
}

#[tokio::test]
async fn revoked_keys_open_nothing_and_retired_ones_still_do() {
    let keys = |state: &str| json!({ "keys": [{ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z", state: "2026-06-01T00:00:00Z" }] });
    is_refused(&world(keys("revoked_at")).await, &link(json!({})), 403, "invalid_signature").await;
    assert_eq!(world(keys("retired_at")).await.click(link(json!({}))).await.status, 200);
}

#[tokio::test]
async fn a_redirect_that_is_not_allowed_stops_the_click() {
    let world = world(json!({ "redirect_hosts": ["hairbyada.example"] })).await;
    for redirect in
        ["https://evil.example/", "http://hairbyada.example/", "javascript:alert(1)", "%2F%2Fhairbyada.example"]
    {
        is_refused(&world, &format!("{}&redirect={redirect}", link(json!({}))), 400, "redirect_not_allowed").await;
    }
    let both = link(json!({ "redirect": "https://a.example/" })) + "&redirect=https://hairbyada.example/";
    is_refused(&world, both, 400, "redirect_not_allowed").await;
    is_refused(&world, &link(json!({ "redirect": "http://a.example/" })), 400, "redirect_not_allowed").await;
}

#[tokio::test]
async fn an_allowed_redirect_is_followed_as_parsed() {
    let world =
        world(json!({ "redirect_hosts": ["*.hairbyada.example"], "redirect_url": "https://hairbyada.example/thanks" }))
            .await;
    let answer = world.click(link(json!({})) + "&redirect=https%3A%2F%2FWWW.hairbyada.example%2Fa%20b").await;
    assert_eq!((answer.status, answer.location()), (302, Some("https://www.hairbyada.example/a%20b")));
}

#[tokio::test]
async fn a_signed_redirect_may_lead_anywhere() {
    let world = world(json!({})).await;
    let answer = world.click(link(json!({ "redirect": "https://else.example/x" }))).await;
    assert_eq!(answer.location(), Some("https://else.example/x"));
}

#[tokio::test]
async fn a_booking_that_is_not_there_or_another_apps_is_not_found() {
    let world = world(json!({})).await;
    is_refused(&world, world.sign("b-404", "confirm"), 404, "booking_not_found").await;
    let foreign = booking(json!({ "id": "b-2", "app_id": "bob" }));
    world.put(foreign.clone()).await;
    is_refused(&world, world.sign("b-2", "confirm"), 404, "booking_not_found").await;
    assert_eq!(world.item("b-2").await, foreign);
}

#[tokio::test]
async fn actions_without_links_are_unknown() {
    let world = world(json!({})).await;
    for action in ["create", "timeout", "destroy"] {
        is_refused(&world, world.sign("b-1", action), 404, "unknown_action").await;
    }
}

#[tokio::test]
async fn what_is_over_the_limits_is_too_long() {
    let world = world(json!({})).await;
    is_refused(&world, &path("b-1", "confirm", &"a".repeat(4097)), 414, "link_too_long").await;
    let long = format!("/v2/bookings/{}/external_action/confirm?signature=x", "b".repeat(129));
    is_refused(&world, &long, 414, "link_too_long").await;
    let long = format!("/v2/bookings/b-1/external_action/{}?signature=x", "a".repeat(65));
    is_refused(&world, &long, 414, "link_too_long").await;
}

#[tokio::test]
async fn a_browser_with_a_dead_link_goes_to_the_apps_failure_page() {
    let world = world(json!({ "failure_redirect_url": "https://hairbyada.example/oops?from=mail" })).await;
    let location = |code: &str, action: &str| {
        format!("https://hairbyada.example/oops?from=mail&code={code}&booking_id=b-1&action={action}")
    };
    let leads = async |path: &str, code: &str, action: &str| {
        for (method, status) in [("GET", 302), ("POST", 303)] {
            let answer = world.send(method, path).await;
            assert_eq!((answer.status, answer.location()), (status, Some(location(code, action).as_str())));
        }
        assert_eq!(world.json().click(path).await.code(), code);
    };
    leads(&link(json!({ "exp": 1 })), "link_expired", "confirm").await;
    leads(&world.sign("b-1", "cancel").url, "action_not_available", "cancel").await;
    let used = world.sign("b-1", "confirm");
    world.click(&used).await;
    leads(&used.url, "link_used", "confirm").await;
    // An unverified request is never redirected.
    assert_eq!(world.click(path("b-1", "confirm", "x")).await.status, 403);
    assert_eq!(world.click(world.sign("b-404", "confirm")).await.status, 404);
}

#[tokio::test]
async fn a_store_that_fails_is_told_as_temporary() {
    let world = World::new().await;
    world.drop_bookings().await;
    let answer = world.json().click(world.sign("b-1", "confirm")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    assert_eq!(answer.code(), "temporarily_unavailable");
    assert!(!answer.body.contains(world.env["BOOKINGS_TABLE"].as_str()), "{}", answer.body);
}

#[tokio::test]
async fn each_of_several_apps_has_its_own_keys() {
    let world = World::builder().another_app(bob()).booking(json!({})).start().await;
    // Bob's key, with or without key id, gives no access to Ada's bookings.
    assert_eq!(world.click(link_of(BOB, &naming(BOB), json!({}))).await.status, 404);
    assert_eq!(world.click(link_of(BOB, &plain(), json!({}))).await.status, 403);
    // Without a key id, the booking names the app whose keys are tried.
    assert_eq!(world.click(link(json!({ "booking_id": "b-404" }))).await.status, 403);
    assert_eq!(world.state("b-1").await, "tentative");
    assert_eq!(world.click(link(json!({}))).await.status, 200);
}

#[tokio::test]
async fn a_table_of_ones_own_may_name_its_attributes() {
    let names = [
        ("BOOKING_ID_ATTRIBUTE", "pk"),
        ("STATE_ATTRIBUTE", "status"),
        ("GRAPH_ATTRIBUTE", "flow"),
        ("APP_ATTRIBUTE", "tenant"),
        ("DEFAULT_GRAPH", "instant"),
    ];
    let world =
        names.into_iter().fold(World::builder(), |world, (name, value)| world.setting(name, value)).start().await;
    world.put(json!({ "pk": "b-1", "status": "confirmed", "created_at": "2026-11-01T08:00:00Z" })).await;
    assert_eq!(world.click(world.sign("b-1", "confirm")).await.status, 409);
    assert_eq!(world.click(world.sign("b-1", "cancel_by_customer")).await.status, 200);
    let item = world.item("b-1").await;
    assert_eq!((&item["status"], &item["completed"]), (&json!("cancelled_by_customer"), &json!(true)));
}

#[tokio::test]
async fn a_broken_record_takes_no_booking_from_the_only_app() {
    let world = World::builder().another_app(json!({ "id": "bob" })).start().await;
    let mut orphan = booking(json!({}));
    orphan.as_object_mut().unwrap().remove("app_id");
    world.put(orphan).await;
    assert_eq!(world.click(world.sign("b-1", "confirm")).await.status, 200);
}

#[tokio::test]
async fn a_record_that_cannot_be_changed_is_not_told_as_temporary() {
    let world = World::new().await;
    for (id, attribute, value) in [("b-1", "used_links", json!("none")), ("b-2", "action_log", json!({}))] {
        world.book(json!({ "id": id, attribute: value })).await;
        let before = world.item(id).await;
        let (answer, log) = logged(world.json().click(world.sign(id, "confirm"))).await;
        assert_eq!((answer.told(), answer.header("retry-after")), ((500, "booking_unusable"), None), "{id}");
        assert!(log.contains("cannot be changed") && log.contains(&format!("\"booking\":\"{id}\"")), "{log}");
        assert_eq!(world.item(id).await, before);
    }
}

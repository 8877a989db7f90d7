//! The inbox of `make run`, as a reader of it clicks: every mail, both tabs, and the page after a click.

use axum::body::Body;
use axum::http::Request;

use super::local::{Local, fetch, get, links};
use crate::support::basic;

const KEYS: [(&str, &str); 3] = [
    ("b-1", "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c"),
    ("b-3", "test_api_key_demo_of_the_studio_also_public_0123"),
    ("b-4", "test_api_key_demo_of_the_school_also_public_0123"),
];

/// The page at a path of the demo.
async fn page(local: &Local, path: &str) -> String {
    let answer = get(&format!("{}{}", local.inbox(), path.trim_start_matches('/'))).await;
    assert_eq!(answer.status(), 200, "{path}: {}", answer.body());
    answer.into_body()
}

/// The mails of the tab at that path.
async fn mails(local: &Local, tab: &str) -> Vec<String> {
    let start = format!("{tab}?mail=");
    links(&page(local, tab).await).into_iter().filter(|link| link.starts_with(&start)).collect()
}

fn action_links(page: &str) -> Vec<String> {
    let is_action = |link: &String| link.contains("/external_action/") && !link.contains("/calendar.ics");
    links(page).into_iter().filter(is_action).collect()
}

fn find(page: &str, part: &str) -> String {
    links(page).into_iter().find(|link| link.contains(part)).unwrap_or_else(|| panic!("no {part} in {page}"))
}

/// What a reader sees of a page.
fn text(page: &str) -> String {
    let body = page.rsplit_once("</style>").unwrap().1;
    let parts = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_first_mail_leads_to_the_businesss_page_and_to_the_customers_mail() {
    let local = Local::start(&[]).await;
    let answer = get(&local.inbox()).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let inbox = answer.into_body();
    assert!(text(&inbox).contains("Start here. The business gets this mail. Click Confirm"), "{inbox}");
    assert_eq!(inbox.matches(">Start here</span>").count(), 1, "{inbox}");
    let confirm = find(&inbox, "/external_action/confirm?");

    let clicked = get(&confirm).await;
    assert_eq!(clicked.status(), 302);
    let landing = get(clicked.headers()["location"].to_str().unwrap()).await.into_body();
    let said = text(&landing);
    for part in ["Hair by Ada", "Grace’s appointment is confirmed", "What Cut and colour", "When", "London time"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(landing.contains("--brand:#7a1f5c"), "{landing}");
    let (back, phone) = (find(&landing, "/?mail="), find(&landing, "/phone?mail="));

    let after = page(&local, &back).await;
    // Beside the mail, in the list and in words.
    assert_eq!(after.matches("Just changed: Confirmed, ").count(), 2, "{after}");
    assert!(text(&after).contains("Grace’s appointment is confirmed ·"), "{after}");
    assert!(!after.contains("Start here"), "{after}");
    assert!(links(&after).contains(&confirm), "a mail does not change");
    let mail = page(&local, &phone).await;
    assert!(text(&mail).contains("Dear Grace, we look forward to seeing you"), "{mail}");
    let actions: Vec<_> =
        action_links(&mail).iter().map(|link| link.split(['/', '?']).nth(7).unwrap().to_owned()).collect();
    assert_eq!(actions, ["reschedule_by_customer", "cancel_by_customer"]);

    let again = get(&confirm).await;
    assert_eq!(again.status(), 410);
    assert!(again.body().contains("This link has already been used"), "{}", again.body());
    local.interrupt().await;
}

#[tokio::test]
async fn a_customer_who_cancels_is_thanked_and_the_business_has_a_mail_about_it() {
    let local = Local::start(&[]).await;
    let mail = page(&local, "/phone?mail=b-4001").await;
    let cancel = find(&mail, "/external_action/cancel_by_customer?");
    assert_eq!(get(&cancel).await.status(), 200, "the school has no page of its own");
    let thanks = "/thanks?booking_id=b-4001&action=cancel_by_customer&state=cancelled_by_customer&outcome=applied";
    let landing = page(&local, thanks).await;
    assert!(text(&landing).contains("Your appointment is canceled Thank you for telling us, Emmy."), "{landing}");
    assert_eq!(find(&landing, "/phone?mail="), "/phone?mail=b-4001");
    let told = page(&local, &find(&landing, "/?mail=")).await;
    assert!(text(&told).contains("Emmy’s appointment is canceled: Pottery class"), "{told}");
    let replayed = page(&local, "/thanks?booking_id=b-4001&action=cancel_by_customer&outcome=already_used").await;
    assert!(text(&replayed).contains("nothing has changed now"), "{replayed}");
    // Before anything has changed, both ways lead to the first mails of the booking.
    let early = page(&local, "/thanks?booking_id=b-1002&action=cancel_by_customer&outcome=already_used").await;
    assert_eq!(
        (find(&early, "/phone?mail="), find(&early, "/?mail=")),
        ("/phone?mail=b-1002".into(), "/?mail=b-1002".into())
    );
    // The studio's links act at once, and its mails do not say otherwise.
    let confirm = find(&page(&local, "/?mail=b-3004").await, "/external_action/confirm?");
    assert_eq!(get(&confirm).await.status(), 302);
    let mail = page(&local, "/phone?mail=b-3004-1").await;
    assert!(text(&mail).contains("Can’t make it?") && !text(&mail).contains("asks you first"), "{mail}");
    assert_eq!(get(&find(&mail, "/external_action/reschedule_by_customer?")).await.status(), 302);
    let false_one = page(&local, "/thanks?booking_id=b-4001&action=confirm&state=confirmed&outcome=applied").await;
    assert!(text(&false_one).contains("This is how the booking is now."), "{false_one}");
    let unknown = page(&local, "/thanks?booking_id=b-9").await;
    assert!(text(&unknown).contains("Your booking is up to date. ") && links(&unknown).contains(&"/".to_owned()));
    local.interrupt().await;
}

#[tokio::test]
async fn each_mail_has_links_that_fit_the_state_of_its_booking() {
    let local = Local::start(&[]).await;
    get(&find(&page(&local, "/").await, "b-1001/external_action/confirm?")).await;
    let mut seen = 0;
    for tab in ["/", "/phone"] {
        for mail in mails(&local, tab).await {
            let body = page(&local, &mail).await;
            for link in action_links(&body) {
                let (id, action) = link.split_once("/v2/bookings/").unwrap().1.split_once("/external_action/").unwrap();
                let action = action.split('?').next().unwrap();
                // The mail that was just clicked, and those that show a link that does not work any more.
                if mail == "/?mail=b-1001" || ["b-3001", "b-3002", "b-4002", "b-4004"].contains(&id) {
                    continue;
                }
                let (_, key) = KEYS.iter().find(|(start, _)| id.starts_with(start)).unwrap();
                let request = Request::get(format!("{}v2/bookings/{id}", local.inbox()));
                let request = request.header("authorization", basic(&format!(":{key}")));
                let booking = fetch(request.body(Body::empty()).unwrap()).await.into_body();
                let booking: serde_json::Value = serde_json::from_str(&booking).unwrap();
                let available = booking["data"]["available_actions"].as_array().unwrap();
                assert!(available.iter().any(|own| own == action), "{mail}: {action}, of {available:?}");
                let is_customers = tab == "/phone";
                assert_eq!(action.ends_with("_by_customer"), is_customers, "{mail}: {action}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
    local.interrupt().await;
}

#[tokio::test]
async fn the_demo_has_a_text_message_a_calendar_file_and_a_desk() {
    let local = Local::start(&[]).await;
    let sms = page(&local, "/phone?mail=b-4005").await;
    let cancelled = get(&find(&sms, "/l/")).await;
    assert!(cancelled.status() == 200 && cancelled.body().contains("The booking is canceled"), "{}", cancelled.body());
    let mail = page(&local, "/phone?mail=b-1002").await;
    assert!(get(&find(&mail, "/calendar.ics?")).await.body().starts_with("BEGIN:VCALENDAR"));
    let act = async |form: &'static str| {
        let request = Request::post(format!("{}desk", local.inbox()));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let acted = fetch(request.body(Body::from(form)).unwrap()).await;
        (acted.status().as_u16(), acted.headers()["location"].to_str().unwrap().to_owned())
    };
    let before = page(&local, "/events").await;
    assert!(page(&local, "/?mail=b-1004").await.contains("action=\"/desk\""));
    assert_eq!(act("booking_id=b-1004&action=timeout").await, (303, "/?mail=b-1004".to_owned()));
    assert_eq!(act("booking_id=https://evil.example&action=timeout").await, (303, "/".to_owned()));
    let after = page(&local, "/events").await;
    let event = "&quot;action&quot;: &quot;timeout&quot;";
    assert!(after.contains(event) && !before.contains(event), "{after}");
    let mail = page(&local, "/?mail=b-1004").await;
    assert!(mail.contains("Just changed: Not paid in time") && !mail.contains("action=\"/desk\""), "{mail}");
    let told = page(&local, "/phone?mail=b-1004-1").await;
    assert!(text(&told).contains("Your appointment was not paid in time: Highlights"), "{told}");
    local.interrupt().await;
}

#[tokio::test]
async fn graphs_of_ones_own_work_by_setting_one_variable_and_have_names_for_people() {
    let graphs = r#"{"city_tour": {"initial": "open", "transitions": [
        {"action": "join", "from": "open", "to": "on_the_list", "by": "customer"},
        {"action": "call_off", "from": "open", "to": "cancelled_by_us", "by": "owner"}]}}"#;
    let local = Local::start(&["--graphs", graphs]).await;
    let inbox = page(&local, "/").await;
    let said = text(&inbox);
    assert!(said.contains("New request from Annie: City tour") && !said.contains("city_tour"), "{said}");
    let mail = page(&local, "/phone").await;
    let join = find(&mail, "/join?");
    // What loses the appointment looks like it.
    for (page, label, is_destructive) in [(&inbox, ">Call off</a>", true), (&mail, ">Join</a>", false)] {
        let button = page.split(label).next().unwrap().rsplit("<a ").next().unwrap();
        assert_eq!(button.contains("destructive"), is_destructive, "{button}");
    }
    // Whatever it is called, a page asks first.
    let asks = get(&join).await;
    assert!(asks.status() == 200 && asks.body().contains("Would you like to go ahead?"), "{}", asks.body());
    let act =
        Request::post(format!("{}desk", local.inbox())).header("content-type", "application/x-www-form-urlencoded");
    fetch(act.body(Body::from("booking_id=b-2001&action=join")).unwrap()).await;
    let after = page(&local, "/phone").await;
    assert!(after.contains("Just changed: On the list"), "{after}");
    local.interrupt().await;
}

#[tokio::test]
async fn every_page_leads_to_all_others() {
    let local = Local::start(&[]).await;
    for path in ["/", "/phone", "/pages", "/debug", "/docs/", "/events"] {
        let own = links(&page(&local, path).await);
        for other in ["/", "/pages", "/debug", "/docs/", "/events"] {
            assert!(own.iter().any(|link| link == other), "{path} does not lead to {other}");
        }
    }
    local.interrupt().await;
}

//! Every fault, at every attempt, for every kind of click: the answer agrees with the table.

mod act;
mod apps;
mod cold;
mod ways;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::StoreReply::Error;
use crate::support::{Answer, Fault, Heard, HttpClient, SECRET, World, bob, extended, link_of, naming, plain, say};
use ways::{CONFLICT, REJECTED, expected, ways};

/// The result of a click if nothing fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// It acts and redirects.
    Redirected,
    /// It acts and shows a page.
    Applied,
    /// It acts, and before a second attempt another link changes the booking.
    Overtaken,
    /// It acts by the page's button.
    Pressed,
    /// Its click is undone by the page's button.
    Undone,
    /// A new link is asked for by the page's button.
    LinkRequested,
    /// It asks.
    Asked,
    /// It acts after a read of the booking's app: two operations.
    WithoutKeyId,
    /// It acts after a read of the booking's start: two operations.
    WithNotice,
    /// It acts by its short link, after a read of the long one: two operations.
    Short,
    /// It acts on the booking to which its own one was moved, by the page's button: two reads, and a transaction.
    Moved,
    /// The link has expired, and what it has done is read.
    Expired,
    /// The link was used before.
    Used,
    /// The booking's links were revoked.
    Revoked,
    /// The appointment is over.
    TooLate,
    /// The state does not allow it.
    NotAvailable,
    /// There is no such booking.
    NotFound,
}

/// A booking and a click on it, with all preparations.
struct Scene {
    id: String,
    case: Case,
    link: String,
    /// The page whose button is pressed, and the button.
    page: Option<(Answer, &'static str)>,
    /// How often the link has acted before.
    before: usize,
}

impl Scene {
    async fn set(world: &World, gateway: &HttpClient, case: Case, number: usize) -> Self {
        let id = format!("b-{number}");
        let state = if case == Case::NotAvailable { "declined" } else { "tentative" };
        let rule = match case {
            Case::Revoked | Case::LinkRequested => json!({ "links_valid_after": 1 }),
            Case::TooLate => json!({ "starts_at": "2026-11-01T08:00:00Z" }),
            Case::WithNotice => json!({ "starts_at": "2999-11-01 08:00:00+01:00" }),
            _ => json!({}),
        };
        if case != Case::NotFound {
            world.book(extended(json!({ "id": id, "state": state }), rule)).await;
        }
        let own_id = if case == Case::Moved { format!("moved-{number}") } else { id.clone() };
        if case == Case::Moved {
            world.book(json!({ "id": own_id, "state": "declined", "rescheduled_to": id })).await;
        }
        let asks = matches!(case, Case::Pressed | Case::Asked);
        let header = if case == Case::WithoutKeyId { plain() } else { naming(SECRET) };
        let exp = if case == Case::Expired { 1 } else { 32_503_680_000_u64 };
        let redirect = if matches!(case, Case::Redirected | Case::Moved) {
            "&redirect=https%3A%2F%2Fhairbyada.example%2Fthanks"
        } else {
            ""
        };
        let link = link_of(SECRET, &header, json!({ "booking_id": own_id, "confirm": asks, "exp": exp })) + redirect;
        let link = if case == Case::Short { world.shorten(&id, "confirm").await } else { link };
        let mut scene = Self { id, case, link, page: None, before: 0 };
        match case {
            Case::Used => {
                scene.click(gateway).await;
                scene.before = 1;
            }
            Case::Pressed | Case::Moved => scene.page = Some((scene.click(gateway).await, "stamp")),
            Case::Undone => scene.page = Some((scene.click(gateway).await, "undo")),
            Case::LinkRequested => scene.page = Some((scene.click(gateway).await, "new_link")),
            Case::Overtaken => {
                // It reaches the engine after our first attempt.
                world.proxy.play(&[Fault(Heard::AfterTheNext, Error(400, "AccessDeniedException"))]);
                let other = world.sign(&scene.id, "cancel_by_customer");
                assert_eq!(gateway.click(other).await.status, 503);
            }
            _ => {}
        }
        scene
    }

    async fn click(&self, gateway: &HttpClient) -> Answer {
        match &self.page {
            Some((page, button)) => gateway.json().press(&self.link, page, button).await,
            None => gateway.json().click(&self.link).await,
        }
    }

    /// The result of the click if nothing fails.
    fn comes_to(&self) -> (u16, &'static str) {
        match self.case {
            Case::Redirected => (302, ""),
            Case::Applied | Case::Overtaken | Case::Pressed | Case::Asked => (200, ""),
            Case::WithoutKeyId | Case::WithNotice | Case::Moved | Case::Short => (200, ""),
            Case::Expired => (410, "link_expired"),
            Case::Undone | Case::LinkRequested => (200, ""),
            Case::Used => (410, "link_used"),
            Case::Revoked => (410, "link_revoked"),
            Case::TooLate => (409, "too_late"),
            Case::NotAvailable => (409, "action_not_available"),
            Case::NotFound => (404, "booking_not_found"),
        }
    }

    /// What another click comes to, after one that has acted.
    fn comes_to_again(&self) -> (u16, &'static str) {
        match self.case {
            Case::Undone => (409, "undo_not_possible"),
            Case::LinkRequested => (200, ""),
            _ => (410, "link_used"),
        }
    }

    /// Checks that an answer agrees with the table. Returns how often the link has acted.
    async fn compare(&self, world: &World, answer: &Answer, before: usize, of: &str) -> usize {
        let item = world.item(&self.id).await;
        // Another link may have acted, but only this one confirms.
        let entries = item["action_log"].as_array().into_iter().flatten();
        let action = if self.case == Case::Undone { "undo" } else { "confirm" };
        let acted = match self.case {
            Case::LinkRequested => usize::from(item.get("link_requested_at").is_some()),
            _ => entries.filter(|entry| entry["action"] == action).count(),
        };
        assert!(acted <= 1, "{of}");
        let told = if answer.body.is_empty() { Value::Null } else { answer.json() };
        let (is, says) = match answer.status {
            302 => (json!([before, acted]), json!([0, 1])),
            200 if self.case == Case::Asked => (json!([acted, told["data"]["confirm"]]), json!([0, true])),
            200 if self.case == Case::Undone => {
                (json!([before, acted, told["data"]["state"], item["state"]]), json!([0, 1, "tentative", "tentative"]))
            }
            // Whether it was asked for just now or a short time before, it is asked for.
            200 if self.case == Case::LinkRequested => {
                (json!([acted, told["data"]["link_requested"]]), json!([1, true]))
            }
            200 => (json!([before, acted, told["data"]["state"]]), json!([0, 1, "confirmed"])),
            410 if matches!(self.case, Case::Revoked | Case::Expired) => (json!(acted), json!(0)),
            409 if self.case == Case::TooLate => (json!(acted), json!(0)),
            409 if self.case == Case::Undone => (json!([before, acted, told["state"]]), json!([1, 1, "tentative"])),
            410 => (json!([before, acted, told["used"]["to"]]), json!([1, 1, "confirmed"])),
            409 => (json!([acted, told["state"]]), json!([0, item["state"]])),
            404 => (item, Value::Null),
            500 => (json!(answer.header("retry-after")), Value::Null),
            _ => (json!(answer.header("retry-after")), json!("5")),
        };
        assert_eq!(is, says, "{of}");
        acted
    }
}

async fn in_every_way(case: Case) {
    let notice = if matches!(case, Case::TooLate | Case::WithNotice) { json!({ "confirm": 0 }) } else { json!({}) };
    let settings = json!({
        "min_dwell_ms": 0, "undo_seconds": if case == Case::Undone { 3600 } else { 0 },
        "offer_new_link": case == Case::LinkRequested, "min_notice_seconds": notice,
        "redirect_hosts": ["hairbyada.example"],
    });
    // So that the keys are not read again meanwhile.
    let world = World::builder().app(settings).another_app(bob()).setting("KEYRING_TTL_SECONDS", "3600").start().await;
    let gateway = world.timed().await;
    let of_a_read = || ways().into_iter().filter(|way| !way.contains(&CONFLICT));
    let ways = match case {
        Case::Asked | Case::TooLate | Case::Expired => of_a_read().collect(),
        // A read fails, or the transaction. Another one in its way is told otherwise than a write is.
        Case::Moved => (0..3)
            .flat_map(|before| of_a_read().map(move |way| [&vec![Fault::NONE; before][..], &way].concat()))
            .collect(),
        // The read fails, or the write after it.
        Case::WithoutKeyId | Case::WithNotice | Case::Short => {
            of_a_read().chain(ways().iter().map(|way| [&[Fault::NONE], &way[..]].concat())).collect()
        }
        _ => ways(),
    };
    let (mut combinations, mut longest) = (0, Duration::ZERO);
    for way in ways {
        combinations += 1;
        let scene = Scene::set(&world, &gateway, case, combinations).await;
        world.proxy.take();
        world.proxy.play(&way);
        let begun = world.proxy.clock.now();
        let answer = scene.click(&gateway).await;
        longest = longest.max(world.proxy.clock.now() - begun);
        let requests = world.proxy.take().len();
        let of = format!("{case:?} {way:?}: {}", answer.body);
        let operations = match case {
            Case::WithoutKeyId | Case::WithNotice | Case::Short => 2,
            Case::Moved => 3,
            _ => 1,
        };
        let (sent, ended) = expected(operations, &way);
        let (status, code) = match ended {
            None => scene.comes_to(),
            // What cannot be read does not keep the page of an expired link.
            Some(_) if case == Case::Expired => scene.comes_to(),
            // The last operation is the write, except where a read decides.
            Some((operation, REJECTED))
                if operation + 1 == operations && !matches!(case, Case::Asked | Case::TooLate) =>
            {
                (500, "booking_unusable")
            }
            Some(_) => (503, "temporarily_unavailable"),
        };
        assert_eq!((answer.told(), requests), ((status, code), sent), "{of}");
        let acted = scene.compare(&world, &answer, scene.before, &of).await;
        // Late requests do not change what was answered, and the link still works.
        world.proxy.play(&[]);
        world.proxy.release().await;
        let acted = acted.max(scene.compare(&world, &answer, scene.before, &of).await);
        let again = scene.click(&gateway).await;
        let told = if acted == 1 { scene.comes_to_again() } else { scene.comes_to() };
        assert_eq!(again.told(), told, "clicked again after {of}");
        scene.compare(&world, &again, acted, &of).await;
        if case == Case::Overtaken && way[0].0 == Heard::Now {
            assert_eq!(world.state(&scene.id).await, "cancelled_by_customer", "{of}");
        }
    }
    // The time of several operations together is limited by our own clock, not by the SDK's.
    assert!(
        matches!(case, Case::WithoutKeyId | Case::WithNotice | Case::Moved | Case::Short)
            || longest < Duration::from_secs(8),
        "{longest:?}"
    );
    say(&format!("{case:?}: {combinations} combinations of faults, answered within {longest:.2?}"));
}

#[tokio::test]
async fn a_click_that_goes_on_to_the_redirect() {
    in_every_way(Case::Redirected).await;
}

#[tokio::test]
async fn a_click_that_acts() {
    in_every_way(Case::Applied).await;
}

#[tokio::test]
async fn a_click_that_another_overtakes() {
    in_every_way(Case::Overtaken).await;
}

#[tokio::test]
async fn a_button_that_is_pressed() {
    in_every_way(Case::Pressed).await;
}

#[tokio::test]
async fn a_click_that_is_undone() {
    in_every_way(Case::Undone).await;
}

#[tokio::test]
async fn a_new_link_that_is_asked_for() {
    in_every_way(Case::LinkRequested).await;
}

#[tokio::test]
async fn a_click_that_only_asks() {
    in_every_way(Case::Asked).await;
}

#[tokio::test]
async fn a_click_whose_booking_names_the_app() {
    in_every_way(Case::WithoutKeyId).await;
}

#[tokio::test]
async fn a_click_whose_start_is_read() {
    in_every_way(Case::WithNotice).await;
}

#[tokio::test]
async fn a_click_on_a_short_link() {
    in_every_way(Case::Short).await;
}

#[tokio::test]
async fn a_click_on_the_link_of_a_moved_booking() {
    in_every_way(Case::Moved).await;
}

#[tokio::test]
async fn a_click_on_an_expired_link() {
    in_every_way(Case::Expired).await;
}

#[tokio::test]
async fn a_click_on_a_used_link() {
    in_every_way(Case::Used).await;
}

#[tokio::test]
async fn a_click_on_a_revoked_link() {
    in_every_way(Case::Revoked).await;
}

#[tokio::test]
async fn a_click_that_is_too_late() {
    in_every_way(Case::TooLate).await;
}

#[tokio::test]
async fn a_click_that_the_state_does_not_allow() {
    in_every_way(Case::NotAvailable).await;
}

#[tokio::test]
async fn a_click_on_a_missing_booking() {
    in_every_way(Case::NotFound).await;
}

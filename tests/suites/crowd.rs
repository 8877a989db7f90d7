//! A crowd: many real bootstraps on one engine, twenty simultaneous clicks on every booking with
//! links of several kinds, and bootstraps that are killed during a click.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::{ACTION_LINK, Fault, Heard, Program, StoreReply, World, at, http_api, say, seed, soak};

/// What each booking's links do, and how often each is clicked: the same link, two links of one
/// action, links of competing actions, and links of later actions.
const LINKS: [(&str, usize); 6] = [
    ("confirm", 6),
    ("confirm", 4),
    ("decline", 4),
    ("cancel_by_customer", 3),
    ("cancel_by_customer", 1),
    ("reschedule_by_customer", 2),
];

/// From which state to which each of those actions leads.
const STEPS: [(&str, &str, &str); 4] = [
    ("tentative", "confirm", "confirmed"),
    ("tentative", "decline", "declined"),
    ("confirmed", "cancel_by_customer", "cancelled_by_customer"),
    ("confirmed", "reschedule_by_customer", "rescheduled_by_customer"),
];

/// As many as there are clicks on a booking.
const BOOTSTRAPS: usize = 20;

/// One in so many clicks kills its bootstrap.
const DEADLY: usize = 25;

/// A click to be made.
#[derive(Clone)]
struct Click {
    booking: usize,
    action: &'static str,
    link_id: String,
    event: Arc<str>,
}

/// A click that was made, and its answer; `None` if its bootstrap was killed.
struct Said {
    click: Click,
    answer: Option<(String, Value)>,
}

/// The clicks on a booking, in random order.
fn clicks(world: &World, booking: usize, rng: &mut Rng) -> Vec<Click> {
    let mut clicks = Vec::new();
    for (second, (action, times)) in (0..).zip(LINKS) {
        let signed = world.sign_at(&format!("b-{booking}"), action, at(second));
        let event: Arc<str> = http_api("GET", &signed, json!({ "accept": "application/json" }), "").into();
        let click = Click { booking, action, link_id: signed.link_id.to_string(), event };
        clicks.extend(std::iter::repeat_n(click, times));
    }
    rng.shuffle(&mut clicks);
    clicks
}

/// Makes these clicks with one bootstrap after the other, each when all the others are ready.
async fn click_on(world: Arc<World>, clicks: Vec<Click>, ready: Arc<Barrier>, mut rng: Rng) -> Vec<Said> {
    let mut said = Vec::new();
    let (proxy, env) = world.behind_a_proxy().await;
    let mut program = Program::start(ACTION_LINK, &env).await;
    for click in clicks {
        ready.wait().await;
        if rng.usize(..DEADLY) == 0 {
            // Killed before the request reaches the engine, or after the write.
            proxy.play(&[Fault(rng.choice([Heard::Never, Heard::Now]).unwrap(), StoreReply::Silence)]);
        }
        // A click without an answer is made again.
        let mut answered = false;
        while !answered {
            let answer = tokio::select! {
                answer = program.invoke_for_id(&click.event) => Some(answer),
                () = proxy.silence.notified() => None,
            };
            answered = answer.is_some();
            said.push(Said { click: click.clone(), answer });
            if !answered {
                program.end().await;
                program = Program::start(ACTION_LINK, &env).await;
            }
        }
    }
    said
}

/// Checks that a booking changed along its graph, and that every answer is true. Returns how many
/// clicks acted, and how many of those got no answer.
fn check(item: &Value, said: &[&Said]) -> (usize, usize) {
    let log = item["action_log"].as_array().unwrap();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let mut states = vec!["tentative".to_owned()];
    for entry in log {
        let step = (states.last().unwrap().as_str(), entry["action"].as_str().unwrap(), entry["to"].as_str().unwrap());
        assert!(STEPS.contains(&step), "{step:?} in {item}");
        states.push(text(entry, "to"));
    }
    assert_eq!(states.last().map(String::as_str), item["state"].as_str());
    let links: HashSet<String> = log.iter().map(|entry| text(entry, "link_id")).collect();
    let used: HashSet<String> =
        item["used_links"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    assert_eq!((links.len(), &links), (log.len(), &used), "a link acted twice");
    assert!(!log.is_empty(), "of all that could confirm or decline, none did");
    let mut untold: HashMap<String, &Value> = log.iter().map(|entry| (text(entry, "request_id"), entry)).collect();
    for Said { click, answer } in said {
        let Some((request_id, answer)) = answer else { continue };
        let own = untold.remove(request_id);
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        let state = |value: &Value| value.as_str().unwrap().to_owned();
        match (answer["statusCode"].as_u64().unwrap(), own) {
            (200, Some(own)) => {
                assert_eq!((&own["to"], text(own, "link_id")), (&body["data"]["state"], click.link_id.clone()))
            }
            (410, None) => assert!(body["code"] == "link_used" && used.contains(&click.link_id), "{body}"),
            (409, None) => {
                let told = state(&body["state"]);
                assert!(body["code"] == "action_not_available" && states.contains(&told), "{body}");
                assert!(!STEPS.iter().any(|(from, action, _)| *from == told && *action == click.action), "{body}");
            }
            (status, own) => panic!("{status} {body}, and in the log {own:?}"),
        }
    }
    // The rest was written by bootstraps that were killed before they answered.
    for entry in untold.values() {
        let killed = |said: &&&Said| said.answer.is_none() && said.click.link_id == text(entry, "link_id");
        assert!(said.iter().any(|said| killed(&said)), "nobody was killed over {entry}");
    }
    (log.len(), untold.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_clicks_at_once_on_every_booking() {
    let bookings = if soak() { 1000 } else { 40 };
    let mut rng = Rng::with_seed(seed());
    let world = World::new().await;
    for number in 0..bookings {
        world.book(json!({ "id": format!("b-{number}") })).await;
    }
    let world = Arc::new(world);
    let mut by_bootstrap = vec![Vec::new(); BOOTSTRAPS];
    for number in 0..bookings {
        by_bootstrap.iter_mut().zip(clicks(&world, number, &mut rng)).for_each(|(clicks, click)| clicks.push(click));
    }
    let ready = Arc::new(Barrier::new(BOOTSTRAPS));
    let mut crowd = JoinSet::new();
    for clicks in by_bootstrap {
        crowd.spawn(click_on(world.clone(), clicks, ready.clone(), rng.fork()));
    }
    let said: Vec<Said> = crowd.join_all().await.into_iter().flatten().collect();
    let killed = said.iter().filter(|said| said.answer.is_none()).count();
    let (mut applied, mut untold) = (0, 0);
    for number in 0..bookings {
        let item = world.item(&format!("b-{number}")).await;
        let of_one: Vec<&Said> = said.iter().filter(|said| said.click.booking == number).collect();
        let (acted, silent) = check(&item, &of_one);
        applied += acted;
        untold += silent;
    }
    say(&format!(
        "a crowd of seed {}: {bookings} bookings, {} clicks, {applied} acted; {killed} bootstraps killed, {untold} of them after the write",
        seed(),
        said.len(),
    ));
}

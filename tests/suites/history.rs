//! Histories of bookings, keys, links, clicks and undos in any order, on the real engine, compared with a
//! small model.

use std::collections::BTreeSet;
use std::time::Duration;

use action_links::booking::{Action, BookingId};
use action_links::link::{ApiKey, BaseUrl, SignedLink, Signer, UnsignedLink};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::support::{BASE, TimedClicks, World, ada, at, seed, soak};

/// What the customer and the owner may do, as in the README.
const GRAPHS: [(&str, &str, &str, &str); 11] = [
    ("confirm_decline", "tentative", "confirm", "confirmed"),
    ("confirm_decline", "tentative", "decline", "declined"),
    ("confirm_decline", "confirmed", "cancel", "cancelled"),
    ("confirm_decline", "confirmed", "cancel_by_customer", "cancelled_by_customer"),
    ("confirm_decline", "confirmed", "reschedule_by_customer", "rescheduled_by_customer"),
    ("confirm_decline", "confirmed", "complete", "completed"),
    ("instant_payment", "tentative", "pay", "paid"),
    ("instant_payment", "paid", "cancel", "cancelled"),
    ("instant_payment", "paid", "complete", "completed"),
    ("group_owner", "tentative", "cancel", "cancelled"),
    ("group_owner", "tentative", "complete", "completed"),
];

/// No graph has the last three for a link.
const ACTIONS: [&str; 10] = [
    "confirm",
    "decline",
    "cancel",
    "cancel_by_customer",
    "reschedule_by_customer",
    "complete",
    "pay",
    "create",
    "timeout",
    "destroy",
];

/// One more than the number that is made.
const BOOKINGS: usize = 3;
const KEYS: usize = 3;

/// The keyring's time to live. A change of keys takes effect after it.
const TTL: u64 = 60;

/// For how long a click can be undone, in seconds.
const UNDO: u64 = 90;

#[derive(Clone, Debug, Default)]
struct Reference {
    now: u64,
    /// Graph and state.
    bookings: Vec<(&'static str, &'static str)>,
    /// The second from which on each booking's links are valid.
    valid_after: [u64; BOOKINGS],
    revoked: BTreeSet<usize>,
    links: Vec<Link>,
    /// The expected outcome of the last click.
    outcome: &'static str,
    /// How often each booking has been changed.
    acted: [usize; BOOKINGS],
    /// The last click on each booking: the link, the states before and after it, and when.
    last: [Option<(usize, &'static str, &'static str, u64)>; BOOKINGS],
}

#[derive(Clone, Debug)]
struct Link {
    booking: usize,
    action: &'static str,
    key: usize,
    signed_at: u64,
    expires_at: Option<u64>,
    used: bool,
}

#[derive(Clone, Debug)]
enum Transition {
    Book(&'static str),
    Sign {
        booking: usize,
        action: &'static str,
        key: usize,
        expires_in: Option<u64>,
    },
    Click(prop::sample::Index),
    /// Opens a link and, if its page has the button, undoes what it did.
    Undo(prop::sample::Index),
    /// The owner's own write.
    Move {
        booking: usize,
        state: &'static str,
    },
    Revoke(usize),
    /// The owner withdraws the links sent so far.
    Withdraw(usize),
    Wait(u64),
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self { now: 1_000, ..Self::default() }).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Transition> {
        let action = || prop::sample::select(&ACTIONS[..]);
        let graph = prop::sample::select(vec!["confirm_decline", "instant_payment", "group_owner"]);
        let state = prop::sample::select(vec!["tentative", "confirmed", "paid"]);
        // Time advances in half minutes, so that links are also clicked in the second of their
        // expiry.
        let half_minutes = || (1..=4_u64).prop_map(|count| count * 30);
        let expires_in = prop::option::weighted(0.3, half_minutes());
        prop_oneof![
            2 => graph.prop_map(Transition::Book),
            4 => (0..BOOKINGS, action(), 0..KEYS, expires_in)
                .prop_map(|(booking, action, key, expires_in)| Transition::Sign { booking, action, key, expires_in }),
            16 => any::<prop::sample::Index>().prop_map(Transition::Click),
            6 => any::<prop::sample::Index>().prop_map(Transition::Undo),
            4 => (0..BOOKINGS, state).prop_map(|(booking, state)| Transition::Move { booking, state }),
            1 => (0..KEYS).prop_map(Transition::Revoke),
            1 => (0..BOOKINGS).prop_map(Transition::Withdraw),
            1 => half_minutes().prop_map(Transition::Wait),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, transition: &Transition) -> bool {
        match transition {
            Transition::Book(_) => state.bookings.len() + 1 < BOOKINGS,
            Transition::Click(_) | Transition::Undo(_) => !state.links.is_empty(),
            Transition::Move { booking, .. } | Transition::Withdraw(booking) => *booking < state.bookings.len(),
            _ => true,
        }
    }

    fn apply(mut state: Self, transition: &Transition) -> Self {
        match *transition {
            Transition::Book(graph) => state.bookings.push((graph, "tentative")),
            Transition::Sign { booking, action, key, expires_in } => {
                // No two links are the same.
                let signed_at = state.links.len() as u64;
                let expires_at = expires_in.map(|time| state.now + time);
                state.links.push(Link { booking, action, key, signed_at, expires_at, used: false });
            }
            Transition::Click(index) => state.outcome = state.click(index.index(state.links.len())),
            Transition::Undo(index) => state.outcome = state.undo(index.index(state.links.len())),
            Transition::Move { booking, state: moved } => state.bookings[booking].1 = moved,
            Transition::Revoke(key) => {
                state.revoked.insert(key);
                state.now += TTL;
            }
            Transition::Withdraw(booking) => state.valid_after[booking] = state.links.len() as u64,
            Transition::Wait(time) => state.now += time,
        }
        state
    }
}

impl Reference {
    fn click(&mut self, index: usize) -> &'static str {
        let link = &mut self.links[index];
        if self.revoked.contains(&link.key) {
            return "invalid_signature";
        }
        if link.expires_at.is_some_and(|end| end <= self.now) {
            // What it did comes before its expiry.
            return if link.used && self.bookings.len() > link.booking { "link_used" } else { "link_expired" };
        }
        if ["create", "timeout", "destroy"].contains(&link.action) {
            return "unknown_action";
        }
        let Some((graph, state)) = self.bookings.get_mut(link.booking) else { return "booking_not_found" };
        if link.used {
            return "link_used";
        }
        if link.signed_at < self.valid_after[link.booking] {
            return "link_revoked";
        }
        let row = GRAPHS.iter().find(|(of, from, action, _)| (of, from, action) == (graph, state, &link.action));
        let Some((.., to)) = row else { return "action_not_available" };
        self.last[link.booking] = Some((index, state, to, self.now));
        *state = to;
        link.used = true;
        self.acted[link.booking] += 1;
        "applied"
    }
}

impl Reference {
    /// The click's outcome, or `undone` if the page that it leads to has the button.
    fn undo(&mut self, index: usize) -> &'static str {
        let outcome = self.click(index);
        let booking = self.links[index].booking;
        let is_valid = self.valid_after.get(booking).is_none_or(|second| self.links[index].signed_at >= *second);
        match (outcome, self.last[booking]) {
            ("applied" | "link_used", Some((link, from, to, at)))
                if (link, to) == (index, self.bookings[booking].1) && self.now < at + UNDO && is_valid =>
            {
                self.bookings[booking].1 = from;
                self.last[booking] = None;
                self.acted[booking] += 1;
                // The button is pressed a second after the page was made.
                self.now += 1;
                "undone"
            }
            _ => outcome,
        }
    }
}

struct Real {
    runtime: Runtime,
    world: World,
    clicks: TimedClicks,
    links: Vec<SignedLink>,
}

fn secret(key: usize) -> String {
    format!("test_api_key_{key}_of_a_history_0123456789abcdef")
}

/// The settings of the app, with its keys.
fn settings(revoked: &BTreeSet<usize>) -> Value {
    let key = |key| match revoked.contains(&key) {
        true => json!({ "secret": secret(key), "revoked_at": "2026-11-23T08:00:00Z" }),
        false => json!({ "secret": secret(key) }),
    };
    let keys: Vec<_> = (0..KEYS).map(key).collect();
    json!({ "keys": keys, "undo_seconds": UNDO, "min_dwell_ms": 0 })
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let world = runtime.block_on(World::builder().app(settings(&reference.revoked)).start());
        let clicks = runtime.block_on(world.clicks(at(reference.now)));
        Self { runtime, world, clicks, links: Vec::new() }
    }

    fn apply(mut real: Self, reference: &Reference, transition: Transition) -> Self {
        match transition {
            Transition::Book(graph) => {
                let id = format!("b-{}", reference.bookings.len() - 1);
                real.runtime.block_on(real.world.book(json!({ "id": id, "graph": graph })));
            }
            Transition::Sign { booking, action, key, .. } => {
                let (key, link) = (ApiKey::new(&secret(key)).unwrap(), reference.links.last().unwrap());
                let id = BookingId::parse(&format!("b-{booking}")).unwrap();
                let mut unsigned = UnsignedLink::new(id, Action::parse(action).unwrap());
                if let Some(end) = link.expires_at {
                    unsigned = unsigned.expires_at(at(end));
                }
                let base = BaseUrl::parse(BASE).unwrap();
                real.links.push(Signer::new(&key, &base).sign(&unsigned, at(link.signed_at)).unwrap());
            }
            Transition::Click(index) => {
                let opened = real.clicks.open(index.get(&real.links), at(reference.now));
                assert_eq!(real.runtime.block_on(opened).code, reference.outcome);
            }
            Transition::Undo(index) => {
                let pressed_at = at(reference.now);
                let now = if reference.outcome == "undone" { pressed_at - Duration::from_secs(1) } else { pressed_at };
                let link = index.get(&real.links);
                let mut decided = real.runtime.block_on(real.clicks.open(link, now));
                if let Some(undo) = decided.offer {
                    decided = real.runtime.block_on(real.clicks.press(link, Some(undo), pressed_at));
                }
                assert_eq!(decided.code, reference.outcome);
            }
            Transition::Move { booking, state } => {
                real.runtime.block_on(real.world.set_state(&format!("b-{booking}"), state));
            }
            Transition::Revoke(_) => {
                real.runtime.block_on(real.world.put_app(ada(settings(&reference.revoked))));
            }
            Transition::Withdraw(booking) => {
                let second = reference.valid_after[booking];
                real.runtime.block_on(real.world.set_valid_after(&format!("b-{booking}"), second));
            }
            Transition::Wait(_) => {}
        }
        real
    }

    fn check_invariants(real: &Self, reference: &Reference) {
        for (number, (_, state)) in reference.bookings.iter().enumerate() {
            let item = real.runtime.block_on(real.world.item(&format!("b-{number}")));
            let entries = item["action_log"].as_array().map_or(0, Vec::len);
            assert_eq!((item["state"].as_str(), entries), (Some(*state), reference.acted[number]));
        }
    }
}

prop_state_machine! {
    #![proptest_config(Config {
        cases: if soak() { 1000 } else { 24 },
        rng_seed: RngSeed::Fixed(seed()),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn any_history_goes_as_the_model_says(sequential 1..60 => Real);
}

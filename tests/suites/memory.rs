//! A bootstrap's memory does not grow with the number of clicks.
#![cfg(target_os = "linux")]

use action_links::pages::LOCALES;
use serde_json::json;

use crate::support::{ACTION_LINK, Program, SECRET, World, naming, say, soak, token_of};

/// After this many, everything that is allocated once has been allocated.
const FEW: usize = 1_000;

/// The program's whole memory, most of which is the program itself, and what it has allocated,
/// which shows smaller leaks.
const COUNTS: [&str; 2] = ["VmRSS", "RssAnon"];

/// The kinds of click, in turns, each with the status of its answer. All bookings and links are
/// different, so that a leak for any of them is seen.
const TURNS: [(Kind, u16); 8] = [
    (Kind::Scanned, 200),
    (Kind::Forged, 403),
    (Kind::Garbled, 400),
    (Kind::Asks, 200),
    (Kind::Acts, 302),
    (Kind::Acts, 410),
    (Kind::TooLate, 409),
    (Kind::OfNoBooking, 404),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Scanned,
    Forged,
    Garbled,
    Asks,
    Acts,
    TooLate,
    OfNoBooking,
}

/// The event of a click on a link of this kind.
fn event(number: usize, kind: Kind) -> String {
    let id = if kind == Kind::OfNoBooking { format!("none-{number}") } else { format!("b-{number}") };
    let action = if kind == Kind::TooLate { "decline" } else { "confirm" };
    let secret = if kind == Kind::Forged { "test_api_key_of_a_forger_0123456789abcdef" } else { SECRET };
    let token =
        token_of(secret, &naming(secret), json!({ "booking_id": id, "action": action, "confirm": kind == Kind::Asks }));
    let parameter = if kind == Kind::Garbled { "signatur" } else { "signature" };
    let file = match kind {
        Kind::Scanned => include_str!("../../events/http_api_head.json").replace("b-http-api-head", &id),
        _ => include_str!("../../events/http_api_click.json").replace("b-http-api-click", &id),
    };
    file.replace("/confirm", &format!("/{action}"))
        .replace("signature={{signature}}", &format!("{parameter}={token}"))
        .replace("en-GB", LOCALES[number % LOCALES.len()].tag)
}

struct Clicker {
    world: World,
    program: Program,
    clicks: usize,
}

impl Clicker {
    /// Makes clicks up to a total, and returns the memory after them.
    async fn up_to(&mut self, clicks: usize) -> [u64; COUNTS.len()] {
        while self.clicks < clicks {
            let (number, turn) = (self.clicks / TURNS.len(), self.clicks % TURNS.len());
            if turn == 0 {
                self.world.book(json!({ "id": format!("b-{number}") })).await;
            }
            let (kind, status) = TURNS[turn];
            let answer = self.program.answer(&event(number, kind)).await;
            assert_eq!(answer["statusCode"], status, "{kind:?}: {answer}");
            self.clicks += 1;
        }
        let memory = COUNTS.map(|count| self.program.memory(count));
        say(&format!("memory after {clicks} clicks: {COUNTS:?} {memory:?} KiB"));
        memory
    }
}

#[tokio::test]
async fn many_clicks_take_no_more_memory_than_a_thousand() {
    let settings = json!({ "redirect_hosts": ["hairbyada.example"] });
    // The keys are read again as often as possible.
    let world = World::builder().app(settings).setting("KEYRING_TTL_SECONDS", "1").start().await;
    let program = Program::start(ACTION_LINK, &world.env).await;
    let mut clicker = Clicker { world, program, clicks: 0 };
    let few = clicker.up_to(FEW).await;
    let many = clicker.up_to(if soak() { 100_000 } else { 2 * FEW }).await;
    for (few, many) in few.into_iter().zip(many) {
        assert!(many.saturating_sub(few) * 10 <= few, "{few} KiB, and then {many} KiB");
    }
}

//! What a bootstrap holds after many clicks is what it held after a few.
#![cfg(target_os = "linux")]

use action_links::link::KeyId;
use action_links::pages::LOCALES;
use serde_json::{Value, json};

use crate::events::ACTION_LINK;
use crate::support::{Program, Reply, SECRET, World, ada, booking, hs256, say, soak};

/// After these everything that is made once has been made.
const FEW: usize = 1_000;

/// What clicks come to, in turns: link, answer. No two links are the same, but where a used one is
/// meant, so that whatever were kept of each would be seen.
const TURNS: [(&str, u16); 6] = [
    ("forged", 403),
    ("asks", 200),
    ("acts", 302),
    ("acts", 410),
    ("too late", 409),
    ("of no booking", 404),
];

struct Clicker {
    world: World,
    program: Program,
    /// A click of API Gateway's; booking, action, token and language stand for others.
    event: String,
    clicks: usize,
}

impl Clicker {
    /// The next clicks, up to so many in all; the memory after them.
    async fn up_to(&mut self, clicks: usize) -> u64 {
        while self.clicks < clicks {
            let (link, status) = TURNS[self.clicks % TURNS.len()];
            let turn = self.clicks / TURNS.len();
            let id = format!("b-{turn}");
            if self.clicks.is_multiple_of(TURNS.len()) {
                self.world.put(booking(&id, "confirm_decline", "tentative")).await;
            }
            let language = LOCALES[turn % LOCALES.len()].tag;
            match self.program.invoke(&self.event(&id, link, language)).await {
                Reply::Response(answer) => assert_eq!(answer["statusCode"], status, "{link}: {answer}"),
                Reply::Error(error) => panic!("{link}: {error}"),
            }
            self.clicks += 1;
        }
        let memory = self.program.memory();
        say(&format!("{memory} KiB after {clicks} clicks"));
        memory
    }

    fn event(&self, id: &str, link: &str, language: &str) -> String {
        let id = if link == "of no booking" { format!("{id}-not") } else { id.to_owned() };
        let action = if link == "too late" { "decline" } else { "confirm" };
        let secret = if link == "forged" { "test_api_key_of_a_forger_0123456789abcdef" } else { SECRET };
        let header = json!({ "alg": "HS256", "kid": KeyId::of(secret).as_str() });
        let claims = json!({ "booking_id": id, "action": action, "confirm": link == "asks" });
        let token = hs256(secret, &header.to_string(), &claims.to_string());
        let event = self.event.replace("b-http-api-click", &id).replace("/confirm", &format!("/{action}"));
        event.replace("{{signature}}", &token).replace("en-GB", language)
    }
}

#[tokio::test]
async fn memory_after_many_clicks_is_what_it_was_after_a_thousand() {
    let mut app = ada();
    app["redirect_hosts"] = json!(["hairbyada.example"]);
    // The keys are read again as often as can be.
    let world = World::with(&[app], &[("KEYRING_TTL_SECONDS", "1")]).await;
    let program = Program::start(ACTION_LINK, &world.env).await;
    let event: Value = serde_json::from_str(include_str!("../events/http_api_click.json")).unwrap();
    let mut clicker = Clicker { world, program, event: event.to_string(), clicks: 0 };
    let few = clicker.up_to(FEW).await;
    let many = clicker.up_to(if soak() { 100_000 } else { 4 * FEW }).await;
    assert!(many.abs_diff(few) * 10 <= few, "{few} KiB, then {many} KiB");
}

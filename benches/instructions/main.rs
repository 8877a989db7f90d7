//! Does one thing as often as its arguments say (`sign 1000`), for valgrind to count the
//! instructions: `make instructions`.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use std::env;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use action_links::app::{App, AppRecord};
use action_links::booking::{Action, BookingId, State};
use action_links::click::{ClickResult, Outcome, UsedLink, rules};
use action_links::domain::{AttributeNames, BookingSummary, Graphs};
use action_links::link::{BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};
use action_links::pages::{Language, Page};
use action_links::store::{BookingUpdate, Size, evaluate};
use serde_json::json;

const PATH: &str = "/v2/bookings/3fa85f64-5717-4562-b3fc-2c963f66afa6/external_action/confirm";

fn main() {
    let mut arguments = env::args().skip(1);
    let Some((what, times)) = arguments.next().zip(arguments.next()) else { panic!("what, and how often: sign 1000") };
    let graphs = Graphs::built_in(None).unwrap();
    let record = json!({
        "id": "ada", "name": "Hair by Ada", "color": "#0b6e4f",
        "keys": [{ "secret": "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718", "created_at": "2026-01-01T00:00:00Z" }],
    });
    let (app, _) = App::from_record(AppRecord::from(record.as_object().unwrap().clone()), &graphs).unwrap();
    let app = Arc::new(app);
    let key = app.keys.signing().unwrap();
    let base = BaseUrl::parse("https://links.hairbyada.example").unwrap();
    let (signer, verifier) = (Signer::new(key, &base), Verifier::new([key]));
    let booking = BookingId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").unwrap();
    let link = UnsignedLink::new(booking, Action::parse("confirm").unwrap());
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let signature = signer.sign(&link, now).expect("the token is short").signature;
    let unverified = UnverifiedLink::parse(PATH, [("signature", signature.as_str())]).ok().unwrap();
    let verified = verifier.verify(&unverified, now).unwrap();
    let routes = graphs.routes(verified.action()).unwrap();
    let names = AttributeNames::default();
    let used = Outcome::LinkUsed {
        used: UsedLink {
            to: State::parse("confirmed").ok(),
            state: State::parse("confirmed").ok(),
            at: Some("2026-11-23T08:04:00Z".to_owned()),
            undone_at: None,
        },
        redirect: None,
        undo: None,
    };
    let used = ClickResult::new(used, BookingSummary::default(), verified.authentic().clone(), Arc::clone(&app));
    let english = Language::choose(["en"]);
    for _ in 0..times.parse().unwrap() {
        match what.as_str() {
            "sign" => drop(black_box(signer.sign(black_box(&link), now))),
            "verify" => drop(black_box(verifier.verify(black_box(&unverified), now).unwrap())),
            // The rules of a click, as the write's condition and on the booking that it returns.
            "decide" => {
                let rules =
                    rules(black_box(&verified), &app, &routes[0], graphs.default_name(), SystemTime::UNIX_EPOCH, None);
                let at = "2026-11-23T08:04:00Z";
                let update = BookingUpdate::of_click(&verified, &routes[0], &app.id, "request", at);
                black_box((Size::of(&rules, &names), evaluate(None, &rules, &update)));
            }
            "page" => drop(black_box(Page::new(black_box(&used), &english, None))),
            _ => panic!("sign, verify, decide or page"),
        }
    }
}

//! Signs or verifies one link as often as its arguments say (`sign 1000`, `verify 1000`), for
//! valgrind to count the instructions. `cargo bench` passes no such arguments, and nothing happens.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use std::env;
use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

use action_links::booking::{Action, BookingId};
use action_links::link::{ApiKey, BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};

const PATH: &str = "/v2/bookings/3fa85f64-5717-4562-b3fc-2c963f66afa6/external_action/confirm";

fn main() {
    let Some((what, times)) = env::args().nth(1).zip(env::args().nth(2)) else { return }; // `cargo bench`
    let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718").unwrap();
    let base = BaseUrl::parse("https://links.hairbyada.example").unwrap();
    let signer = Signer::new(&key, &base);
    let verifier = Verifier::new([&key]);
    let booking = BookingId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").unwrap();
    let link = UnsignedLink::new(booking, Action::parse("confirm").unwrap());
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let signature = signer.sign(&link, now).signature;
    let unverified = UnverifiedLink::parse(PATH, [("signature", signature.as_str())]).ok().unwrap();
    for _ in 0..times.parse().unwrap() {
        match what.as_str() {
            "sign" => drop(black_box(signer.sign(black_box(&link), now))),
            _ => drop(black_box(verifier.verify(black_box(&unverified), now).unwrap())),
        }
    }
}

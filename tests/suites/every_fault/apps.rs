//! Every fault at every request of a first click or read of an app in a table of more than a page: its
//! index entry, its record, then the booking. A look-up that fails is never told as a bad key.

use action_links::action_link::ActionLinkFunction;
use action_links::booking::{Action, BookingId};
use action_links::booking_links::BookingLinksFunction;
use action_links::emulator::LocalGateway;
use action_links::link::{ApiKey, BaseUrl, Signer, UnsignedLink};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::told;
use super::ways::{CONFLICT, REJECTED, expected, uniform};
use crate::support::{Answer, BASE, Fault, World, at, booking, say, send};

fn secret_of(app: usize) -> String {
    format!("test_api_key_{app:032}")
}

/// A table of more than a page, with an app for each combination, and both functions.
async fn world(combinations: usize) -> (World, LocalGateway) {
    let world = World::with(&[], &[("KEYRING_TTL_SECONDS", "3600")]).await;
    world.put_apps(combinations, secret_of).await;
    world.outgrow_a_page().await;
    let clicks = world.start_timed::<ActionLinkFunction>().await.unwrap();
    let gateway = LocalGateway::new(clicks, world.start_timed::<BookingLinksFunction>().await.unwrap());
    (world, gateway)
}

/// No fault or some at the first, the second or the third request.
fn combinations() -> Vec<Vec<Fault>> {
    let reads = uniform().into_iter().filter(|way| !way.contains(&CONFLICT));
    let places = |way: Vec<Fault>| (0..3).map(move |before| [&vec![Fault::NONE; before][..], &way].concat());
    reads.flat_map(places).collect()
}

async fn put_booking(world: &World, number: usize) -> String {
    let mut record = booking(&format!("b-{number}"), "confirm_decline", "tentative");
    record["app_id"] = format!("app-{number}").into();
    world.put(record).await;
    format!("b-{number}")
}

async fn click(gateway: &LocalGateway, number: usize, id: &str) -> Answer {
    let link = UnsignedLink::new(BookingId::parse(id).unwrap(), Action::parse("confirm").unwrap());
    let key = ApiKey::new(&secret_of(number)).unwrap();
    let link = Signer::new(&key, &BaseUrl::parse(BASE).unwrap()).sign(&link, at(0));
    send(gateway, "GET", &link.url, &[("accept", "application/json")]).await
}

async fn read(gateway: &LocalGateway, number: usize, id: &str) -> Answer {
    let credentials = format!("Basic {}", STANDARD.encode(format!(":{}", secret_of(number))));
    send(gateway, "GET", &format!("/v2/bookings/{id}"), &[("authorization", &credentials)]).await
}

#[tokio::test]
async fn a_first_click_of_an_app() {
    let combinations = combinations();
    let (world, gateway) = world(combinations.len()).await;
    for (number, faults) in combinations.iter().enumerate() {
        let id = put_booking(&world, number).await;
        world.proxy.play(faults);
        let answer = click(&gateway, number, &id).await;
        let (sent, ended) = expected(3, faults);
        let is = match ended {
            None => (200, ""),
            Some((2, REJECTED)) => (500, "booking_unusable"),
            Some(_) => (503, "temporarily_unavailable"),
        };
        assert_eq!((told(&answer), world.proxy.take().len()), ((is.0, is.1.to_owned()), sent), "{faults:?}");
        // The next click works, and no write was made twice.
        world.proxy.play(&[]);
        world.proxy.release().await;
        click(&gateway, number, &id).await;
        assert_eq!(world.item(&id).await["action_log"].as_array().map_or(0, Vec::len), 1, "{faults:?}");
    }
    say(&format!("{} combinations of faults of a first click of an app", combinations.len()));
}

#[tokio::test]
async fn a_first_read_of_an_app() {
    let combinations = combinations();
    let (world, gateway) = world(combinations.len()).await;
    for (number, faults) in combinations.iter().enumerate() {
        let id = put_booking(&world, number).await;
        world.proxy.play(faults);
        let answer = read(&gateway, number, &id).await;
        let (sent, ended) = expected(3, faults);
        let is = ended.map_or((200, ""), |_| (503, "temporarily_unavailable"));
        assert_eq!((told(&answer), world.proxy.take().len()), ((is.0, is.1.to_owned()), sent), "{faults:?}");
        world.proxy.play(&[]);
        world.proxy.release().await;
        assert_eq!(read(&gateway, number, &id).await.status, 200, "{faults:?}");
    }
    say(&format!("{} combinations of faults of a first read of an app", combinations.len()));
}

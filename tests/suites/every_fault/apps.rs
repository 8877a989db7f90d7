//! Every fault at every request of a first click or read of an app in a table of more than a page: its
//! index entry, its record, then the booking. A look-up that fails is never told as a bad key.

use action_links::action_link::ActionLinkFunction;
use action_links::booking_links::BookingLinksFunction;
use serde_json::json;

use super::ways::{CONFLICT, REJECTED, expected, uniform};
use crate::support::{Answer, Fault, HttpClient, World, link_of, naming, say};

fn secret_of(app: usize) -> String {
    format!("test_api_key_{app:032}")
}

/// A table of more than a page, with an app for each combination, and both functions.
async fn world(combinations: usize) -> (World, HttpClient) {
    let world = World::builder().without_ada().setting("KEYRING_TTL_SECONDS", "3600").start().await;
    world.put_apps(combinations, secret_of).await;
    world.outgrow_a_page().await;
    let clicks = world.start_timed::<ActionLinkFunction>().await.unwrap();
    let gateway = HttpClient::of(clicks, world.start_timed::<BookingLinksFunction>().await.unwrap());
    (world, gateway)
}

/// No fault or some at the first, the second or the third request.
fn combinations() -> Vec<Vec<Fault>> {
    let reads = uniform().into_iter().filter(|way| !way.contains(&CONFLICT));
    let places = |way: Vec<Fault>| (0..3).map(move |before| [&vec![Fault::NONE; before][..], &way].concat());
    reads.flat_map(places).collect()
}

async fn put_booking(world: &World, number: usize) -> String {
    let id = format!("b-{number}");
    world.book(json!({ "id": id, "app_id": format!("app-{number}") })).await;
    id
}

async fn click(gateway: &HttpClient, number: usize, id: &str) -> Answer {
    let secret = secret_of(number);
    gateway.json().click(link_of(&secret, &naming(&secret), json!({ "booking_id": id }))).await
}

async fn read(gateway: &HttpClient, number: usize, id: &str) -> Answer {
    gateway.read_as(&secret_of(number), format!("/v2/bookings/{id}")).await
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
        assert_eq!((answer.told(), world.proxy.take().len()), (is, sent), "{faults:?}");
        // The next click works, and no write was made twice.
        world.proxy.play(&[]);
        world.proxy.release().await;
        click(&gateway, number, &id).await;
        assert_eq!(world.log(&id).await.len(), 1, "{faults:?}");
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
        assert_eq!((answer.told(), world.proxy.take().len()), (is, sent), "{faults:?}");
        world.proxy.play(&[]);
        world.proxy.release().await;
        assert_eq!(read(&gateway, number, &id).await.status, 200, "{faults:?}");
    }
    say(&format!("{} combinations of faults of a first read of an app", combinations.len()));
}

//! Every fault, at every request of a cold start and of the first request after it, for both
//! functions: a fault that may pass never stops a start, and no start is answered wrongly.

use action_links::action_link::ActionLinkFunction;
use action_links::booking_links::BookingLinksFunction;
use action_links::runtime::StartError;

use serde_json::json;

use super::ways::{CONFLICT, REJECTED, expected, uniform};
use crate::support::{Answer, Fault, HttpClient, World, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    ActionLink,
    BookingLinks,
}

impl Program {
    /// Both functions, of which this one starts while the store has those faults.
    async fn start(self, world: &World, faults: &[Fault]) -> Result<HttpClient, StartError> {
        Ok(match self {
            Self::ActionLink => {
                let other = world.start::<BookingLinksFunction>().await?;
                world.proxy.play(faults);
                HttpClient::of(world.start_timed::<ActionLinkFunction>().await?, other)
            }
            Self::BookingLinks => {
                let other = world.start::<ActionLinkFunction>().await?;
                world.proxy.play(faults);
                HttpClient::of(other, world.start_timed::<BookingLinksFunction>().await?)
            }
        })
    }

    async fn first_request(self, world: &World, gateway: &HttpClient, id: &str) -> Answer {
        match self {
            Self::ActionLink => gateway.json().click(world.sign(id, "confirm")).await,
            Self::BookingLinks => gateway.json().read(format!("/v2/bookings/{id}")).await,
        }
    }

    /// The faults of a start: of its first request, which reads the keys, or of its second, which
    /// checks the bookings table.
    async fn starts(self) {
        let world = World::new().await;
        let mut combinations = 0;
        for (before, way) in reads().flat_map(|way| [(0, way.clone()), (1, way)]) {
            combinations += 1;
            let id = format!("b-{combinations}");
            world.book(json!({ "id": id })).await;
            let faults = [&vec![Fault::NONE; before][..], &way].concat();
            let gateway = self.start(&world, &faults).await;
            let of = format!("{self:?} {faults:?}");
            if let (_, Some((_, REJECTED))) = expected(1, &way) {
                assert!(gateway.err().unwrap().to_string().contains("ValidationException"), "{of}");
                continue;
            }
            let gateway = gateway.unwrap_or_else(|error| panic!("{error} after {of}"));
            world.proxy.play(&[]);
            let answer = self.first_request(&world, &gateway, &id).await;
            assert_eq!(answer.status, 200, "{of}: {}", answer.body);
        }
        say(&format!("{self:?}: {combinations} combinations of faults of a start"));
    }

    /// The faults of the first request after a start without keys. It reads them before its own
    /// read or write.
    async fn first_requests(self) {
        let world = World::new().await;
        let mut combinations = 0;
        for (before, way) in reads().flat_map(|way| [(0, way.clone()), (1, way)]) {
            combinations += 1;
            let id = format!("b-{combinations}");
            world.book(json!({ "id": id })).await;
            let gateway = self.start(&world, &[Fault::THROTTLED; 6]).await.unwrap();
            let faults = [&vec![Fault::NONE; before][..], &way].concat();
            world.proxy.take();
            world.proxy.play(&faults);
            let answer = self.first_request(&world, &gateway, &id).await;
            let (sent, ended) = expected(2, &faults);
            let of = format!("{self:?} {faults:?}: {}", answer.body);
            let is = match ended {
                None => (200, ""),
                Some((1, REJECTED)) if self == Self::ActionLink => (500, "booking_unusable"),
                Some(_) => (503, "temporarily_unavailable"),
            };
            assert_eq!((answer.told(), world.proxy.take().len()), (is, sent), "{of}");
            // The same function then works, and no write was made twice.
            world.proxy.play(&[]);
            world.proxy.release().await;
            let again = self.first_request(&world, &gateway, &id).await;
            let entries = world.log(&id).await.len();
            match self {
                Self::ActionLink => assert_eq!(entries, 1, "{of}"),
                Self::BookingLinks => assert_eq!((again.status, entries), (200, 0), "{of}"),
            }
        }
        say(&format!("{self:?}: {combinations} combinations of faults of a first request"));
    }
}

/// The ways in which a read can fail. Mixed sequences of faults would only repeat what the clicks
/// show of the SDK's attempts.
fn reads() -> impl Iterator<Item = Vec<Fault>> {
    uniform().into_iter().filter(|way| !way.contains(&CONFLICT))
}

#[tokio::test]
async fn a_start_of_action_link() {
    Program::ActionLink.starts().await;
}

#[tokio::test]
async fn a_start_of_booking_links() {
    Program::BookingLinks.starts().await;
}

#[tokio::test]
async fn a_first_click_after_a_start_without_keys() {
    Program::ActionLink.first_requests().await;
}

#[tokio::test]
async fn a_first_read_after_a_start_without_keys() {
    Program::BookingLinks.first_requests().await;
}

#[tokio::test]
async fn a_direct_invocation_without_keys_is_told_to_try_again() {
    let world = World::new().await;
    let gateway = Program::BookingLinks.start(&world, &[Fault::THROTTLED; 9]).await.unwrap();
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm" });
    let said = gateway.refusal(sign.clone()).await;
    assert!(said.contains("the API keys cannot be read; try again"), "{said}");
    assert!(gateway.invoke(sign).await["url"].is_string());
}

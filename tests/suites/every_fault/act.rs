//! Every fault, at every attempt, for an action that the business takes itself.

use action_links::action_link::ActionLinkFunction;
use action_links::booking_links::BookingLinksFunction;
use serde_json::json;

use super::ways::{REJECTED, expected, ways};
use crate::support::{HttpClient, World, say};

#[tokio::test]
async fn an_action_of_the_business_itself() {
    let world = World::builder().setting("KEYRING_TTL_SECONDS", "3600").start().await;
    let function = world.start_timed::<BookingLinksFunction>().await.unwrap();
    let client = HttpClient::of(world.start::<ActionLinkFunction>().await.unwrap(), function);
    world.proxy.take();
    let mut combinations = 0;
    for way in ways() {
        combinations += 1;
        let id = format!("b-{combinations}");
        world.book(json!({ "id": id })).await;
        world.proxy.play(&way);
        let event = json!({ "operation": "act", "booking_id": id, "action": "confirm", "request_id": "r-1" });
        let told = client.try_invoke(event.clone()).await;
        let (sent, ended) = expected(1, &way);
        assert_eq!(world.proxy.take().len(), sent, "{way:?}");
        let applied = json!({ "data": { "id": id, "state": "confirmed", "action": "confirm" } });
        let is = match ended {
            None => Ok(applied.clone()),
            Some((_, REJECTED)) => Err("booking_unusable".to_owned()),
            Some(_) => Err("temporarily_unavailable".to_owned()),
        };
        assert_eq!(told, is, "{way:?}");
        // What it says agrees with the table.
        let acted = world.log(&id).await.len();
        assert!(acted <= 1 && (told.is_err() || acted == 1), "{way:?}");
        world.proxy.play(&[]);
        world.proxy.release().await;
        // The same request again is a success, and has acted once.
        assert_eq!(client.try_invoke(event).await, Ok(applied), "again after {way:?}");
        assert_eq!((world.log(&id).await.len(), world.state(&id).await.as_str()), (1, "confirmed"), "{way:?}");
        world.proxy.take();
    }
    say(&format!("{combinations} combinations of faults of an action of the business itself"));
}

//! The condition that the engine evaluates and the function that reads its refusals agree, for
//! every app, graph and state of a booking. The model of `src/store/model.rs` rests on this. (If
//! `used_links` is not a set of strings, every write is an error: `docs/design.md`.)

use std::collections::HashMap;

use action_links::app::{App, AppRecord};
use action_links::graph::Graphs;
use action_links::link::{UnverifiedLink, Verifier};
use action_links::store::{ClickWrite, Verdict};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::support::{World, ada, at, key};

/// Every kind of value that an attribute may have in an owner's table.
fn values(names: &[&str]) -> Vec<Option<AttributeValue>> {
    let odd = [None, Some(AttributeValue::Null(true)), Some(AttributeValue::N("7".to_owned()))];
    names.iter().map(|name| Some(AttributeValue::S((*name).to_owned()))).chain(odd).collect()
}

#[tokio::test]
async fn a_write_is_refused_where_reading_the_booking_says_so_and_nowhere_else() {
    let world = World::new().await;
    let graphs = Graphs::built_in(None).unwrap();
    let (app, _) = App::from_record(AppRecord::from(ada().as_object().unwrap().clone())).unwrap();
    let signed = world.sign("b-1", "cancel_by_customer");
    let link = UnverifiedLink::parse(
        "/v2/bookings/b-1/external_action/cancel_by_customer",
        [("signature", signed.signature.as_str())],
    );
    let link = Verifier::new([key()]).verify(&link.ok().unwrap(), at(0)).unwrap();
    let set = |link: &str| Some(AttributeValue::Ss(vec![link.to_owned(), "another".to_owned()]));
    let used_links = [None, set("a third"), set(link.link_id().as_str())];
    let (mut written, mut refused) = (0, 0);
    for sole in [true, false] {
        let app = App { sole, ..app.clone() };
        let write = ClickWrite {
            link: &link,
            app: &app,
            request_id: "r-1",
            at: "2026-11-23T08:00:00Z",
            source_ip: None,
            user_agent: None,
            message: None,
            read_back: false,
        };
        // The index accepts only strings.
        for owner in values(&["ada", "bob"]).into_iter().filter(|value| value.as_ref().is_none_or(AttributeValue::is_s))
        {
            for graph in values(&["confirm_decline", "group_customer", "instant_payment", "unknown"]) {
                for state in values(&["tentative", "confirmed"]) {
                    for used in &used_links {
                        let attributes =
                            [("app_id", &owner), ("graph", &graph), ("state", &state), ("used_links", used)];
                        let attributes = attributes.iter().filter_map(|(name, value)| Some((*name, (*value).clone()?)));
                        let item: HashMap<_, _> = attributes.map(|(name, value)| (name.to_owned(), value)).collect();
                        let of = format!("sole: {sole}, {item:?}");
                        world.put_item("b-1", item).await;
                        let before = world.item("b-1").await;
                        let (reading, _) = world.bookings.preview(&write, &graphs).await.unwrap();
                        let (verdict, _) = world.bookings.apply(&write, &graphs).await.unwrap();
                        match reading {
                            None => {
                                assert!(matches!(verdict, Verdict::Applied { .. }), "{of}");
                                written += 1;
                            }
                            Some(reading) => {
                                assert_eq!((&verdict, world.item("b-1").await), (&reading, before), "{of}");
                                refused += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(written >= 20 && refused >= 500, "{written} written, {refused} refused: too few to tell");
}

//! The condition that the engine evaluates and the reading of the same rules agree, for generated
//! bookings with values of every type. The model of `src/click/model` rests on this.

use std::collections::HashMap;

use action_links::app::App;
use action_links::click::rules;
use action_links::domain::{Attribute, Record};
use action_links::store::{BookingUpdate, Evaluation, Written, evaluate};
use aws_sdk_dynamodb::types::AttributeValue;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::support::{World, ada, app, at, graphs, say, seed, soak, verified};

/// 2026-11-23T08:00:00Z.
const NOW: u64 = 1_795_420_800;

/// An attribute of a booking: absent, one of these strings, or a value of another type.
fn attribute(strings: &'static [&'static str]) -> impl Strategy<Value = Option<AttributeValue>> {
    let string = prop::sample::select(strings).prop_map(|text| AttributeValue::S(text.to_owned()));
    prop_oneof![
        12 => string.prop_map(Some),
        1 => Just(None),
        1 => Just(Some(AttributeValue::Null(true))),
        1 => "[a-z_]{1,8}".prop_map(|text| Some(AttributeValue::S(text))),
        1 => any::<u32>().prop_map(|number| Some(AttributeValue::N(number.to_string()))),
        1 => any::<bool>().prop_map(|value| Some(AttributeValue::Bool(value))),
        1 => Just(Some(AttributeValue::M(HashMap::new()))),
    ]
}

/// What `used_links` may be: absent, a set or, by mistake, something else, with the link in it or not.
fn used_links(link: &str) -> impl Strategy<Value = Option<AttributeValue>> + use<> {
    let (own, other) = (link.to_owned(), "another".to_owned());
    let text = AttributeValue::S;
    prop_oneof![
        6 => Just(None),
        6 => Just(Some(AttributeValue::Ss(vec![other.clone()]))),
        4 => Just(Some(AttributeValue::Ss(vec![other.clone(), own.clone()]))),
        1 => Just(Some(AttributeValue::L(vec![text(own.clone())]))),
        1 => Just(Some(AttributeValue::L(vec![text(other)]))),
        1 => Just(Some(text(format!("{own} and more")))),
        1 => Just(Some(AttributeValue::Null(true))),
        1 => Just(Some(AttributeValue::N("7".to_owned()))),
    ]
}

/// What `links_valid_after` may be. The link was signed in second 1000.
fn links_valid_after() -> impl Strategy<Value = Option<AttributeValue>> {
    let number = |text: &str| Some(AttributeValue::N(text.to_owned()));
    prop_oneof![
        12 => Just(None),
        4 => prop::sample::select(vec!["1000", "999", "-1", "0.5", "1e-20"]).prop_map(number),
        4 => prop::sample::select(vec!["1001", "1000.00000000000000000001", "1e30"]).prop_map(number),
        1 => Just(Some(AttributeValue::Null(true))),
        1 => Just(Some(AttributeValue::S("1000".to_owned()))),
    ]
}

#[tokio::test]
async fn a_write_is_refused_where_reading_the_booking_says_so_and_nowhere_else() {
    let world = World::new().await;
    let graphs = graphs();
    let app = app(ada(json!({ "min_notice_seconds": { "cancel_by_customer": 86_400 } })));
    let link = verified(world.sign_at("b-1", "cancel_by_customer", at(1000)), at(NOW));
    let route = &graphs.routes(link.action()).unwrap()[0];
    let update = BookingUpdate::of_click(&link, route, &app.id, "r-1", "2026-11-23T08:00:00Z");
    // The index accepts only strings as an app.
    let owner = attribute(&["ada", "ada", "ada", "bob"]).prop_map(|value| value.filter(AttributeValue::is_s));
    let booking = (
        owner,
        attribute(&["confirm_decline", "instant", "group_customer", "instant_payment", "unknown"]),
        attribute(&["confirmed", "confirmed", "confirmed", "tentative"]),
        used_links(link.link_id().as_str()),
        links_valid_after(),
        // A day after `NOW`, and what surrounds it.
        attribute(&[
            "2026-11-24T08:00:01Z",
            "2026-11-24T08:00:00.999Z",
            "2026-11-24T08:00:00Z",
            "2026-11-24T08:00:00+00:00",
            "2026-11-24 10:00:01+02:00",
            "20261124T080001Z",
            "2026-11-30T08:00:00Z",
            "2026-11-30T08:00:00Z",
            "Z",
        ]),
        any::<bool>(),
    );
    let cases = if soak() { 20_000 } else { 1_000 };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed().to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let (mut written, mut refused) = (0, 0);
    for _ in 0..cases {
        let (owner, graph, state, used, valid_after, starts_at, is_only) =
            booking.new_tree(&mut runner).unwrap().current();
        let can_be_added_to = used.as_ref().is_none_or(AttributeValue::is_ss);
        let attributes = [
            ("app_id", owner),
            ("graph", graph),
            ("state", state),
            ("used_links", used),
            ("links_valid_after", valid_after),
            ("starts_at", starts_at),
        ];
        let item: HashMap<_, _> =
            attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let of = format!("only app: {is_only}, {item:?}");
        world.put_item("b-1", item).await;
        let before = world.item("b-1").await;
        let app = App { is_only, ..app.clone() };
        let found = world.bookings.get(link.booking_id()).await.unwrap();
        let starts_at = found.as_ref().and_then(|booking| booking.value(Attribute::StartsAt));
        let rules = rules(&link, &app, route, graphs.default_name(), at(NOW), starts_at);
        let reading = evaluate(found.as_ref(), &rules, &update);
        match world.bookings.write(link.booking_id(), &rules, &update, false).await {
            Ok(Written::Applied(_)) => {
                assert_eq!(reading, Evaluation::Passes, "{of}");
                written += 1;
            }
            Ok(Written::Refused(reason, _)) => {
                assert_eq!((reading, world.item("b-1").await), (Evaluation::Refused(reason), before), "{of}");
                refused += 1;
            }
            Ok(Written::Own(_)) => panic!("{of}"),
            // The condition holds, but DynamoDB adds only to a set.
            Err(fault) => {
                assert!(fault.is_rejection() && !can_be_added_to && reading == Evaluation::Passes, "{fault}: {of}");
            }
        }
    }
    say(&format!("the condition: seed {}, {written} written, {refused} refused", seed()));
    assert!(written > cases / 40 && refused > cases / 2, "{written} written, {refused} refused: too few to tell");
}

//! Rules as DynamoDB reads them, and the same rules evaluated here.

use aws_sdk_dynamodb::types::AttributeValue;

use super::booking::Booking;
use super::terms::Terms;
use crate::rule::{Attribute, Rule, Test};

/// The condition that every rule holds.
pub(super) fn render<R>(rules: &[Rule<'_, R>], terms: &mut Terms<'_>) -> String {
    let tests: Vec<_> = rules.iter().map(|rule| &rule.test).collect();
    joined(&tests, " AND ", terms)
}

/// The tests with an operator between them. DynamoDB refuses redundant parentheses.
fn joined(tests: &[&Test<'_>], by: &str, terms: &mut Terms<'_>) -> String {
    let one = |test: &&Test<'_>| match render_test(test, terms) {
        text if tests.len() > 1 && is_compound(test) => format!("({text})"),
        text => text,
    };
    tests.iter().map(one).collect::<Vec<_>>().join(by)
}

/// Whether a test is rendered with an operator outside of parentheses.
fn is_compound(test: &Test<'_>) -> bool {
    match test {
        Test::Absent(_) => true,
        Test::All(tests) | Test::Any(tests) => tests.len() > 1 || tests.iter().any(is_compound),
        Test::Exists(_) | Test::Equals(..) | Test::OneOf(..) | Test::Lacks(..) => false,
    }
}

fn render_test(test: &Test<'_>, terms: &mut Terms<'_>) -> String {
    match test {
        Test::Exists(attribute) => format!("attribute_exists({})", terms.attribute(*attribute)),
        Test::Absent(attribute) => {
            let name = terms.attribute(*attribute);
            format!("attribute_not_exists({name}) OR attribute_type({name}, {})", terms.text("NULL"))
        }
        Test::Equals(attribute, text) => format!("{} = {}", terms.attribute(*attribute), terms.text(text)),
        Test::OneOf(attribute, texts) => {
            let name = terms.attribute(*attribute);
            let values: Vec<_> = texts.iter().map(|text| terms.text(text)).collect();
            format!("{name} IN ({})", values.join(", "))
        }
        Test::Lacks(attribute, text) => {
            format!("NOT contains({}, {})", terms.attribute(*attribute), terms.text(text))
        }
        Test::All(tests) => joined(&tests.iter().collect::<Vec<_>>(), " AND ", terms),
        Test::Any(tests) => joined(&tests.iter().collect::<Vec<_>>(), " OR ", terms),
    }
}

/// The reason of the first rule that the booking fails. A booking that does not exist has no
/// attributes.
pub(super) fn first_failure<R: Copy>(rules: &[Rule<'_, R>], booking: Option<&Booking<'_>>) -> Option<R> {
    rules.iter().find(|rule| !holds(&rule.test, booking)).map(|rule| rule.reason)
}

/// Whether a test holds, as DynamoDB evaluates it.
fn holds(test: &Test<'_>, booking: Option<&Booking<'_>>) -> bool {
    let value = |attribute: &Attribute| booking?.value(*attribute);
    let text = |attribute| match value(attribute)? {
        AttributeValue::S(text) => Some(text.as_str()),
        _ => None,
    };
    match test {
        Test::Exists(attribute) => value(attribute).is_some(),
        Test::Absent(attribute) => value(attribute).is_none_or(AttributeValue::is_null),
        Test::Equals(attribute, wanted) => text(attribute) == Some(*wanted),
        Test::OneOf(attribute, wanted) => text(attribute).is_some_and(|text| wanted.contains(&text)),
        Test::Lacks(attribute, member) => !value(attribute).is_some_and(|value| contains(value, member)),
        Test::All(tests) => tests.iter().all(|test| holds(test, booking)),
        Test::Any(tests) => tests.iter().any(|test| holds(test, booking)),
    }
}

/// DynamoDB's `contains`: an element of a set or a list, or a part of a string.
fn contains(value: &AttributeValue, member: &str) -> bool {
    match value {
        AttributeValue::Ss(set) => set.iter().any(|element| element == member),
        AttributeValue::L(list) => {
            list.iter().any(|element| matches!(element, AttributeValue::S(text) if text == member))
        }
        AttributeValue::S(text) => text.contains(member),
        _ => false,
    }
}

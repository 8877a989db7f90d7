//! Rules as DynamoDB reads them, and the same rules evaluated here.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

use super::booking::Booking;
use super::terms::Terms;
use crate::config::Attributes;
use crate::rule::{Attribute, Rule, Test};

/// The condition that every rule holds.
pub(super) fn render<R>(rules: &[Rule<'_, R>], terms: &mut Terms<'_>) -> String {
    let mut condition = String::with_capacity(512);
    join(rules.iter().map(|rule| &rule.test), " AND ", terms, &mut condition);
    condition
}

/// How large a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    bytes: usize,
    operators: usize,
    /// The operands of the longest `IN`.
    operands: usize,
}

impl Size {
    /// The limits of DynamoDB (Developer Guide, "Quotas in Amazon DynamoDB": expression parameters).
    pub const LIMIT: Self = Self { bytes: 4096, operators: 300, operands: 100 };

    /// The size of the condition that every rule holds.
    pub fn of<R>(rules: &[Rule<'_, R>], names: &Attributes) -> Self {
        let condition = render(rules, &mut Terms::new(names));
        let count = |what: &str| condition.matches(what).count();
        let operators =
            [" AND ", " OR ", " = ", " IN ", " >= ", " <= ", "NOT ", "attribute_", "contains("].map(count).iter().sum();
        let lists = condition.split(" IN (").skip(1).filter_map(|rest| rest.split(')').next());
        let operands = lists.map(|list| list.split(',').count()).max().unwrap_or_default();
        Self { bytes: condition.len(), operators, operands }
    }

    /// Whether DynamoDB accepts a condition of this size.
    pub fn fits(self) -> bool {
        let Self { bytes, operators, operands } = Self::LIMIT;
        self.bytes <= bytes && self.operators <= operators && self.operands <= operands
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, operators, operands } = self;
        write!(f, "{bytes} bytes, {operators} operators, {operands} operands of IN")
    }
}

/// Appends the tests with an operator between them. DynamoDB refuses redundant parentheses.
fn join<'t>(
    tests: impl ExactSizeIterator<Item = &'t Test<'t>>,
    operator: &str,
    terms: &mut Terms<'_>,
    condition: &mut String,
) {
    let is_one = tests.len() == 1;
    for (position, test) in tests.enumerate() {
        if position > 0 {
            *condition += operator;
        }
        if is_one || !is_compound(test) {
            append(test, terms, condition);
        } else {
            condition.push('(');
            append(test, terms, condition);
            condition.push(')');
        }
    }
}

/// Whether a test is rendered with an operator outside of parentheses.
fn is_compound(test: &Test<'_>) -> bool {
    match test {
        Test::Absent(_) => true,
        Test::All(tests) | Test::Any(tests) => tests.len() > 1 || tests.iter().any(is_compound),
        Test::Exists(_)
        | Test::Equals(..)
        | Test::OneOf(..)
        | Test::Lacks(..)
        | Test::NotText(_)
        | Test::AtLeast(..)
        | Test::Until(..)
        | Test::AtMost(..) => false,
    }
}

fn append(test: &Test<'_>, terms: &mut Terms<'_>, condition: &mut String) {
    match test {
        Test::Exists(attribute) => condition.extend(["attribute_exists(", terms.attribute(*attribute), ")"]),
        Test::Absent(attribute) => {
            let (name, null) = (terms.attribute(*attribute), terms.text("NULL"));
            condition.extend(["attribute_not_exists(", name, ") OR attribute_type(", name, ", ", &null, ")"]);
        }
        Test::Equals(attribute, text) => compare(*attribute, " = ", &terms.text(text), terms, condition),
        Test::OneOf(attribute, texts) => {
            condition.extend([terms.attribute(*attribute), " IN ("]);
            for (position, text) in texts.iter().enumerate() {
                condition.extend([if position > 0 { ", " } else { "" }, &terms.text(text)]);
            }
            condition.push(')');
        }
        Test::Lacks(attribute, text) => {
            condition.extend(["NOT contains(", terms.attribute(*attribute), ", ", &terms.text(text), ")"]);
        }
        Test::NotText(attribute) => {
            condition.extend(["NOT attribute_type(", terms.attribute(*attribute), ", ", &terms.text("S"), ")"]);
        }
        Test::AtLeast(attribute, text) => compare(*attribute, " >= ", &terms.text(text), terms, condition),
        Test::Until(attribute, text) => compare(*attribute, " <= ", &terms.text(text), terms, condition),
        Test::AtMost(attribute, number) => {
            let number = terms.value(AttributeValue::N(number.to_string()));
            compare(*attribute, " <= ", &number, terms, condition);
        }
        Test::All(tests) => join(tests.iter(), " AND ", terms, condition),
        Test::Any(tests) => join(tests.iter(), " OR ", terms, condition),
    }
}

fn compare(attribute: Attribute, operator: &str, value: &str, terms: &mut Terms<'_>, condition: &mut String) {
    condition.extend([terms.attribute(attribute), operator, value]);
}

/// The reason of the first rule that the booking fails. A booking that does not exist has no
/// attributes.
pub fn first_failure<R: Copy>(rules: &[Rule<'_, R>], booking: Option<&Booking<'_>>) -> Option<R> {
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
        Test::NotText(attribute) => text(attribute).is_none(),
        Test::AtLeast(attribute, least) => text(attribute).is_some_and(|text| text >= least.as_str()),
        Test::Until(attribute, most) => text(attribute).is_some_and(|text| text <= most.as_str()),
        Test::AtMost(attribute, most) => match value(attribute) {
            Some(AttributeValue::N(number)) => is_at_most(number, *most),
            _ => false,
        },
        Test::All(tests) => tests.iter().all(|test| holds(test, booking)),
        Test::Any(tests) => tests.iter().any(|test| holds(test, booking)),
    }
}

/// Whether a number of DynamoDB, which has up to 38 digits, is at most `most`. A double would round
/// it.
fn is_at_most(number: &str, most: u64) -> bool {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    match (whole.parse::<i128>(), fraction.parse::<u128>().unwrap_or_default()) {
        (Ok(whole), 0) => whole <= most.into(),
        (Ok(whole), _) => whole < most.into(),
        // A number in scientific notation is too large or too small to be near a time.
        (Err(_), _) => number.parse::<f64>().is_ok_and(|number| number <= 1.0),
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

//! Rules as DynamoDB reads them, and the same rules evaluated here.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

use super::booking::Booking;
use super::expression::Placeholders;
use crate::config::Attributes;
use crate::domain::{Attribute, Predicate, Rule};

/// The condition that every rule holds.
pub(super) fn render<R>(rules: &[Rule<'_, R>], placeholders: &mut Placeholders<'_>) -> String {
    let mut condition = String::with_capacity(512);
    join(rules.iter().map(|rule| &rule.predicate), " AND ", placeholders, &mut condition);
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
        let condition = render(rules, &mut Placeholders::new(names));
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

/// Appends the predicates with an operator between them. DynamoDB refuses redundant parentheses.
fn join<'t>(
    predicates: impl ExactSizeIterator<Item = &'t Predicate<'t>>,
    operator: &str,
    placeholders: &mut Placeholders<'_>,
    condition: &mut String,
) {
    let is_one = predicates.len() == 1;
    for (position, predicate) in predicates.enumerate() {
        if position > 0 {
            *condition += operator;
        }
        if is_one || !is_compound(predicate) {
            append(predicate, placeholders, condition);
        } else {
            condition.push('(');
            append(predicate, placeholders, condition);
            condition.push(')');
        }
    }
}

/// Whether a predicate is rendered with an operator outside of parentheses.
fn is_compound(predicate: &Predicate<'_>) -> bool {
    match predicate {
        Predicate::Absent(_) => true,
        Predicate::All(predicates) | Predicate::Any(predicates) => {
            predicates.len() > 1 || predicates.iter().any(is_compound)
        }
        Predicate::Exists(_)
        | Predicate::Equals(..)
        | Predicate::OneOf(..)
        | Predicate::Lacks(..)
        | Predicate::NotText(_)
        | Predicate::AtLeast(..)
        | Predicate::Until(..)
        | Predicate::AtMost(..) => false,
    }
}

fn append(predicate: &Predicate<'_>, placeholders: &mut Placeholders<'_>, condition: &mut String) {
    match predicate {
        Predicate::Exists(attribute) => {
            condition.extend(["attribute_exists(", placeholders.attribute(*attribute), ")"])
        }
        Predicate::Absent(attribute) => {
            let (name, null) = (placeholders.attribute(*attribute), placeholders.text("NULL"));
            condition.extend(["attribute_not_exists(", name, ") OR attribute_type(", name, ", ", &null, ")"]);
        }
        Predicate::Equals(attribute, text) => {
            compare(*attribute, " = ", &placeholders.text(text), placeholders, condition)
        }
        Predicate::OneOf(attribute, texts) => {
            condition.extend([placeholders.attribute(*attribute), " IN ("]);
            for (position, text) in texts.iter().enumerate() {
                condition.extend([if position > 0 { ", " } else { "" }, &placeholders.text(text)]);
            }
            condition.push(')');
        }
        Predicate::Lacks(attribute, text) => {
            condition.extend([
                "NOT contains(",
                placeholders.attribute(*attribute),
                ", ",
                &placeholders.text(text),
                ")",
            ]);
        }
        Predicate::NotText(attribute) => {
            condition.extend([
                "NOT attribute_type(",
                placeholders.attribute(*attribute),
                ", ",
                &placeholders.text("S"),
                ")",
            ]);
        }
        Predicate::AtLeast(attribute, text) => {
            compare(*attribute, " >= ", &placeholders.text(text), placeholders, condition)
        }
        Predicate::Until(attribute, text) => {
            compare(*attribute, " <= ", &placeholders.text(text), placeholders, condition)
        }
        Predicate::AtMost(attribute, number) => {
            let number = placeholders.value(AttributeValue::N(number.to_string()));
            compare(*attribute, " <= ", &number, placeholders, condition);
        }
        Predicate::All(predicates) => join(predicates.iter(), " AND ", placeholders, condition),
        Predicate::Any(predicates) => join(predicates.iter(), " OR ", placeholders, condition),
    }
}

fn compare(
    attribute: Attribute,
    operator: &str,
    value: &str,
    placeholders: &mut Placeholders<'_>,
    condition: &mut String,
) {
    condition.extend([placeholders.attribute(attribute), operator, value]);
}

/// The reason of the first rule that the booking fails. A booking that does not exist has no
/// attributes.
pub fn first_failure<R: Copy>(rules: &[Rule<'_, R>], booking: Option<&Booking<'_>>) -> Option<R> {
    rules.iter().find(|rule| !holds(&rule.predicate, booking)).map(|rule| rule.reason)
}

/// Whether a predicate holds, as DynamoDB evaluates it.
fn holds(predicate: &Predicate<'_>, booking: Option<&Booking<'_>>) -> bool {
    let value = |attribute: &Attribute| booking?.value(*attribute);
    let text = |attribute| match value(attribute)? {
        AttributeValue::S(text) => Some(text.as_str()),
        _ => None,
    };
    match predicate {
        Predicate::Exists(attribute) => value(attribute).is_some(),
        Predicate::Absent(attribute) => value(attribute).is_none_or(AttributeValue::is_null),
        Predicate::Equals(attribute, wanted) => text(attribute) == Some(*wanted),
        Predicate::OneOf(attribute, wanted) => text(attribute).is_some_and(|text| wanted.contains(&text)),
        Predicate::Lacks(attribute, member) => !value(attribute).is_some_and(|value| contains(value, member)),
        Predicate::NotText(attribute) => text(attribute).is_none(),
        Predicate::AtLeast(attribute, least) => text(attribute).is_some_and(|text| text >= least.as_str()),
        Predicate::Until(attribute, most) => text(attribute).is_some_and(|text| text <= most.as_str()),
        Predicate::AtMost(attribute, most) => match value(attribute) {
            Some(AttributeValue::N(number)) => is_at_most(number, *most),
            _ => false,
        },
        Predicate::All(predicates) => predicates.iter().all(|predicate| holds(predicate, booking)),
        Predicate::Any(predicates) => predicates.iter().any(|predicate| holds(predicate, booking)),
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

//! Rules as the condition of a write.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

use super::expression::Placeholders;
use crate::domain::{Attribute, AttributeNames, Predicate, Rule, Value, time_of};

/// The condition that every rule holds.
pub(super) fn render<R>(rules: &[Rule<'_, R>], placeholders: &mut Placeholders<'_>) -> String {
    let mut condition = String::with_capacity(512);
    join(rules.iter().map(|rule| &rule.predicate), " AND ", placeholders, &mut condition);
    condition
}

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
    pub fn of<R>(rules: &[Rule<'_, R>], names: &AttributeNames) -> Self {
        let condition = render(rules, &mut Placeholders::new(names));
        let count = |what: &str| condition.matches(what).count();
        let operators =
            [" AND ", " OR ", " = ", " IN ", " <= ", "NOT ", "attribute_", "contains("].map(count).iter().sum();
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
        Predicate::StartsAfter { second, as_read } => {
            !matches!(as_read, Some(Value::Text(_) | Value::Number(_))) || is_until(*second, *as_read)
        }
        Predicate::All(predicates) | Predicate::Any(predicates) => {
            predicates.len() > 1 || predicates.iter().any(is_compound)
        }
        Predicate::Exists(_)
        | Predicate::Equals(..)
        | Predicate::OneOf(..)
        | Predicate::Lacks(..)
        | Predicate::NotText(_)
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
        Predicate::Until(attribute, text) => {
            compare(*attribute, " <= ", &placeholders.text(text), placeholders, condition)
        }
        Predicate::AtMost(attribute, number) => {
            let number = placeholders.value(AttributeValue::N(number.to_string()));
            compare(*attribute, " <= ", &number, placeholders, condition);
        }
        Predicate::StartsAfter { second, as_read } if is_until(*second, *as_read) => {
            // Holds for nothing.
            is_neither(Attribute::Id, placeholders, condition);
        }
        Predicate::StartsAfter { as_read, .. } => is_as_read(Attribute::StartsAt, *as_read, placeholders, condition),
        Predicate::All(predicates) => join(predicates.iter(), " AND ", placeholders, condition),
        Predicate::Any(predicates) => join(predicates.iter(), " OR ", placeholders, condition),
    }
}

/// The attribute is as it was read: this string, this number, or neither a string nor a number.
fn is_as_read(
    attribute: Attribute,
    as_read: Option<Value<'_>>,
    placeholders: &mut Placeholders<'_>,
    condition: &mut String,
) {
    match as_read {
        Some(Value::Text(text)) => compare(attribute, " = ", &placeholders.text(text), placeholders, condition),
        Some(Value::Number(number)) => {
            let number = placeholders.value(AttributeValue::N(number.to_owned()));
            compare(attribute, " = ", &number, placeholders, condition);
        }
        Some(Value::Null | Value::Other) | None => is_neither(attribute, placeholders, condition),
    }
}

/// The attribute is neither a string nor a number. So the key of the table, which is a string, never is.
fn is_neither(attribute: Attribute, placeholders: &mut Placeholders<'_>, condition: &mut String) {
    let (text, number) = (placeholders.text("S"), placeholders.text("N"));
    let name = placeholders.attribute(attribute);
    let not = ["NOT attribute_type(", name, ", ", &text, ") AND NOT attribute_type(", name, ", ", &number, ")"];
    condition.extend(not);
}

/// Whether a start that was read is not after that second.
fn is_until(second: i64, starts_at: Option<Value<'_>>) -> bool {
    starts_at.and_then(time_of).is_some_and(|starts_at| starts_at.as_second() <= second)
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

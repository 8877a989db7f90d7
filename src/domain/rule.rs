//! Rules over the attributes of a booking, as data, and the one evaluator of them.
//!
//! A rule is a predicate, and the reason for refusing a booking that fails it. The store renders a list of
//! rules as the condition of a write. The same list is evaluated here, over the booking that a refused write
//! returns and over any other record: the first rule that fails is the reason. So condition, reason and
//! everything that predicts a click cannot disagree.

use super::attribute::Attribute;
use super::notice_period::starts_at;
use super::record::{Record, Value};

/// A predicate over a booking's attributes. An attribute of a type that the predicate does not speak of fails
/// it, as in DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate<'a> {
    /// The attribute is there, with a value of any type.
    Exists(Attribute),
    /// The attribute is not there, or is null, as many libraries write absent values.
    Absent(Attribute),
    Equals(Attribute, &'a str),
    /// The attribute is one of these strings.
    OneOf(Attribute, Vec<&'a str>),
    /// The attribute is not a set with this string in it, nor a string of which it is a part.
    Lacks(Attribute, &'a str),
    /// The attribute is not a string.
    NotText(Attribute),
    /// The attribute is this string, or one that comes before it.
    Until(Attribute, String),
    /// The attribute is a number, and not greater than this one.
    AtMost(Attribute, u64),
    /// The booking starts after this second since 1970, or has no start that can be read. DynamoDB reads no times,
    /// so as a condition it is that `as_read` starts so, and is the `starts_at` still.
    StartsAfter {
        second: i64,
        as_read: Option<Value<'a>>,
    },
    All(Vec<Predicate<'a>>),
    Any(Vec<Predicate<'a>>),
}

/// A rule: a booking that fails the predicate is refused for the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule<'a, R> {
    pub reason: R,
    pub predicate: Predicate<'a>,
}

pub fn rule<R>(reason: R, predicate: Predicate<'_>) -> Rule<'_, R> {
    Rule { reason, predicate }
}

/// The reason of the first rule that a booking fails. A booking that does not exist has no attributes.
pub fn first_failure<R: Copy>(rules: &[Rule<'_, R>], booking: Option<&impl Record>) -> Option<R> {
    rules.iter().find(|rule| !rule.predicate.holds(booking)).map(|rule| rule.reason)
}

impl Predicate<'_> {
    /// Whether the predicate holds for a booking, as DynamoDB evaluates it.
    pub fn holds(&self, booking: Option<&impl Record>) -> bool {
        let value = |attribute: &Attribute| booking?.value(*attribute);
        let text = |attribute: &Attribute| booking?.text(*attribute);
        match self {
            Self::Exists(attribute) => value(attribute).is_some(),
            Self::Absent(attribute) => booking.is_none_or(|booking| booking.is_absent(*attribute)),
            Self::Equals(attribute, wanted) => text(attribute) == Some(*wanted),
            Self::OneOf(attribute, wanted) => text(attribute).is_some_and(|text| wanted.contains(&text)),
            Self::Lacks(attribute, member) => !booking.is_some_and(|booking| booking.contains(*attribute, member)),
            Self::NotText(attribute) => text(attribute).is_none(),
            Self::Until(attribute, most) => text(attribute).is_some_and(|text| text <= most.as_str()),
            Self::AtMost(attribute, most) => {
                matches!(value(attribute), Some(Value::Number(number)) if is_at_most(number, *most))
            }
            Self::StartsAfter { second, .. } => {
                let starts_at = booking.and_then(starts_at);
                starts_at.is_none_or(|starts_at| starts_at.as_second() > *second)
            }
            Self::All(predicates) => predicates.iter().all(|predicate| predicate.holds(booking)),
            Self::Any(predicates) => predicates.iter().any(|predicate| predicate.holds(booking)),
        }
    }
}

/// Whether a number is at most `most`. It may have 38 digits, which a double would round.
fn is_at_most(number: &str, most: u64) -> bool {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    match (whole.parse::<i128>(), fraction.parse::<u128>()) {
        (Ok(whole), Err(_)) if fraction.is_empty() => whole <= most.into(),
        (Ok(whole), Ok(0)) => whole <= most.into(),
        (Ok(whole), Ok(_)) => whole < most.into() || number.starts_with('-'),
        // In scientific notation. Times are far below the numbers that a double rounds.
        #[expect(clippy::cast_precision_loss, reason = "as above")]
        _ => number.parse::<f64>().is_ok_and(|number| number <= most as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_digit_by_digit() {
        for (number, holds) in [
            ("1800000000", true),
            ("1800000001", false),
            ("1800000000.0", true),
            ("1800000000.000000000000000000001", false),
            ("1799999999.9", true),
            ("-5", true),
            ("-0.5", true),
            ("1.8e9", true),
            ("18.00000001E8", false),
            ("99999999999999999999999999999999999999", false),
            ("1e-130", true),
        ] {
            assert_eq!(is_at_most(number, 1_800_000_000), holds, "{number}");
        }
    }
}

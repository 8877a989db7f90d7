//! A booking as rules see it, wherever it comes from.

use super::attribute::Attribute;

/// A record of a booking: an item of the table, or JSON that another program has.
pub trait Record {
    /// The value of an attribute, if the record has it.
    fn value(&self, attribute: Attribute) -> Option<Value<'_>>;

    /// DynamoDB's `contains`: whether `text` is an element of a set or a list, or a part of a string.
    fn contains(&self, attribute: Attribute, text: &str) -> bool;

    /// The value of an attribute, if it is a string.
    fn text(&self, attribute: Attribute) -> Option<&str> {
        match self.value(attribute)? {
            Value::Text(text) => Some(text),
            Value::Null | Value::Number(_) | Value::Other => None,
        }
    }

    /// Whether an attribute is absent or null, as many libraries write absent values.
    fn is_absent(&self, attribute: Attribute) -> bool {
        matches!(self.value(attribute), None | Some(Value::Null))
    }
}

/// The value of an attribute, as far as rules look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Null,
    Text(&'a str),
    /// The digits as they are written. A number of DynamoDB has up to 38, which no double holds.
    Number(&'a str),
    Other,
}

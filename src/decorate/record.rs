//! A booking as rules see it: of JSON, or of the table.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::{Attribute, AttributeNames, Record, Value};
use crate::json::{Object, Text};

/// The attributes that the rules of a link look at.
const RULED: [Attribute; 7] = [
    Attribute::Id,
    Attribute::App,
    Attribute::Graph,
    Attribute::State,
    Attribute::StartsAt,
    Attribute::LinksValidAfter,
    Attribute::UsedLinks,
];

fn index_of(attribute: Attribute) -> Option<usize> {
    RULED.iter().position(|own| *own == attribute)
}

/// The members of an object that are such attributes, each read once.
pub(super) struct JsonBooking<'a>([Option<Member<'a>>; RULED.len()]);

enum Member<'a> {
    Null,
    Text(Cow<'a, str>),
    Number(&'a str),
    List(&'a RawValue),
    Other,
}

impl<'a> JsonBooking<'a> {
    pub(super) fn new(object: &Object<'a>, names: &AttributeNames) -> Self {
        Self(RULED.map(|attribute| object.raw(names.name(attribute)).map(member)))
    }

    fn get(&self, attribute: Attribute) -> Option<&Member<'a>> {
        self.0[index_of(attribute)?].as_ref()
    }
}

fn member(value: &RawValue) -> Member<'_> {
    let json = value.get();
    match json.as_bytes() {
        b"null" => Member::Null,
        [b'"', ..] => serde_json::from_str(json).map_or(Member::Other, |Text(text)| Member::Text(text)),
        [b'-' | b'0'..=b'9', ..] => Member::Number(json),
        [b'[', ..] => Member::List(value),
        _ => Member::Other,
    }
}

impl Record for JsonBooking<'_> {
    fn value(&self, attribute: Attribute) -> Option<Value<'_>> {
        Some(match self.get(attribute)? {
            Member::Null => Value::Null,
            Member::Text(text) => Value::Text(text),
            Member::Number(digits) => Value::Number(digits),
            Member::List(_) | Member::Other => Value::Other,
        })
    }

    fn contains(&self, attribute: Attribute, text: &str) -> bool {
        match self.get(attribute) {
            Some(Member::Text(own)) => own.contains(text),
            Some(Member::List(list)) => {
                let elements: Vec<&RawValue> = serde_json::from_str(list.get()).unwrap_or_default();
                elements
                    .into_iter()
                    .any(|element| serde_json::from_str(element.get()).is_ok_and(|Text(own)| own == text))
            }
            _ => false,
        }
    }
}

/// A booking of the table, in which these are looked up once.
pub(super) struct Memo<'r, R> {
    record: &'r R,
    values: [Option<Value<'r>>; RULED.len()],
}

impl<'r, R: Record> Memo<'r, R> {
    pub(super) fn new(record: &'r R) -> Self {
        Self { record, values: RULED.map(|attribute| record.value(attribute)) }
    }
}

impl<R: Record> Record for Memo<'_, R> {
    fn value(&self, attribute: Attribute) -> Option<Value<'_>> {
        match index_of(attribute) {
            Some(index) => self.values[index],
            None => self.record.value(attribute),
        }
    }

    fn contains(&self, attribute: Attribute, text: &str) -> bool {
        self.record.contains(attribute, text)
    }
}

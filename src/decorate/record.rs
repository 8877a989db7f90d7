//! A booking in JSON, as rules see it.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::{Attribute, AttributeNames, Record, Value};
use crate::json::{Object, Text};

/// The members of an object that are attributes of a booking, each read once.
pub(super) struct JsonBooking<'a>(Vec<(Attribute, Member<'a>)>);

enum Member<'a> {
    Null,
    Text(Cow<'a, str>),
    Number(&'a str),
    List(&'a RawValue),
    Other,
}

impl<'a> JsonBooking<'a> {
    pub(super) fn new(object: &Object<'a>, names: &AttributeNames) -> Self {
        let known = |(name, value): &(Cow<'a, str>, &'a RawValue)| Some((names.attribute(name)?, member(value)));
        Self(object.0.iter().filter_map(known).collect())
    }

    fn get(&self, attribute: Attribute) -> Option<&Member<'a>> {
        self.0.iter().find(|(own, _)| *own == attribute).map(|(_, member)| member)
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

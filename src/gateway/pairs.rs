//! Headers or query parameters of an event: names with values, in their order.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::json::Text;

/// Names with values, borrowed from the event where its JSON has no escapes. It cannot be printed,
/// because it contains tokens and keys.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Pairs<'a>(pub(crate) Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Pairs<'_> {
    /// All values of a header. Names are compared without case (RFC 9110 §5.1).
    pub(crate) fn get_all<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s str> {
        self.0.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }

    /// The first value of a header.
    pub(crate) fn get<'s>(&'s self, name: &'s str) -> Option<&'s str> {
        self.get_all(name).next()
    }
}

/// `{"name": "value", …}`, `{"name": ["value", …], …}`, or `null`, as the gateways write them.
impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings, or of lists of strings")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Pairs::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(16);
                while let Some(Text(name)) = map.next_key()? {
                    map.next_value_seed(Values { name, pairs: &mut pairs })?;
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_any(Names)
    }
}

/// The value or values of one name; none for `null`.
struct Values<'v, 'a> {
    name: Cow<'a, str>,
    pairs: &'v mut Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'de> DeserializeSeed<'de> for Values<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or a list of strings")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<(), E> {
        self.pairs.push((self.name, value.into()));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.pairs.push((self.name, value.to_owned().into()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while let Some(Text(value)) = values.next_element()? {
            self.pairs.push((self.name.clone(), value));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_alone_or_in_lists() {
        let json = r#"{"Accept":["a","b\u0062"],"x":"1\n","none":[],"null":null,"accept":"c"}"#;
        let pairs: Pairs<'_> = serde_json::from_str(json).ok().unwrap();
        assert_eq!(pairs.get_all("ACCEPT").collect::<Vec<_>>(), ["a", "bb", "c"]);
        assert_eq!((pairs.get("x"), pairs.get("none"), pairs.get("null")), (Some("1\n"), None, None));
        assert!(serde_json::from_str::<Pairs<'_>>("null").ok().unwrap() == Pairs::default());
    }

    #[test]
    fn other_values_are_refused() {
        for json in ["7", "[]", r#"{"x":7}"#, r#"{"x":{}}"#, r#"{"x":[7]}"#, r#"{"x":[null]}"#, r#"{"x":true}"#] {
            assert!(serde_json::from_str::<Pairs<'_>>(json).is_err(), "{json}");
        }
    }
}

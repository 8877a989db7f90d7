//! A JSON object as it was written: its members in their order, its values unchanged.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The most members of an object: more than an item of DynamoDB has. Each takes ten times the memory of the shortest
/// in JSON.
const MAX_MEMBERS: usize = 100_000;

/// The members of a JSON object, each read only when asked for. Names are unescaped:
/// `"acti\u006fn"` is `action`.
#[derive(Clone, Debug)]
pub(crate) struct Object<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Object<'a> {
    /// Reads one object and nothing after it.
    pub(crate) fn parse(json: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }

    /// Reads one object in which no two members have one name.
    pub(crate) fn parse_unambiguous(json: &'a [u8]) -> serde_json::Result<Self> {
        let object = Self::parse(json)?;
        match object.repeated() {
            Some(name) => Err(serde_json::Error::custom(format!("`{name}` is repeated"))),
            None => Ok(object),
        }
    }

    /// A name that several members have.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
    }

    /// The member `name`, as it was written.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The member `name`, if present. `null` is not a valid value of any type here.
    pub(crate) fn get<T: Deserialize<'a>>(&self, name: &str) -> serde_json::Result<Option<T>> {
        self.raw(name).map(|value| serde_json::from_str(value.get())).transpose()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(name), value)) = map.next_entry()? {
                    if members.len() == MAX_MEMBERS {
                        return Err(A::Error::custom("there are too many members"));
                    }
                    members.push((name, value));
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A string, borrowed if it has no escapes.
#[derive(serde::Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

//! The JSON of a caller with links added. It is written once, while it is read, up to a limit: a short booking may get
//! many long links.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::decorator::{Decoration, Decorator};
use super::links::Decorated;
use super::record::JsonBooking;
use super::unavailable::LinksUnavailable;
use crate::domain::Attribute;
use crate::json::Object;

/// Why a response cannot be decorated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecorateError {
    /// It is not a booking, a list of bookings, or an object that has either as `data`.
    Shape,
    /// With links it would be larger than the limit. So many bookings were decorated before.
    TooLarge(usize),
}

/// What is written so far.
struct Output<'d, 'a> {
    decorator: &'d Decorator<'a>,
    json: Limited,
    bookings: usize,
    links: usize,
    /// Why bookings got no links, or have no cut-off, and how many. The log has a line for each reason, not for each
    /// booking, since a caller may send any number.
    notes: BTreeMap<&'static str, usize>,
}

/// Bytes up to a limit.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
    is_full: bool,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Adds links to a booking, a list of bookings, or an envelope with either as `data`, in at most `limit` bytes.
/// Everything else stays as it was: fields, their order, numbers. What is wrong with bookings is counted in the log.
///
/// # Errors
///
/// [`DecorateError`].
pub fn response(decorator: &Decorator<'_>, response: &RawValue, limit: usize) -> Result<Decoration, DecorateError> {
    let json = Limited { bytes: Vec::new(), limit, is_full: false };
    let mut output = Output { decorator, json, bookings: 0, links: 0, notes: BTreeMap::new() };
    let written = output.response(response);
    for (reason, bookings) in &output.notes {
        tracing::warn!(reason, bookings, "bookings without links, or without a cut-off");
    }
    let Output { json, bookings, links, .. } = output;
    let shape = |_| if json.is_full { DecorateError::TooLarge(bookings) } else { DecorateError::Shape };
    written.map_err(shape)?;
    let json = String::from_utf8(json.bytes).map_err(|_| DecorateError::Shape)?;
    Ok(Decoration { json: RawValue::from_string(json).map_err(|_| DecorateError::Shape)?, bookings, links })
}

impl Output<'_, '_> {
    /// Everything but the links stays as it was: fields, their order, numbers.
    fn response(&mut self, response: &RawValue) -> serde_json::Result<()> {
        if response.get().starts_with('[') {
            return self.list(response);
        }
        let object: Object<'_> = serde_json::from_str(response.get())?;
        let has = |attribute| object.raw(self.decorator.options.names.name(attribute)).is_some();
        // A booking may have an attribute `data`, and an envelope an id or a state.
        match (object.raw("data"), has(Attribute::Id), has(Attribute::State)) {
            (None, true, _) | (Some(_), true, true) => return self.booking(response),
            (None, false, _) => return Err(serde_json::Error::custom("neither a booking nor an envelope")),
            (Some(_), ..) => {}
        }
        for (index, (name, value)) in object.0.iter().enumerate() {
            self.write(if index == 0 { "{" } else { "," })?;
            self.value(name)?;
            self.write(":")?;
            match (name.as_ref(), value.get().starts_with('[')) {
                ("data", true) => self.list(value)?,
                ("data", false) => self.booking(value)?,
                _ => self.write(value.get())?,
            }
        }
        self.write("}")
    }

    fn list(&mut self, list: &RawValue) -> serde_json::Result<()> {
        let mut json = serde_json::Deserializer::from_str(list.get());
        List(self).deserialize(&mut json)
    }

    fn booking(&mut self, booking: &RawValue) -> serde_json::Result<()> {
        let object: Object<'_> = serde_json::from_str(booking.get())?;
        // Of two members with one name, some readers use the first and others the last, so it is
        // unclear whose links they would be.
        let links = if object.repeated().is_none() {
            self.decorator.links(&JsonBooking::new(&object, self.decorator.options.names))
        } else {
            self.decorator.no_links(LinksUnavailable::RepeatedMember)
        };
        if links.lacks_cut_off {
            self.note("`starts_at` cannot be read, so it has no cut-off");
        }
        if let Some(fault) = links.unavailable.and_then(LinksUnavailable::fault) {
            self.note(fault);
        }
        let members = object.0.iter().map(|(name, value)| (name.as_ref(), value)).collect();
        self.value(&Decorated { members, links: &links })?;
        self.links += links.signed;
        self.bookings += 1;
        Ok(())
    }

    fn note(&mut self, reason: &'static str) {
        *self.notes.entry(reason).or_default() += 1;
    }

    fn value(&mut self, value: &impl Serialize) -> serde_json::Result<()> {
        serde_json::to_writer(&mut self.json, value)
    }

    fn write(&mut self, json: &str) -> serde_json::Result<()> {
        self.json.write_all(json.as_bytes()).map_err(serde_json::Error::io)
    }
}

/// A list of bookings, of which one is held at a time.
struct List<'o, 'd, 'a>(&'o mut Output<'d, 'a>);

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of bookings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.write("[").map_err(A::Error::custom)?;
        let mut is_first = true;
        while let Some(booking) = list.next_element::<&RawValue>()? {
            if !std::mem::take(&mut is_first) {
                self.0.write(",").map_err(A::Error::custom)?;
            }
            self.0.booking(booking).map_err(A::Error::custom)?;
        }
        self.0.write("]").map_err(A::Error::custom)
    }
}

//! A row of a CSV file: the link that it asks for.

use csv::{ByteRecord, StringRecord};

use super::lifetime::{lifetime, time};
use crate::booking::{Action, BookingId};
use crate::cli::nearest::{nearest, nearest_action, unknown_locale};
use crate::domain::Graphs;
use crate::link::{LanguageTag, Redirect, Subject, UnsignedLink};

const COLUMNS: [&str; 8] = ["booking_id", "action", "redirect", "expires_in", "sub", "confirm", "lang", "not_before"];

/// How many of them are in the output whether or not the input has them.
const ALWAYS: usize = 5;

/// Where the columns are.
pub(super) struct Columns {
    places: [Option<usize>; 8],
    width: usize,
}

impl Columns {
    /// Reads the first line. The first two columns are required.
    pub(super) fn parse(header: &StringRecord) -> Result<Self, String> {
        let unknown: Vec<&str> = header.iter().map(str::trim).filter(|name| !COLUMNS.contains(name)).collect();
        if let [first, ..] = unknown[..] {
            let hint = nearest(first, COLUMNS.into_iter());
            return Err(format!("unknown columns: {}. {hint}", unknown.join(", ")));
        }
        let count = |name: &str| header.iter().filter(|column| column.trim() == name).count();
        if let Some(name) = COLUMNS.iter().find(|name| count(name) > 1) {
            return Err(format!("the column {name} is there twice"));
        }
        let places = COLUMNS.map(|name| header.iter().position(|column| column.trim() == name));
        match places {
            [Some(_), Some(_), ..] => Ok(Self { places, width: header.len() }),
            _ => Err("the first line must name the columns booking_id and action".to_owned()),
        }
    }

    /// The columns of the output, but for the link.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.written().map(|index| COLUMNS[index])
    }

    fn written(&self) -> impl Iterator<Item = usize> {
        (0..COLUMNS.len()).filter(|index| *index < ALWAYS || self.places[*index].is_some())
    }

    /// The fields of the output, and the link to be signed.
    pub(super) fn read(
        &self,
        row: &ByteRecord,
        graphs: &Graphs,
        confirm: bool,
    ) -> Result<(Vec<String>, UnsignedLink), String> {
        if row.len() > self.width {
            let width = self.width;
            return Err(format!("the row has {} fields, and the first line names {width} columns", row.len()));
        }
        let field = |index: &Option<usize>| {
            let bytes = index.and_then(|index| row.get(index)).unwrap_or_default();
            String::from_utf8(bytes.to_vec()).map_err(|_| "the row is not UTF-8".to_owned())
        };
        let fields = self.places.iter().map(field).collect::<Result<Vec<_>, _>>()?;
        let link = link(&fields, graphs, confirm)?;
        Ok((self.written().map(|index| fields[index].clone()).collect(), link))
    }
}

fn link(fields: &[String], graphs: &Graphs, confirm: bool) -> Result<UnsignedLink, String> {
    let [booking, action, redirect, expires_in, sub, asks, lang, not_before] = fields else {
        return Err("the row is not whole".to_owned());
    };
    let booking = BookingId::parse(booking).map_err(|error| error.to_string())?;
    let action = Action::parse(action).map_err(|error| error.to_string())?;
    if graphs.routes(&action).is_none() {
        return Err(format!("no graph has the action for a link. {}", nearest_action(&action, graphs)));
    }
    let mut link = UnsignedLink::new(booking, action);
    if !redirect.is_empty() {
        link = link.redirect(&Redirect::trusted(redirect).map_err(|error| error.to_string())?);
    }
    if !expires_in.is_empty() {
        link = link.expires_in(lifetime(expires_in).map_err(|error| format!("expires_in {error}"))?);
    }
    if !sub.is_empty() {
        link = link.subject(Subject::parse(sub).map_err(|error| error.to_string())?);
    }
    match asks.trim().to_ascii_lowercase().as_str() {
        "" if confirm => link = link.confirm(true),
        "" => {}
        "true" | "yes" | "1" => link = link.confirm(true),
        "false" | "no" | "0" => link = link.confirm(false),
        _ => return Err("confirm is neither true nor false".to_owned()),
    }
    if !lang.is_empty() {
        if let Some(hint) = unknown_locale(lang) {
            return Err(format!("lang is not a language of the pages. {hint}"));
        }
        link = link.lang(LanguageTag::parse(lang).map_err(|error| error.to_string())?);
    }
    if !not_before.is_empty() {
        link = link.not_before(time(not_before).map_err(|error| format!("not_before {error}"))?);
    }
    Ok(link)
}

//! The query parameters of a request for bookings.

use super::problems::{ProblemKind, invalid};
use crate::decorate::Include;
use crate::gateway::{Problem, Query};
use crate::link::path::BOOKINGS;
use crate::link::{BaseUrl, Redirect};

/// The default number of bookings on a page.
const DEFAULT_LIMIT: usize = 50;
/// The maximum number of bookings on a page.
const MAX_LIMIT: usize = 1000;

/// The parameters of one booking.
pub(super) const OF_ONE: &[&str] = &["include", "redirect"];
/// The parameters of a list.
pub(super) const OF_LIST: &[&str] = &["include", "redirect", "limit", "cursor"];

/// The parameters of a query.
pub(super) struct Parameters {
    pub(super) include: Include,
    include_text: Option<String>,
    pub(super) redirect: Option<Redirect>,
    pub(super) limit: usize,
    pub(super) cursor: Option<String>,
}

impl Parameters {
    /// Reads a query in which each parameter is one of `known`. An empty one counts as none.
    pub(super) fn read(query: &Query, known: &[&'static str]) -> Result<Self, Problem> {
        let given = query.pairs.iter().filter(|(_, value)| !value.is_empty());
        let unknown: Vec<&str> =
            given.clone().map(|(name, _)| name.as_str()).filter(|name| !known.contains(name)).collect();
        if !unknown.is_empty() {
            return Err(unknown_parameter(&unknown, known));
        }
        if let Some(name) = query.malformed(known) {
            return Err(invalid(name, "has an invalid percent-encoding"));
        }
        let one = |name: &str| {
            let mut values = given.clone().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            let value = values.next();
            if values.next().is_some() { Err(invalid(name, "is given twice")) } else { Ok(value) }
        };
        let include_text = one("include")?;
        let include = Include::parse(include_text.unwrap_or_default()).map_err(|unknown| {
            let names = unknown.join(", ");
            ProblemKind::UNKNOWN_INCLUDE.with(format!("Unknown include: {names}."))
        })?;
        let redirect = one("redirect")?
            .map(Redirect::trusted)
            .transpose()
            .map_err(|error| ProblemKind::REDIRECT_NOT_ALLOWED.with(format!("{error}.")))?;
        // `parse` would accept a sign, too.
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
        let limit = one("limit")?.map_or(Some(DEFAULT_LIMIT), digits);
        let limit = limit
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| invalid("limit", "is not from 1 to 1000"))?;
        Ok(Self {
            include,
            include_text: include_text.map(str::to_owned),
            redirect,
            limit,
            cursor: one("cursor")?.map(str::to_owned),
        })
    }

    /// The URL of the next page. It is relative to this one if no base is known.
    pub(super) fn next_page_url(&self, base: Option<&BaseUrl>, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(include) = &self.include_text {
            query.append_pair("include", include);
        }
        if let Some(redirect) = &self.redirect {
            query.append_pair("redirect", redirect.as_str());
        }
        query.append_pair("limit", &self.limit.to_string()).append_pair("cursor", cursor);
        let page = base.map(|base| format!("{base}{BOOKINGS}")).unwrap_or_default();
        format!("{page}?{}", query.finish())
    }
}

/// Names the parameters that do not exist, and what is there in place of those that Timekit has.
fn unknown_parameter(unknown: &[&str], known: &[&str]) -> Problem {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let mut detail = format!("Unknown parameters: {}. There are: {}.", quoted(unknown), quoted(known));
    for (names, instead) in [
        (&["page", "offset"][..], "A list goes on with `cursor`, which is in `next_page_url`."),
        (&["per_page"], "`limit` has the number of bookings on a page."),
        (&["search"], "There is no search."),
    ] {
        if unknown.iter().any(|name| names.contains(name)) {
            detail.push(' ');
            detail.push_str(instead);
        }
    }
    ProblemKind::UNKNOWN_PARAMETER.with(detail)
}

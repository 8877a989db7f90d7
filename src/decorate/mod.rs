//! Adds links to bookings, and leaves all other fields unchanged.

mod include;
mod links;

use std::time::SystemTime;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::booking::{Action, BookingId, Named, State};
use crate::config::Attributes;
use crate::domain::{Actor, Graphs, has_cut_off, is_too_late};
use crate::json::{Object, Text};
use crate::keyring::Tenant;
use crate::link::{Redirect, Signer, UnsignedLink};
use crate::store::{Booking, LINKS_VALID_AFTER, STARTS_AT};
pub use include::Include;
use links::{Decorated, Links};

/// Decorates one app's bookings.
#[derive(Clone, Debug)]
pub struct Decorator<'a> {
    /// The graphs that say which actions are available.
    pub graphs: &'a Graphs,
    /// The names of a booking's attributes.
    pub names: &'a Attributes,
    /// The app that signs.
    pub tenant: &'a Tenant,
    /// Signs the links; `None` if no links are added.
    pub signer: Option<Signer<'a>>,
    /// What to add.
    pub include: Include,
    /// The redirect to sign into every link.
    pub redirect: Option<Redirect>,
    /// When.
    pub now: SystemTime,
}

/// What a decoration made.
#[derive(Clone, Debug)]
pub struct Decoration {
    /// The booking or the response, with the links added.
    pub json: Box<RawValue>,
    /// How many bookings there are in it.
    pub bookings: usize,
    /// How many links were signed. A link that is there twice counts once.
    pub links: usize,
}

/// Why a booking gets no links. It is returned without them, and the reason is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum NoLinks {
    /// It has no id, or one that a link cannot have.
    #[error("it has no id that a link could name")]
    Id,
    /// It has no state.
    #[error("it has no state, or one that is not a string")]
    State,
    /// Its graph is unknown.
    #[error("its graph is unknown")]
    Graph,
    /// It belongs to another app.
    #[error("it belongs to another app")]
    App,
    /// Links that are signed now are revoked already.
    #[error("its `links_valid_after` is in the future")]
    Revoked,
}

/// The attributes of a booking that are read.
#[derive(Clone, Debug)]
struct Facts<'a> {
    id: Option<&'a str>,
    app: Named<&'a str>,
    graph: Named<&'a str>,
    state: Option<&'a str>,
    starts_at: Option<&'a str>,
    links_valid_after: Option<f64>,
}

impl Decorator<'_> {
    /// A record of the table as JSON, with the links added.
    ///
    /// # Errors
    ///
    /// Only if a value cannot be written as JSON, which does not happen.
    pub fn record(&self, record: &Booking<'_>) -> serde_json::Result<Decoration> {
        let state = record.state();
        let facts = Facts {
            id: record.id(),
            app: record.app_id(),
            graph: record.graph(),
            state: state.as_ref().map(State::as_str),
            starts_at: record.starts_at(),
            links_valid_after: record.links_valid_after(),
        };
        // What was asked for is always there, as an empty object if there are no links.
        let links = self.links(&facts).unwrap_or_else(|| self.no_links());
        let json = write(&Decorated { members: record.attributes(self.include.logs), links: Some(&links) })?;
        Ok(Decoration { json, bookings: 1, links: links.signed })
    }

    /// Adds links to a booking, a list of bookings, or an envelope with either as `data`.
    /// Everything else stays as it was: fields, their order, numbers.
    ///
    /// # Errors
    ///
    /// An error if `response` is neither an object nor a list.
    pub fn response(&self, response: &RawValue) -> serde_json::Result<Decoration> {
        if response.get().starts_with('[') {
            return self.bookings(response);
        }
        let object: Object<'_> = serde_json::from_str(response.get())?;
        if object.raw(&self.names.id).is_some() || object.raw("data").is_none() {
            return self.booking(response);
        }
        let (mut members, mut bookings, mut links) = (Vec::new(), 0, 0);
        for (name, value) in &object.0 {
            let value = if name == "data" {
                let is_list = value.get().starts_with('[');
                let data = if is_list { self.bookings(value)? } else { self.booking(value)? };
                bookings += data.bookings;
                links += data.links;
                data.json
            } else {
                (*value).to_owned()
            };
            members.push((name.as_ref(), value));
        }
        Ok(Decoration { json: write(&Decorated { members, links: None })?, bookings, links })
    }

    fn bookings(&self, list: &RawValue) -> serde_json::Result<Decoration> {
        let bookings: Vec<&RawValue> = serde_json::from_str(list.get())?;
        let decorated: Vec<_> = bookings.into_iter().map(|booking| self.booking(booking)).collect::<Result<_, _>>()?;
        let links = decorated.iter().map(|booking| booking.links).sum();
        let json: Vec<_> = decorated.iter().map(|booking| &booking.json).collect();
        Ok(Decoration { json: write(&json)?, bookings: decorated.len(), links })
    }

    fn booking(&self, booking: &RawValue) -> serde_json::Result<Decoration> {
        // Of two members with one name, some readers use the first and others the last, so it is
        // unclear whose links they would be.
        let Ok(object) = Object::parse_unambiguous(booking.get().as_bytes()) else {
            tracing::warn!(reason = "it is not an object, or has a repeated member", "a booking gets no links");
            return Ok(Decoration { json: booking.to_owned(), bookings: 1, links: 0 });
        };
        let text = |name: &str| object.get::<Text<'_>>(name).ok().flatten().map(|Text(text)| text);
        let (id, app, graph, state) =
            (text(&self.names.id), text(&self.names.app), text(&self.names.graph), text(&self.names.state));
        let starts_at = text(STARTS_AT);
        let links = self.links(&Facts {
            id: id.as_deref(),
            app: named(&object, &self.names.app, app.as_deref()),
            graph: named(&object, &self.names.graph, graph.as_deref()),
            state: state.as_deref(),
            starts_at: starts_at.as_deref(),
            links_valid_after: object.get(LINKS_VALID_AFTER).ok().flatten(),
        });
        let json = write(&Decorated {
            members: object.0.iter().map(|(name, value)| (name.as_ref(), value)).collect(),
            links: links.as_ref(),
        })?;
        Ok(Decoration { json, bookings: 1, links: links.map_or(0, |links| links.signed) })
    }

    /// The links of a booking. `None` if it cannot have any, which is logged if links were asked
    /// for. An invalid id is not logged, because it may be anything.
    fn links(&self, facts: &Facts<'_>) -> Option<Links> {
        let note = |reason: &NoLinks| {
            if self.include.links() {
                let booking = facts.id.filter(|id| BookingId::parse(id).is_ok());
                tracing::warn!(booking, %reason, "a booking gets no links");
            }
        };
        self.sign_links(facts).inspect_err(note).ok()
    }

    fn no_links(&self) -> Links {
        Links {
            available_actions: Vec::new(),
            customer_action_links: self.include.customer_action_links.then(Vec::new),
            action_links: self.include.action_links.then(Vec::new),
            signed: 0,
        }
    }

    fn sign_links(&self, facts: &Facts<'_>) -> Result<Links, NoLinks> {
        let id = facts.id.and_then(|id| BookingId::parse(id).ok()).ok_or(NoLinks::Id)?;
        let state = facts.state.ok_or(NoLinks::State)?;
        let graph = self.graphs.of_booking(facts.graph).ok_or(NoLinks::Graph)?;
        if !self.tenant.owns(facts.app) {
            return Err(NoLinks::App);
        }
        let now = self.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        if facts.links_valid_after.is_some_and(|valid_after| valid_after > now.floor()) {
            return Err(NoLinks::Revoked);
        }
        let mut links = self.no_links();
        for transition in graph.available(state) {
            let action = &transition.action;
            if self.is_too_late(facts, action) {
                continue;
            }
            links.available_actions.push(action.clone());
            let customers = links.customer_action_links.as_mut().filter(|_| transition.by == Actor::Customer);
            if customers.is_none() && links.action_links.is_none() {
                continue;
            }
            let Some(url) = self.sign(&id, action) else { continue };
            links.signed += 1;
            if let Some(customers) = customers {
                customers.push((action.clone(), url.clone()));
            }
            if let Some(all) = &mut links.action_links {
                all.push((action.clone(), url));
            }
        }
        Ok(links)
    }

    /// Whether the appointment is closer than the app's notice for the action.
    fn is_too_late(&self, facts: &Facts<'_>, action: &Action) -> bool {
        let (Some(notice), Some(starts_at)) = (self.tenant.app.clicks.min_notice.get(action), facts.starts_at) else {
            return false;
        };
        if !has_cut_off(starts_at) {
            let booking = facts.id.filter(|id| BookingId::parse(id).is_ok());
            tracing::warn!(booking, "`starts_at` has no `Z`, so the booking has no cut-off");
        }
        is_too_late(starts_at, self.now, *notice)
    }

    fn sign(&self, id: &BookingId, action: &Action) -> Option<String> {
        let mut link = UnsignedLink::new(id.clone(), action.clone());
        if let Some(expires_at) = self.tenant.app.links_expire_at(self.now) {
            link = link.expires_at(expires_at);
        }
        if let Some(redirect) = &self.redirect {
            link = link.redirect(redirect);
        }
        Some(self.signer?.sign(&link, self.now).url)
    }
}

/// The value of a member that names something.
fn named<'a>(object: &Object<'_>, name: &str, text: Option<&'a str>) -> Named<&'a str> {
    match text {
        Some(text) => Named::Name(text),
        None if object.raw(name).is_none_or(|value| value.get() == "null") => Named::Absent,
        None => Named::Other,
    }
}

fn write(value: &impl Serialize) -> serde_json::Result<Box<RawValue>> {
    serde_json::value::to_raw_value(value)
}

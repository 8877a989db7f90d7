//! Adds links to bookings, and leaves all other fields unchanged.

mod include;
mod links;
mod record;

use std::time::SystemTime;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::app::App;
use crate::booking::{Action, BookingId, State};
use crate::click::{RefusalReason, action_rules, note_missing_cut_off, standing_rules, unused};
use crate::domain::{Actor, Attribute, AttributeNames, Graphs, Record, Rule, first_failure};
use crate::json::Object;
use crate::link::{Redirect, SignedLink, Signer, UnsignedLink};
use crate::store::Booking;
pub use include::Include;
use links::{Decorated, Links};
use record::{JsonBooking, Memo};

/// Decorates one app's bookings. A booking gets a link exactly if a click on it would be applied now: the
/// rules are those of the click.
#[derive(Clone, Debug)]
pub struct Decorator<'a> {
    options: Options<'a>,
    standing_rules: [Rule<'a, RefusalReason>; 2],
    /// The other rules of each action, for each of its routes.
    action_rules: Vec<(&'a Action, Vec<Rule<'a, RefusalReason>>)>,
}

#[derive(Clone, Debug)]
pub struct Options<'a> {
    pub graphs: &'a Graphs,
    pub names: &'a AttributeNames,
    /// The app that signs.
    pub app: &'a App,
    /// `None` if no links are added.
    pub signer: Option<Signer<'a>>,
    pub include: Include,
    /// The redirect to sign into every link.
    pub redirect: Option<Redirect>,
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
    #[error("it has no state, or one that is not the name of a state")]
    State,
    #[error("its graph is unknown")]
    Graph,
    #[error("it belongs to another app")]
    App,
    /// Links that are signed now are revoked already.
    #[error("its `links_valid_after` is in the future, or is not a number")]
    Revoked,
}

impl<'a> Decorator<'a> {
    pub fn new(options: Options<'a>) -> Self {
        let Options { graphs, app, now, .. } = options;
        let issued_at = Some(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs());
        let of_route =
            |(action, route)| (action, action_rules(action, app, route, graphs.default_name(), now, None).collect());
        let action_rules = graphs.all_routes().map(of_route).collect();
        Self { standing_rules: standing_rules(issued_at, app), action_rules, options }
    }

    /// A record of the table as JSON, with the links added.
    pub fn record(&self, record: &Booking<'_>) -> serde_json::Result<Decoration> {
        // What was asked for is always there, as an empty object if there are no links.
        let links = self.links(&Memo::new(record)).unwrap_or_else(|| self.no_links());
        let members = record.attributes(self.options.include.logs);
        let json = write(&Decorated { members, links: Some(&links) })?;
        Ok(Decoration { json, bookings: 1, links: links.signed })
    }

    /// Adds links to a booking, a list of bookings, or an envelope with either as `data`.
    /// Everything else stays as it was: fields, their order, numbers.
    pub fn response(&self, response: &RawValue) -> serde_json::Result<Decoration> {
        if response.get().starts_with('[') {
            return self.bookings(response);
        }
        let object: Object<'_> = serde_json::from_str(response.get())?;
        if object.raw(self.options.names.name(Attribute::Id)).is_some() || object.raw("data").is_none() {
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
        let links = self.links(&JsonBooking::new(&object, self.options.names));
        let json = write(&Decorated {
            members: object.0.iter().map(|(name, value)| (name.as_ref(), value)).collect(),
            links: links.as_ref(),
        })?;
        Ok(Decoration { json, bookings: 1, links: links.map_or(0, |links| links.signed) })
    }

    /// The links of a booking. `None` if it cannot have any, which is logged if links were asked
    /// for. An invalid id is not logged, because it may be anything.
    fn links(&self, booking: &impl Record) -> Option<Links<'a>> {
        let note = |reason: &NoLinks| {
            if self.options.include.links() {
                let id = booking.text(Attribute::Id).filter(|id| BookingId::parse(id).is_ok());
                tracing::warn!(booking = id, %reason, "a booking gets no links");
            }
        };
        self.sign_links(booking).inspect_err(note).ok()
    }

    fn no_links(&self) -> Links<'a> {
        Links {
            available_actions: Vec::new(),
            customer_action_links: self.options.include.customer_action_links.then(Vec::new),
            action_links: self.options.include.action_links.then(Vec::new),
            signed: 0,
        }
    }

    fn sign_links(&self, booking: &impl Record) -> Result<Links<'a>, NoLinks> {
        let id = booking.text(Attribute::Id).and_then(|id| BookingId::parse(id).ok()).ok_or(NoLinks::Id)?;
        let state = booking.text(Attribute::State).filter(|state| State::parse(state).is_ok()).ok_or(NoLinks::State)?;
        let graphs: &'a Graphs = self.options.graphs;
        let graph = graphs.of_booking(booking).ok_or(NoLinks::Graph)?;
        match first_failure(&self.standing_rules, Some(booking)) {
            None => {}
            Some(RefusalReason::LinkRevoked) => return Err(NoLinks::Revoked),
            Some(_) => return Err(NoLinks::App),
        }
        let mut links = self.no_links();
        for transition in graph.available(state) {
            let action = &transition.action;
            note_missing_cut_off(self.options.app, action, booking);
            if !self.is_possible(action, booking) {
                continue;
            }
            links.available_actions.push(action);
            let customers = links.customer_action_links.as_mut().filter(|_| transition.by == Actor::Customer);
            if customers.is_none() && links.action_links.is_none() {
                continue;
            }
            let Some(link) = self.sign(&id, action) else { continue };
            // A link that was signed and used within this very second is the same link.
            if first_failure(&[unused(&link.link_id)], Some(booking)).is_some() {
                continue;
            }
            links.signed += 1;
            match (customers, &mut links.action_links) {
                (Some(customers), Some(all)) => {
                    customers.push((action, link.url.clone()));
                    all.push((action, link.url));
                }
                (Some(links), None) | (None, Some(links)) => links.push((action, link.url)),
                (None, None) => {}
            }
        }
        Ok(links)
    }

    /// Whether a click on a link that is signed now would be applied, if the standing rules hold.
    fn is_possible(&self, action: &Action, booking: &impl Record) -> bool {
        let mut routes = self.action_rules.iter().filter(|(own, _)| *own == action);
        routes.any(|(_, rules)| first_failure(rules, Some(booking)).is_none())
    }

    fn sign(&self, id: &BookingId, action: &Action) -> Option<SignedLink> {
        let Options { app, signer, redirect, now, .. } = &self.options;
        let mut link = UnsignedLink::new(id.clone(), action.clone());
        if let Some(expires_at) = app.links_expire_at(*now) {
            link = link.expires_at(expires_at);
        }
        if let Some(redirect) = redirect {
            link = link.redirect(redirect);
        }
        Some(signer.as_ref()?.sign(&link, *now))
    }
}

fn write(value: &impl Serialize) -> serde_json::Result<Box<RawValue>> {
    serde_json::value::to_raw_value(value)
}

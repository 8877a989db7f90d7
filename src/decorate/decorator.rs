//! Adds links to one booking.

use std::time::SystemTime;

use serde::Serialize;
use serde_json::value::RawValue;

use super::include::Include;
use super::links::{Decorated, Links};
use super::record::Memo;
use crate::app::App;
use crate::booking::{Action, BookingId, State};
use crate::click::{RefusalReason, action_rules, misses_cut_off, standing_rules, unused};
use crate::domain::{Actor, Attribute, AttributeNames, Graphs, Record, Rule, first_failure};
use crate::link::{Redirect, SignedLink, Signer, UnsignedLink};
use crate::store::Booking;

/// Decorates one app's bookings. A booking gets a link exactly if a click on it would be applied now: the
/// rules are those of the click.
#[derive(Clone, Debug)]
pub struct Decorator<'a> {
    pub(super) options: Options<'a>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoLinks {
    /// It has no id, or one that a link cannot have.
    Id,
    State,
    Graph,
    App,
    /// Links that are signed now are revoked already.
    Revoked,
}

impl NoLinks {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Id => "it has no id that a link could name",
            Self::State => "it has no state, or one that is not the name of a state",
            Self::Graph => "its graph is unknown",
            Self::App => "it belongs to another app",
            Self::Revoked => "its `links_valid_after` is in the future, or is not a number",
        }
    }
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

    /// The links of a booking of the table. `None` if it cannot have any, which is logged if links were asked for. An
    /// invalid id is not logged, because it may be anything.
    fn links(&self, booking: &impl Record) -> Option<Links<'a>> {
        let id = || booking.text(Attribute::Id).filter(|id| BookingId::parse(id).is_ok());
        match self.sign_links(booking) {
            Ok(links) => {
                if links.lacks_cut_off {
                    tracing::warn!(booking = id(), "`starts_at` cannot be read, so the booking has no cut-off");
                }
                Some(links)
            }
            Err(reason) => {
                if self.options.include.links() {
                    tracing::warn!(booking = id(), reason = reason.text(), "a booking gets no links");
                }
                None
            }
        }
    }

    fn no_links(&self) -> Links<'a> {
        Links {
            available_actions: Vec::new(),
            customer_action_links: self.options.include.customer_action_links.then(Vec::new),
            action_links: self.options.include.action_links.then(Vec::new),
            signed: 0,
            lacks_cut_off: false,
        }
    }

    pub(super) fn sign_links(&self, booking: &impl Record) -> Result<Links<'a>, NoLinks> {
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
            links.lacks_cut_off |= misses_cut_off(self.options.app, action, booking);
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

//! Adds links to one booking.

use std::time::SystemTime;

use serde::Serialize;
use serde_json::value::RawValue;

use super::include::Include;
use super::links::{Decorated, Links};
use super::record::Memo;
use super::unavailable::LinksUnavailable;
use crate::app::App;
use crate::booking::{Action, BookingId, State};
use crate::click::{RefusalReason, action_rules, misses_cut_off, standing_rules, unused};
use crate::domain::{Actor, Attribute, AttributeNames, Graphs, Record, Rule, first_failure};
use crate::link::{LanguageTag, Redirect, SignedLink, Signer, UnsignedLink};
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
    /// When the links expire.
    pub expires_at: Option<SystemTime>,
    /// The language of their pages.
    pub lang: Option<LanguageTag>,
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

impl<'a> Decorator<'a> {
    pub fn new(options: Options<'a>) -> Self {
        let Options { graphs, app, now, .. } = options;
        let issued_at = Some(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs());
        let of_route =
            |(action, route)| (action, action_rules(action, app, route, graphs.default_name(), now, None).collect());
        let action_rules = graphs.all_routes().map(of_route).collect();
        Self { standing_rules: standing_rules(issued_at, app), action_rules, options }
    }

    /// A record of the table as JSON, with the links added. An invalid id is not logged, because it may be anything.
    pub fn record(&self, record: &Booking<'_>) -> serde_json::Result<Decoration> {
        let booking = &Memo::new(record);
        let links = self.links(booking);
        let id = || booking.text(Attribute::Id).filter(|id| BookingId::parse(id).is_ok());
        if links.lacks_cut_off {
            tracing::warn!(booking = id(), "`starts_at` cannot be read, so the booking has no cut-off");
        }
        if let Some(reason) = links.unavailable.and_then(LinksUnavailable::fault) {
            tracing::warn!(booking = id(), reason, "a booking gets no links");
        }
        let members = record.attributes(self.options.include.logs);
        let json = write(&Decorated { members, links: &links })?;
        Ok(Decoration { json, bookings: 1, links: links.signed })
    }

    /// The links of a booking. What was asked for is always there: empty, and with the reason, if there are none.
    pub(super) fn links(&self, booking: &impl Record) -> Links<'a> {
        self.possible_links(booking).unwrap_or_else(|reason| self.no_links(reason))
    }

    /// The members without a link.
    pub(super) fn no_links(&self, reason: LinksUnavailable) -> Links<'a> {
        let include = self.options.include;
        Links {
            available_actions: Vec::new(),
            customer_action_links: include.customer_action_links.then(Vec::new),
            action_links: include.action_links.then(Vec::new),
            unavailable: include.links().then_some(reason),
            signed: 0,
            lacks_cut_off: false,
        }
    }

    fn possible_links(&self, booking: &impl Record) -> Result<Links<'a>, LinksUnavailable> {
        let id = booking.text(Attribute::Id).and_then(|id| BookingId::parse(id).ok());
        let id = id.ok_or(LinksUnavailable::InvalidId)?;
        let state = booking.text(Attribute::State).filter(|state| State::parse(state).is_ok());
        let state = state.ok_or(LinksUnavailable::InvalidState)?;
        let graphs: &'a Graphs = self.options.graphs;
        let graph = graphs.of_booking(booking).ok_or(LinksUnavailable::UnknownGraph)?;
        match first_failure(&self.standing_rules, Some(booking)) {
            None => {}
            Some(RefusalReason::LinkRevoked) => return Err(LinksUnavailable::Revoked),
            Some(_) => return Err(LinksUnavailable::AnotherApp),
        }
        let mut links = self.no_links(LinksUnavailable::NoAction);
        for transition in graph.available(state) {
            let action = &transition.action;
            links.lacks_cut_off |= misses_cut_off(self.options.app, action, booking);
            let customers = links.customer_action_links.as_mut().filter(|_| transition.by == Actor::Customer);
            let is_wanted = customers.is_some() || links.action_links.is_some();
            match self.refusal(action, booking) {
                None => links.available_actions.push(action),
                Some(reason) => {
                    if is_wanted && reason == RefusalReason::TooLate {
                        links.unavailable = Some(LinksUnavailable::TooLate);
                    }
                    continue;
                }
            }
            if !is_wanted {
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
        if links.is_complete() {
            links.unavailable = None;
        }
        Ok(links)
    }

    /// Why a click on a link that is signed now would be refused, if the standing rules hold.
    fn refusal(&self, action: &Action, booking: &impl Record) -> Option<RefusalReason> {
        let mut refusal = Some(RefusalReason::ActionNotAvailable);
        for (_, rules) in self.action_rules.iter().filter(|(own, _)| *own == action) {
            refusal = Some(first_failure(rules, Some(booking))?);
        }
        refusal
    }

    fn sign(&self, id: &BookingId, action: &Action) -> Option<SignedLink> {
        let Options { signer, redirect, expires_at, lang, now, .. } = &self.options;
        let mut link = UnsignedLink::new(id.clone(), action.clone());
        if let Some(expires_at) = expires_at {
            link = link.expires_at(*expires_at);
        }
        if let Some(lang) = lang {
            link = link.lang(lang.clone());
        }
        if let Some(redirect) = redirect {
            link = link.redirect(redirect);
        }
        signer.as_ref()?.sign(&link, *now).ok()
    }
}

fn write(value: &impl Serialize) -> serde_json::Result<Box<RawValue>> {
    serde_json::value::to_raw_value(value)
}

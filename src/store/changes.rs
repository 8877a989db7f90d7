//! What a click changes in a booking.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::terms::Terms;
use crate::booking::{Action, State};
use crate::graph::Route;
use crate::link::{LinkId, VerifiedLink};
use crate::rule::Attribute;

/// The changes that a click makes: the state, `updated_at`, `completed`, the used link, and an
/// entry in the log.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    /// The action.
    pub action: &'a Action,
    /// The state before, if the rules allow only one.
    pub from: Option<&'a State>,
    /// The new state.
    pub to: &'a State,
    /// Whether the new state is final.
    pub completed: bool,
    /// The link, which is used up.
    pub link_id: &'a LinkId,
    /// Unique for each click and the same for all attempts of the SDK, so that a click recognises
    /// its own write.
    pub request_id: &'a str,
    /// When (RFC 3339, UTC).
    pub at: &'a str,
    /// The client's IP address, for an app that logs clients.
    pub source_ip: Option<&'a str>,
    /// The client's user agent, for an app that logs clients.
    pub user_agent: Option<&'a str>,
    /// The customer's reason.
    pub message: Option<&'a str>,
    /// The link's `sub`: who it was sent to.
    pub sub: Option<&'a str>,
}

impl<'a> Changes<'a> {
    /// The changes of a click on `link` that takes `route`, without a client and a reason.
    pub fn new(link: &'a VerifiedLink<'_>, route: &'a Route, request_id: &'a str, at: &'a str) -> Self {
        Self {
            action: link.action(),
            // If there is only one state to come from, the rules have checked it.
            from: route.from.keys().next().filter(|_| route.from.len() == 1),
            to: &route.to,
            completed: route.completed,
            link_id: link.link_id(),
            request_id,
            at,
            source_ip: None,
            user_agent: None,
            message: None,
            sub: link.authentic().claims().sub.as_deref(),
        }
    }
}

/// The update expression of the changes.
pub(super) fn render(changes: &Changes<'_>, terms: &mut Terms<'_>) -> String {
    let (state, log, used) = (terms.attribute(Attribute::State), terms.log(), terms.attribute(Attribute::UsedLinks));
    format!(
        "SET {state} = {}, updated_at = {}, completed = {}, {log} = list_append(if_not_exists({log}, {}), {}) ADD {used} {}",
        terms.text(changes.to.as_str()),
        terms.text(changes.at),
        terms.value(AttributeValue::Bool(changes.completed)),
        terms.value(AttributeValue::L(Vec::new())),
        terms.value(AttributeValue::L(vec![entry(changes)])),
        terms.value(AttributeValue::Ss(vec![changes.link_id.to_string()])),
    )
}

fn entry(changes: &Changes<'_>) -> AttributeValue {
    let members = [
        ("action", Some(changes.action.as_str())),
        ("from", changes.from.map(State::as_str)),
        ("to", Some(changes.to.as_str())),
        ("link_id", Some(changes.link_id.as_str())),
        ("request_id", Some(changes.request_id)),
        ("at", Some(changes.at)),
        ("source_ip", changes.source_ip),
        ("user_agent", changes.user_agent),
        ("message", changes.message),
        ("sub", changes.sub),
    ];
    let text = |(name, value): (&str, Option<&str>)| Some((name.to_owned(), AttributeValue::S(value?.to_owned())));
    AttributeValue::M(members.into_iter().filter_map(text).collect::<HashMap<_, _>>())
}

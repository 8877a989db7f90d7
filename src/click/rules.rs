//! The rules of a click, as data, in the order in which they refuse.

use crate::booking::GraphName;
use crate::graph::Route;
use crate::keyring::Tenant;
use crate::link::VerifiedLink;
use crate::rule::{Attribute, Rule, Test, rule};

/// Why a click on a verified link is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no such booking, or it belongs to another app.
    BookingNotFound,
    /// This link has been used before.
    LinkUsed,
    /// The action does not lead from the booking's state.
    ActionNotAvailable,
}

/// The rules for taking `route` by a link. `default_graph` is the graph of a booking that names
/// none.
pub fn rules<'a>(
    link: &'a VerifiedLink<'_>,
    tenant: &'a Tenant,
    route: &'a Route,
    default_graph: &'a GraphName,
) -> Vec<Rule<'a, Reason>> {
    vec![
        rule(Reason::BookingNotFound, Test::All(vec![Test::Exists(Attribute::Id), belongs_to(tenant)])),
        rule(Reason::LinkUsed, Test::Lacks(Attribute::UsedLinks, link.link_id().as_str())),
        rule(Reason::ActionNotAvailable, leads(route, default_graph)),
    ]
}

/// The booking belongs to the app.
fn belongs_to(tenant: &Tenant) -> Test<'_> {
    let named = Test::Equals(Attribute::App, tenant.app.id.as_str());
    if tenant.is_only { Test::Any(vec![named, Test::Absent(Attribute::App)]) } else { named }
}

/// The route leads from the booking's state, in its graph.
fn leads<'a>(route: &'a Route, default_graph: &GraphName) -> Test<'a> {
    let from = route.from.iter().map(|(state, graphs)| {
        let named = Test::OneOf(Attribute::Graph, graphs.iter().map(GraphName::as_str).collect());
        let in_graph = match graphs.contains(default_graph) {
            true => Test::Any(vec![named, Test::Absent(Attribute::Graph)]),
            false => named,
        };
        Test::All(vec![Test::Equals(Attribute::State, state.as_str()), in_graph])
    });
    Test::Any(from.collect())
}

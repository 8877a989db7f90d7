//! The rules of a click, as data, in the order in which they refuse.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::booking::{Action, BookingId, GraphName, State};
use crate::domain::{Attribute, AttributeNames, Graphs, Predicate, Record, Route, Rule, Value, lacks_cut_off, rule};
use crate::link::{AuthenticLink, LinkId, VerifiedLink};
use crate::store::Size;
use crate::time::rfc3339;

/// Why a click on a verified link is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// There is no such booking, or it belongs to another app.
    BookingNotFound,
    /// This link has been used before.
    LinkUsed,
    /// The link was signed before the booking's links were revoked.
    LinkRevoked,
    /// The appointment is closer than the app's notice, or is over.
    TooLate,
    /// The action does not lead from the booking's state.
    ActionNotAvailable,
}

/// The rules for taking `route` by a link at `now`. `default_graph` is the graph of a booking that
/// names none. `starts_at` is that of the booking as it was read, if the action has a notice.
pub fn rules<'a>(
    link: &'a VerifiedLink,
    app: &'a App,
    route: &'a Route,
    default_graph: &'a GraphName,
    now: SystemTime,
    starts_at: Option<Value<'a>>,
) -> Vec<Rule<'a, RefusalReason>> {
    let link = link.authentic();
    let [is_of_app, is_valid] = standing_rules(link.issued_at(), app);
    let of_link = [is_of_app, unused(link.link_id()), is_valid];
    of_link.into_iter().chain(action_rules(link.action(), app, route, default_graph, now, starts_at)).collect()
}

/// The rules for taking `route` by any link for `action`, beside the [standing](standing_rules) ones.
pub fn action_rules<'a>(
    action: &Action,
    app: &'a App,
    route: &'a Route,
    default_graph: &'a GraphName,
    now: SystemTime,
    starts_at: Option<Value<'a>>,
) -> impl Iterator<Item = Rule<'a, RefusalReason>> {
    let leads = rule(RefusalReason::ActionNotAvailable, leads(route, default_graph));
    in_time(action, app, now, starts_at).into_iter().chain([leads])
}

/// The rules for using a link on the booking to which its own one was moved, over its own one: it is moved to `next`
/// still, and the link is neither used, revoked nor too late there.
pub fn rules_of_moved<'a>(
    link: &'a AuthenticLink,
    app: &'a App,
    now: SystemTime,
    starts_at: Option<Value<'a>>,
    next: &'a BookingId,
) -> Vec<Rule<'a, RefusalReason>> {
    let [is_of_app, is_valid] = standing_rules(link.issued_at(), app);
    let is_moved = rule(RefusalReason::ActionNotAvailable, Predicate::Equals(Attribute::RescheduledTo, next.as_str()));
    let of_link = [is_of_app, unused(link.link_id()), is_valid];
    of_link.into_iter().chain(in_time(link.action(), app, now, starts_at)).chain([is_moved]).collect()
}

/// The rule that the appointment is not closer than the action's notice, if it has one.
fn in_time<'a>(
    action: &Action,
    app: &'a App,
    now: SystemTime,
    starts_at: Option<Value<'a>>,
) -> Option<Rule<'a, RefusalReason>> {
    let notice = app.clicks.min_notice.get(action)?;
    Some(rule(RefusalReason::TooLate, keeps_notice(now, *notice, starts_at)))
}

/// The rules for a link that was signed at `issued_at`, whatever it does: for each action on a booking, and for
/// a booking to which the link's own one was moved.
pub fn standing_rules(issued_at: Option<u64>, app: &App) -> [Rule<'_, RefusalReason>; 2] {
    [rule(RefusalReason::BookingNotFound, is_of(app)), rule(RefusalReason::LinkRevoked, is_valid_since(issued_at))]
}

/// The link has not been used.
pub fn unused(link_id: &LinkId) -> Rule<'_, RefusalReason> {
    rule(RefusalReason::LinkUsed, Predicate::Lacks(Attribute::UsedLinks, link_id.as_str()))
}

/// The rules for taking `route` on behalf of the business, by a request that is `used` up. The business's own hand has
/// no notice to keep, and needs no link that could be revoked.
pub fn owner_rules<'a>(
    app: &'a App,
    used: &'a str,
    route: &'a Route,
    default_graph: &'a GraphName,
) -> [Rule<'a, RefusalReason>; 3] {
    [
        rule(RefusalReason::BookingNotFound, is_of(app)),
        rule(RefusalReason::LinkUsed, Predicate::Lacks(Attribute::UsedLinks, used)),
        rule(RefusalReason::ActionNotAvailable, leads(route, default_graph)),
    ]
}

/// Whether a booking belongs to the app.
pub fn owns(app: &App, booking: &impl Record) -> bool {
    belongs_to(app).holds(Some(booking))
}

/// Whether the action has a notice, and the booking's start has a form without a cut-off.
pub fn misses_cut_off(app: &App, action: &Action, booking: &impl Record) -> bool {
    app.clicks.min_notice.contains_key(action) && lacks_cut_off(booking)
}

/// Logs that a booking's start has a form without a cut-off, if the action has a notice.
pub fn note_missing_cut_off(app: &App, action: &Action, booking: &impl Record) {
    if misses_cut_off(app, action, booking) {
        let id = booking.text(Attribute::Id).filter(|id| BookingId::parse(id).is_ok());
        tracing::warn!(booking = id, "`starts_at` cannot be read, so the booking has no cut-off");
    }
}

/// Why a click cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoRefusal {
    /// There is no such booking, or it belongs to another app.
    BookingNotFound,
    /// The booking has been changed since the click, or its links were revoked.
    NotPossible,
}

/// What a click did, as its undo finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedChange {
    /// The state before the click.
    pub from: State,
    /// The state that it led to.
    pub to: State,
    /// When: the booking's `updated_at` since then (RFC 3339, UTC).
    pub at: String,
    /// Until when it can be undone, in seconds since 1970: not once the appointment has begun.
    pub until: u64,
    /// The booking, if the link's own one was moved to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<BookingId>,
}

/// The rules for undoing what the click on `link` did.
pub fn undo_rules<'a>(link: &'a AuthenticLink, app: &'a App, done: &'a AppliedChange) -> [Rule<'a, UndoRefusal>; 3] {
    let unchanged = vec![
        Predicate::Equals(Attribute::State, done.to.as_str()),
        Predicate::Equals(Attribute::UndoOf, link.link_id().as_str()),
        Predicate::Equals(Attribute::UpdatedAt, &done.at),
        Predicate::Equals(Attribute::PreviousState, done.from.as_str()),
    ];
    [
        rule(UndoRefusal::BookingNotFound, is_of(app)),
        rule(UndoRefusal::NotPossible, is_valid_since(link.issued_at())),
        rule(UndoRefusal::NotPossible, Predicate::All(unchanged)),
    ]
}

/// Why a request for a new link is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestRefusal {
    /// There is no such booking, or it belongs to another app.
    BookingNotFound,
    /// Somebody has asked a short time before.
    Recent,
}

/// The time between two requests for a new link of one booking.
pub(super) const MIN_REQUEST_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// The rules for asking for a new link at `now`.
pub fn request_rules(app: &App, now: SystemTime) -> [Rule<'_, RequestRefusal>; 2] {
    let latest = rfc3339(now.checked_sub(MIN_REQUEST_INTERVAL).unwrap_or(SystemTime::UNIX_EPOCH));
    let rested = [Predicate::NotText(Attribute::LinkRequestedAt), Predicate::Until(Attribute::LinkRequestedAt, latest)];
    [rule(RequestRefusal::BookingNotFound, is_of(app)), rule(RequestRefusal::Recent, Predicate::Any(rested.into()))]
}

/// Checks that the rules of every action fit into a condition of DynamoDB.
///
/// # Errors
///
/// A message for each action whose rules do not.
pub fn check(graphs: &Graphs, names: &AttributeNames) -> Result<(), Vec<String>> {
    // A test checks these, so that no start has to.
    if graphs.are_built_in() && names.are_default() {
        return Ok(());
    }
    let fault = |(action, route): (&Action, &Route)| {
        // The other rules have a fixed size, of which these are an upper limit.
        let longest = "x".repeat(32);
        let others = [
            Predicate::Exists(Attribute::Id),
            Predicate::Equals(Attribute::App, &longest),
            Predicate::Absent(Attribute::App),
            Predicate::Lacks(Attribute::UsedLinks, &longest),
            is_valid_since(Some(u64::MAX)),
            keeps_notice(SystemTime::UNIX_EPOCH, Duration::ZERO, None),
        ];
        let leads = leads(route, graphs.default_name());
        let others = rule(RefusalReason::BookingNotFound, Predicate::Any(others.into()));
        let size = Size::of(&[others, rule(RefusalReason::ActionNotAvailable, leads)], names);
        (!size.fits()).then(|| {
            format!(
                "the action `{action}` leads from too many states or graphs for a condition of DynamoDB: {size}, \
                 and the limit is {}",
                Size::LIMIT
            )
        })
    };
    let faults: Vec<String> = graphs.all_routes().chain(graphs.system_routes()).filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The booking exists, and belongs to the app.
fn is_of(app: &App) -> Predicate<'_> {
    Predicate::All(vec![Predicate::Exists(Attribute::Id), belongs_to(app)])
}

/// The booking belongs to the app.
fn belongs_to(app: &App) -> Predicate<'_> {
    let named = Predicate::Equals(Attribute::App, app.id.as_str());
    if app.is_only { Predicate::Any(vec![named, Predicate::Absent(Attribute::App)]) } else { named }
}

/// The booking's links have not been revoked since a link was signed. A link that does not say when it
/// was signed is revoked with the others.
fn is_valid_since(issued_at: Option<u64>) -> Predicate<'static> {
    let never_revoked = Predicate::Absent(Attribute::LinksValidAfter);
    match issued_at {
        Some(issued_at) => {
            Predicate::Any(vec![never_revoked, Predicate::AtMost(Attribute::LinksValidAfter, issued_at)])
        }
        None => never_revoked,
    }
}

/// The appointment is not closer than `notice` at `now`: a click is refused from the second `starts_at` − `notice`
/// on. A `starts_at` that cannot be read has no cut-off. `as_read` is `starts_at` as it was read before a write,
/// which is refused if that has changed since.
fn keeps_notice(now: SystemTime, notice: Duration, as_read: Option<Value<'_>>) -> Predicate<'_> {
    let limit = (now + notice).duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    Predicate::StartsAfter { second: limit.try_into().unwrap_or(i64::MAX), as_read }
}

/// The route leads from the booking's state, in its graph.
fn leads<'a>(route: &'a Route, default_graph: &GraphName) -> Predicate<'a> {
    let from = route.from.iter().map(|(state, graphs)| {
        let named = Predicate::OneOf(Attribute::Graph, graphs.iter().map(GraphName::as_str).collect());
        let in_graph = match graphs.contains(default_graph) {
            true => Predicate::Any(vec![named, Predicate::Absent(Attribute::Graph)]),
            false => named,
        };
        Predicate::All(vec![Predicate::Equals(Attribute::State, state.as_str()), in_graph])
    });
    Predicate::Any(from.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Graphs in each of which `go` leads from so many states.
    fn graphs(graphs: usize, states: usize) -> Graphs {
        let graph = |n: usize| {
            let transition = |s: usize| json!({ "action": "go", "from": format!("s{s}"), "to": "end", "by": "owner" });
            let step =
                |s: usize| json!({ "action": format!("to_{s}"), "from": "s0", "to": format!("s{s}"), "by": "owner" });
            let transitions: Vec<_> = (0..states).map(transition).chain((1..states).map(step)).collect();
            (format!("g{n}"), json!({ "initial": "s0", "transitions": transitions }))
        };
        let all: serde_json::Map<_, _> = (0..graphs).map(graph).collect();
        Graphs::parse(&json!(all).to_string(), Some("g0")).unwrap()
    }

    #[test]
    fn the_built_in_graphs_make_sense_and_their_conditions_fit() {
        let built_in = Graphs::built_in(None).unwrap();
        for (default, _) in built_in.initial_states() {
            let graphs = Graphs::checked_built_in(Some(default)).unwrap();
            assert_eq!(check(&graphs, &AttributeNames::default()), Ok(()), "{default}");
        }
    }

    #[test]
    fn graphs_whose_conditions_are_too_large_are_told() {
        assert_eq!(check(&graphs(100, 1), &AttributeNames::default()), Ok(()));
        for (graphs, states, fault) in [(101, 1, "101 operands"), (1, 60, "operators"), (50, 30, "bytes")] {
            let faults = check(&self::graphs(graphs, states), &AttributeNames::default()).unwrap_err();
            assert!(faults[0].contains("`go`") && faults[0].contains(fault), "{faults:?}");
        }
    }
}

//! Graphs: which action leads from which state to which. Data, not code.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use super::attribute::Attribute;
use super::record::{Record, Value};
use super::text::is_plain;
use crate::booking::{Action, GraphName, State};
use crate::json::Object;

/// The built-in graphs, in the same format as `GRAPHS`.
const BUILT_IN: &str = include_str!("graphs.json");

/// The graph of a booking that names none, when `DEFAULT_GRAPH` is not set.
const DEFAULT: &str = "confirm_decline";

/// All graphs of a deployment, validated.
#[derive(Clone, Debug)]
pub struct Graphs {
    graphs: BTreeMap<GraphName, Graph>,
    default: GraphName,
    routes: HashMap<Action, Vec<Route>>,
    /// Those that no link can take.
    system_routes: HashMap<Action, Vec<Route>>,
    is_built_in: bool,
}

/// One booking's state machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// The state in which a booking begins.
    initial: State,
    transitions: Vec<Transition>,
}

/// A transition of a graph.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    #[serde(deserialize_with = "action")]
    pub action: Action,
    /// The state that it leads from; `None` if it starts a booking.
    pub from: Option<State>,
    /// The state that it leads to.
    pub to: State,
    pub by: Actor,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The person who booked.
    Customer,
    Owner,
    /// A program, for instance at a certain time. There are no links for these.
    System,
}

/// What an action does in all graphs where it has the same result. A click writes one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub to: State,
    /// Whether no transition leaves the new state.
    pub completed: bool,
    /// The states that it leads from, each with the graphs that have this transition.
    pub from: BTreeMap<State, Vec<GraphName>>,
}

/// All faults of the graphs, each with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct GraphsError(Vec<String>);

impl Graphs {
    /// The built-in graphs. `default` is the graph of a booking that names none; without it,
    /// `confirm_decline`.
    pub fn built_in(default: Option<&str>) -> Result<Self, GraphsError> {
        // A test has checked them, so that no start has to.
        let graphs = serde_json::from_str(BUILT_IN).map_err(unreadable)?;
        Self::with_default(graphs, default, Vec::new()).map(|graphs| Self { is_built_in: true, ..graphs })
    }

    /// Reads graphs from JSON: `{"name": {"initial": …, "transitions": [{"action", "from", "to",
    /// "by"}, …]}, …}`, where `from` is `null` for the action that starts a booking. `default` is
    /// the graph of a booking that names none; without it, `confirm_decline` if there is such a
    /// graph, or else the only graph.
    pub fn parse(json: &str, default: Option<&str>) -> Result<Self, GraphsError> {
        let graphs: BTreeMap<GraphName, Graph> = serde_json::from_str(json).map_err(unreadable)?;
        Object::parse_unambiguous(json.as_bytes()).map_err(unreadable)?;
        let faults = graphs.iter().flat_map(|(name, graph)| graph.faults(name.as_str())).collect();
        Self::with_default(graphs, default, faults)
    }

    /// Graphs with the faults that they have by themselves.
    fn with_default(
        graphs: BTreeMap<GraphName, Graph>,
        default: Option<&str>,
        mut faults: Vec<String>,
    ) -> Result<Self, GraphsError> {
        let only = graphs.keys().next().filter(|_| graphs.len() == 1).map(GraphName::as_str);
        let default = match (default, only) {
            (None, Some(only)) => only,
            (default, _) => default.unwrap_or(DEFAULT),
        };
        match graphs.get_key_value(default) {
            Some((name, _)) if faults.is_empty() => Ok(Self {
                default: name.clone(),
                routes: routes(&graphs, |actor| actor != Actor::System),
                system_routes: routes(&graphs, |actor| actor == Actor::System),
                graphs,
                is_built_in: false,
            }),
            Some(_) => Err(GraphsError(faults)),
            None => {
                faults.push(format!("there is no graph `{default}`; set DEFAULT_GRAPH to one that there is"));
                Err(GraphsError(faults))
            }
        }
    }

    /// Whether these are the graphs that are compiled in.
    pub(crate) fn are_built_in(&self) -> bool {
        self.is_built_in
    }

    /// The names of all graphs, each with its initial state, sorted by name.
    pub fn initial_states(&self) -> impl Iterator<Item = (&str, &str)> {
        self.graphs.iter().map(|(name, graph)| (name.as_str(), graph.initial.as_str()))
    }

    pub fn get(&self, name: &str) -> Option<&Graph> {
        self.graphs.get(name)
    }

    /// The names of the graphs.
    #[cfg(feature = "cli")]
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.graphs.keys().map(GraphName::as_str)
    }

    /// The graph of a booking: the one that it names, or the default one if it names none.
    pub fn of_booking(&self, booking: &impl Record) -> Option<&Graph> {
        self.get(self.name_of(booking)?)
    }

    /// The name of the graph of a booking that names none.
    pub fn default_name(&self) -> &GraphName {
        &self.default
    }

    fn name_of<'a>(&'a self, booking: &'a impl Record) -> Option<&'a str> {
        match booking.value(Attribute::Graph) {
            None | Some(Value::Null) => Some(self.default.as_str()),
            Some(Value::Text(name)) => Some(name),
            Some(Value::Number(_) | Value::Other) => None,
        }
    }

    /// The routes of `action`, at least one. `None` when no graph has the action for a link: it is
    /// unknown, or the system's, or only starts a booking. In the built-in graphs every action has
    /// one route.
    pub fn routes(&self, action: &Action) -> Option<&[Route]> {
        self.routes.get(action).map(Vec::as_slice)
    }

    /// The routes of `action` for the business itself: those that a link can take, and the system's. None when no
    /// graph has the action, or it only starts a booking.
    pub fn owner_routes(&self, action: &Action) -> impl Iterator<Item = &Route> {
        self.routes.get(action).into_iter().chain(self.system_routes.get(action)).flatten()
    }

    /// The system's routes, which no link can take.
    pub fn system_routes(&self) -> impl Iterator<Item = (&Action, &Route)> {
        self.system_routes.iter().flat_map(|(action, routes)| routes.iter().map(move |route| (action, route)))
    }

    pub fn all_routes(&self) -> impl Iterator<Item = (&Action, &Route)> {
        self.routes.iter().flat_map(|(action, routes)| routes.iter().map(move |route| (action, route)))
    }

    /// The actions of links but `confirm`, sorted. A mail scanner must not take them, whatever they are called.
    #[cfg(any(feature = "cli", feature = "local"))]
    pub fn actions_to_ask_for(&self) -> Vec<&Action> {
        let mut actions: Vec<&Action> = self.routes.keys().filter(|action| action.as_str() != "confirm").collect();
        actions.sort();
        actions
    }

    /// Whether a graph has the action, for a link or not.
    pub fn has_action(&self, action: &Action) -> bool {
        self.graphs.values().flat_map(|graph| &graph.transitions).any(|t| t.action == *action)
    }

    /// The actions that an actor takes, each once for every transition.
    pub fn actions_of(&self, actor: Actor) -> impl Iterator<Item = &Action> {
        self.graphs.values().flat_map(move |graph| graph.actions_of(actor))
    }

    /// The route of `action` from a booking's state, in its graph.
    pub fn route(&self, action: &Action, booking: &impl Record) -> Option<&Route> {
        self.leading(self.routes(action)?.iter(), booking)
    }

    /// The same among the [routes of the business](Self::owner_routes).
    pub fn owner_route(&self, action: &Action, booking: &impl Record) -> Option<&Route> {
        self.leading(self.owner_routes(action), booking)
    }

    /// The route that leads from a booking's state, in its graph.
    fn leading<'r>(&self, mut routes: impl Iterator<Item = &'r Route>, booking: &impl Record) -> Option<&'r Route> {
        let (graph, state) = (self.name_of(booking)?, booking.text(Attribute::State)?);
        let leads =
            |route: &&Route| route.from.get(state).is_some_and(|graphs| graphs.iter().any(|g| g.as_str() == graph));
        routes.find(leads)
    }

    /// Whether a booking is in a state to which `action` leads in its graph.
    pub fn led_to(&self, action: &Action, booking: &impl Record) -> bool {
        let (graph, state) = (self.name_of(booking), booking.text(Attribute::State));
        let is_in = |route: &Route| route.from.values().flatten().any(|name| Some(name.as_str()) == graph);
        self.owner_routes(action).any(|to| Some(to.to.as_str()) == state && is_in(to))
    }
}

#[cfg(test)]
impl Graphs {
    /// The built-in graphs, checked as those of `GRAPHS` are.
    pub(crate) fn checked_built_in(default: Option<&str>) -> Result<Self, GraphsError> {
        Self::parse(BUILT_IN, default)
    }

    pub(crate) fn states(&self) -> BTreeSet<&str> {
        self.graphs.values().flat_map(Graph::reached).collect()
    }

    /// Every action that a link can ask for.
    pub(crate) fn actions(&self) -> BTreeSet<&str> {
        self.routes.keys().map(Action::as_str).collect()
    }
}

impl Graph {
    /// The state in which a booking begins.
    pub fn initial(&self) -> &State {
        &self.initial
    }

    /// The actions that belong to `actor`, some of them several times.
    pub fn actions_of(&self, actor: Actor) -> impl Iterator<Item = &Action> {
        self.transitions.iter().filter(move |t| t.by == actor).map(|t| &t.action)
    }

    /// The transitions that a link can take from `state`, in the file's order.
    pub fn available<'g>(&'g self, state: &str) -> impl Iterator<Item = &'g Transition> {
        self.transitions
            .iter()
            .filter(move |t| t.by != Actor::System && t.from.as_ref().is_some_and(|from| from.as_str() == state))
    }

    /// The states that a booking can reach.
    #[cfg(feature = "cli")]
    pub fn states(&self) -> BTreeSet<&str> {
        self.reached()
    }

    /// The states that a booking can reach.
    fn reached(&self) -> BTreeSet<&str> {
        let mut reached = BTreeSet::from([self.initial.as_str()]);
        loop {
            let known = reached.len();
            let leads = |t: &&Transition| t.from.as_ref().is_some_and(|from| reached.contains(from.as_str()));
            let next: Vec<&str> = self.transitions.iter().filter(leads).map(|t| t.to.as_str()).collect();
            reached.extend(next);
            if reached.len() == known {
                return reached;
            }
        }
    }

    fn is_final(&self, state: &str) -> bool {
        self.transitions.iter().all(|t| t.from.as_ref().is_none_or(|from| from.as_str() != state))
    }

    fn faults(&self, name: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let reached = self.reached();
        let known = |t: &Transition| t.to == self.initial || t.from.as_ref() == Some(&self.initial);
        if !self.transitions.iter().any(known) {
            faults.push(format!("{name}.initial: no transition uses the state `{}`", self.initial));
        }
        for (index, t) in self.transitions.iter().enumerate() {
            let place = format!("{name}.transitions[{index}]");
            match &t.from {
                Some(from) if !reached.contains(from.as_str()) => {
                    faults.push(format!("{place}.from: nothing leads to the state `{from}`"));
                }
                None if t.to != self.initial => {
                    faults.push(format!("{place}.to: a booking starts in `{}`, not in `{}`", self.initial, t.to));
                }
                _ => {}
            }
            let twin = |other: &Transition| other.action == t.action && other.from == t.from;
            if let Some(first) = self.transitions[..index].iter().position(twin) {
                faults.push(format!(
                    "{place}.action: `{}` already leads from that state in transitions[{first}]",
                    t.action
                ));
            }
        }
        faults
    }
}

fn unreadable(error: serde_json::Error) -> GraphsError {
    GraphsError(vec![error.to_string()])
}

fn routes(graphs: &BTreeMap<GraphName, Graph>, is_wanted: impl Fn(Actor) -> bool) -> HashMap<Action, Vec<Route>> {
    let mut routes: HashMap<Action, Vec<Route>> = HashMap::new();
    for (name, graph) in graphs {
        for t in graph.transitions.iter().filter(|t| is_wanted(t.by)) {
            let Some(from) = &t.from else { continue };
            let completed = graph.is_final(t.to.as_str());
            let routes = routes.entry(t.action.clone()).or_default();
            // The state before a click is written into its event as it is stored. One that must be encoded there is
            // the only one of its route, so that it is known.
            let is_plain = |state: &State| state.as_str().chars().all(is_plain);
            let takes = |r: &Route| r.from.contains_key(from) || is_plain(from) && r.from.keys().all(is_plain);
            let fits = |r: &Route| r.to == t.to && r.completed == completed && takes(r);
            let index = routes.iter().position(fits).unwrap_or_else(|| {
                routes.push(Route { to: t.to.clone(), completed, from: BTreeMap::new() });
                routes.len() - 1
            });
            routes[index].from.entry(from.clone()).or_default().push(name.clone());
        }
    }
    routes
}

fn action<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Action, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    Action::parse(&text).map_err(|error| serde::de::Error::custom(format!("the action `{text}` {error}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// What a link can do, written by hand a second time.
    const TABLE: &[(&str, &str, &str, &str, bool)] = &[
        ("instant", "confirmed", "cancel", "cancelled", true),
        ("instant", "confirmed", "cancel_by_customer", "cancelled_by_customer", true),
        ("instant", "confirmed", "reschedule_by_customer", "rescheduled_by_customer", true),
        ("instant", "confirmed", "complete", "completed", true),
        ("confirm_decline", "tentative", "confirm", "confirmed", false),
        ("confirm_decline", "tentative", "decline", "declined", true),
        ("confirm_decline", "confirmed", "cancel", "cancelled", true),
        ("confirm_decline", "confirmed", "cancel_by_customer", "cancelled_by_customer", true),
        ("confirm_decline", "confirmed", "reschedule_by_customer", "rescheduled_by_customer", true),
        ("confirm_decline", "confirmed", "complete", "completed", true),
        ("instant_payment", "tentative", "pay", "paid", false),
        ("instant_payment", "paid", "cancel", "cancelled", true),
        ("instant_payment", "paid", "complete", "completed", true),
        ("group_owner", "tentative", "cancel", "cancelled", true),
        ("group_owner", "tentative", "complete", "completed", true),
        ("group_customer", "confirmed", "cancel_by_customer", "cancelled_by_customer", true),
        ("group_customer", "confirmed", "cancel_by_owner", "cancelled_by_owner", true),
        ("group_customer", "confirmed", "complete", "completed", true),
        ("group_customer_payment", "tentative", "pay", "paid", false),
        ("group_customer_payment", "tentative", "cancel_by_owner", "cancelled_by_owner", true),
        ("group_customer_payment", "paid", "cancel_by_owner", "cancelled_by_owner", true),
        ("group_customer_payment", "paid", "cancel_by_customer", "cancelled_by_customer", true),
        ("group_customer_payment", "paid", "complete", "completed", true),
    ];
    const GRAPHS: &[&str] = &[
        "instant",
        "confirm_decline",
        "instant_payment",
        "group_owner",
        "group_customer",
        "group_customer_payment",
        "unheard_of",
    ];
    const STATES: &[&str] = &[
        "tentative",
        "confirmed",
        "declined",
        "paid",
        "unpaid",
        "cancelled",
        "cancelled_by_customer",
        "cancelled_by_owner",
        "rescheduled_by_customer",
        "completed",
        "(new)",
        "",
    ];
    const ACTIONS: &[&str] = &[
        "create",
        "confirm",
        "decline",
        "cancel",
        "cancel_by_customer",
        "cancel_by_owner",
        "reschedule_by_customer",
        "complete",
        "pay",
        "timeout",
        "destroy",
    ];

    /// A booking of a graph, or of none, in a state.
    struct In<'a>(Option<&'a str>, &'a str);

    impl Record for In<'_> {
        fn value(&self, attribute: Attribute) -> Option<Value<'_>> {
            match attribute {
                Attribute::Graph => self.0.map(Value::Text),
                Attribute::State => Some(Value::Text(self.1)),
                _ => None,
            }
        }

        fn contains(&self, _: Attribute, _: &str) -> bool {
            false
        }
    }

    fn built_in() -> Graphs {
        Graphs::built_in(None).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(20_261_123), cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn from_every_state_only_what_the_table_allows(
            graph in prop::sample::select(GRAPHS),
            state in prop_oneof![3 => prop::sample::select(STATES).prop_map(str::to_owned), 1 => ".{0,12}"],
            action in prop_oneof![3 => prop::sample::select(ACTIONS).prop_map(str::to_owned), 1 => "[a-z0-9_]{1,12}"],
        ) {
            let graphs = built_in();
            let allowed = TABLE.iter().find(|(g, s, a, ..)| (*g, *s, *a) == (graph, state.as_str(), action.as_str()));
            let route = graphs.route(&Action::parse(&action).unwrap(), &In(Some(graph), &state));
            prop_assert_eq!(
                route.map(|r| (r.to.as_str(), r.completed)),
                allowed.map(|(.., to, completed)| (*to, *completed))
            );
            let offered = graphs.get(graph).is_some_and(|g| g.available(&state).any(|t| t.action.as_str() == action));
            prop_assert_eq!(offered, allowed.is_some());
        }
    }

    #[test]
    fn a_walk_of_the_whole_table() {
        for (graph, state, action, to, completed) in TABLE {
            let graphs = built_in();
            let route = graphs.route(&Action::parse(action).unwrap(), &In(Some(graph), state)).expect(action);
            assert_eq!((route.to.as_str(), route.completed), (*to, *completed));
        }
    }

    #[test]
    fn with_the_built_in_graphs_one_write_serves_every_action() {
        for (_, _, action, ..) in TABLE {
            assert_eq!(built_in().routes(&Action::parse(action).unwrap()).unwrap().len(), 1, "{action}");
        }
    }

    #[test]
    fn what_starts_a_booking_or_is_the_systems_has_no_link() {
        for action in ["create", "timeout"] {
            assert_eq!(built_in().routes(&Action::parse(action).unwrap()), None, "{action}");
        }
    }

    #[test]
    fn a_booking_without_a_graph_has_the_default_one() {
        let confirm = Action::parse("confirm").unwrap();
        assert!(built_in().route(&confirm, &In(None, "tentative")).is_some());
        assert!(Graphs::built_in(Some("instant")).unwrap().route(&confirm, &In(None, "tentative")).is_none());
        assert!(Graphs::built_in(Some("nope")).unwrap_err().to_string().contains("no graph `nope`"));
    }

    #[test]
    fn the_only_graph_is_the_default_one() {
        let graph = r#"{"initial": "x", "transitions": [{"action": "go", "from": "x", "to": "y", "by": "owner"}]}"#;
        assert_eq!(Graphs::parse(&format!(r#"{{"a": {graph}}}"#), None).unwrap().default_name().as_str(), "a");
        let two = format!(r#"{{"a": {graph}, "b": {graph}}}"#);
        assert_eq!(Graphs::parse(&two, Some("b")).unwrap().default_name().as_str(), "b");
        assert!(Graphs::parse(&two, None).unwrap_err().to_string().contains("set DEFAULT_GRAPH"));
    }

    #[test]
    fn an_action_may_lead_to_different_states_in_different_graphs() {
        let json = r#"{"a": {"initial": "x", "transitions": [{"action": "go", "from": "x", "to": "y", "by": "owner"}]},
                       "b": {"initial": "x", "transitions": [{"action": "go", "from": "x", "to": "z", "by": "owner"}]}}"#;
        let graphs = Graphs::parse(json, Some("a")).unwrap();
        let go = Action::parse("go").unwrap();
        assert_eq!(graphs.routes(&go).unwrap().len(), 2);
        assert_eq!(graphs.route(&go, &In(Some("b"), "x")).unwrap().to.as_str(), "z");
    }

    #[test]
    fn a_file_that_makes_no_sense_is_told_where() {
        let one = |initial: &str, transitions: &str| {
            let json = format!(r#"{{"g": {{"initial": "{initial}", "transitions": [{transitions}]}}}}"#);
            Graphs::parse(&json, Some("g")).unwrap_err().to_string()
        };
        let go = r#"{"action": "go", "from": "a", "to": "b", "by": "owner"}"#;
        let elsewhere = r#"{"action": "go", "from": "a", "to": "c", "by": "owner"}"#;
        assert!(one("z", go).contains("g.initial: no transition uses the state `z`"));
        assert!(one("b", go).contains("g.transitions[0].from: nothing leads to the state `a`"));
        assert!(
            one("a", &format!("{go}, {elsewhere}"))
                .contains("g.transitions[1].action: `go` already leads from that state")
        );
        assert!(
            one("a", r#"{"action": "go", "from": null, "to": "b", "by": "owner"}"#).contains("g.transitions[0].to")
        );
        assert!(one("a", r#"{"action": "Go!", "from": "a", "to": "b", "by": "owner"}"#).contains("the action `Go!`"));
        assert!(one("a", r#"{"action": "go", "from": "a", "to": "b", "by": "nobody"}"#).contains("line 1 column"));
        assert!(one("a", r#"{"action": "go", "form": "a", "to": "b", "by": "owner"}"#).contains("form"));
    }
}

//! The expressions of a click's write: its condition and its changes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::apply::ClickWrite;
use crate::graph::Route;
use crate::reason::Reason;

/// The expressions of an `UpdateItem`, over the names `#app`, `#graph`, `#state`, `#log` and
/// `#used_links`.
#[derive(Debug)]
pub struct Expression {
    /// The condition. It includes that the booking exists, because otherwise it has no state.
    pub condition: String,
    /// The changes.
    pub update: String,
    /// The values in both.
    pub values: HashMap<String, AttributeValue>,
}

impl Expression {
    /// Writes `route` for a click; `default_graph` is the graph of a booking that names none.
    pub fn new(write: &ClickWrite<'_>, route: &Route, default_graph: &str) -> Self {
        let mut values = Values::default();
        let condition = format!(
            "({}) AND ({}) AND (NOT contains(#used_links, {}))",
            app_clause(write, &mut values),
            route_clause(route, default_graph, &mut values),
            values.text(write.link.link_id().as_str()),
        );
        let update = format!(
            "SET #state = {}, updated_at = {at}, completed = {}, #log = list_append(if_not_exists(#log, {}), {}) ADD #used_links {}",
            values.text(&route.to),
            values.add(AttributeValue::Bool(route.completed)),
            values.add(AttributeValue::L(Vec::new())),
            values.add(AttributeValue::L(vec![log_entry(write, route)])),
            values.add(AttributeValue::Ss(vec![write.link.link_id().to_string()])),
            at = values.text(write.at),
        );
        Self { condition, update, values: values.0 }
    }
}

/// The booking belongs to the key's app.
fn app_clause(write: &ClickWrite<'_>, values: &mut Values) -> String {
    let own = format!("#app = {}", values.text(&write.app.id));
    if write.app.sole { format!("{own} OR {}", absent("#app", values)) } else { own }
}

/// The booking is in a graph and a state from which the route leads.
fn route_clause(route: &Route, default_graph: &str, values: &mut Values) -> String {
    let from = route.from.iter().map(|(state, graphs)| {
        let names = graphs.iter().map(|graph| values.text(graph)).collect::<Vec<_>>().join(", ");
        let unnamed = match graphs.iter().any(|graph| graph == default_graph) {
            true => format!(" OR {}", absent("#graph", values)),
            false => String::new(),
        };
        format!("#state = {} AND (#graph IN ({names}){unnamed})", values.text(state))
    });
    from.collect::<Vec<_>>().join(" OR ")
}

/// The attribute is absent, or null, as many libraries write absent values.
fn absent(name: &str, values: &mut Values) -> String {
    format!("attribute_not_exists({name}) OR attribute_type({name}, {})", values.text("NULL"))
}

pub(super) fn log_entry(write: &ClickWrite<'_>, route: &Route) -> AttributeValue {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut entry = HashMap::from([
        ("action".to_owned(), text(write.link.action().as_str())),
        ("to".to_owned(), text(&route.to)),
        ("link_id".to_owned(), text(write.link.link_id().as_str())),
        ("request_id".to_owned(), text(write.request_id)),
        ("at".to_owned(), text(write.at)),
    ]);
    // If there is only one state to come from, the condition has checked it.
    let only_state = route.from.keys().next().filter(|_| route.from.len() == 1);
    let optional = [
        ("from", only_state.map(String::as_str)),
        ("source_ip", write.source_ip),
        ("user_agent", write.user_agent),
        ("message", write.message.map(Reason::as_str)),
    ];
    entry.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?)))));
    AttributeValue::M(entry)
}

/// The expression's values, numbered in order.
#[derive(Default)]
struct Values(HashMap<String, AttributeValue>);

impl Values {
    fn add(&mut self, value: AttributeValue) -> String {
        let name = format!(":{}", self.0.len());
        self.0.insert(name.clone(), value);
        name
    }

    fn text(&mut self, text: &str) -> String {
        self.add(AttributeValue::S(text.to_owned()))
    }
}

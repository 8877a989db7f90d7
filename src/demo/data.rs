//! The demo's data: businesses, their bookings and the mails about these, in `data.json`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::DemoError;
use super::words::humanized;
use crate::domain::Graphs;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Data {
    pub(super) apps: Vec<DemoApp>,
    pub(super) bookings: Vec<DemoBooking>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoApp {
    pub(super) id: String,
    pub(super) name: String,
    /// Its API key. It is public and gives access to the demo only.
    pub(super) key: String,
    /// `{base}` in a string stands for the address of the demo.
    pub(super) settings: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoBooking {
    pub(super) id: String,
    pub(super) app: String,
    pub(super) graph: String,
    pub(super) state: String,
    pub(super) customer: String,
    pub(super) what: String,
    /// From the start of the demo.
    pub(super) starts_in_hours: u64,
    /// Whether its links are revoked once the mails have been sent.
    #[serde(default)]
    pub(super) is_revoked: bool,
    pub(super) rescheduled_to: Option<String>,
    /// An action that the business takes itself, without a link.
    pub(super) desk: Option<String>,
    /// Its only mail. Without one, it has the usual mails, with all links that its state allows.
    pub(super) mail: Option<DemoMail>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoMail {
    pub(super) subject: String,
    /// What it shows, or the text message.
    pub(super) text: String,
    pub(super) action: String,
    /// In seconds.
    pub(super) expires_in: Option<u64>,
    /// Whether it is a text message, with a short link.
    #[serde(default)]
    pub(super) is_sms: bool,
}

impl Data {
    /// The bookings whose graph is in force, and one of the first app for every graph of the user's own.
    pub(super) fn load(graphs: &Graphs) -> Result<Self, DemoError> {
        let fault = |error: serde_json::Error| DemoError::Data(error.to_string());
        let mut data: Self = serde_json::from_str(include_str!("data.json")).map_err(fault)?;
        let Some(app) = data.apps.first_mut() else { return Ok(data) };
        // As `app create` makes it.
        let actions: Value = graphs.actions_to_ask_for().into_iter().map(ToString::to_string).collect();
        app.settings.insert("confirm_actions".to_owned(), actions);
        let app = app.id.clone();
        let is_shown = |name: &str| data.bookings.iter().any(|booking| booking.graph == name);
        let own = graphs.initial_states().filter(|(name, _)| !is_shown(name)).zip(2001..);
        let own: Vec<_> = own
            .map(|((graph, state), number)| DemoBooking {
                id: format!("b-{number}"),
                app: app.clone(),
                graph: graph.to_owned(),
                state: state.to_owned(),
                customer: "Annie".to_owned(),
                what: humanized(graph),
                starts_in_hours: 200,
                is_revoked: false,
                rescheduled_to: None,
                desk: None,
                mail: None,
            })
            .collect();
        data.bookings.retain(|booking| graphs.get(&booking.graph).is_some());
        data.bookings.extend(own);
        Ok(data)
    }
}

//! `booking create`.

use clap::Args;
use serde_json::{Map, Value, json};

use super::app::app_or_only;
use super::made::is_made;
use crate::booking::{AppId, BookingId, GraphName, State};
use crate::cli::failure::{CliError, failure, store};
use crate::cli::nearest::nearest;
use crate::cli::output::Output;
use crate::cli::table::Tables;
use crate::domain::{Attribute, Value as Text, time_of};

/// A booking to try.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: action-links booking create b-1 --what 'Cut and color' --starts-at 2026-12-24T18:00:00+01:00"
)]
pub(crate) struct Create {
    /// The booking's id.
    #[arg(value_name = "ID")]
    id: BookingId,
    #[command(flatten)]
    tables: Tables,
    /// The app's id. Without it, the only app.
    #[arg(long, value_name = "ID")]
    app: Option<AppId>,
    /// The graph that it follows. Without it, the deployment's default.
    #[arg(long, value_name = "NAME")]
    graph: Option<GraphName>,
    /// Its state. Without it, the graph's first.
    #[arg(long)]
    state: Option<State>,
    /// What it is about, for the pages.
    #[arg(long, value_name = "TEXT")]
    what: Option<String>,
    /// When it starts, with an offset.
    #[arg(long, value_name = "TIME")]
    starts_at: Option<String>,
}

impl Create {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let (apps, bookings, graphs) = self.tables.open().await?;
        let app = app_or_only(self.app, &apps).await?;
        if apps.record(&app).await.map_err(store)?.is_none() {
            let message = format!("there is no app `{app}`; no booking was made");
            return Err(failure(message, "`action-links app list` lists the apps."));
        }
        let name = self.graph.unwrap_or_else(|| graphs.default_name().clone());
        let graph = graphs.get(name.as_str()).ok_or_else(|| {
            failure(format!("there is no graph `{name}` (--graph)"), nearest(name.as_str(), graphs.names()))
        })?;
        let state = self.state.unwrap_or_else(|| graph.initial().clone());
        if !graph.states().contains(state.as_str()) {
            let message = format!("the graph `{name}` has no state `{state}` (--state)");
            return Err(failure(message, nearest(state.as_str(), graph.states().iter().copied())));
        }
        if let Some(time) = &self.starts_at
            && time_of(Text::Text(time)).is_none()
        {
            let message = format!("--starts-at `{time}` is not a time with an offset");
            return Err(failure(message, "Write it as 2026-12-24T18:00:00+01:00."));
        }
        let actions: Vec<&str> = graph.available(state.as_str()).map(|t| t.action.as_str()).collect();
        let mut record = Map::new();
        // With a fraction: by it, a booking that was written twice is known from one that somebody else made.
        let now = jiff::Timestamp::now().to_string();
        for (attribute, value) in [
            (Attribute::Id, json!(self.id)),
            (Attribute::App, json!(app)),
            (Attribute::Graph, json!(name)),
            (Attribute::State, json!(state)),
            (Attribute::CreatedAt, json!(now)),
            (Attribute::UpdatedAt, json!(now)),
            (Attribute::Completed, json!(actions.is_empty())),
        ] {
            record.insert(bookings.names().name(attribute).to_owned(), value);
        }
        if let Some(time) = self.starts_at {
            record.insert(bookings.names().name(Attribute::StartsAt).to_owned(), time.into());
        }
        if let Some(what) = self.what {
            record.insert("attributes".to_owned(), json!({ "event_info": { "what": what } }));
        }
        if !is_made(&bookings, &self.id, &record).await? {
            let message = format!("there is already a booking `{}`; nothing was changed", self.id);
            return Err(failure(message, "Choose another id."));
        }
        let mut text = format!("Made the booking {} of {app}: {state}, in the graph {name}.\n", self.id);
        if let Some(action) = actions.first() {
            let connection = self.tables.connection.repeated();
            text += &format!(
                "\nNext, a link: action-links link sign{connection} --booking {} --action {action} --api-key-file key.txt\n",
                self.id
            );
        }
        Ok(Output::new(text, Value::Object(record)))
    }
}

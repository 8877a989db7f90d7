//! `booking act`.

use std::collections::BTreeSet;
use std::time::SystemTime;

use clap::Args;
use serde_json::json;

use crate::app::App;
use crate::booking::{Action, AppId, BookingId};
use crate::cli::failure::{CliError, failure, store};
use crate::cli::nearest::nearest;
use crate::cli::output::Output;
use crate::cli::table::Tables;
use crate::click::{ActedByOwner, OwnerAct, RequestId, act};
use crate::domain::{Attribute, CustomerMessage, Graphs, Record, printable};
use crate::store::{AppStore, Booking};

/// An action of the business itself.
#[derive(Args, Debug)]
#[command(after_help = "Example: action-links booking act b-1001 complete

It is the same write as a link's, and sends an event if EVENTS is on. So name the stack or, with CDK and Terraform, set
EVENTS, GRAPHS and the names of attributes as the functions have them. No notice is kept: those are for customers.")]
pub(crate) struct Act {
    /// The booking's id.
    #[arg(value_name = "ID")]
    id: BookingId,
    /// Any action of its graph, the system's too.
    action: Action,
    /// Why, for the booking's log.
    #[arg(long, value_name = "TEXT", default_value = "")]
    message: String,
    /// Your id for this request. The same one again changes nothing. Without it, a random one.
    #[arg(long, value_name = "ID")]
    request_id: Option<RequestId>,
    /// The app of a booking that names none, where there are several apps.
    #[arg(long, value_name = "ID")]
    app: Option<AppId>,
    #[command(flatten)]
    tables: Tables,
}

impl Act {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let (apps, bookings, graphs) = self.tables.open().await?;
        let not_found = || {
            let message = format!("there is no booking `{}`; nothing was changed", self.id);
            failure(message, "Compare the id with your records, and the table with --bookings-table.")
        };
        let booking = bookings.get(&self.id).await.map_err(store)?.ok_or_else(not_found)?;
        let app = self.app_of(&booking, &apps).await?;
        let request = OwnerAct {
            booking_id: self.id.clone(),
            action: self.action.clone(),
            request_id: self.request_id.clone().map_or_else(random_id, Ok)?,
            message: CustomerMessage::new(&self.message),
        };
        let mut acted = act(&bookings, &graphs, &app, &request, SystemTime::now()).await;
        if acted.as_ref().is_err_and(|error| error.is_temporary()) {
            // The reply may have been lost. The same request tells.
            acted = act(&bookings, &graphs, &app, &request, SystemTime::now()).await;
        }
        match acted {
            Ok(ActedByOwner::Applied { state }) => {
                let json = json!({
                    "id": self.id, "state": state, "action": self.action, "request_id": request.request_id.to_string(),
                });
                Ok(Output::new(
                    format!("The booking {} is in the state {}.\n", self.id, printable(state.as_str())),
                    json,
                ))
            }
            Ok(ActedByOwner::BookingNotFound) => Err(not_found()),
            Ok(refused) => Err(self.refusal(refused, &graphs)),
            Err(error) if error.is_temporary() => Err(failure(
                format!("{error}. It is not known whether the action was taken"),
                format!("Run the command again with --request-id {}: then it is taken once.", request.request_id),
            )),
            Err(error) => Err(store(error)),
        }
    }

    /// The app that the booking names, or else the one that is given, or the only one.
    async fn app_of(&self, booking: &Booking<'_>, apps: &AppStore) -> Result<App, CliError> {
        let own = booking.text(Attribute::App).and_then(|id| AppId::parse(id).ok());
        if let (Some(own), Some(given)) = (&own, &self.app)
            && own != given
        {
            let message = format!("the booking `{}` belongs to another app than --app; nothing was changed", self.id);
            return Err(failure(message, "Leave out --app, or name the booking's app."));
        }
        let named = own.or(self.app.clone());
        let app = match &named {
            Some(id) => apps.app(id).await.map_err(store)?.0,
            None => {
                let loaded = apps.load().await.map_err(store)?;
                let mut all = loaded.into_iter().flat_map(|loaded| loaded.apps);
                all.next().filter(|_| all.next().is_none())
            }
        };
        let is_only = booking.is_absent(Attribute::App);
        app.map(|app| App { is_only, ..app }).ok_or_else(|| match named {
            Some(id) => failure(
                format!("there is no app `{id}`, or its record is invalid; nothing was changed"),
                "`action-links app list` lists the apps.",
            ),
            None => failure("the booking names no app, and there are several; nothing was changed", "Give --app."),
        })
    }

    fn refusal(&self, refused: ActedByOwner, graphs: &Graphs) -> CliError {
        let show = format!("`action-links booking show {}` shows the booking, and what its state allows.", self.id);
        match refused {
            ActedByOwner::UnknownAction => {
                let known: BTreeSet<&str> =
                    graphs.all_routes().chain(graphs.system_routes()).map(|(action, _)| action.as_str()).collect();
                let message = format!("no graph has the action `{}` for an existing booking", self.action);
                failure(message, nearest(self.action.as_str(), known.iter().copied()))
            }
            ActedByOwner::ActionNotAvailable { state, already } => {
                let state = state.map_or("without a valid state".to_owned(), |state| format!("in the state `{state}`"));
                let is = if already { "already " } else { "" };
                failure(format!("the booking is {is}{state}; nothing was changed"), show)
            }
            ActedByOwner::OtherRequest { action } => failure(
                format!("this request id is that of another request, which took the action `{action}`"),
                "Give another --request-id, or none.",
            ),
            ActedByOwner::BookingUnusable { fault } => {
                failure(format!("the booking's record cannot be changed: {fault}"), "Repair the record.")
            }
            ActedByOwner::Applied { .. } | ActedByOwner::BookingNotFound => failure("nothing was changed", show),
        }
    }
}

fn random_id() -> Result<RequestId, CliError> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(|error| failure(error, "Give --request-id."))?;
    let id: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    id.parse().map_err(|error| failure(error, "Give --request-id."))
}

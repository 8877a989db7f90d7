//! `doctor`: whether a deployment works.

mod address;
mod apps;
mod functions;
mod http;
mod report;
mod tables;
mod trial;

use clap::Args;

use super::failure::CliError;
use super::output::Output;
use super::place::Place;
use super::reached::reached;
use super::table::{Tables, apps, bookings};
use crate::app::App;
use crate::booking::AppId;
use crate::deployment::Aws;
use crate::link::BaseUrl;
use functions::Settings;
use report::Report;

/// Whether a deployment works.
#[derive(Args, Debug)]
#[command(
    about = "Say whether a deployment works, line by line",
    long_about = "Say whether a deployment works, line by line: credentials, stack, tables, apps, the functions' settings, the \
                  address, and a click on a booking of its own, which it removes again.\n\nThe exit code is 0 only if all of \
                  it works. With --read-only, nothing is written and no link is clicked.",
    after_help = "Example: action-links doctor --stack action-links

Against `make run`, with the variables that it prints: action-links doctor"
)]
pub(crate) struct Doctor {
    #[command(flatten)]
    tables: Tables,
    /// The start of the deployment's links. Without it, that of --stack, or LINK_BASE_URL.
    #[arg(long, value_name = "URL", help_heading = "Deployment")]
    base_url: Option<BaseUrl>,
    /// The app whose key signs the link that is clicked. Without it, the first that can sign.
    #[arg(long, value_name = "ID")]
    app: Option<AppId>,
    /// Write nothing, and click nothing.
    #[arg(long)]
    read_only: bool,
}

impl Doctor {
    pub(super) async fn run(self) -> Result<Output, CliError> {
        let mut report = Report::default();
        self.look(&mut report).await;
        Ok(report.output())
    }

    /// Looks at everything, and goes on after a fault as far as it can.
    async fn look(&self, report: &mut Report) -> Option<()> {
        let aws = self.tables.connection.aws().await.map_err(|error| report.error("AWS", &error)).ok()?;
        report.good("AWS", format!("credentials found; {}", aws.reached.told()));
        let place = self.tables.connection.read_stack(&aws).await;
        let place = place.map_err(|error| report.error("stack", &error)).ok()?;
        stack(&place, report);
        let settings = Settings::read(&aws, &place, report).await;
        let base = settings.base_url(self.base_url.as_ref()).map_err(|error| report.error("address", &error)).ok()?;
        if let Some(base) = &base {
            settings.compare_base(base, report);
        }
        let stores = self.stores(&aws, &place, &settings, report).await;
        let http =
            http::Http::new().map_err(|error| report.bad("address", error, "This is a bug. Please report it.")).ok()?;
        let answers = address::check(&http, base.as_ref(), &place, report).await;
        let (found, (bookings, facts)) = stores?;
        address::check_apps(&http, &found, report).await;
        let Some(app) = apps::signer(&found, self.app.as_ref(), report) else { return Some(()) };
        match base.filter(|_| answers) {
            _ if self.read_only => report.note("click", "not tried: --read-only", None),
            None => report.note("click", "not tried: the address does not answer as it should", None),
            Some(base) => {
                let trial = trial::Trial { http: &http, base: &base, app, bookings: &bookings, facts: &facts };
                trial.run(&settings, report).await;
            }
        }
        Some(())
    }

    /// Both tables, if they can be used. The table of short links is only looked at.
    async fn stores(
        &self,
        aws: &Aws,
        place: &Place,
        settings: &Settings<'_>,
        report: &mut Report,
    ) -> Option<(Vec<App>, tables::Found)> {
        let client = aws.dynamodb();
        let graphs = settings.graphs().map_err(|error| report.error("settings", &error)).ok()?;
        let config = settings.bookings().map_err(|error| report.error("settings", &error)).ok()?;
        let apps_table = apps(place, client.clone(), self.tables.apps_table.as_deref(), graphs);
        let apps_table = apps_table.map_err(|error| report.error("apps table", &error)).ok();
        let bookings_table = bookings(place, client.clone(), self.tables.bookings_table.as_deref(), config);
        let bookings_table = bookings_table.map_err(|error| report.error("bookings table", &error)).ok();
        let names = [apps_table.as_ref().map(|table| table.name()), bookings_table.as_ref().map(|table| table.name())];
        settings.compare_tables(names, report);
        let is_local = reached().is_some_and(crate::deployment::Reached::is_local);
        let guard = tables::Guard { client: &client, is_local, place };
        let found = match apps_table {
            Some(table) if guard.apps(table.name(), report).await => apps::look(&table, report).await,
            _ => None,
        };
        let bookings = match bookings_table {
            Some(table) => guard.bookings(&table, settings, report).await.map(|facts| (table, facts)),
            None => None,
        };
        guard.short_links(settings, report).await;
        found.zip(bookings)
    }
}

/// The state of the stack.
fn stack(place: &Place, report: &mut Report) {
    let Some(stack) = &place.stack else { return };
    let text = format!("{}: {}", stack.name, stack.status);
    let events = format!("`aws cloudformation describe-stack-events --stack-name {}` says why.", stack.name);
    if stack.is_settled() {
        report.good("stack", text);
    } else if stack.status.ends_with("IN_PROGRESS") && !stack.status.contains("ROLLBACK") {
        report.note("stack", format!("{text}: it is being changed"), Some("Ask again when it is done."));
    } else if stack.status == "UPDATE_ROLLBACK_COMPLETE" {
        report.note("stack", format!("{text}: the last deployment was taken back"), Some(&events));
    } else {
        report.bad("stack", format!("{text}: the deployment failed"), events);
    }
}

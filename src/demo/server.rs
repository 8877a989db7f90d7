//! The local server.

use std::collections::HashMap;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::announce::announce;
use super::compose::Composer;
use super::data::Data;
use super::debugger::Debugger;
use super::error::DemoError;
use super::events::Events;
use super::examples::examples;
use super::gallery::Gallery;
use super::mailbox::Mailbox;
use super::routes::{Demo, router};
use super::seed::seed;
use crate::config::{Config, ConfigError};
use crate::emulator::{Engine, LocalGateway, Pipe};
use crate::store::{AppStore, BookingStore, ShortLinkStore, connect, create_tables};
use crate::telemetry;

/// How long requests in progress may take after the server is told to stop.
const GRACE: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port; 0 is any that is free. DynamoDB listens on the next one, if that is free.
    pub port: u16,
    /// The file that keeps the tables; `None` keeps them in memory.
    pub data: Option<PathBuf>,
    /// `GRAPHS`, as the functions take it.
    pub graphs: Option<String>,
    /// `DEFAULT_GRAPH`, as the functions take it.
    pub default_graph: Option<String>,
}

/// Serves until `shutdown` resolves. Writes what a developer needs to know to `out`. The last line
/// is written when requests are answered; the functions' logs begin after it.
pub async fn serve(
    options: &Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
    out: &mut impl Write,
) -> Result<(), DemoError> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => DemoError::PortTaken(options.port),
            _ => DemoError::Io(error),
        })?;
    let base = format!("http://{}", listener.local_addr()?);
    let engine = Engine::start(options.data.as_deref()).await?;
    let endpoint = engine.open_to_programs(options.port.checked_add(1).filter(|_| options.port > 0)).await?;
    let config = config(options, &base, engine.endpoint())?;
    let client = connect(&config.aws)?;
    create_tables(&client, &config).await?;
    let bookings = BookingStore::new(client.clone(), &config.bookings_table, config.attributes.clone());
    let now = SystemTime::now();
    let data = Data::load(&config.graphs)?;
    let first_app = data.apps.first().ok_or_else(|| DemoError::Data("there is no app".to_owned()))?;
    let gallery = Gallery::new(first_app.record(&base, now), &config.graphs)?;
    let businesses = data.apps.iter().map(|app| app.loaded(&base, now, &config.graphs));
    let businesses =
        businesses.map(|app| app.map(|app| (app.id.to_string(), Arc::new(app)))).collect::<Result<_, _>>()?;
    let short_links = config.short_links_table.as_ref().map(|table| ShortLinkStore::new(client.clone(), table));
    let apps = AppStore::new(client, &config.apps_table, config.graphs.clone());
    seed(&apps, &bookings, &data, &base, now).await?;
    let graphs = config.graphs.clone();
    let table = config.bookings_table.clone();
    let base_url = config.link_base_url.clone();
    let key = first_app.key.clone();
    let gateway = Arc::new(LocalGateway::start(config).await?);
    let composer = Composer { gateway: gateway.clone(), graphs: graphs.clone(), apps: businesses };
    let mailbox = Mailbox::fill(composer, bookings.clone(), data).await?;
    let mails = mailbox.sent().await;
    let debugger = Debugger { apps, bookings, short_links, graphs, base: base_url, examples: examples(&mails) };
    let pipe = Pipe::deployed().map_err(|error| DemoError::Data(error.to_string()))?;
    let events = Events { streams: engine.streams(), pipe, table };
    announce(out, &base, &endpoint, &key, &mails)?;
    telemetry::init();

    let router = router(Demo { gateway, mailbox, gallery, debugger, events });
    let (stop, stopping) = oneshot::channel();
    let shutdown = async {
        shutdown.await;
        // The receiver exists as long as the server does.
        let _ = stop.send(());
    };
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(shutdown).into_future() => served?,
        // A request that never ends does not keep the server.
        () = async { let _ = stopping.await; sleep(GRACE).await } => {}
    }
    // The functions' idle connections would keep the engine; they are not needed any more.
    let _ = timeout(GRACE, engine.stop()).await;
    Ok(())
}

/// The environment that the functions would have.
fn config(options: &Options, base: &str, endpoint: &str) -> Result<Config, ConfigError> {
    let env = HashMap::from([
        ("GRAPHS", options.graphs.as_deref().unwrap_or_default()),
        ("DEFAULT_GRAPH", options.default_graph.as_deref().unwrap_or_default()),
        ("EVENTS", "on"),
        ("APPS_TABLE", "apps"),
        ("BOOKINGS_TABLE", "bookings"),
        ("SHORT_LINKS_TABLE", "short-links"),
        ("LINK_BASE_URL", base),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint),
    ]);
    Config::read(|name| env.get(name).map(|value| (*value).to_owned()))
}

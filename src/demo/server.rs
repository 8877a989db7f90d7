//! The local server.

use std::collections::HashMap;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::from_fn;
use axum::response::{Html, Redirect};
use axum::routing::{any, get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::debugger::Debugger;
use super::error::DemoError;
use super::examples::examples;
use crate::emulator::{EmulatorError, Engine, Event, LocalGateway, Pipe, Streams, guard};
use utoipa_swagger_ui::SwaggerUi;

use super::announce::announce;
use super::data::Data;
use super::gallery::Gallery;
use super::inbox;
use super::mail::{Mail, mails, state};
use super::seed::seed;
use crate::config::{Config, ConfigError};
use crate::store::{AppStore, BookingStore, ShortLinkStore, connect, create_tables};
use crate::telemetry;

/// The HTTP interface, described.
const OPENAPI: &str = include_str!("../../openapi.yaml");

/// How many events the inbox shows.
const MAX_EVENTS: usize = 20;

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

struct Demo {
    streams: Streams,
    pipe: Pipe,
    bookings_table: String,
    gateway: LocalGateway,
    bookings: BookingStore,
    mails: Vec<Mail>,
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
    let gallery = Arc::new(Gallery::new(first_app.record(&base, now), &config.graphs)?);
    let short_links = config.short_links_table.as_ref().map(|table| ShortLinkStore::new(client.clone(), table));
    let apps = AppStore::new(client, &config.apps_table, config.graphs.clone());
    seed(&apps, &bookings, &data, &base, now).await?;
    let graphs = config.graphs.clone();
    let bookings_table = config.bookings_table.clone();
    let base_url = config.link_base_url.clone();
    let gateway = LocalGateway::start(config).await?;
    let mails = mails(&gateway, &bookings, &data).await?;
    let debugger = Arc::new(Debugger {
        apps,
        bookings: bookings.clone(),
        short_links,
        graphs: graphs.clone(),
        base: base_url,
        examples: examples(&mails),
    });
    announce(out, &base, &endpoint, &first_app.key, &mails)?;
    telemetry::init();

    let pipe = Pipe::deployed().map_err(|error| DemoError::Data(error.to_string()))?;
    let demo = Arc::new(Demo { streams: engine.streams(), pipe, bookings_table, gateway, bookings, mails });
    let overview = gallery.clone();
    let (for_inbox, for_desk, for_gateway) = (demo.clone(), demo.clone(), demo);
    let functions = any(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        for_gateway.gateway.answer(method, uri, headers, body).await
    });
    let router = Router::new()
        // Not stored, so that going back shows the present states.
        .route("/", get(move || async move { ([(CACHE_CONTROL, "no-store")], Html(for_inbox.inbox().await)) }))
        .route(
            "/pages",
            get(move |uri: Uri| async move { Html(overview.overview(lang(&uri).as_deref()).into_string()) }),
        )
        .route(
            "/pages/{name}",
            get(move |Path(name): Path<String>, uri: Uri| async move {
                gallery.page(&name, lang(&uri).as_deref()).ok_or(StatusCode::NOT_FOUND)
            }),
        )
        .route(
            "/debug",
            // A form in a POST, so that the link is in no URL, which browsers keep.
            any(move |body: Bytes| async move {
                let link =
                    form_urlencoded::parse(&body).find(|(name, _)| name == "link").map(|(_, link)| link.into_owned());
                ([(CACHE_CONTROL, "no-store")], Html(debugger.page(link.as_deref()).await.into_string()))
            }),
        )
        .merge(SwaggerUi::new("/docs").config(viewer()))
        .route("/openapi.yaml", get(|| async { ([(CONTENT_TYPE, "application/yaml")], OPENAPI) }))
        .route("/thanks", get(|uri: Uri| async move { Html(inbox::thanks(&outcome(&uri)).into_string()) }))
        .route(
            "/desk",
            post(move |body: Bytes| async move {
                // The inbox shows what it came to.
                let _ = for_desk.act(&body).await;
                Redirect::to("/")
            }),
        )
        .route("/v2/{*path}", functions.clone())
        .route("/l/{*path}", functions)
        .layer(from_fn(guard));
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

impl Demo {
    async fn inbox(&self) -> String {
        let mut mails = Vec::new();
        for mail in &self.mails {
            let state = state(&self.bookings, &mail.booking_id).await.ok().flatten();
            mails.push((mail, state.unwrap_or_else(|| "unknown".to_owned())));
        }
        inbox::inbox(&mails, &self.events()).into_string()
    }

    /// Takes an action on behalf of the business, as its own functions do: by direct invocation.
    async fn act(&self, form: &[u8]) -> Result<Value, EmulatorError> {
        let field = |name: &str| {
            let mut fields = form_urlencoded::parse(form);
            fields.find(|(field, _)| field == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let booking_id = field("booking_id");
        let app = self.mails.iter().find(|mail| mail.booking_id == booking_id).map(|mail| &mail.app_id);
        let event = json!({ "operation": "act", "app_id": app, "booking_id": booking_id, "action": field("action") });
        self.gateway.invoke_booking_links(event).await
    }

    /// The events that came out of the pipe, the newest first.
    fn events(&self) -> Vec<Event> {
        let records = self.streams.records(&self.bookings_table).unwrap_or_default();
        let events = records.iter().rev().filter_map(|record| self.pipe.pass(record).ok().flatten());
        events.take(MAX_EVENTS).collect()
    }
}

/// The language asked for in the gallery.
fn lang(uri: &Uri) -> Option<String> {
    let mut query = form_urlencoded::parse(uri.query()?.as_bytes());
    query.find(|(name, _)| name == "lang").map(|(_, tag)| tag.into_owned())
}

/// What the query of a redirect tells of the click.
fn outcome(uri: &Uri) -> Vec<(String, String)> {
    let told = ["booking_id", "action", "state", "outcome"];
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    query.into_owned().filter(|(name, _)| told.contains(&name.as_str())).collect()
}

/// Of the viewer of [`OPENAPI`]. It asks nobody else, not even for a validation.
fn viewer() -> utoipa_swagger_ui::Config<'static> {
    utoipa_swagger_ui::Config::from("/openapi.yaml").validator_url("none")
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

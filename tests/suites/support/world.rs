//! A world to click in: two tables, both functions, and an app with a key.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use action_links::action_link::ActionLinkFunction;
use action_links::app::AppRecord;
use action_links::booking::{Action, BookingId};
use action_links::booking_links::BookingLinksFunction;
use action_links::click::{Click, ClickKind, Clicks};
use action_links::config::Config;
use action_links::domain::Graphs;
use action_links::emulator::{Engine, LocalGateway};
use action_links::keyring::Keyring;
use action_links::link::{BaseUrl, SignedLink, Signer, UnsignedLink, UnverifiedLink};
use action_links::runtime::{Function, StartError};
use action_links::store::{AppStore, BookingStore, Client, Deadlines, connect, create_tables};
use aws_sdk_dynamodb::config as sdk;
use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use serde_json::{Value, json};
use url::Url;

use super::jws::{SECRET, at, key};
use super::leaks;
use super::proxy::{self, Proxy};

/// The base of links.
pub(crate) const BASE: &str = "https://links.hairbyada.example";

/// An app with the required settings only.
pub(crate) fn ada() -> Value {
    json!({ "id": "ada", "name": "Hair by Ada", "keys": [{ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z" }] })
}

/// A booking of the app `ada`.
pub(crate) fn booking(id: &str, graph: &str, state: &str) -> Value {
    json!({
        "id": id, "app_id": "ada", "graph": graph, "state": state, "completed": false,
        "created_at": "2026-11-01T08:00:00Z", "updated_at": "2026-11-01T08:00:00Z",
        "attributes": { "what": "Cut" },
    })
}

pub(crate) struct World {
    pub(crate) gateway: LocalGateway,
    pub(crate) apps: AppStore,
    pub(crate) bookings: BookingStore,
    pub(crate) proxy: Proxy,
    pub(crate) env: HashMap<String, String>,
    pub(super) client: Client,
    engine: String,
    /// Stops when it is dropped.
    embedded: Option<Engine>,
}

impl World {
    /// A world with one app and the settings' defaults.
    pub(crate) async fn new() -> Self {
        Self::with(&[ada()], &[]).await
    }

    /// A world with these apps and these settings. The engine is dynoxide, in the process, or
    /// the one that `TEST_DYNAMODB_ENDPOINT` names; either way the tables are its own.
    pub(crate) async fn with(apps: &[Value], settings: &[(&str, &str)]) -> Self {
        leaks::watch_logs();
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let other = std::env::var("TEST_DYNAMODB_ENDPOINT").ok();
        let engine = if other.is_none() { Some(Engine::start(None, None).await.unwrap()) } else { None };
        let direct = other.unwrap_or_else(|| engine.as_ref().unwrap().endpoint().to_owned());
        let (endpoint, proxy) = proxy::start(&direct).await;
        let mut env: HashMap<String, String> = [
            ("APPS_TABLE", format!("apps-{number}").as_str()),
            ("BOOKINGS_TABLE", &format!("bookings-{number}")),
            ("LINK_BASE_URL", BASE),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &endpoint),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let config = Config::read(|name| env.get(name).cloned()).unwrap();
        let client = connect(&config.aws).unwrap();
        create_tables(&client, &config).await.unwrap();
        let store = AppStore::new(client.clone(), &config.apps_table, config.graphs.clone());
        for app in apps {
            store.put(AppRecord::from(app.as_object().unwrap().clone())).await.unwrap();
        }
        let bookings = BookingStore::new(client.clone(), &config.bookings_table, config.attributes.clone());
        let bookings = bookings.with_events(config.events);
        let gateway = LocalGateway::start(config).await.unwrap();
        proxy.take();
        Self { gateway, apps: store, bookings, proxy, env, client, engine: direct, embedded: engine }
    }

    /// The records of the bookings table's stream. `None` if the engine is another one.
    pub(crate) fn stream(&self) -> Option<Vec<Value>> {
        let engine = self.embedded.as_ref()?;
        Some(engine.streams().records(&self.env["BOOKINGS_TABLE"]).unwrap())
    }

    /// A proxy of its own before the engine, and the settings of functions behind it.
    pub(crate) async fn behind_a_proxy(&self) -> (Proxy, HashMap<String, String>) {
        let (endpoint, proxy) = proxy::start(&self.engine).await;
        let endpoint = ("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), endpoint);
        (proxy, self.env.clone().into_iter().chain([endpoint]).collect())
    }

    /// A link signed now.
    pub(crate) fn sign(&self, booking: &str, action: &str) -> SignedLink {
        self.sign_at(booking, action, SystemTime::now())
    }

    /// A link signed at that time. A second later it would be another link.
    pub(crate) fn sign_at(&self, booking: &str, action: &str, now: SystemTime) -> SignedLink {
        let link = UnsignedLink::new(BookingId::parse(booking).unwrap(), Action::parse(action).unwrap());
        Signer::new(key(), &BaseUrl::parse(BASE).unwrap()).sign(&link, now)
    }

    /// Clicks with a given time. The keys are read at `now` and kept for a minute.
    pub(crate) async fn clicks(&self, now: SystemTime) -> Clicks {
        let keyring = Keyring::load(self.apps.clone(), Duration::from_secs(60), now).await.unwrap();
        Clicks::new(keyring, self.bookings.clone(), Graphs::built_in(None).unwrap(), Deadlines::default())
    }

    /// Both functions. The SDK of the clicks uses the proxy's clock.
    pub(crate) async fn timed(&self) -> LocalGateway {
        self.with_bookings_of(self.timed_client()).await
    }

    /// The apps table. The SDK uses the proxy's clock.
    pub(crate) fn timed_apps(&self) -> AppStore {
        AppStore::new(self.timed_client(), &self.env["APPS_TABLE"], self.config().graphs)
    }

    /// Both functions. The clicks' bookings table is at `endpoint`.
    pub(crate) async fn before(&self, endpoint: &str) -> LocalGateway {
        self.with_bookings_of(self.client(|sdk| sdk.endpoint_url(endpoint))).await
    }

    async fn with_bookings_of(&self, client: Client) -> LocalGateway {
        let config = self.config();
        let bookings = BookingStore::new(client, &config.bookings_table, config.attributes.clone());
        let bookings = bookings.with_events(config.events);
        let keyring = Keyring::load(self.apps.clone(), config.keyring_ttl, SystemTime::now()).await.unwrap();
        let clicks = Clicks::new(keyring, bookings, config.graphs.clone(), Deadlines::default());
        let base = config.link_base_url;
        LocalGateway::new(ActionLinkFunction::new(clicks, base), self.start::<BookingLinksFunction>().await.unwrap())
    }

    /// With the proxy's clock and without the SDK's limit of retries, which a few dozen faults
    /// would reach.
    fn timed_client(&self) -> Client {
        let retries = RetryPartition::custom("unlimited").token_bucket(TokenBucket::unlimited()).build();
        self.client(|sdk| sdk.sleep_impl(self.proxy.clock.clone()).retry_partition(retries))
    }

    /// The functions' own client with that change.
    fn client(&self, change: impl FnOnce(sdk::Builder) -> sdk::Builder) -> Client {
        Client::from_conf(change(self.client.config().to_builder()).build())
    }

    /// Both functions, started anew.
    pub(crate) async fn restart(&self) -> LocalGateway {
        LocalGateway::start(self.config()).await.unwrap()
    }

    /// One of the functions, started anew.
    pub(crate) async fn start<F: Function>(&self) -> Result<F, StartError> {
        F::start(self.config(), self.client.clone()).await
    }

    /// The same, with an SDK that uses the proxy's clock.
    pub(crate) async fn start_timed<F: Function>(&self) -> Result<F, StartError> {
        F::start(self.config(), self.timed_client()).await
    }

    fn config(&self) -> Config {
        Config::read(|name| self.env.get(name).cloned()).unwrap()
    }
}

/// A click that opens a link, in 1970.
pub(crate) fn opened(signed: &SignedLink) -> Click {
    let url = Url::parse(&signed.url).unwrap();
    Click {
        link: UnverifiedLink::parse(url.path(), url.query_pairs()).unwrap(),
        kind: ClickKind::Open,
        request_id: signed.link_id.to_string(),
        source_ip: None,
        user_agent: None,
        base: Some(BaseUrl::parse(BASE).unwrap()),
        now: at(0),
    }
}

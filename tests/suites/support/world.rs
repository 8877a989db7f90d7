//! A world to click in: two tables, both functions, and an app with a key.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use action_links::action_link::ActionLinkFunction;
use action_links::booking::{Action, BookingId};
use action_links::booking_links::BookingLinksFunction;
use action_links::click::Clicks;
use action_links::config::Config;
use action_links::emulator::{Engine, LocalGateway};
use action_links::keyring::Keyring;
use action_links::link::{BaseUrl, SignedLink, Signer, UnsignedLink};
use action_links::runtime::{Function, StartError};
use action_links::store::{AppStore, BookingStore, Client, Deadlines, ShortLinkStore, connect, create_tables};
use aws_sdk_dynamodb::config as sdk;
use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use serde_json::{Value, json};

use super::clicks::TimedClicks;
use super::http::HttpClient;
use super::jws::key;
use super::leaks;
use super::proxy::{self, Proxy};
use super::records::{ada, app_record, booking, graphs};

/// The base of links.
pub(crate) const BASE: &str = "https://links.hairbyada.example";

/// What a world consists of: at least the app `ada`, unless it is taken out.
pub(crate) struct Builder {
    ada: Option<Value>,
    others: Vec<Value>,
    settings: Vec<(String, String)>,
    bookings: Vec<Value>,
}

impl Builder {
    /// The settings of the app `ada`.
    pub(crate) fn app(mut self, settings: Value) -> Self {
        self.ada = Some(ada(settings));
        self
    }

    /// No app `ada`.
    pub(crate) fn without_ada(mut self) -> Self {
        self.ada = None;
        self
    }

    /// Another app, by its whole record.
    pub(crate) fn another_app(mut self, app: Value) -> Self {
        self.others.push(app);
        self
    }

    /// A variable of the functions' environment.
    pub(crate) fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A booking: tentative, `b-1`, of `ada`, changed and extended by these attributes.
    pub(crate) fn booking(mut self, attributes: Value) -> Self {
        self.bookings.push(booking(attributes));
        self
    }

    /// Makes it. The engine is dynoxide, in the process, or the one that `TEST_DYNAMODB_ENDPOINT`
    /// names; either way the tables are its own.
    pub(crate) async fn start(self) -> World {
        let world = World::start_with(self.ada.into_iter().chain(self.others), self.settings).await;
        for booking in self.bookings {
            world.put(booking).await;
        }
        world
    }
}

/// A running world. Whatever is sent to it goes to its own two functions.
pub(crate) struct World {
    client: HttpClient,
    pub(crate) apps: AppStore,
    pub(crate) bookings: BookingStore,
    pub(crate) proxy: Proxy,
    pub(crate) env: HashMap<String, String>,
    pub(super) sdk: Client,
    engine: String,
    /// Stops when it is dropped.
    embedded: Option<Engine>,
}

impl World {
    pub(crate) fn builder() -> Builder {
        Builder { ada: Some(ada(json!({}))), others: Vec::new(), settings: Vec::new(), bookings: Vec::new() }
    }

    /// A world with the app `ada`, and the settings' defaults.
    pub(crate) async fn new() -> Self {
        Self::builder().start().await
    }

    async fn start_with(apps: impl Iterator<Item = Value>, settings: Vec<(String, String)>) -> Self {
        leaks::watch_logs();
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let other = std::env::var("TEST_DYNAMODB_ENDPOINT").ok();
        let engine = if other.is_none() { Some(Engine::start(None).await.unwrap()) } else { None };
        let direct = other.unwrap_or_else(|| engine.as_ref().unwrap().endpoint().to_owned());
        let (endpoint, proxy) = proxy::start(&direct).await;
        let mut env: HashMap<String, String> = [
            ("APPS_TABLE", format!("apps-{number}").as_str()),
            ("BOOKINGS_TABLE", &format!("bookings-{number}")),
            ("SHORT_LINKS_TABLE", &format!("codes-{number}")),
            ("LINK_BASE_URL", BASE),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &endpoint),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        env.extend(settings);
        let config = Config::read(|name| env.get(name).cloned()).unwrap();
        let sdk = connect(&config.aws).unwrap();
        create_tables(&sdk, &config).await.unwrap();
        let store = AppStore::new(sdk.clone(), &config.apps_table, config.graphs.clone());
        for app in apps {
            store.put(app_record(app)).await.unwrap();
        }
        let bookings = BookingStore::new(sdk.clone(), &config.bookings_table, config.attributes.clone());
        let bookings = bookings.with_events(config.events);
        let client = HttpClient::new(LocalGateway::start(config).await.unwrap());
        proxy.take();
        Self { client, apps: store, bookings, proxy, env, sdk, engine: direct, embedded: engine }
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
        Signer::new(key(), &BaseUrl::parse(BASE).unwrap()).sign(&link, now).unwrap()
    }

    /// Clicks with a given time. The keys are read at `now` and kept for a minute.
    pub(crate) async fn clicks(&self, now: SystemTime) -> TimedClicks {
        let keyring = Keyring::load(self.apps.clone(), Duration::from_secs(60), now).await.unwrap();
        self.proxy.take();
        TimedClicks(Clicks::new(keyring, self.bookings.clone(), graphs(), Deadlines::default()))
    }

    /// Both functions. The SDK of the clicks uses the proxy's clock.
    pub(crate) async fn timed(&self) -> HttpClient {
        self.with_bookings_of(self.timed_client()).await
    }

    /// The apps table. The SDK uses the proxy's clock.
    pub(crate) fn timed_apps(&self) -> AppStore {
        AppStore::new(self.timed_client(), &self.env["APPS_TABLE"], self.config().graphs)
    }

    /// Both functions. The clicks' bookings table is at `endpoint`.
    pub(crate) async fn before(&self, endpoint: &str) -> HttpClient {
        self.with_bookings_of(self.sdk_with(|sdk| sdk.endpoint_url(endpoint))).await
    }

    async fn with_bookings_of(&self, client: Client) -> HttpClient {
        let config = self.config();
        let sdk = client.clone();
        let bookings = BookingStore::new(client, &config.bookings_table, config.attributes.clone());
        let bookings = bookings.with_events(config.events);
        let keyring = Keyring::load(self.apps.clone(), config.keyring_ttl, SystemTime::now()).await.unwrap();
        let clicks = Clicks::new(keyring, bookings, config.graphs.clone(), Deadlines::default());
        let clicks = clicks.with_short_links(config.short_links_table.map(|table| ShortLinkStore::new(sdk, table)));
        HttpClient::of(ActionLinkFunction::new(clicks), self.start::<BookingLinksFunction>().await.unwrap())
    }

    /// With the proxy's clock and without the SDK's limit of retries, which a few dozen faults
    /// would reach.
    fn timed_client(&self) -> Client {
        let retries = RetryPartition::custom("unlimited").token_bucket(TokenBucket::unlimited()).build();
        self.sdk_with(|sdk| sdk.sleep_impl(self.proxy.clock.clone()).retry_partition(retries))
    }

    /// The functions' own client with that change.
    fn sdk_with(&self, change: impl FnOnce(sdk::Builder) -> sdk::Builder) -> Client {
        Client::from_conf(change(self.sdk.config().to_builder()).build())
    }

    /// Both functions, started anew.
    pub(crate) async fn restart(&self) -> HttpClient {
        HttpClient::new(LocalGateway::start(self.config()).await.unwrap())
    }

    /// One of the functions, started anew.
    pub(crate) async fn start<F: Function>(&self) -> Result<F, StartError> {
        F::start(self.config(), self.sdk.clone()).await
    }

    /// The same, with an SDK that uses the proxy's clock.
    pub(crate) async fn start_timed<F: Function>(&self) -> Result<F, StartError> {
        F::start(self.config(), self.timed_client()).await
    }

    fn config(&self) -> Config {
        Config::read(|name| self.env.get(name).cloned()).unwrap()
    }
}

impl Deref for World {
    type Target = HttpClient;

    fn deref(&self) -> &HttpClient {
        &self.client
    }
}

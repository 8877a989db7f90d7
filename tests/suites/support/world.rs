//! A world to click in: two tables, both functions, and an app with a key.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use action_links::app::AppRecord;
use action_links::booking::{Action, BookingId};
use action_links::booking_links::BookingLinksFunction;
use action_links::click::{Click, Clicks, Gesture};
use action_links::config::Config;
use action_links::graph::Graphs;
use action_links::keyring::Keyring;
use action_links::link::{BaseUrl, SignedLink, Signer, UnsignedLink, UnverifiedLink};
use action_links::local::{Engine, LocalGateway};
use action_links::runtime::{Function, StartError};
use action_links::store::{AppStore, BookingStore, Budget, Client, connect, create_tables};
use aws_sdk_dynamodb::config as sdk;
use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, PutRequest, ScalarAttributeType, WriteRequest,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use url::Url;

use super::jws::{SECRET, at, key};
use super::proxy::{self, Proxy};
use super::{headers, leaks};

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
    client: Client,
    engine: String,
    /// Stops when it is dropped.
    _engine: Option<Engine>,
}

/// Names of attributes, each with its type.
pub(crate) type Keys = BTreeSet<(String, String)>;

/// A table's keys and key attributes, and its indexes: name, keys, projection.
pub(crate) struct Described {
    pub(crate) keys: Keys,
    pub(crate) attributes: Keys,
    pub(crate) indexes: Vec<(String, Keys, String)>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }
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
        create_tables(&client, &config.apps_table, &config.bookings_table, &config.attributes).await.unwrap();
        let store = AppStore::new(client.clone(), &config.apps_table);
        for app in apps {
            assert!(store.create(AppRecord::from(app.as_object().unwrap().clone())).await.unwrap());
        }
        let bookings = BookingStore::new(client.clone(), &config.bookings_table, config.attributes.clone());
        let gateway = LocalGateway::start(config).await.unwrap();
        proxy.take();
        Self { gateway, apps: store, bookings, proxy, env, client, engine: direct, _engine: engine }
    }

    /// Writes a booking.
    pub(crate) async fn put(&self, booking: Value) {
        assert!(self.bookings.create(booking.as_object().unwrap().clone()).await.unwrap());
        self.proxy.take();
    }

    /// A proxy of its own before the engine, and the settings of functions behind it.
    pub(crate) async fn behind_a_proxy(&self) -> (Proxy, HashMap<String, String>) {
        let (endpoint, proxy) = proxy::start(&self.engine).await;
        let endpoint = ("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), endpoint);
        (proxy, self.env.clone().into_iter().chain([endpoint]).collect())
    }

    /// Writes that many apps, each with a key, whose secrets `secret_of` makes.
    pub(crate) async fn put_apps(&self, count: usize, secret_of: impl Fn(usize) -> String) {
        let app = |n| json!({ "id": format!("app-{n}"), "name": "Many", "keys": [{ "secret": secret_of(n) }] });
        self.put_all("APPS_TABLE", &(0..count).map(app).collect::<Vec<_>>()).await;
    }

    /// Writes many bookings.
    pub(crate) async fn put_bookings(&self, bookings: &[Value]) {
        self.put_all("BOOKINGS_TABLE", bookings).await;
    }

    async fn put_all(&self, table: &str, records: &[Value]) {
        let request = |record: &Value| {
            let item = serde_dynamo::to_item(record).unwrap();
            WriteRequest::builder().put_request(PutRequest::builder().set_item(Some(item)).build().unwrap()).build()
        };
        // As many as DynamoDB accepts at once.
        for some in records.chunks(25) {
            let some = some.iter().map(request).collect();
            let written = self.client.batch_write_item().request_items(&self.env[table], some).send().await.unwrap();
            assert_eq!(written.unprocessed_items.map_or(0, |left| left.len()), 0);
        }
        self.proxy.take();
    }

    /// Deletes a booking, as its owner may.
    pub(crate) async fn delete(&self, id: &str) {
        let delete = self.client.delete_item().table_name(&self.env["BOOKINGS_TABLE"]);
        delete.key("id", AttributeValue::S(id.to_owned())).send().await.unwrap();
    }

    /// Writes a booking and replaces an existing one.
    pub(crate) async fn put_item(&self, id: &str, mut item: HashMap<String, AttributeValue>) {
        item.insert("id".to_owned(), AttributeValue::S(id.to_owned()));
        self.client.put_item().table_name(&self.env["BOOKINGS_TABLE"]).set_item(Some(item)).send().await.unwrap();
    }

    /// Changes a booking's state, as its owner may at any time.
    pub(crate) async fn set_state(&self, id: &str, state: &str) {
        let update = self.client.update_item().table_name(&self.env["BOOKINGS_TABLE"]);
        let update = update.key("id", AttributeValue::S(id.to_owned())).update_expression("SET #state = :state");
        let update = update.expression_attribute_names("#state", "state");
        update.expression_attribute_values(":state", AttributeValue::S(state.to_owned())).send().await.unwrap();
    }

    /// A booking's item in the table.
    pub(crate) async fn item(&self, id: &str) -> Value {
        let table = &self.env["BOOKINGS_TABLE"];
        let key = self.env.get("BOOKING_ID_ATTRIBUTE").map_or("id", String::as_str);
        let get =
            self.client.get_item().table_name(table).key(key, AttributeValue::S(id.to_owned())).consistent_read(true);
        let item = get.send().await.unwrap().item.map_or(Value::Null, |item| serde_dynamo::from_item(item).unwrap());
        self.proxy.take();
        item
    }

    /// The table that a setting names, as the engine describes it.
    pub(crate) async fn describe(&self, setting: &str) -> Described {
        let table = self.client.describe_table().table_name(&self.env[setting]).send().await.unwrap().table.unwrap();
        let keys = |schema: &[KeySchemaElement]| {
            schema.iter().map(|key| (key.attribute_name.clone(), key.key_type.as_str().to_owned())).collect()
        };
        let attributes = table.attribute_definitions().iter();
        let indexes = table.global_secondary_indexes().iter().map(|index| {
            let projection = index.projection().and_then(|projection| projection.projection_type()).unwrap();
            (index.index_name().unwrap().to_owned(), keys(index.key_schema()), projection.as_str().to_owned())
        });
        Described {
            keys: keys(table.key_schema()),
            attributes: attributes.map(|a| (a.attribute_name.clone(), a.attribute_type.as_str().to_owned())).collect(),
            indexes: indexes.collect(),
        }
    }

    /// Replaces the bookings table by one whose index is sorted by a number.
    pub(crate) async fn sort_bookings_by_number(&self) {
        self.drop_bookings().await;
        let attribute = |name: &str, of: ScalarAttributeType| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(of).build().unwrap()
        };
        let key =
            |name: &str, of: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(of).build().unwrap();
        let index = GlobalSecondaryIndex::builder()
            .index_name("by-app")
            .key_schema(key("app_id", KeyType::Hash))
            .key_schema(key("created_at", KeyType::Range))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build();
        let table = self.client.create_table().table_name(&self.env["BOOKINGS_TABLE"]);
        let table = table.billing_mode(BillingMode::PayPerRequest).key_schema(key("id", KeyType::Hash));
        let attributes = [attribute("id", ScalarAttributeType::S), attribute("app_id", ScalarAttributeType::S)];
        let table = table.set_attribute_definitions(Some(attributes.into()));
        let table = table.attribute_definitions(attribute("created_at", ScalarAttributeType::N));
        table.global_secondary_indexes(index.unwrap()).send().await.unwrap();
    }

    /// Deletes the bookings table while the functions are running.
    pub(crate) async fn drop_bookings(&self) {
        self.client.delete_table().table_name(&self.env["BOOKINGS_TABLE"]).send().await.unwrap();
    }

    /// Deletes the apps table while the functions are running.
    pub(crate) async fn drop_apps(&self) {
        self.client.delete_table().table_name(&self.env["APPS_TABLE"]).send().await.unwrap();
        self.proxy.take();
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

    /// A GET of a link with this booking, action and token, and more in its query.
    pub(crate) async fn click(&self, booking: &str, action: &str, token: &str, more: &str) -> Answer {
        self.send("GET", &format!("/v2/bookings/{booking}/external_action/{action}?signature={token}{more}"), &[]).await
    }

    /// A request through the local gateway.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(&self.gateway, method, path, headers).await
    }

    /// Presses the button of a page that asks.
    pub(crate) async fn press(&self, path: &str, stamp: &str) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("stamp", stamp).finish();
        self.post(path, &[("content-type", "application/x-www-form-urlencoded")], &form).await
    }

    /// A POST with a body.
    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        request(&self.gateway, "POST", path, headers, body.to_owned()).await
    }

    /// Clicks with a given time. The keys are read at `now` and kept for a minute.
    pub(crate) async fn clicks(&self, now: SystemTime) -> Clicks {
        let keyring = Keyring::load(self.apps.clone(), Duration::from_secs(60), now).await.unwrap();
        Clicks::new(keyring, self.bookings.clone(), Graphs::built_in(None).unwrap(), Budget::default())
    }

    /// Both functions. The SDK of the clicks uses the proxy's clock.
    pub(crate) async fn timed(&self) -> LocalGateway {
        self.with_bookings_of(self.timed_client()).await
    }

    /// The apps table. The SDK uses the proxy's clock.
    pub(crate) fn timed_apps(&self) -> AppStore {
        AppStore::new(self.timed_client(), &self.env["APPS_TABLE"])
    }

    /// Both functions. The clicks' bookings table is at `endpoint`.
    pub(crate) async fn before(&self, endpoint: &str) -> LocalGateway {
        self.with_bookings_of(self.client(|sdk| sdk.endpoint_url(endpoint))).await
    }

    async fn with_bookings_of(&self, client: Client) -> LocalGateway {
        let config = self.config();
        let bookings = BookingStore::new(client, &config.bookings_table, config.attributes.clone());
        let keyring = Keyring::load(self.apps.clone(), config.keyring_ttl, SystemTime::now()).await.unwrap();
        let clicks = Clicks::new(keyring, bookings, config.graphs.clone(), Budget::default());
        LocalGateway::new(clicks.into(), self.start::<BookingLinksFunction>().await.unwrap())
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
        gesture: Gesture::Open,
        request_id: signed.link_id.to_string(),
        source_ip: None,
        user_agent: None,
        now: at(0),
    }
}

/// A request through a gateway; `path` may begin with the base of the links.
pub(crate) async fn send(gateway: &LocalGateway, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    request(gateway, method, path, headers, String::new()).await
}

/// The same, with a body.
pub(crate) async fn request(
    gateway: &LocalGateway,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Answer {
    let path = path.strip_prefix(BASE).unwrap_or(path);
    leaks::note_token(path);
    let header =
        |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap());
    let headers = headers.iter().map(header).collect();
    let response = gateway.answer(method.parse::<Method>().unwrap(), path.parse().unwrap(), headers, body.into()).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let answer =
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() };
    headers::assert_there(|name| answer.header(name).map(str::to_owned));
    let is_link = path.contains("/external_action/");
    leaks::assert_none("an answer", &format!("{:?} {}", answer.headers, answer.body), !is_link);
    answer
}

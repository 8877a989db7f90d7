//! Shared by the targets: a key that the fuzzer does not know, and both functions on the embedded
//! engine.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use action_links::action_link::ActionLinkFunction;
use action_links::app::AppRecord;
use action_links::booking_links::BookingLinksFunction;
use action_links::config::Config;
use action_links::emulator::Engine;
use action_links::link::ApiKey;
use action_links::runtime::Function;
use action_links::store::{AppStore, BookingStore, connect, create_tables};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde_json::json;
use serde_json::value::RawValue;
use sha2::Sha256;
use tokio::runtime::Runtime;

/// The key of the only app.
pub const SECRET: &str = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718";

/// The same as an [`ApiKey`].
pub static KEY: LazyLock<ApiKey> = LazyLock::new(|| ApiKey::new(SECRET).unwrap());

/// The time of every click.
pub const NOW: SystemTime = SystemTime::UNIX_EPOCH;

/// The link of the targets.
pub const PATH: &str = "/v2/bookings/b-1/external_action/confirm";

/// A JWS over any bytes, unchanged.
pub fn sign(input: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(input).finalize().into_bytes();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// A genuine token with this payload.
pub fn sign_claims(claims: &str) -> String {
    sign(&format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#), URL_SAFE_NO_PAD.encode(claims)))
}

/// Both functions, started once.
pub struct Functions {
    runtime: Runtime,
    action_link: ActionLinkFunction,
    booking_links: BookingLinksFunction,
    _engine: Engine,
}

/// Both functions with one app, which redirects whenever possible, and one booking.
pub static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (action_link, booking_links, engine) = runtime.block_on(async {
        let engine = Engine::start(None).await.unwrap();
        let env = HashMap::from([
            ("APPS_TABLE", "apps"),
            ("BOOKINGS_TABLE", "bookings"),
            ("LINK_BASE_URL", "https://links.hairbyada.example"),
            ("KEYRING_TTL_SECONDS", "3600"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "fuzz"),
            ("AWS_SECRET_ACCESS_KEY", "fuzz"),
            ("AWS_ENDPOINT_URL_DYNAMODB", engine.endpoint()),
        ]);
        let config = Config::read(|name| env.get(name).map(|value| (*value).to_owned())).unwrap();
        let client = connect(&config.aws).unwrap();
        create_tables(&client, &config).await.unwrap();
        let app = json!({
            "id": "ada", "name": "Hair by Ada", "keys": [{ "secret": SECRET }],
            "redirect_hosts": ["hairbyada.example"], "redirect_url": "https://hairbyada.example/thanks",
            "failure_redirect_url": "https://hairbyada.example/oops", "on_replay": "redirect",
        });
        let app = AppRecord::from(app.as_object().unwrap().clone());
        AppStore::new(client.clone(), &config.apps_table, config.graphs.clone()).put(app).await.unwrap();
        let booking = json!({ "id": "b-http-api-click", "app_id": "ada", "state": "tentative", "created_at": "2026-11-23T08:00:00Z" });
        let bookings = BookingStore::new(client.clone(), &config.bookings_table, config.attributes.clone());
        assert!(bookings.create(booking.as_object().unwrap().clone()).await.unwrap());
        let action_link = ActionLinkFunction::start(config.clone(), client.clone()).await.unwrap();
        (action_link, BookingLinksFunction::start(config, client).await.unwrap(), engine)
    });
    Functions { runtime, action_link, booking_links, _engine: engine }
});

impl Functions {
    /// One invocation of `action-link`; the reply's JSON.
    pub fn action_link(&self, event: &RawValue) -> Result<String, Diagnostic> {
        self.invoke(&self.action_link, event)
    }

    /// One invocation of `booking-links`; the reply's JSON.
    pub fn booking_links(&self, event: &RawValue) -> Result<String, Diagnostic> {
        self.invoke(&self.booking_links, event)
    }

    fn invoke(&self, function: &impl Function, event: &RawValue) -> Result<String, Diagnostic> {
        let asked = event.get();
        let event = LambdaEvent::new(event.to_owned(), Context::default());
        let late = Duration::from_secs(10);
        let reply =
            self.runtime.block_on(async { tokio::time::timeout(late, function.invoke(event)).await.unwrap() })?;
        let text = serde_json::to_string(&reply).unwrap();
        // Ignored: the input may contain it, and then it is in the output.
        assert!(!text.contains(SECRET) || asked.contains(SECRET), "a reply holds the API key");
        Ok(text)
    }
}

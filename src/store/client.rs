//! The DynamoDB client: its connection, its certificates, its time-outs.

use std::time::Duration;

#[cfg(feature = "cli")]
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, IdentityCache, Region, SharedHttpClient, SharedInterceptor, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use super::error::StoreError;
use super::retry::RetryConflicts;
use super::store_metrics::StoreTimer;
use super::user_agent::UserAgent;
use crate::config::Aws;
#[cfg(feature = "cli")]
use crate::config::ca_bundle;
#[cfg(feature = "cli")]
use crate::link::BaseUrl;

/// A DynamoDB client. Only this module knows its type.
pub type Client = aws_sdk_dynamodb::Client;

/// The root certificates of AWS (Amazon Trust Services, roots 1–4, and Starfield Services G2).
/// Reading all the system's certificates takes milliseconds of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// A client for `aws`. It connects when it is first used.
pub fn connect(aws: &Aws) -> Result<Client, StoreError> {
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(aws.credentials.clone())
        .http_client(http_client(aws.ca_bundle.as_deref())?)
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50)))
        .retry_classifier(RetryConflicts)
        .identity_cache(IdentityCache::no_cache()) // the credentials are in memory
        .timeout_config(patience())
        // Its grace period is longer than an attempt, so it would never act.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    // Permanent: the SDK does not ask at each of its nineteen hooks whether they are disabled.
    config.push_interceptor(SharedInterceptor::permanent(UserAgent));
    config.push_interceptor(SharedInterceptor::permanent(StoreTimer));
    if let Some(endpoint) = &aws.endpoint {
        config = config.endpoint_url(endpoint);
    }
    Ok(Client::from_conf(config.build()))
}

/// A client for the command line. Region and credentials come from the sources that AWS's own tools
/// use (environment, profiles, SSO); `endpoint` replaces the region's own.
#[cfg(feature = "cli")]
pub async fn connect_as_user(endpoint: Option<&str>) -> Result<Client, StoreError> {
    let bundle = std::env::var("AWS_CA_BUNDLE").ok().filter(|path| !path.is_empty());
    let bundle = bundle.map(|path| ca_bundle(&path)).transpose().map_err(|fault| StoreError::setting(&fault))?;
    let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http_client(bundle.as_deref())?);
    let loader = match endpoint {
        Some(endpoint) => loader.endpoint_url(BaseUrl::parse(endpoint).map_err(StoreError::client)?.as_str()),
        None => loader,
    };
    let config = loader.load().await;
    // Checked here, because the error of the request would not say it.
    if config.region().is_none() {
        return Err(StoreError::setting("no AWS region: set AWS_REGION, also for a local endpoint"));
    }
    let credentials = async { config.credentials_provider()?.provide_credentials().await.ok() };
    if credentials.await.is_none() {
        let advice = "no AWS credentials: sign in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, of any value for a local endpoint";
        return Err(StoreError::setting(advice));
    }
    Ok(Client::new(&config))
}

/// Three attempts fit into an operation, and an operation fits into the time for an answer. An
/// attempt is many times longer than a cold TLS handshake at Lambda's smallest size.
fn patience() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_millis(1500))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_millis(6500))
        .build()
}

fn http_client(ca_bundle: Option<&[u8]>) -> Result<SharedHttpClient, StoreError> {
    let trust = TrustStore::empty().with_pem_certificate(ca_bundle.unwrap_or(AMAZON_ROOTS));
    let tls = TlsContext::builder().with_trust_store(trust).build().map_err(StoreError::client)?;
    Ok(Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls).build_https())
}

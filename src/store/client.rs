//! The DynamoDB client: its connection, its certificates, its time-outs.

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, IdentityCache, Region, SharedHttpClient, SharedInterceptor, StalledStreamProtectionConfig,
};
#[cfg(feature = "cli")]
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector, http_client_fn};

use super::error::StoreError;
use super::headers::Headers;
use super::retry::RetryConflicts;
use super::store_metrics::StoreTimer;
use crate::config::Aws;

/// A DynamoDB client. Only this module knows its type.
pub type Client = aws_sdk_dynamodb::Client;

/// The root certificates of AWS (Amazon Trust Services, roots 1–4, and Starfield Services G2).
/// Reading all the system's certificates takes milliseconds of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

const TLS: Provider = Provider::Rustls(CryptoMode::Ring);

const CONNECT_TIMEOUT: Duration = Duration::from_millis(1500);

/// A client for `aws`. It connects when it is first used.
pub fn connect(aws: &Aws) -> Result<Client, StoreError> {
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(aws.credentials.clone())
        .http_client(one_connector(aws.ca_bundle.as_deref())?)
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50)))
        .retry_classifier(RetryConflicts)
        .identity_cache(IdentityCache::no_cache()) // the credentials are in memory
        .timeout_config(patience())
        // Its grace period is longer than an attempt, so it would never act.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    // Permanent: the SDK does not ask at each of its nineteen hooks whether they are disabled.
    config.push_interceptor(SharedInterceptor::permanent(Headers));
    config.push_interceptor(SharedInterceptor::permanent(StoreTimer));
    if let Some(endpoint) = &aws.endpoint {
        config = config.endpoint_url(endpoint);
    }
    Ok(Client::from_conf(config.build()))
}

/// A client for the command line, with region and credentials of `config`. `endpoint` replaces the one that the
/// environment or the profile gives.
#[cfg(feature = "cli")]
pub(crate) fn connect_as_user(config: &aws_config::SdkConfig, endpoint: Option<&str>) -> Client {
    let config = aws_sdk_dynamodb::config::Builder::from(config);
    Client::from_conf(match endpoint {
        Some(endpoint) => config.endpoint_url(endpoint).build(),
        None => config.build(),
    })
}

/// Three attempts fit into an operation, and an operation fits into the time for an answer. An
/// attempt is many times longer than a cold TLS handshake at Lambda's smallest size.
fn patience() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_millis(6500))
        .build()
}

/// A client of HTTP with one connector. The SDK's own makes two, one of them only to see that it can, and each reads
/// the certificates.
fn one_connector(ca_bundle: Option<&[u8]>) -> Result<SharedHttpClient, StoreError> {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
    let connector = Connector::builder().connector_settings(settings).tls_provider(TLS).tls_context(trust(ca_bundle)?);
    let connector = SharedHttpConnector::new(connector.build());
    Ok(http_client_fn(move |_, _| connector.clone()))
}

/// A client of HTTP for the command line, which asks several services, each with its own time-outs.
#[cfg(feature = "cli")]
pub(crate) fn http_client(ca_bundle: Option<&[u8]>) -> Result<SharedHttpClient, StoreError> {
    Ok(Builder::new().tls_provider(TLS).tls_context(trust(ca_bundle)?).build_https())
}

/// Trust in AWS's roots, or in the given ones.
fn trust(ca_bundle: Option<&[u8]>) -> Result<TlsContext, StoreError> {
    let roots = TrustStore::empty().with_pem_certificate(ca_bundle.unwrap_or(AMAZON_ROOTS));
    TlsContext::builder().with_trust_store(roots).build().map_err(StoreError::client)
}

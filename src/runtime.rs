//! How both functions start and run.

use std::process::ExitCode;
use std::time::SystemTime;

use lambda_http::lambda_runtime::{self, Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::config::{Config, ConfigError};
use crate::keyring::Keyring;
use crate::store::{AppStore, BUDGET, BookingStore, StoreError, connect, within};
use crate::telemetry;

/// Why a function did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The environment.
    #[error("the settings are invalid: {0}")]
    Config(#[from] ConfigError),
    /// The graphs.
    #[error("GRAPHS: {}", .0.join("; "))]
    Graphs(Vec<String>),
    /// One of the tables.
    #[error("a table could not be read: {0}")]
    Store(#[from] StoreError),
    /// The program was not started by Lambda or a replacement for it.
    #[error("this program must be started by Lambda ({0} is not set); `make run` starts it on this machine")]
    NotLambda(&'static str),
}

/// One of the two functions.
pub trait Function: Sized {
    /// Starts the function. The read that fills the keyring also opens the connection to DynamoDB.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    fn start(config: Config) -> impl Future<Output = Result<Self, StartError>>;

    /// Answers one invocation.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`], which Lambda returns as a function error: for unknown events, and for
    /// direct invocations that are refused.
    fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> impl Future<Output = Result<impl Serialize, Diagnostic>>;
}

/// Runs a function under the Lambda Runtime API until the sandbox ends. A start that fails is
/// logged, and the exit code tells Lambda.
pub async fn run<F: Function>() -> ExitCode {
    telemetry::init();
    telemetry::log_panics();
    let started = async {
        under_lambda()?;
        F::start(Config::from_env()?).await
    };
    let started = started.await;
    let function = match started {
        Ok(function) => function,
        Err(error) => {
            tracing::error!(%error, "the function did not start");
            return ExitCode::FAILURE;
        }
    };
    let function = &function;
    // Boxed, because the SDK's futures are nested too deep for the compiler.
    let handler = service_fn(move |event| Box::pin(function.invoke(event)));
    match lambda_runtime::run(handler).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the Lambda runtime stopped");
            ExitCode::FAILURE
        }
    }
}

/// The runtime panics without these.
fn under_lambda() -> Result<(), StartError> {
    let names = [
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    ];
    match names.into_iter().find(|name| std::env::var_os(name).is_none()) {
        Some(name) => Err(StartError::NotLambda(name)),
        None => Ok(()),
    }
}

/// Fills the keyring and checks the bookings table, within the time for an answer: Lambda ends a
/// start after 10 s without giving a reason.
pub(crate) async fn open(config: &Config) -> Result<(Keyring, BookingStore), StoreError> {
    let client = connect(&config.aws)?;
    let bookings = BookingStore::new(client.clone(), &config.bookings_table, config.attributes.clone());
    let apps = AppStore::new(client, &config.apps_table);
    within(Instant::now() + BUDGET, async {
        let keyring = Keyring::load(apps, config.keyring_ttl, SystemTime::now()).await?;
        bookings.check().await?;
        Ok((keyring, bookings))
    })
    .await
}

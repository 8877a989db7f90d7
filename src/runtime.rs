//! How both functions start and run.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use lambda_http::lambda_runtime::{self, Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use tokio::runtime::Builder;
use tokio::time::Instant;

use crate::config::{Config, ConfigError};
pub use crate::gateway::Reply;
use crate::keyring::Keyring;
use crate::store::{AppStore, BookingStore, Client, Deadlines, StoreError, connect, within};
use crate::telemetry;

/// How long a start may wait for the store. A click that waits for it has the rest of its own time.
const START_BUDGET: Duration = Duration::from_secs(3);

/// Why a function did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the settings are invalid: {0}")]
    Config(#[from] ConfigError),
    #[error("GRAPHS: {}", .0.join("; "))]
    Graphs(Vec<String>),
    #[error("a table could not be read: {0}")]
    Store(#[from] StoreError),
    /// The program was not started by Lambda or a replacement for it.
    #[error("this program must be started by Lambda ({0} is not set); `make run` starts it on this machine")]
    NotLambda(&'static str),
}

/// One of the two functions.
pub trait Function: Sized + Send + Sync + 'static {
    /// Starts the function. The read that fills the keyring also opens the connection to DynamoDB.
    /// If the store fails for a reason that may pass, the function starts all the same.
    fn start(config: Config, client: Client) -> impl Future<Output = Result<Self, StartError>> + Send;

    /// Answers one invocation. Several may run at once.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`], which Lambda returns as a function error: for unknown events, and for
    /// direct invocations that are refused.
    fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> impl Future<Output = Result<Reply, Diagnostic>> + Send;
}

/// Whether an invocation is the first one of this process.
#[derive(Debug, Default)]
pub(crate) struct FirstOnly(AtomicBool);

impl FirstOnly {
    /// True once, for the first caller.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

/// Runs a function under the Lambda Runtime API until the sandbox ends. A start that fails is
/// logged, and the exit code tells Lambda.
///
/// Lambda sends one invocation at a time, and one thread is enough for that. Managed instances have
/// several processors and send as many at once as `AWS_LAMBDA_MAX_CONCURRENCY` says.
pub fn run<F: Function>() -> ExitCode {
    telemetry::init();
    telemetry::log_panics();
    let concurrency = std::env::var("AWS_LAMBDA_MAX_CONCURRENCY").ok().and_then(|count| count.parse().ok());
    let mut threads = match concurrency {
        None | Some(0 | 1_u32) => Builder::new_current_thread(),
        Some(_) => Builder::new_multi_thread(),
    };
    match threads.enable_all().build() {
        // As a task: waking the future of `block_on` itself costs a system call each time.
        Ok(threads) => threads.block_on(async { tokio::spawn(serve::<F>()).await.unwrap_or(ExitCode::FAILURE) }),
        Err(error) => {
            tracing::error!(%error, "the function did not start");
            ExitCode::FAILURE
        }
    }
}

async fn serve<F: Function>() -> ExitCode {
    let started = async {
        under_lambda()?;
        let config = Config::from_env()?;
        let client = connect(&config.aws)?;
        F::start(config, client).await
    };
    let started = started.await;
    let function = match started {
        Ok(function) => function,
        Err(error) => {
            tracing::error!(%error, "the function did not start");
            return ExitCode::FAILURE;
        }
    };
    let function = Arc::new(function);
    let handler = service_fn(move |event| {
        let function = Arc::clone(&function);
        // Boxed, because the SDK's futures are nested too deep for the compiler.
        Box::pin(async move { function.invoke(event).await })
    });
    match lambda_runtime::run_concurrent(handler).await {
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

/// Fills the keyring and checks the bookings table. Faults that may pass are logged. Then the first
/// request tries again.
pub(crate) async fn open(config: &Config, client: Client) -> Result<(Keyring, BookingStore, Deadlines), StoreError> {
    let begun = Instant::now();
    let bookings = BookingStore::new(client.clone(), &config.bookings_table, config.attributes.clone());
    let bookings = bookings.with_index(&config.bookings_index).with_events(config.events);
    let apps = AppStore::new(client, &config.apps_table, config.graphs.clone());
    let keyring = Keyring::load(apps, config.keyring_ttl, SystemTime::now()).await?;
    match within(begun + START_BUDGET, bookings.check()).await {
        Err(error) if error.is_temporary() => tracing::error!(%error, "the bookings table could not be checked"),
        checked => checked?,
    }
    Ok((keyring, bookings, Deadlines::after(begun.elapsed())))
}

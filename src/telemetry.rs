//! Logs: JSON lines on standard output, as CloudWatch reads them, and what may be in them.

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging at the level that `AWS_LAMBDA_LOG_LEVEL` names, `INFO` by default.
pub fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR), // Lambda's word for less than there is
        level => level.parse().ok(),
    });
    // An error says that logging has begun already, which is fine.
    let _ = subscriber(level.unwrap_or(LevelFilter::INFO), std::io::stdout).try_init();
}

/// What writes the lines. `level` is that of our own, which hold no token, no API key and no
/// query string at any level. Everybody else's begin at `WARN` whatever it says: below that the
/// SDK and the runtime would print requests and answers, secrets included.
pub fn subscriber<W>(level: LevelFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false).with_current_span(false);
    let filter = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("action_links", level);
    // The runtime prints a function error whole, and a direct invocation's may name what it holds.
    let filter = filter.with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    // The engine of `local` warns of each refused write, which is what it is for.
    let filter = filter.with_target("dynoxide", LevelFilter::ERROR);
    tracing_subscriber::registry().with(lines.with_span_list(false).with_writer(writer)).with(filter)
}

/// From now on a panic is a line of the log that says where. Not what: the message may quote
/// whatever was at hand.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(location = panic.location().map(tracing::field::display), "a bug: the function panicked");
    }));
}

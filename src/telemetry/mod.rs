//! Logging: JSON lines on standard output, as CloudWatch reads them.

mod line;
mod metrics;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use line::Line;

/// Starts logging at the level that `AWS_LAMBDA_LOG_LEVEL` names, `INFO` by default. Under Lambda,
/// which sets `AWS_LAMBDA_FUNCTION_NAME`, the lines have metrics.
pub fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR), // Lambda's word for less than there is
        level => level.parse().ok(),
    });
    let function = std::env::var("AWS_LAMBDA_FUNCTION_NAME").ok();
    // An error means that logging has already been started.
    let _ = subscriber(level.unwrap_or(LevelFilter::INFO), function, std::io::stdout).try_init();
}

/// The subscriber that writes the lines. `level` applies to our own lines, which contain no token,
/// API key or query string at any level. Those of other crates begin at `WARN`: below that, the SDK
/// and the runtime print requests and answers with their secrets. `function` is the function whose
/// metrics the lines have; without it they have none.
pub fn subscriber<W>(level: LevelFilter, function: Option<String>, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().event_format(Line::new(function)).fmt_fields(JsonFields::new());
    let filter = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("action_links", level);
    // The runtime prints the whole function error, and that of a direct invocation may quote the
    // request.
    let filter = filter.with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    // The engine of `local` warns of every refused write, and those are expected.
    let filter = filter.with_target("dynoxide", LevelFilter::ERROR);
    tracing_subscriber::registry().with(lines.with_writer(writer)).with(filter)
}

/// Makes a panic a log line with its place. Its message is left out, because it may quote anything.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(location = panic.location().map(tracing::field::display), "a bug: the function panicked");
    }));
}

//! Logs: JSON lines on standard output, as CloudWatch reads them, and what may be in them.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging at the level that `AWS_LAMBDA_LOG_LEVEL` names, `INFO` by default.
///
/// That is the level of our own lines, which hold no token, no API key and no query string at
/// any level. Everybody else's begin at `WARN` whatever it says: below that the SDK and the
/// runtime would print requests and answers, secrets included.
pub fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR), // Lambda's word for less than there is
        level => level.parse().ok(),
    });
    let own = level.unwrap_or(LevelFilter::INFO);
    let others = own.min(LevelFilter::WARN);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false).with_current_span(false);
    let filter = Targets::new().with_default(others).with_target("action_links", own);
    // The runtime prints a function error whole, and a direct invocation's may name what it holds.
    let filter = filter.with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    // The engine of `local` warns of each refused write, which is what it is for.
    let filter = filter.with_target("dynoxide", LevelFilter::ERROR);
    // An error says that logging has begun already, which is fine.
    let _ = tracing_subscriber::registry().with(lines.with_span_list(false)).with(filter).try_init();
}

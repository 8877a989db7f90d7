//! The settings of a deployment, as the code reads them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use action_links::config::Config;

/// The variables that the code reads, with those that `telemetry` and `runtime` read.
pub(crate) fn variables() -> BTreeSet<String> {
    let elsewhere = ["AWS_LAMBDA_LOG_LEVEL", "AWS_LAMBDA_MAX_CONCURRENCY"].map(str::to_owned);
    let read = RefCell::new(BTreeSet::from(elsewhere));
    let _ = Config::read(|name| {
        read.borrow_mut().insert(name.to_owned());
        None
    });
    read.into_inner()
}

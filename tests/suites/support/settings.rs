//! The settings of an app and of a deployment, as the code reads them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use action_links::app::{App, Brand, ClickSettings, Redirects};
use action_links::config::Config;
use action_links::link::RedirectPolicy;

/// What an app has of each setting. The app is taken apart whole, so that a new setting does not compile
/// before it is here.
pub(crate) fn settings_of(app: App) -> BTreeMap<&'static str, String> {
    let App { id, name, keys, redirects, clicks, brand, link_lifetime } = app;
    let Redirects { policy: RedirectPolicy { hosts, default }, failure, tell_outcome } = redirects;
    let ClickSettings {
        mode,
        confirm_actions,
        min_dwell,
        on_replay,
        min_notice,
        ask_reason,
        undo,
        offer_new_link,
        log_client,
    } = clicks;
    let Brand { color, support_email, support_url, locale, time_zone } = brand;
    let fields: [(_, &dyn Debug); _] = [
        ("id", &id),
        ("name", &name),
        ("keys", &keys),
        ("redirect_hosts", &hosts),
        ("redirect_url", &default),
        ("failure_redirect_url", &failure),
        ("redirect_params", &tell_outcome),
        ("click_mode", &mode),
        ("confirm_actions", &confirm_actions),
        ("min_dwell_ms", &min_dwell),
        ("on_replay", &on_replay),
        ("min_notice_seconds", &min_notice),
        ("ask_reason", &ask_reason),
        ("undo_seconds", &undo),
        ("offer_new_link", &offer_new_link),
        ("log_client", &log_client),
        ("brand_color", &color),
        ("support_email", &support_email),
        ("support_url", &support_url),
        ("locale", &locale),
        ("time_zone", &time_zone),
        ("link_lifetime_seconds", &link_lifetime),
    ];
    fields.map(|(name, value)| (name, format!("{value:?}"))).into()
}

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

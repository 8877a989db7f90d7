//! A log line with metrics is written by code of our own. It is held against the one that `tracing-subscriber` writes,
//! by `serde_json`.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::Value;

use crate::support::logged_by;

/// Any text: quotes, control characters and line ends, too.
fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..24).prop_map(String::from_iter)
}

/// Splits a line behind its time.
fn timed(line: &str) -> (&str, &str) {
    line.split_at(line.find(r#","level""#).unwrap())
}

proptest! {
    #![proptest_config(Config { rng_seed: RngSeed::Fixed(20_261_128), cases: 1024, ..Config::default() })]

    #[test]
    fn metrics_add_members_to_a_line_and_change_none(
        name in text(),
        text in text(),
        bits: u64,
        whole: i64,
        count: u64,
        wide: u128,
        flag: bool,
        maybe: Option<u16>,
    ) {
        let number = f64::from_bits(bits);
        let error = std::io::Error::other(text.clone());
        let log = || {
            tracing::info!(
                target: "action_links", text, shown = %text, debugged = ?text, error = &error as &dyn std::error::Error,
                bytes = text.as_bytes(), number, whole, count, wide, flag, maybe, Clicks = 1, outcome = "applied",
                "a line: {text}"
            );
        };
        let (plain, measured) = (logged_by(None, log), logged_by(Some(name.clone()), log));
        let ((time, plain), (measured_at, measured_rest)) = (timed(&plain), timed(&measured));
        prop_assert_eq!(time.len(), measured_at.len());
        let added = measured_rest.strip_prefix(plain.strip_suffix("}\n").unwrap());
        let added = added.and_then(|added| added.strip_prefix(r#","function":"#));
        let added = added.and_then(|added| added.strip_prefix(&serde_json::to_string(&name).unwrap()));
        prop_assert!(added.is_some_and(|added| added.starts_with(r#","_aws":{"#)), "{}", measured);
        let line: Value = serde_json::from_str(measured.strip_suffix('\n').unwrap()).unwrap();
        prop_assert_eq!(&line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "Clicks");
    }
}

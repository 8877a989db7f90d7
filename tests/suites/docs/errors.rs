//! docs/errors.md: every code that is answered, and the exit codes.

use std::collections::BTreeSet;
use std::process::Command;

use action_links::booking_links::ProblemKind;
use action_links::click::OutcomeRow;
use action_links::client::ClientError;
use action_links::invocation::ErrorCode;
use serde_json::{Value, json};

use super::{bare, rows};

const PAGE: &str = include_str!("../../../docs/errors.md");

fn codes(heading: &str) -> BTreeSet<(String, u16)> {
    let told = rows(PAGE, heading);
    let codes: BTreeSet<_> = told.iter().map(|row| (bare(row[0]).to_owned(), row[1].parse().unwrap())).collect();
    assert_eq!(codes.len(), told.len(), "{heading}: a code stands twice");
    codes
}

fn is_refusal(row: &OutcomeRow) -> bool {
    row.status >= 400 && !row.page.is_empty()
}

#[test]
fn the_page_has_every_outcome_of_a_click_with_its_status() {
    for (heading, is_refused) in [("## A click on a link", true), ("### Outcomes that are no errors", false)] {
        let outcomes = OutcomeRow::ALL.iter().filter(|row| is_refusal(row) == is_refused);
        assert_eq!(codes(heading), outcomes.map(|row| (row.code.to_owned(), row.status)).collect(), "{heading}");
    }
}

#[test]
fn what_the_customer_sees_is_on_the_page_of_the_outcome() {
    let english: Value = serde_json::from_str(include_str!("../../../src/pages/locales/en.json")).unwrap();
    for row in rows(PAGE, "## A click on a link") {
        let (code, again, seen) = (bare(row[0]), row[3], row[4]);
        let outcomes: Vec<_> = OutcomeRow::ALL.iter().filter(|outcome| outcome.code == code).collect();
        for outcome in &outcomes {
            let title = english[outcome.page]["title"].as_str().unwrap();
            assert!(seen.contains(&format!("“{title}”")), "{code}: {title}");
        }
        let has_failure_page = outcomes.iter().any(|outcome| outcome.has_failure_redirect);
        assert_eq!(seen.contains("your failure page"), has_failure_page, "{code}");
        assert_eq!(again.starts_with("yes"), outcomes[0].status == 503, "{code}");
    }
}

#[test]
fn the_page_has_every_problem_of_the_bookings_and_so_has_the_openapi_document() {
    let kinds: BTreeSet<_> = ProblemKind::ALL.iter().map(|kind| (kind.code.to_owned(), kind.status)).collect();
    assert_eq!(codes("## Bookings over HTTP"), kinds);
    let openapi: Value = serde_yaml_ng::from_str(include_str!("../../../openapi.yaml")).unwrap();
    let described = &openapi["components"]["schemas"]["BookingsProblem"]["allOf"][1]["properties"]["code"]["enum"];
    assert_eq!(described, &json!(kinds.iter().map(|(code, _)| code).collect::<Vec<_>>()));
}

#[test]
fn the_page_has_every_error_of_an_invocation_and_which_to_repeat() {
    let told = rows(PAGE, "## Direct invocation");
    assert_eq!(told.iter().map(|row| bare(row[0])).collect::<Vec<_>>(), ErrorCode::ALL);
    for row in told {
        let error = ClientError::Refused { code: bare(row[0]).to_owned().into(), message: String::new() };
        assert_eq!(row[2].starts_with("yes"), error.is_retryable(), "{}", row[0]);
    }
}

#[test]
fn each_example_has_the_exit_code_that_the_page_says() {
    for row in rows(PAGE, "## The command line") {
        let words: Vec<_> = bare(row[2]).split(' ').collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_action-links"));
        let aws = [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")];
        let output = command.args(&words[1..]).env_clear().envs(aws).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), bare(row[0]).parse().ok(), "{}: {said}", row[2]);
    }
}

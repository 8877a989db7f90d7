//! The tables of the docs say what the code does.

use std::cell::RefCell;
use std::collections::BTreeSet;

use action_links::app::{App, AppRecord, Setting};
use action_links::config::Config;
use action_links::domain::{Actor, Graphs};
use serde_json::json;

const SETTINGS: &str = include_str!("../../docs/settings.md");

/// The first cells of the table below a heading, each without its backticks; a cell may have several.
fn names(heading: &str) -> BTreeSet<String> {
    let section = SETTINGS.split(heading).nth(1).unwrap().split("\n##").next().unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    cells.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn every_variable_is_in_the_table_of_settings() {
    // What `telemetry` and `runtime` read.
    let elsewhere = ["AWS_LAMBDA_LOG_LEVEL", "AWS_LAMBDA_MAX_CONCURRENCY"].map(str::to_owned);
    let read = RefCell::new(BTreeSet::from(elsewhere));
    let _ = Config::read(|name| {
        read.borrow_mut().insert(name.to_owned());
        None
    });
    assert_eq!(names("\n## A deployment"), read.into_inner());
}

#[test]
fn every_parameter_of_the_template_is_in_the_tables_of_settings() {
    let template: serde_yaml_ng::Value = serde_yaml_ng::from_str(include_str!("../../template.yaml")).unwrap();
    let parameters = template["Parameters"].as_mapping().unwrap().keys();
    let parameters: BTreeSet<_> = parameters.map(|name| name.as_str().unwrap().to_owned()).collect();
    let variables = SETTINGS.split("\n## A deployment").nth(1).unwrap().split("\n##").next().unwrap();
    let second = variables.lines().filter_map(|line| line.split(" | ").nth(1)?.strip_prefix('`')?.strip_suffix('`'));
    let mut documented = names("\n### Parameters that are not variables");
    documented.extend(second.map(str::to_owned));
    assert_eq!(documented, parameters);
}

#[test]
fn every_setting_of_an_app_is_in_the_table_of_settings() {
    let section = SETTINGS.split("\n## An app").nth(1).unwrap().split("\n##").next().unwrap();
    let rows: Vec<Vec<&str>> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split(" | ").take(4).collect())
        .collect();
    let cell = |setting: &Setting| {
        let Setting { name, kind, default, unreadable } = setting;
        [format!("| `{name}`"), kind.to_string(), (*default).to_owned(), unreadable.to_string()]
    };
    let settings: Vec<_> = Setting::ALL.iter().map(cell).collect();
    assert_eq!(rows, settings);
}

#[test]
fn a_setting_in_the_table_is_one_that_is_read() {
    for name in names("\n## An app") {
        let mut record = json!({ "id": "ada", "name": "Ada", "keys": [] });
        record[&name] = json!({ "no": "sense" });
        let read =
            App::from_record(AppRecord::from(record.as_object().unwrap().clone()), &Graphs::built_in(None).unwrap());
        let said = read.map_or_else(|error| error.to_string(), |(_, faults)| faults.join("; "));
        assert!(said.contains(&format!("`{name}`")), "{name}: {said}");
    }
}

#[test]
fn the_table_of_actions_in_the_readme_is_that_of_the_graphs() {
    let graphs = Graphs::built_in(None).unwrap();
    let section = include_str!("../../README.md").split("| graph | from |").nth(1).unwrap();
    let (mut graph, mut rows) = (String::new(), BTreeSet::new());
    for row in section.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(|cell| cell.trim()).collect();
        if !cells[0].is_empty() {
            graph = cells[0].trim_matches('`').to_owned();
        }
        for (cell, actor) in [(cells[2], Actor::Customer), (cells[3], Actor::Owner)] {
            for action in cell.split(", ").filter(|action| !action.is_empty()) {
                let (action, to) = action.split_once(" → ").unwrap();
                let word = |text: &str| text.trim_matches('`').to_owned();
                rows.insert((graph.clone(), word(cells[1]), word(action), word(to), actor == Actor::Customer));
            }
        }
    }
    let mut transitions = BTreeSet::new();
    for (name, _) in graphs.initial_states() {
        for state in ["tentative", "confirmed", "paid"] {
            for t in graphs.get(name).unwrap().available(state) {
                let customers = t.by == Actor::Customer;
                transitions.insert((
                    name.to_owned(),
                    state.to_owned(),
                    t.action.to_string(),
                    t.to.to_string(),
                    customers,
                ));
            }
        }
    }
    assert_eq!(rows, transitions);
}

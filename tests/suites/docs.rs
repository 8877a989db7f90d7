//! The tables of the docs say what the code does.

mod claims;
mod commands;
mod errors;

use std::collections::BTreeSet;

use action_links::app::{App, Setting};
use action_links::domain::Actor;
use serde_json::json;

use crate::support::{ada, app_record, graphs, template, variables};

const SETTINGS: &str = include_str!("../../docs/settings.md");

/// The rows of the table below a heading, each as its cells. What a cell has in backticks stays in them.
fn rows(page: &'static str, heading: &str) -> Vec<Vec<&'static str>> {
    let section = page.split(&format!("\n{heading}\n")).nth(1).unwrap_or_else(|| panic!("no {heading}"));
    let lines = section.split("\n#").next().unwrap().lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// A cell without its backticks.
fn bare(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// The first cells of the table below a heading, each without its backticks; a cell may have several.
fn names(heading: &str) -> BTreeSet<String> {
    let section = SETTINGS.split(heading).nth(1).unwrap().split("\n##").next().unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    cells.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn every_variable_is_in_the_table_of_settings() {
    assert_eq!(names("\n## A deployment"), variables());
}

#[test]
fn every_parameter_of_the_template_is_in_the_tables_of_settings() {
    let template = template();
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
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<Vec<&str>> = rows.map(|line| line.split(" | ").take(4).collect()).collect();
    let cells = |setting: &Setting| {
        let Setting { name, kind, default, unreadable } = setting;
        [format!("| `{name}`"), kind.to_string(), (*default).to_owned(), unreadable.to_string()]
    };
    assert_eq!(rows, Setting::ALL.iter().map(cells).collect::<Vec<_>>());
}

#[test]
fn a_setting_in_the_table_is_one_that_is_read() {
    for name in names("\n## An app") {
        let read = App::from_record(app_record(ada(json!({ &*name: { "no": "sense" } }))), &graphs());
        let said = read.map_or_else(|error| error.to_string(), |(_, faults)| faults.join("; "));
        assert!(said.contains(&format!("`{name}`")), "{name}: {said}");
    }
}

/// The actions of a page's table of graphs.
fn table_of_actions(page: &str) -> BTreeSet<String> {
    let section = page.split("| graph | from |").nth(1).unwrap().replace('`', "");
    let (mut graph, mut rows) = (String::new(), BTreeSet::new());
    for row in section.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        if !cells[0].is_empty() {
            graph = cells[0].to_owned();
        }
        for (cell, actor) in [(cells[2], Actor::Customer), (cells[3], Actor::Owner)] {
            let actions = cell.split(", ").filter(|action| !action.is_empty());
            rows.extend(actions.map(|action| format!("{graph}: from {}, {actor:?}: {action}", cells[1])));
        }
    }
    rows
}

#[test]
fn the_tables_of_actions_are_those_of_the_graphs() {
    let (graphs, mut transitions) = (graphs(), BTreeSet::new());
    for (graph, _) in graphs.initial_states() {
        for state in ["tentative", "confirmed", "paid"] {
            let available = graphs.get(graph).unwrap().available(state);
            transitions
                .extend(available.map(|t| format!("{graph}: from {state}, {:?}: {} → {}", t.by, t.action, t.to)));
        }
    }
    assert_eq!(table_of_actions(include_str!("../../docs/bookings.md")), transitions);
    // The README has two of the graphs.
    let some = table_of_actions(include_str!("../../README.md"));
    assert!(!some.is_empty() && some.is_subset(&transitions), "{:?}", some.difference(&transitions));
}

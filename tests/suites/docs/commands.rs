//! docs/commands.md, made from the definition of the commands, as the completions and the manual page are.
//! `UPDATE=1 cargo test --all-features --test suites -- docs::commands` writes it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command as Process;

use action_links::cli::Arguments;
use clap::{Arg, Command, CommandFactory};

const PAGE: &str = "docs/commands.md";

const HEAD: &str = "\
# Commands

<!-- Made from the definition of the commands: `UPDATE=1 cargo test --all-features --test suites -- docs::commands`. -->

The command line, `action-links`, is for apps, keys, links and bookings. `cargo run --quiet --all-features --bin \
action-links --` runs it from this repository; `cargo install --path . --features cli --bin action-links` installs it. \
[Exit codes](errors.md#the-command-line) say how a command has ended, and [settings.md](settings.md#the-command-line) \
which variables it reads. Every command has `--help`, and `--json` for programs.

An API key is never an argument, because other users of a machine can read arguments.
";

/// A text in a cell of a table: options and variables as code, since two hyphens would become a dash.
fn cell(text: &str) -> String {
    let is_code = |word: &str| {
        let is_variable = word.contains('_') && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        word.starts_with("--") || is_variable
    };
    let word = |word: &str| {
        let bare = word.trim_end_matches(['.', ',', ';']);
        if is_code(bare) { format!("`{bare}`{}", &word[bare.len()..]) } else { word.to_owned() }
    };
    let words: Vec<_> = text.split_whitespace().map(word).collect();
    words.join(" ").replace('|', "\\|").replace('<', "&lt;")
}

/// `--name <VALUE>`, or the value alone.
fn name(argument: &Arg) -> String {
    let values = argument.get_value_names().unwrap_or_default().iter().map(|name| format!("<{name}>"));
    let takes_value = argument.get_action().takes_values();
    let values: Vec<_> = values.filter(|_| takes_value).collect();
    let long = argument.get_long().map(|long| format!("--{long}"));
    format!("`{}`", long.into_iter().chain(values).collect::<Vec<_>>().join(" ").replace('|', "\\|"))
}

fn help(argument: &Arg) -> String {
    let mut text = cell(&argument.get_help().unwrap_or_default().to_string());
    if !text.ends_with('.') {
        text.push('.');
    }
    let possible: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if argument.get_action().takes_values() && !possible.is_empty() {
        write!(text, " One of {}.", possible.join(", ")).unwrap();
    }
    if let Some(variable) = argument.get_env().and_then(|name| name.to_str()) {
        write!(text, " The variable `{variable}` does the same.").unwrap();
    }
    if argument.is_required_set() {
        text.insert_str(0, "Required. ");
    }
    let default: Vec<_> = argument.get_default_values().iter().filter_map(|value| value.to_str()).collect();
    if argument.get_action().takes_values() && default.iter().any(|value| !value.is_empty()) {
        write!(text, " Default: `{}`.", default.join(" ")).unwrap();
    }
    text
}

/// Those that a page shows: not those of every command, nor hidden ones.
fn arguments(command: &Command) -> Vec<&Arg> {
    let common = ["help", "version", "json"];
    command.get_arguments().filter(|arg| !arg.is_hide_set() && !common.contains(&arg.get_id().as_str())).collect()
}

/// Every command that does something, by its whole name.
fn commands(command: &Command, name: &str, all: &mut Vec<(String, Command)>) {
    if !command.has_subcommands() {
        all.push((name.to_owned(), command.clone()));
    }
    for sub in command.get_subcommands() {
        commands(sub, &format!("{name} {}", sub.get_name()), all);
    }
}

fn table(arguments: impl Iterator<Item = (String, String)>) -> String {
    let rows: String = arguments.map(|(name, help)| format!("| {name} | {help} |\n")).collect();
    if rows.is_empty() { rows } else { format!("\n| | |\n|---|---|\n{rows}") }
}

fn page() -> String {
    let (mut all, mut users) = (Vec::new(), BTreeMap::<_, usize>::new());
    commands(&Arguments::command(), "action-links", &mut all);
    for arg in all.iter().flat_map(|(_, command)| arguments(command)) {
        *users.entry((name(arg), help(arg))).or_default() += 1;
    }
    // What several commands take of a deployment is described once.
    let is_shared =
        |arg: &Arg| arg.get_help_heading() == Some("Deployment") && users.get(&(name(arg), help(arg))) > Some(&1);
    let mut page = HEAD.to_owned();
    let shared: BTreeMap<_, _> = all
        .iter()
        .flat_map(|(_, command)| arguments(command))
        .filter(|arg| is_shared(arg))
        .map(|arg| (name(arg), help(arg)))
        .collect();
    page += "\n## Options that name the deployment\n\nAn option comes before the stack, and the stack before the variables.\n";
    page += &table(shared.into_iter());
    for (full, command) in &all {
        let about = command.get_long_about().or(command.get_about()).unwrap_or_default().to_string();
        write!(page, "\n## {full}\n\n{}.\n", about.trim_end_matches('.')).unwrap();
        let (shared, own): (Vec<_>, Vec<_>) = arguments(command).into_iter().partition(|arg| is_shared(arg));
        page += &table(own.into_iter().map(|arg| (name(arg), help(arg))));
        if !shared.is_empty() {
            let names: Vec<_> =
                shared.iter().map(|arg| format!("`--{}`", arg.get_long().unwrap_or_default())).collect();
            write!(page, "\n[Deployment](#options-that-name-the-deployment): {}.\n", names.join(", ")).unwrap();
        }
        if let Some(after) = command.get_after_help() {
            write!(page, "\n```text\n{}\n```\n", after.to_string().trim()).unwrap();
        }
    }
    let local = Process::new(&*crate::local::PROGRAM).arg("--help").env_clear().output().unwrap();
    let local = String::from_utf8(local.stdout).unwrap();
    page += "\n## make run\n\nThe demo takes options in `ARGS`: `make run ARGS=\"--data demo.sqlite\"` keeps its tables in a file.\n";
    write!(page, "\n```text\n{}\n```\n", local.trim()).unwrap();
    page
}

#[test]
fn the_page_of_commands_is_made_from_their_definition() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let made = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let differ = made.lines().zip(written.lines()).find(|(made, written)| made != written);
    assert!(made == written, "{PAGE} differs from the commands, first at {differ:?}; run this test with UPDATE=1");
}

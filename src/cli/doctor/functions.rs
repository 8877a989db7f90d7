//! The functions' own settings, against the rest of the deployment.

use crate::cli::failure::{CliError, failure};
use crate::cli::place::{Place, told};
use crate::config::{BookingsConfig, Config};
use crate::deployment::{Aws, FunctionSettings};
use crate::domain::Graphs;
use crate::link::BaseUrl;

use super::report::Report;

/// The outputs of the template that name the functions, and what they are called here.
const FUNCTIONS: [(&str, &[&str]); 2] = [
    ("action-link", &["ActionLinkFunctionArn"]),
    ("booking-links", &["BookingLinksFunctionArn", "BookingLinksFunctionName"]),
];

/// The settings of the deployment: those of its functions if they can be read.
pub(super) struct Settings<'a> {
    place: &'a Place,
    functions: Vec<(&'static str, FunctionSettings)>,
}

impl<'a> Settings<'a> {
    /// Reads both functions' settings, and checks each by itself and one against the other.
    pub(super) async fn read(aws: &Aws, place: &'a Place, report: &mut Report) -> Self {
        let mut functions = Vec::new();
        let Some(stack) = &place.stack else {
            report.note("functions", "not looked at: no stack is named (--stack)", None);
            return Self { place, functions };
        };
        for (name, outputs) in FUNCTIONS {
            let Some(arn) = outputs.iter().find_map(|output| stack.output(output)) else {
                report.note(name, format!("not looked at: the stack has no output {}", outputs[0]), None);
                continue;
            };
            match aws.function(arn).await {
                Ok(settings) => functions.push((name, settings)),
                Err(fault) => report.error(name, &told(fault)),
            }
        }
        let settings = Self { place, functions };
        settings.functions.iter().for_each(|(name, function)| check(name, function, report));
        settings.compare(report);
        settings
    }

    /// The value of a variable: the functions', else the stack's, else that of the environment.
    pub(super) fn setting(&self, name: &str) -> Option<String> {
        match self.functions.first() {
            Some((_, function)) => function.variables.get(name).cloned().filter(|value| !value.is_empty()),
            None => self.place.setting(name),
        }
    }

    pub(super) fn base_url(&self, given: Option<&BaseUrl>) -> Result<Option<BaseUrl>, CliError> {
        self.place.base_url(given)
    }

    pub(super) fn graphs(&self) -> Result<Graphs, CliError> {
        // A path leads to a file of the function's.
        let is_elsewhere = |text: &String| !self.functions.is_empty() && !text.starts_with('{');
        let graphs =
            Config::read_graphs(|name| self.setting(name).filter(|text| name != "GRAPHS" || !is_elsewhere(text)));
        graphs.map_err(|error| failure(error, "Correct GRAPHS or DEFAULT_GRAPH, and deploy again."))
    }

    pub(super) fn bookings(&self) -> Result<BookingsConfig, CliError> {
        let config = Config::read_bookings(|name| self.setting(name));
        config.map_err(|error| failure(error, "Correct BOOKING_ID_ATTRIBUTE and its like, and deploy again."))
    }

    /// Whether the functions use these tables.
    pub(super) fn compare_tables(&self, names: [Option<&str>; 2], report: &mut Report) {
        // A variable of this machine's may be about the demo's tables.
        let short_links = self.place.stack.as_ref().and_then(|stack| stack.setting("SHORT_LINKS_TABLE"));
        let names = names.into_iter().chain([short_links]);
        for (variable, named) in ["APPS_TABLE", "BOOKINGS_TABLE", "SHORT_LINKS_TABLE"].into_iter().zip(names) {
            let Some(named) = named else { continue };
            for (name, function) in &self.functions {
                let used = function.variables.get(variable).filter(|name| !name.is_empty());
                let used = used.map_or("none", String::as_str);
                if used != named {
                    report.bad(
                        name,
                        format!("it uses the table {used} ({variable}), and this deployment's is {named}"),
                        "Deploy again, with a new Revision: a published version keeps the settings that it was published with.",
                    );
                }
            }
        }
    }

    /// Whether the links of the functions lead here.
    pub(super) fn compare_base(&self, base: &BaseUrl, report: &mut Report) {
        let Some((name, used)) = self.functions.iter().find_map(|(name, function)| {
            let used = function.variables.get("LINK_BASE_URL").filter(|url| !url.is_empty())?;
            Some((*name, used))
        }) else {
            return;
        };
        let is_same = used.trim_end_matches('/') == base.as_str().trim_end_matches('/');
        report.check(
            is_same,
            name,
            "the links that it signs begin with the address that is looked at",
            &format!(
                "the links that it signs begin with {used} (LINK_BASE_URL), and this deployment answers at {base}"
            ),
            "Set LinkBaseUrl or DomainName to the address of this deployment, and deploy again.",
        );
    }

    /// Whether both functions have the same settings.
    fn compare(&self, report: &mut Report) {
        let [(_, one), (_, other)] = self.functions.as_slice() else { return };
        let is_shared = |name: &&String| !name.starts_with("AWS_") && *name != "EVENTS";
        let mut names: Vec<&String> = one.variables.keys().chain(other.variables.keys()).filter(is_shared).collect();
        names.sort();
        names.dedup();
        let set = |function: &FunctionSettings, name: &String| {
            function.variables.get(name).filter(|v| !v.is_empty()).cloned()
        };
        names.retain(|name| set(one, name) != set(other, name));
        let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
        report.check(
            names.is_empty(),
            "functions",
            "both have the same settings",
            &format!("they differ in {}", names.join(", ")),
            "Deploy again, with a new Revision, so that both get the same.",
        );
    }
}

/// A function by itself: whether it runs, and would start.
fn check(name: &str, function: &FunctionSettings, report: &mut Report) {
    if let Some(fault) = &function.fault {
        return report.bad(name, format!("it cannot run: {fault}"), "Deploy again, or roll back: docs/operations.md.");
    }
    // What Lambda itself sets is not among them.
    let lookup = |name: &str| match name {
        "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("-".to_owned()),
        // Files of the function's.
        "AWS_CA_BUNDLE" => None,
        "GRAPHS" => function.variables.get(name).filter(|text| text.starts_with('{')).cloned(),
        _ => function.variables.get(name).cloned(),
    };
    match Config::read(lookup) {
        Ok(_) => report.good(name, "it runs, and its settings make sense"),
        Err(faults) => {
            report.bad(name, format!("it does not start: {faults}"), "Correct the setting, and deploy again.")
        }
    }
}

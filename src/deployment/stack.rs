//! A stack of CloudFormation: what it made, and its parameters.

use std::collections::HashMap;

use super::access::{Aws, Fault};

/// A stack, as CloudFormation describes it.
#[derive(Clone, Debug)]
pub struct Stack {
    pub name: String,
    /// Such as `UPDATE_COMPLETE`.
    pub status: String,
    outputs: HashMap<String, String>,
    parameters: HashMap<String, String>,
}

/// Variables of the functions, and the parameters of the template that set them.
const PARAMETERS: &[(&str, &str)] = &[
    ("LINK_BASE_URL", "LinkBaseUrl"),
    ("GRAPHS", "Graphs"),
    ("DEFAULT_GRAPH", "DefaultGraph"),
    ("EVENTS", "Events"),
    ("BOOKINGS_INDEX", "IndexName"),
    ("BOOKING_ID_ATTRIBUTE", "BookingIdAttribute"),
    ("STATE_ATTRIBUTE", "StateAttribute"),
    ("GRAPH_ATTRIBUTE", "GraphAttribute"),
    ("APP_ATTRIBUTE", "AppAttribute"),
];

/// Variables, and the outputs of the template that have their values.
const OUTPUTS: &[(&str, &str)] = &[
    ("APPS_TABLE", "AppsTableName"),
    ("BOOKINGS_TABLE", "BookingsTableName"),
    ("SHORT_LINKS_TABLE", "ShortLinksTableName"),
    ("LINK_BASE_URL", "ApiUrl"),
];

impl Aws {
    /// Reads a stack.
    pub async fn stack(&self, name: &str) -> Result<Stack, Fault> {
        let client = aws_sdk_cloudformation::Client::new(&self.config);
        let answer = client.describe_stacks().stack_name(name).send().await;
        let no_stack = || {
            let region = &self.reached.region;
            Fault::new(
                format!("there is no stack `{name}` (--stack) in {region}"),
                format!(
                    "`aws cloudformation list-stacks --region {region}` lists the stacks. Give another --stack, --region or \
                     --profile."
                ),
            )
        };
        let answer = answer.map_err(|error| match error.as_service_error().and_then(|error| error.meta().code()) {
            Some("ValidationError") => no_stack(),
            _ => self.fault(&format!("DescribeStacks of {name}"), "cloudformation:DescribeStacks", &error),
        })?;
        let stack = answer.stacks.unwrap_or_default().into_iter().next().ok_or_else(no_stack)?;
        let status = stack.stack_status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default();
        let outputs = stack.outputs.unwrap_or_default().into_iter();
        let parameters = stack.parameters.unwrap_or_default().into_iter();
        Ok(Stack {
            name: name.to_owned(),
            status,
            outputs: outputs.filter_map(|output| Some((output.output_key?, output.output_value?))).collect(),
            parameters: parameters.filter_map(|one| Some((one.parameter_key?, one.parameter_value?))).collect(),
        })
    }
}

impl Stack {
    pub fn output(&self, name: &str) -> Option<&str> {
        self.outputs.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of a variable of the functions, as far as the stack says it.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let of =
            |table: &[(&str, &'static str)]| table.iter().find(|(variable, _)| *variable == name).map(|(_, of)| *of);
        let parameter = of(PARAMETERS).and_then(|name| self.parameter(name));
        parameter.or_else(|| of(OUTPUTS).and_then(|name| self.output(name)))
    }

    /// Whether it was made from the template, whose parameters and outputs have every setting of the functions. A stack
    /// of the CDK construct has no parameters, and names only the tables and the address.
    pub fn is_from_template(&self) -> bool {
        self.parameters.contains_key("Events")
    }

    /// Whether its last change failed or is going on.
    pub fn is_settled(&self) -> bool {
        matches!(self.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE")
    }
}

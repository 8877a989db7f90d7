//! The settings of a function, as Lambda has them.

use std::collections::HashMap;

use super::access::{Aws, Fault};

/// A function's settings.
#[derive(Clone, Debug)]
pub struct FunctionSettings {
    pub variables: HashMap<String, String>,
    /// Why it cannot run, if it cannot.
    pub fault: Option<String>,
}

impl Aws {
    /// Reads the settings of a function, by its name or ARN, with the alias.
    pub async fn function(&self, name: &str) -> Result<FunctionSettings, Fault> {
        let client = aws_sdk_lambda::Client::new(&self.config);
        let answer = client.get_function_configuration().function_name(name).send().await;
        let answer = answer.map_err(|error| {
            let operation = format!("GetFunctionConfiguration of {name}");
            match error.as_service_error() {
                Some(service) if service.is_resource_not_found_exception() => Fault::new(
                    format!("there is no function {name} in {}", self.reached.region),
                    "Deploy again: the stack's output names a function that is gone.",
                ),
                _ => self.fault(&operation, "lambda:GetFunctionConfiguration", &error),
            }
        })?;
        let state = answer.state.as_ref().map_or("Active", |state| state.as_str());
        let update = answer.last_update_status.as_ref().map_or("Successful", |status| status.as_str());
        let reason = answer.state_reason.or(answer.last_update_status_reason).unwrap_or_default();
        let is_ready = matches!(state, "Active" | "Inactive") && update != "Failed";
        Ok(FunctionSettings {
            variables: answer.environment.and_then(|environment| environment.variables).unwrap_or_default(),
            fault: (!is_ready).then(|| format!("its state is {state}, its last update {update}. {reason}")),
        })
    }
}

//! Which deployment a command is about: how AWS is reached, and what tables and settings are called there.

use clap::Args;

use super::failure::{CliError, failure};
use super::reached::{keep, reached};
use crate::config::{BookingsConfig, Config};
use crate::deployment::{Access, Aws, Fault, Stack};
use crate::domain::Graphs;
use crate::link::{BaseUrl, BaseUrlError};

/// How AWS is reached, and by which stack the deployment is known.
#[derive(Args, Debug)]
pub(crate) struct Connection {
    /// The stack of the deployment. Its outputs and parameters name the tables, the base of links and the rest.
    #[arg(long, env = "ACTION_LINKS_STACK", value_name = "NAME", hide_env_values = true, help_heading = "Deployment")]
    stack: Option<String>,
    /// The AWS region. Without it, AWS_REGION, AWS_DEFAULT_REGION, or the profile's.
    #[arg(long, value_name = "REGION", help_heading = "Deployment")]
    region: Option<String>,
    /// The profile of AWS's configuration. Without it, AWS_PROFILE.
    #[arg(long, value_name = "PROFILE", help_heading = "Deployment")]
    profile: Option<String>,
    /// The address of DynamoDB, for instance the one that `make run` prints. Without it, AWS_ENDPOINT_URL_DYNAMODB,
    /// AWS_ENDPOINT_URL, or the region's own.
    #[arg(long, value_name = "URL", help_heading = "Deployment")]
    endpoint_url: Option<String>,
}

/// The deployment that a command is about.
pub(super) struct Place {
    pub(super) stack: Option<Stack>,
}

impl Connection {
    /// Finds region and credentials, and reads the stack if one is named.
    pub(super) async fn open(&self) -> Result<(Aws, Place), CliError> {
        let aws = self.aws().await?;
        let place = self.read_stack(&aws).await?;
        Ok((aws, place))
    }

    /// The options that the next command needs as well, to be shown.
    pub(super) fn repeated(&self) -> String {
        let options = [("stack", &self.stack), ("region", &self.region), ("profile", &self.profile)];
        let given = options.into_iter().filter_map(|(name, value)| Some(format!(" --{name} {}", value.as_ref()?)));
        given.collect()
    }

    /// Finds region and credentials.
    pub(super) async fn aws(&self) -> Result<Aws, CliError> {
        let access = Access {
            endpoint: self.endpoint_url.as_deref(),
            region: self.region.as_deref(),
            profile: self.profile.as_deref(),
        };
        let aws = access.connect().await.map_err(told)?;
        keep(aws.reached.clone());
        Ok(aws)
    }

    /// Reads the stack, if one is named.
    pub(super) async fn read_stack(&self, aws: &Aws) -> Result<Place, CliError> {
        let stack = match self.stack.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => Some(aws.stack(name).await.map_err(told)?),
            None => None,
        };
        Ok(Place { stack })
    }

    /// The deployment, for a command that works offline: AWS is asked only if a stack is named.
    pub(super) async fn place(&self) -> Result<Place, CliError> {
        match self.stack.as_deref().filter(|name| !name.is_empty()) {
            Some(_) => Ok(self.open().await?.1),
            None => Ok(Place { stack: None }),
        }
    }
}

impl Place {
    /// The value of a variable of the functions. A stack of the template has them all; then the environment, which may
    /// be that of the demo, is not read.
    pub(super) fn setting(&self, name: &str) -> Option<String> {
        let of_stack = self.stack.as_ref().and_then(|stack| stack.setting(name)).map(str::to_owned);
        if self.stack.as_ref().is_some_and(Stack::is_from_template) {
            return of_stack;
        }
        of_stack.or_else(|| std::env::var(name).ok()).filter(|value| !value.is_empty())
    }

    /// The same, or the option's value if it was given. `what` is what it names, such as `apps table`.
    pub(super) fn required(
        &self,
        given: Option<&str>,
        what: &str,
        option: &str,
        variable: &str,
    ) -> Result<String, CliError> {
        given.map(str::to_owned).or_else(|| self.setting(variable)).ok_or_else(|| match &self.stack {
            Some(stack) => failure(
                format!("the {what} is not named: the stack `{}` has no output for it", stack.name),
                format!("Give {option}, or the --stack that has one."),
            ),
            None => failure(
                format!("the {what} is not named"),
                format!("Give {option} or set {variable}, or name the deployment's stack: --stack."),
            ),
        })
    }

    pub(super) fn base_url(&self, given: Option<&BaseUrl>) -> Result<Option<BaseUrl>, CliError> {
        if given.is_some() {
            return Ok(given.cloned());
        }
        let Some(text) = self.setting("LINK_BASE_URL") else { return Ok(None) };
        let wrong =
            |_| failure(format!("LINK_BASE_URL {}", BaseUrlError::RULE), "Correct the variable, or give --base-url.");
        BaseUrl::parse(&text).map(Some).map_err(wrong)
    }

    /// The graphs of `GRAPHS` and `DEFAULT_GRAPH`, or the built-in ones.
    pub(super) fn graphs(&self) -> Result<Graphs, CliError> {
        let graphs = Config::read_graphs(|name| self.setting(name));
        graphs.map_err(|error| failure(error, "Correct GRAPHS or DEFAULT_GRAPH, or unset them."))
    }

    /// What the bookings table is like.
    pub(super) fn bookings(&self) -> Result<BookingsConfig, CliError> {
        let config = Config::read_bookings(|name| self.setting(name));
        config.map_err(|error| failure(error, "Correct the variables BOOKING_ID_ATTRIBUTE and its like, and EVENTS."))
    }
}

/// A fault with what was used to reach AWS.
pub(super) fn told(fault: Fault) -> CliError {
    let used = reached().map(|reached| format!(" [{}]", reached.told())).unwrap_or_default();
    failure(format!("{}{used}", fault.message), fault.advice)
}

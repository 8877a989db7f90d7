//! How AWS is reached: region, credentials and endpoint, from the sources that AWS's own tools use.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};

use crate::config::ca_bundle;
use crate::link::{BaseUrl, BaseUrlError};
use crate::store::{Client, http_client};

/// The regions of AWS, to propose one for a name that does not exist. A new one works without being here.
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// What a person has given; the environment and the profile have the rest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Access<'a> {
    /// The address of DynamoDB.
    pub endpoint: Option<&'a str>,
    pub region: Option<&'a str>,
    pub profile: Option<&'a str>,
}

/// AWS, as it is reached.
#[derive(Clone, Debug)]
pub struct Aws {
    pub(super) config: SdkConfig,
    endpoint: Option<String>,
    pub reached: Reached,
}

/// How AWS is reached, for messages: each value with where it comes from.
#[derive(Clone, Debug)]
pub struct Reached {
    pub region: String,
    region_from: &'static str,
    /// The endpoint of DynamoDB, if it is not the region's own.
    pub endpoint: Option<String>,
    endpoint_from: &'static str,
    pub profile: Option<String>,
}

/// What is wrong, and what to do.
#[derive(Clone, Debug)]
pub struct Fault {
    pub message: String,
    pub advice: String,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { message: message.into(), advice: advice.into() }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The first that is set, and its name.
fn first(option: Option<&str>, name: &'static str, variables: &[&'static str]) -> Option<(String, &'static str)> {
    let given = option.map(|value| (value.to_owned(), name));
    given.or_else(|| variables.iter().find_map(|name| Some((variable(name)?, *name))))
}

impl Access<'_> {
    /// Finds region and credentials. Nothing but a source of credentials is asked.
    pub async fn connect(&self) -> Result<Aws, Fault> {
        // The SDK panics on it.
        let mut variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        if let Some((name, _)) =
            variables.find(|(name, value)| name.starts_with("AWS_ENDPOINT_URL") && value.is_empty())
        {
            return Err(Fault::new(format!("{name} is empty"), format!("`unset {name}`, or set it to an address.")));
        }
        let bundle = variable("AWS_CA_BUNDLE").map(|path| ca_bundle(&path)).transpose();
        let bundle = bundle.map_err(|fault| Fault::new(fault, "Correct the variable, or unset it."))?;
        let http = http_client(bundle.as_deref())
            .map_err(|error| Fault::new(error.to_string(), "Correct AWS_CA_BUNDLE, or unset it."))?;
        let profile = first(self.profile, "--profile", &["AWS_PROFILE"]).map(|(profile, _)| profile);
        let region = first(self.region, "--region", &["AWS_REGION", "AWS_DEFAULT_REGION"]);
        let endpoint = first(self.endpoint, "--endpoint-url", &["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"]);
        if let Some((url, from)) = &endpoint {
            let wrong = |_| {
                Fault::new(format!("{from} {}", BaseUrlError::RULE), "Give an address such as http://127.0.0.1:3001.")
            };
            BaseUrl::parse(url).map_err(wrong)?;
        }
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
        if let Some(profile) = self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some((region, _)) = &region {
            loader = loader.region(Region::new(region.clone()));
        }
        let config = loader.load().await;
        let of_profile = || config.region().map(|region| (region.to_string(), "the profile"));
        let (region, region_from) = region.or_else(of_profile).ok_or_else(|| {
            Fault::new("no AWS region", "Give --region, or set AWS_REGION, also for a local endpoint.")
        })?;
        let whose = profile.as_ref().map(|profile| format!(" of the profile {profile}")).unwrap_or_default();
        let credentials = async { config.credentials_provider()?.provide_credentials().await.ok() };
        if credentials.await.is_none() {
            return Err(Fault::new(
                format!("no AWS credentials{whose}"),
                "Sign in (`aws sso login`, with --profile if it has a name), or set AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY, of any value for a local endpoint.",
            ));
        }
        let (endpoint, endpoint_from) = endpoint.map_or((None, ""), |(url, from)| (Some(url), from));
        let reached = Reached { region, region_from, endpoint: endpoint.clone(), endpoint_from, profile };
        Ok(Aws { config, endpoint: self.endpoint.and(endpoint), reached })
    }
}

impl Aws {
    pub fn dynamodb(&self) -> Client {
        crate::store::connect_as_user(&self.config, self.endpoint.as_deref())
    }

    /// A fault of another service than DynamoDB.
    pub(super) fn fault<E: ProvideErrorMetadata>(
        &self,
        operation: &str,
        permission: &str,
        error: &SdkError<E>,
    ) -> Fault {
        let Some(service) = error.as_service_error() else {
            return Fault::new(format!("{operation}: no answer"), self.reached.if_unreached());
        };
        let code = service.code().unwrap_or("an answer that cannot be read");
        let message = format!("{operation}: {code}: {}", service.message().unwrap_or_default());
        let advice = match code {
            "AccessDenied" | "AccessDeniedException" => format!("You need the permission {permission}."),
            _ => self.reached.if_denied(code),
        };
        Fault::new(message, advice)
    }
}

impl Reached {
    /// Whether DynamoDB is on this machine: an emulator.
    pub fn is_local(&self) -> bool {
        let host = self.endpoint.as_deref().and_then(|url| url::Url::parse(url).ok());
        let host = host.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    }

    /// What was used, and where it comes from.
    pub fn told(&self) -> String {
        let endpoint = self.endpoint.as_ref().map(|url| format!(", endpoint {url} ({})", self.endpoint_from));
        let profile = self.profile.as_ref().map(|profile| format!(", profile {profile}"));
        let more = [endpoint, profile].map(Option::unwrap_or_default).concat();
        format!("region {} ({}){more}", self.region, self.region_from)
    }

    /// What is wrong if there was no answer. That a name cannot be resolved says nothing to a person whose region does
    /// not exist.
    pub fn unreached(&self, fault: &str) -> String {
        match fault.contains("dns error") {
            true if self.endpoint.is_none() => format!("DynamoDB of the region {} cannot be found", self.region),
            _ => fault.to_owned(),
        }
    }

    /// What to do if there was no answer.
    pub fn if_unreached(&self) -> String {
        if let Some(endpoint) = &self.endpoint {
            return format!(
                "Is something listening at {endpoint} ({})? `make run` prints its address.",
                self.endpoint_from
            );
        }
        if REGIONS.contains(&self.region.as_str()) || self.region.contains("-gov-") || self.region.starts_with("cn-") {
            return "Is this machine connected to the internet? A proxy in between may need AWS_CA_BUNDLE.".to_owned();
        }
        let alike = |region: &&&str| (strsim::jaro_winkler(region, &self.region) * 1000.0) as u32;
        let nearest = REGIONS.iter().max_by_key(alike).copied().unwrap_or_default();
        format!("There is no region `{}` that we know ({}). Did you mean `{nearest}`?", self.region, self.region_from)
    }

    /// What to do about an error of AWS's that is about the caller.
    pub fn if_denied(&self, code: &str) -> String {
        match code {
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
                "The credentials have expired: sign in again (`aws sso login`).".to_owned()
            }
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch" => {
                "AWS does not know these credentials: are they of another account or partition? Compare with `aws sts \
                 get-caller-identity`."
                    .to_owned()
            }
            _ => "Check the name, the region and your credentials.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_that_does_not_exist_is_told_with_the_nearest() {
        let fault = "Scan on apps: io error: client error (Connect): dns error: failed to lookup address information";
        let of = |region: &str| Reached {
            region: region.to_owned(),
            region_from: "--region",
            endpoint: None,
            endpoint_from: "",
            profile: None,
        };
        for (region, advice) in [
            ("eu-wset-1", "There is no region `eu-wset-1` that we know (--region). Did you mean `eu-west-1`?"),
            ("us-east1", "There is no region `us-east1` that we know (--region). Did you mean `us-east-1`?"),
            ("eu-west-1", "Is this machine connected to the internet?"),
            ("us-gov-west-1", "Is this machine connected to the internet?"),
        ] {
            assert!(of(region).if_unreached().starts_with(advice), "{}", of(region).if_unreached());
            assert_eq!(of(region).unreached(fault), format!("DynamoDB of the region {region} cannot be found"));
        }
        let local = Reached { endpoint: Some("http://db.example".to_owned()), ..of("eu-west-1") };
        assert_eq!(local.unreached(fault), fault);
    }
}

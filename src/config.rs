//! The environment variables. They are read once, and all faults are reported together.

use std::time::Duration;

use aws_credential_types::Credentials;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::domain::{AttributeNames, Graphs};
use crate::link::{BaseUrl, BaseUrlError};

/// The most bytes of JSON in `GRAPHS` itself. Lambda allows 4 KB for the whole environment.
const MAX_INLINE_GRAPHS: usize = 3000;

/// The index that serves an app's list, unless `BOOKINGS_INDEX` names another one.
pub(crate) const DEFAULT_INDEX: &str = "by-app";

#[derive(Clone, Debug)]
pub struct Config {
    pub apps_table: String,
    pub bookings_table: String,
    /// `BOOKINGS_INDEX`: the index of the bookings table that lists read, `by-app` by default.
    pub bookings_index: String,
    /// `SHORT_LINKS_TABLE`. Without it there are no short links.
    pub short_links_table: Option<String>,
    /// `LINK_BASE_URL`. Without it, answers over HTTP use the address that the gateway gives.
    pub link_base_url: Option<BaseUrl>,
    /// The graphs of `GRAPHS` (a path, or JSON that begins with `{` and has at most 3,000 bytes), or
    /// the built-in ones; with `DEFAULT_GRAPH`.
    pub graphs: Graphs,
    /// `KEYRING_TTL_SECONDS`, 60 by default.
    pub keyring_ttl: Duration,
    /// The names of the attributes in the bookings table.
    pub attributes: AttributeNames,
    /// `EVENTS`: whether writes also set the attributes of an event. Off by default.
    pub events: bool,
    pub aws: Aws,
}

/// What the bookings table is like.
#[cfg(feature = "cli")]
#[derive(Clone, Debug)]
pub struct BookingsConfig {
    pub attributes: AttributeNames,
    pub index: String,
    pub events: bool,
}

/// Region, credentials and endpoint, as Lambda gives them: no profile, no metadata service.
#[derive(Clone, Debug)]
pub struct Aws {
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
    pub credentials: Credentials,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL`, else the region's own.
    pub endpoint: Option<String>,
    /// The content of the PEM file that `AWS_CA_BUNDLE` names.
    pub ca_bundle: Option<Vec<u8>>,
}

/// All faults of the environment.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads only the graphs, of `GRAPHS` and `DEFAULT_GRAPH`.
    #[cfg(feature = "cli")]
    pub fn read_graphs(lookup: impl Fn(&str) -> Option<String>) -> Result<Graphs, ConfigError> {
        let mut env = Env { lookup, faults: Vec::new() };
        env.graphs().ok_or(ConfigError(env.faults))
    }

    /// Reads only what the bookings table is like.
    #[cfg(feature = "cli")]
    pub fn read_bookings(lookup: impl Fn(&str) -> Option<String>) -> Result<BookingsConfig, ConfigError> {
        let mut env = Env { lookup, faults: Vec::new() };
        let bookings = BookingsConfig {
            attributes: env.attributes(),
            index: env.or("BOOKINGS_INDEX", DEFAULT_INDEX),
            events: env.events(),
        };
        if env.faults.is_empty() { Ok(bookings) } else { Err(ConfigError(env.faults)) }
    }

    /// Reads the settings through `lookup`. An empty value counts as not set, because templates
    /// pass empty values on.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut env = Env { lookup, faults: Vec::new() };
        let attributes = env.attributes();
        let config = Self {
            apps_table: env.required("APPS_TABLE"),
            bookings_table: env.required("BOOKINGS_TABLE"),
            bookings_index: env.or("BOOKINGS_INDEX", DEFAULT_INDEX),
            short_links_table: env.optional("SHORT_LINKS_TABLE"),
            link_base_url: env.link_base_url(),
            keyring_ttl: env.keyring_ttl(),
            events: env.events(),
            attributes,
            aws: Aws {
                region: env.required("AWS_REGION"),
                credentials: Credentials::new(
                    env.required("AWS_ACCESS_KEY_ID"),
                    env.required("AWS_SECRET_ACCESS_KEY"),
                    env.optional("AWS_SESSION_TOKEN"),
                    None,
                    "environment",
                ),
                endpoint: env.endpoint(),
                ca_bundle: env.ca_bundle(),
            },
            // Read last, because without graphs there is no `Config` to return.
            graphs: match env.graphs() {
                Some(graphs) => graphs,
                None => return Err(ConfigError(env.faults)),
            },
        };
        if env.faults.is_empty() { Ok(config) } else { Err(ConfigError(env.faults)) }
    }
}

/// The content of the PEM file that `AWS_CA_BUNDLE` names, or its fault.
pub(crate) fn ca_bundle(path: &str) -> Result<Vec<u8>, String> {
    let bundle = std::fs::read(path).map_err(|error| error.to_string());
    let bundle = bundle.and_then(|pem| certificates(&pem).map(|()| pem));
    bundle.map_err(|fault| format!("AWS_CA_BUNDLE {path}: {fault}"))
}

/// Checks that `pem` has only valid certificates: the HTTP client would panic on anything else.
fn certificates(pem: &[u8]) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("not PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("not a certificate: {error}"))?;
    }
    if roots.is_empty() { Err("it contains no certificate".to_owned()) } else { Ok(()) }
}

/// The environment that is being read, and its faults so far.
struct Env<F> {
    lookup: F,
    faults: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Env<F> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    fn or(&self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.faults.push(format!("{name} is not set"));
            String::new()
        })
    }

    fn link_base_url(&mut self) -> Option<BaseUrl> {
        let text = self.optional("LINK_BASE_URL")?;
        BaseUrl::parse(&text).map_err(|error| self.faults.push(format!("LINK_BASE_URL {error}"))).ok()
    }

    fn keyring_ttl(&mut self) -> Duration {
        let text = self.or("KEYRING_TTL_SECONDS", "60");
        let seconds = text.parse().ok().filter(|seconds| (1..=3600).contains(seconds));
        let seconds = seconds.unwrap_or_else(|| {
            self.faults.push(format!("KEYRING_TTL_SECONDS must be a whole number from 1 to 3600, not `{text}`"));
            0
        });
        Duration::from_secs(seconds)
    }

    fn events(&mut self) -> bool {
        let text = self.or("EVENTS", "off");
        if !matches!(text.as_str(), "on" | "off") {
            self.faults.push(format!("EVENTS must be `on` or `off`, not `{text}`"));
        }
        text == "on"
    }

    fn endpoint(&mut self) -> Option<String> {
        let (name, text) = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"]
            .into_iter()
            .find_map(|name| Some((name, self.optional(name)?)))?;
        if BaseUrl::parse(&text).is_err() {
            self.faults.push(format!("{name} {}", BaseUrlError::RULE));
        }
        Some(text)
    }

    fn ca_bundle(&mut self) -> Option<Vec<u8>> {
        let path = self.optional("AWS_CA_BUNDLE")?;
        ca_bundle(&path).map_err(|fault| self.faults.push(fault)).ok()
    }

    fn graphs(&mut self) -> Option<Graphs> {
        let default = self.optional("DEFAULT_GRAPH");
        let default = default.as_deref();
        let graphs = match self.optional("GRAPHS") {
            None => Graphs::built_in(default).map_err(|error| format!("DEFAULT_GRAPH: {error}")),
            Some(json) if json.starts_with('{') && json.len() > MAX_INLINE_GRAPHS => Err(format!(
                "GRAPHS has {} bytes of JSON, and at most {MAX_INLINE_GRAPHS} are allowed; put it into a file and set \
                 GRAPHS to its path",
                json.len()
            )),
            Some(json) if json.starts_with('{') => {
                Graphs::parse(&json, default).map_err(|error| format!("GRAPHS: {error}"))
            }
            Some(path) => match std::fs::read_to_string(&path) {
                Ok(json) => Graphs::parse(&json, default).map_err(|error| format!("GRAPHS {path}: {error}")),
                Err(error) => Err(format!("GRAPHS {path}: {error}")),
            },
        };
        graphs.map_err(|fault| self.faults.push(fault)).ok()
    }

    fn attributes(&mut self) -> AttributeNames {
        let names = AttributeNames::new(|setting| self.optional(setting));
        names.unwrap_or_else(|faults| {
            self.faults.extend(faults);
            AttributeNames::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Attribute;

    fn read(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let least = [
            ("APPS_TABLE", "apps"),
            ("BOOKINGS_TABLE", "bookings"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        let find =
            |name: &str, list: &[(&str, &str)]| list.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::read(|name| find(name, more).or_else(|| find(name, &least)))
    }

    #[test]
    fn two_tables_are_enough() {
        let config = read(&[("LINK_BASE_URL", "")]).unwrap();
        assert_eq!(config.link_base_url, None);
        assert_eq!(config.keyring_ttl, Duration::from_secs(60));
        assert_eq!(config.attributes.name(Attribute::App), "app_id");
        assert_eq!(config.graphs.default_name().as_str(), "confirm_decline");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = read(&[
            ("APPS_TABLE", ""),
            ("BOOKINGS_TABLE", ""),
            ("LINK_BASE_URL", "links.example"),
            ("KEYRING_TTL_SECONDS", "a minute"),
            ("AWS_CA_BUNDLE", "/nowhere.pem"),
            ("STATE_ATTRIBUTE", "id"),
            ("DEFAULT_GRAPH", "nope"),
        ]);
        let faults = faults.unwrap_err().to_string();
        for name in
            ["APPS_TABLE", "BOOKINGS_TABLE", "LINK_BASE_URL", "KEYRING_TTL_SECONDS", "/nowhere.pem", "`id`", "nope"]
        {
            assert!(faults.contains(name), "{name} in {faults}");
        }
    }

    #[test]
    fn graphs_come_from_a_file_or_from_the_setting_itself() {
        let json = r#"{"tour": {"initial": "open", "transitions": [{"action": "join", "from": "open", "to": "full", "by": "customer"}]}}"#;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), json).unwrap();
        for graphs in [json, file.path().to_str().unwrap()] {
            assert_eq!(read(&[("GRAPHS", graphs)]).unwrap().graphs.default_name().as_str(), "tour", "{graphs}");
        }
        let fault = |graphs: &str| read(&[("GRAPHS", graphs)]).unwrap_err().to_string();
        assert!(fault(&json.replace(r#""from": "open""#, r#""from": "shut""#)).contains("GRAPHS: tour."));
        assert!(fault("/nowhere.json").contains("GRAPHS /nowhere.json"));
        let padded = |bytes: usize| format!("{json}{}", " ".repeat(bytes - json.len()));
        assert!(read(&[("GRAPHS", &padded(3000))]).is_ok());
        assert!(fault(&padded(3001)).contains("put it into a file"));
    }

    #[test]
    fn the_services_own_endpoint_comes_before_the_general_one() {
        let both = [("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_DYNAMODB", "http://b")];
        assert_eq!(read(&both).unwrap().aws.endpoint.as_deref(), Some("http://b"));
        assert_eq!(read(&both[..1]).unwrap().aws.endpoint.as_deref(), Some("http://a"));
    }

    #[test]
    fn keys_are_held_for_a_sensible_time() {
        for (seconds, sensible) in [("0", false), ("1", true), ("3600", true), ("3601", false), ("-1", false)] {
            assert_eq!(read(&[("KEYRING_TTL_SECONDS", seconds)]).is_ok(), sensible, "{seconds}");
        }
    }

    #[test]
    fn two_attributes_cannot_have_one_name() {
        assert!(
            read(&[("STATE_ATTRIBUTE", "id")]).unwrap_err().to_string().contains("two attributes have the name `id`")
        );
        assert!(
            read(&[("STATE_ATTRIBUTE", "completed")])
                .unwrap_err()
                .to_string()
                .contains("two attributes have the name `completed`")
        );
    }

    #[test]
    fn a_bundle_of_certificates_holds_certificates() {
        let amazon = include_str!("store/amazon_roots.pem");
        let (first, _) = amazon.split_once("-----END").unwrap();
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let file = tempfile::NamedTempFile::new().unwrap();
        let with = |pem: &str| {
            std::fs::write(file.path(), pem).unwrap();
            read(&[("AWS_CA_BUNDLE", file.path().to_str().unwrap())]).map(|config| config.aws.ca_bundle)
        };
        assert_eq!(with(amazon).unwrap().unwrap(), amazon.as_bytes());
        for pem in ["", "hello", first, nonsense] {
            assert!(with(pem).unwrap_err().to_string().contains("AWS_CA_BUNDLE"), "{pem}");
        }
    }

    #[test]
    fn an_endpoint_is_a_url() {
        let faults = read(&[("AWS_ENDPOINT_URL_DYNAMODB", "https://me:hush-hush@db.example")]).unwrap_err().to_string();
        assert!(faults.contains("AWS_ENDPOINT_URL_DYNAMODB must be an http(s) URL"), "{faults}");
        assert!(!faults.contains("hush-hush"), "{faults}");
    }

    #[test]
    fn a_config_prints_no_secret() {
        assert!(!format!("{:?}", read(&[("AWS_SECRET_ACCESS_KEY", "hush-hush")]).unwrap()).contains("hush-hush"));
    }
}

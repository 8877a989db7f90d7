//! `link sign`, `link inspect`: both work offline, with the API key. `link revoke`.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::revoke::Revoke;
use super::{CliError, printable};
use crate::booking::{Action, BookingId};
use crate::link::{ApiKey, BaseUrl, Redirect, Refusal, Signer, UnsignedLink, UnverifiedLink, Verifier};
use crate::time::rfc3339;

/// The commands for links.
#[derive(Debug, Subcommand)]
pub enum LinkCommand {
    /// Sign a link.
    Sign(Sign),
    /// Revoke all links that were sent for a booking so far.
    Revoke(Revoke),
    /// Show what a link says and, with the API key, whether it is genuine.
    Inspect(Inspect),
}

/// A link to be signed.
#[derive(Args, Debug)]
pub struct Sign {
    /// The API key.
    #[arg(long, env = "ACTION_LINKS_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: SecretString,
    /// The start of the link, for instance the output `ApiUrl` of the deployment.
    #[arg(long, env = "LINK_BASE_URL", value_name = "URL")]
    base_url: String,
    /// The booking's id.
    #[arg(long, value_name = "ID")]
    booking: String,
    /// The action.
    #[arg(long)]
    action: String,
    /// The page that the click redirects to.
    #[arg(long, value_name = "URL")]
    redirect: Option<String>,
    /// Seconds until the link expires.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    expires_in: Option<u32>,
    /// Ask before acting.
    #[arg(long)]
    confirm: bool,
}

/// A link to be inspected.
#[derive(Args, Debug)]
pub struct Inspect {
    /// The whole URL.
    link: String,
    /// The API key to verify the link with.
    #[arg(long, env = "ACTION_LINKS_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: Option<SecretString>,
}

impl LinkCommand {
    pub(super) async fn run(self) -> Result<String, CliError> {
        match self {
            Self::Sign(sign) => sign.run(),
            Self::Revoke(revoke) => revoke.run().await,
            Self::Inspect(inspect) => inspect.run(SystemTime::now()),
        }
    }
}

impl Sign {
    fn run(self) -> Result<String, CliError> {
        let now = SystemTime::now();
        let key = ApiKey::new(self.api_key.expose_secret())?;
        let base = BaseUrl::parse(&self.base_url).map_err(|error| format!("--base-url {error}"))?;
        let booking_id = BookingId::parse(&self.booking).map_err(|error| format!("--booking {error}"))?;
        let action = Action::parse(&self.action).map_err(|error| format!("--action {error}"))?;
        let mut link = UnsignedLink::new(booking_id, action);
        if let Some(seconds) = self.expires_in {
            link = link.expires_at(now + Duration::from_secs(seconds.into()));
        }
        if let Some(redirect) = self.redirect {
            link = link.redirect(&Redirect::trusted(&redirect)?);
        }
        if self.confirm {
            link = link.confirm(true);
        }
        Ok(Signer::new(&key, &base).sign(&link, now).url + "\n")
    }
}

impl Inspect {
    fn run(self, now: SystemTime) -> Result<String, CliError> {
        let url = Url::parse(self.link.trim()).map_err(|_| "this is not a URL")?;
        let unverified = UnverifiedLink::parse(url.path(), url.query_pairs())?;
        let token = url.query_pairs().find(|(name, _)| name == "signature").map(|(_, token)| token).unwrap_or_default();
        let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let mut part = || {
            parts.next().flatten().map_or_else(|| "unreadable".to_owned(), |b| printable(&String::from_utf8_lossy(&b)))
        };
        let verdict = match self.api_key {
            None => "genuine  unknown: give --api-key to verify it\n".to_owned(),
            Some(secret) => match Verifier::new([&ApiKey::new(secret.expose_secret())?]).verify(&unverified, now) {
                Ok(link) => format!("genuine  yes, as of {}\nlink id  {}\n", rfc3339(now), link.link_id()),
                Err(Refusal::Expired(link)) => {
                    format!("genuine  yes, but it has expired\nlink id  {}\n", link.link_id())
                }
                Err(Refusal::NotYetValid(link)) => {
                    format!("genuine  yes, but it is not valid yet\nlink id  {}\n", link.link_id())
                }
                Err(Refusal::InvalidSignature) => {
                    "genuine  no: the signature does not fit this key, booking and action\n".to_owned()
                }
            },
        };
        // The verdict comes first, because the rest is written by the link's maker.
        Ok(format!("{verdict}header   {}\nclaims   {}\n", part(), part()))
    }
}

//! The signed link, without AWS or HTTP.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use action_links::link::{ApiKey, BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};
//!
//! let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718")?;
//! let base: BaseUrl = "https://links.example/prod".parse()?;
//! let now = SystemTime::now();
//!
//! let link = UnsignedLink::new("b-17".parse()?, "confirm".parse()?).expires_in(Duration::from_secs(3600));
//! let signed = Signer::new(&key, &base).sign(&link, now)?;
//!
//! let unverified: UnverifiedLink = signed.url.parse()?;
//! let verified = Verifier::new([&key]).verify(&unverified, now)?;
//! assert_eq!(verified.link_id(), &signed.link_id);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `jsonwebtoken` has one crypto provider per process. This library neither installs nor uses it, so a
//! program can use `jsonwebtoken` for its own tokens, with any provider, before and after it makes an
//! [`ApiKey`].

mod base;
mod claim_values;
mod claims;
mod crypto;
mod form_token;
mod id;
mod key;
mod key_text;
mod mistake;
#[doc(hidden)]
pub mod path;
mod redirect;
mod sign;
mod token;
mod unsigned;
mod unverified;
mod verify;
mod webhook;
#[cfg(test)]
mod wycheproof;

pub use base::{BaseUrl, BaseUrlError};
pub use claim_values::{JwtId, LanguageTag, Subject};
pub use claims::{Claims, NumericDate};
pub use id::LinkId;
pub use key::{ApiKey, KeyId, KeyIdError};
pub use key_text::ApiKeyError;
pub use redirect::{HostPattern, HostPatternError, Redirect, RedirectError, RedirectPolicy};
pub use sign::{SignedLink, Signer};
pub use unsigned::{ClaimError, SignError, UnsignedLink};
pub use unverified::{ParseLinkError, UnverifiedLink};
pub use verify::{AuthenticLink, Refusal, VerifiedLink, Verifier};
pub use webhook::{Webhook, WebhookError};

// What the service alone needs.
#[doc(hidden)]
pub use form_token::{FormToken, FormTokens};
#[doc(hidden)]
pub use mistake::KeyMistake;
#[doc(hidden)]
pub use token::KeyHint;
#[cfg(feature = "lambda")]
pub(crate) use unverified::{parameter_name, without_tail};
#[cfg(any(feature = "cli", feature = "local"))]
pub(crate) use verify::ISSUED_AT_LEEWAY;

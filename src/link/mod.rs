//! The signed link, without AWS or HTTP.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use action_links::booking::{Action, BookingId};
//! use action_links::link::{ActionLink, ApiKey, BaseUrl, Signer, UnverifiedLink, Verifier};
//!
//! let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718")?;
//! let base = BaseUrl::parse("https://links.example/prod")?;
//! let now = SystemTime::now();
//!
//! let link = ActionLink::new(BookingId::parse("b-17")?, Action::parse("confirm")?)
//!     .expires_at(now + Duration::from_secs(3600));
//! let signed = Signer::new(&key, &base).sign(&link, now)?;
//! assert!(signed.url.starts_with("https://links.example/prod/v2/bookings/b-17/external_action/confirm?signature="));
//!
//! let unverified = UnverifiedLink::parse(
//!     "/v2/bookings/b-17/external_action/confirm",
//!     [("signature", signed.signature.as_str())],
//! )?;
//! let verified = Verifier::new([&key]).verify(&unverified, now)?;
//! assert_eq!(verified.link_id(), &signed.link_id);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `jsonwebtoken` has one crypto provider per process. The first [`ApiKey`] installs one for HS256
//! only, unless there is one already. A program that uses `jsonwebtoken` for other algorithms
//! installs its own provider first; HS256 works with that as well.

mod claims;
mod crypto;
mod id;
mod key;
mod redirect;
mod sign;
mod stamp;
mod token;
mod unverified;
mod verify;
#[cfg(test)]
mod wycheproof;

pub use claims::{Claims, NumericDate};
pub use id::LinkId;
pub use key::{ApiKey, ApiKeyTooShort, KeyId};
pub use redirect::{HostPattern, Redirect, RedirectError, RedirectPolicy};
pub use sign::{ActionLink, BaseUrl, BaseUrlError, SignedLink, Signer, SigningError};
pub use token::KeyHint;
pub use unverified::{FormError, UnverifiedLink};
pub use verify::{AuthenticLink, Refusal, VerifiedLink, Verifier};

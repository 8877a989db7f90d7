//! Signs a link, offline: `cargo run --example sign`.
//!
//! The key is the environment's `ACTION_LINKS_API_KEY`; without it, the key of `make run`.

#![expect(clippy::print_stdout, reason = "the result is for a person or a pipe")]

use std::error::Error;
use std::time::{Duration, SystemTime};

use action_links::booking::{Action, BookingId};
use action_links::link::{ApiKey, BaseUrl, Signer, UnsignedLink};

const DEMO_KEY: &str = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c";

fn main() -> Result<(), Box<dyn Error>> {
    let key = std::env::var("ACTION_LINKS_API_KEY").unwrap_or_else(|_| DEMO_KEY.to_owned());
    let key = ApiKey::new(&key)?;
    let base = std::env::var("LINK_BASE_URL").unwrap_or_else(|_| "http://127.0.0.1:3000".to_owned());
    let base = BaseUrl::parse(&base)?;

    // Confirms the booking b-1001, and works for a week.
    let link = UnsignedLink::new(BookingId::parse("b-1001")?, Action::parse("confirm")?)
        .expires_in(Duration::from_secs(7 * 24 * 3600));
    println!("{}", Signer::new(&key, &base).sign(&link, SystemTime::now())?.url);
    Ok(())
}

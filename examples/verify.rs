//! Verifies a link, offline: `cargo run --example sign | cargo run --example verify`.
//!
//! Reads the URL from standard input. The key is the environment's `ACTION_LINKS_API_KEY`; without
//! it, the key of `make run`. A link that is genuine may still have been used: only the booking's
//! record says that.

#![expect(clippy::print_stdout, reason = "the result is for a person or a pipe")]

use std::error::Error;
use std::time::SystemTime;

use action_links::link::{ApiKey, Refusal, UnverifiedLink, Verifier};

const DEMO_KEY: &str = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c";

fn main() -> Result<(), Box<dyn Error>> {
    let key = std::env::var("ACTION_LINKS_API_KEY").unwrap_or_else(|_| DEMO_KEY.to_owned());
    let key = ApiKey::new(&key)?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;

    let unverified: UnverifiedLink = line.trim().parse()?;
    match Verifier::new([&key]).verify(&unverified, SystemTime::now()) {
        Ok(link) => {
            println!("genuine: {} the booking {}, link id {}", link.action(), link.booking_id(), link.link_id())
        }
        Err(Refusal::Expired(link)) => println!("genuine, but expired: link id {}", link.link_id()),
        Err(Refusal::NotYetValid(link)) => println!("genuine, but not valid yet: link id {}", link.link_id()),
        Err(refusal) => return Err(refusal.into()),
    }
    Ok(())
}

//! Prints an event of `events/`, ready to send to a function: `make event NAME=http_api_click`.
//!
//! An event file names its own booking, `b-` and the file's name, and has placeholders, which are
//! filled in here: `{{app_id}}` with the app, `{{signature}}` with a token for that booking, `{{form}}` and `{{form_base64}}`
//! with the form of the page that asks, `{{authorization}}` with the API key as Basic credentials.
//!
//! Takes the name of the event and the id of the booking to use. The key is the environment's
//! `ACTION_LINKS_API_KEY`; without it, the key of `make run`.

#![expect(clippy::print_stdout, reason = "the result is for a person or a pipe")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, SystemTime};

use action_links::booking::{Action, BookingId};
use action_links::link::{ApiKey, BaseUrl, FormTokens, Signer, UnsignedLink, UnverifiedLink, Verifier};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const DEMO_KEY: &str = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(booking)) = (arguments.next(), arguments.next()) else {
        return Err("usage: event NAME BOOKING_ID".into());
    };
    let secret = std::env::var("ACTION_LINKS_API_KEY").unwrap_or_else(|_| DEMO_KEY.to_owned());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("events");
    let event = std::fs::read_to_string(folder.join(format!("{name}.json")))
        .map_err(|error| format!("events/{name}.json: {error}"))?;
    print!("{}", fill(&event, &name, &booking, "hair-by-ada", &secret)?);
    Ok(())
}

/// The event of the file `name`, for `booking` of `app` in place of its own, with the placeholders filled
/// in. The action is `confirm` in every event with a link.
pub(crate) fn fill(event: &str, name: &str, booking: &str, app: &str, secret: &str) -> Result<String, Box<dyn Error>> {
    let (key, now) = (ApiKey::new(secret)?, SystemTime::now());
    let link = UnsignedLink::new(BookingId::parse(booking)?, Action::parse("confirm")?);
    let signature = Signer::new(&key, &BaseUrl::parse("https://links.example")?).sign(&link, now)?.signature;
    // The form of a page that was shown five seconds ago.
    let path = format!("/v2/bookings/{booking}/external_action/confirm");
    let unverified = UnverifiedLink::parse(&path, [("signature", signature.as_str())])?;
    let verified = Verifier::new([&key]).verify(&unverified, now).map_err(|_| "the link cannot be verified")?;
    let form_tokens = FormTokens::new(verified.authentic(), [&key]).ok_or("the key did not sign the link")?;
    let form = format!("stamp={}", form_tokens.issue("stamp", "", now - Duration::from_secs(5)));
    Ok(event
        .replace(&format!("b-{}", name.replace('_', "-")), booking)
        .replace("{{app_id}}", app)
        .replace("{{signature}}", &signature)
        .replace("{{form_base64}}", &STANDARD.encode(&form))
        .replace("{{form}}", &form)
        .replace("{{authorization}}", &format!("Basic {}", STANDARD.encode(format!(":{secret}")))))
}

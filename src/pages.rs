//! What a person sees who clicked: plain HTML, no script, nothing fetched. Each page says what
//! happened, what it means for the booking, and what one can do now.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::click::{Conclusion, Outcome};

/// The field of the page that asks: when it was shown, signed.
pub const STAMP_FIELD: &str = "stamp";

const STYLE: &str = "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;\
color:#1d1d1f;background:#fff}h1{font-size:1.5rem}button,.on{display:inline-block;font:inherit;padding:.6rem 1.4rem;\
border:0;border-radius:.5rem;background:#1d1d1f;color:#fff;text-decoration:none}footer{margin-top:3rem;font-size:.9rem}\
@media(prefers-color-scheme:dark){body{color:#f5f5f7;background:#1d1d1f}a{color:#9cc7ff}button,.on{background:#f5f5f7;color:#1d1d1f}}";

/// What a page may do: nothing but show itself, in its own style. A form may be sent here and,
/// since browsers hold a form to this through every redirect that follows, to any https page;
/// http is for the developer's own machine.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' https: http://localhost:* http://127.0.0.1:*; \
         base-uri 'none'; frame-ancestors 'none'"
    )
});

/// The page for a conclusion.
pub fn page(conclusion: &Conclusion) -> Markup {
    let words = words(conclusion);
    let app = conclusion.authentic.as_ref().map(|(_, app)| app);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (words.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (words.title) }
                    p { (words.meaning) }
                    @if let Some(next) = &words.next { p { (next) } }
                    @match &conclusion.outcome {
                        Outcome::Asked { stamp, .. } => form method="post" {
                            input type="hidden" name=(STAMP_FIELD) value=(stamp);
                            button type="submit" { "Yes, " (words.button) }
                        },
                        Outcome::LinkUsed { redirect: Some(redirect), .. } => p { a.on href=(redirect) { "Continue" } },
                        _ => {}
                    }
                }
                @if let Some(app) = app {
                    footer {
                        (app.name)
                        @if let Some(email) = &app.support_email { " · " a href={ "mailto:" (email) } { (email) } }
                    }
                }
            }
        }
    }
}

/// What a page says, and a JSON answer too.
pub struct Words {
    /// What happened.
    pub title: String,
    /// What it means for the booking.
    pub meaning: String,
    /// What one can do now.
    pub next: Option<String>,
    /// What the button of the page that asks says after "Yes, ".
    button: String,
}

/// The words for a conclusion.
pub fn words(conclusion: &Conclusion) -> Words {
    let action = conclusion.authentic.as_ref().map(|(link, _)| in_words(link.action().as_str())).unwrap_or_default();
    let state = |state: &Option<String>| state.as_deref().map_or_else(|| "in an unknown state".to_owned(), in_words);
    let ask = || Some("If that is not what you wanted, please ask the sender of the link.".to_owned());
    let (title, meaning, next) = match &conclusion.outcome {
        Outcome::Applied { state, .. } => (
            "Done".to_owned(),
            format!("The booking is now {}.", in_words(state)),
            Some("You can close this page.".to_owned()),
        ),
        Outcome::Asked { again, .. } => {
            let title = "One more click".to_owned();
            let next = again.then(|| "Please press the button once more.".to_owned());
            (title, format!("Nothing has happened yet. The link asks for: {action}."), next)
        }
        Outcome::LinkUsed { used, .. } => {
            let when = used.at.as_deref().and_then(day_and_time).map(|at| format!(" on {at}")).unwrap_or_default();
            let did = used
                .to
                .as_deref()
                .map_or_else(String::new, |to| format!("It made the booking {}{when}. ", in_words(to)));
            let title = "This link was used already".to_owned();
            (title, format!("{did}The booking is {} now; nothing was changed this time.", state(&used.state)), ask())
        }
        Outcome::LinkExpired => {
            let title = "This link has expired".to_owned();
            (title, "The booking was not changed.".to_owned(), Some("Please ask the sender for a new link.".to_owned()))
        }
        Outcome::LinkNotYetValid => {
            let title = "This link is not valid yet".to_owned();
            (title, "The booking was not changed.".to_owned(), Some("Please try again later.".to_owned()))
        }
        Outcome::ActionNotAvailable { state: now } => {
            let title = "This is not possible now".to_owned();
            (
                title,
                format!("The booking is {}, so this is not possible: {action}. Nothing was changed.", state(now)),
                ask(),
            )
        }
        Outcome::MalformedLink(error) => {
            let next = Some("Please open the link from the e-mail again, or copy all of it.".to_owned());
            ("This link is not complete".to_owned(), format!("No booking was changed: {error}."), next)
        }
        Outcome::InvalidSignature => {
            let next = Some("Please open the link from the e-mail again, or ask the sender for a new one.".to_owned());
            ("This link is not valid".to_owned(), "No booking was changed.".to_owned(), next)
        }
        Outcome::RedirectNotAllowed(error) => {
            let next = Some("Please tell the sender of the link.".to_owned());
            (
                "This link leads to a page that is not allowed".to_owned(),
                format!("The booking was not changed: {error}."),
                next,
            )
        }
        Outcome::BookingNotFound => (
            "This booking was not found".to_owned(),
            "Nothing was changed. The booking may have been removed.".to_owned(),
            ask(),
        ),
        Outcome::UnknownAction => {
            let next = Some("Please tell the sender of the link.".to_owned());
            ("This link asks for something unknown".to_owned(), "The booking was not changed.".to_owned(), next)
        }
        Outcome::MethodNotAllowed => {
            ("This is not how a link is opened".to_owned(), "No booking was changed.".to_owned(), None)
        }
        Outcome::TemporarilyUnavailable { .. } => {
            let next = Some("Please open the link again in a minute.".to_owned());
            (
                "We cannot do this right now".to_owned(),
                "Nothing was lost, and your link is still good.".to_owned(),
                next,
            )
        }
        Outcome::Headed | Outcome::Prefetched => (String::new(), String::new(), None),
    };
    Words { title, meaning, next, button: action }
}

/// `cancelled_by_customer` as `cancelled by customer`.
fn in_words(name: &str) -> String {
    name.replace('_', " ")
}

/// `2026-11-23T08:00:00Z` as `23 November 2026 at 08:00 UTC`.
fn day_and_time(rfc3339: &str) -> Option<String> {
    let time: jiff::Timestamp = rfc3339.parse().ok()?;
    Some(time.strftime("%-d %B %Y at %H:%M UTC").to_string())
}

//! The pages that a click can lead to: plain HTML without scripts, in the reader's language. Each
//! says what happened, what it means for the booking, and what to do next.

mod facts;
mod language;
mod message;
mod template;
mod text;
mod view;
mod words;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::click::ClickResult;
use crate::link::Redirect;
pub use language::{LOCALES, Language, Locale};
use message::{fault, message};
pub use view::MESSAGE_FIELD;
use view::View;
pub use words::{ActionWords, ByName, Direction, Facts, Message, StateWords, Text, Words};

const STYLE: &str = include_str!("page.css");

#[derive(Clone, Debug)]
pub struct Page {
    /// The whole document.
    pub html: String,
    /// Its `Content-Security-Policy`.
    pub policy: String,
}

impl Page {
    /// The page of a result, which leads on to `onward` at once if that is given.
    pub fn new(result: &ClickResult, language: &Language, onward: Option<&Redirect>) -> Self {
        let style = format!("{STYLE}{}", result.app().map(brand).unwrap_or_default());
        let html = template::document(&View::new(result, language, onward), &style).into_string();
        Self { policy: policy(&style), html }
    }

    /// The page for HEAD, which does not look at the link: no document, and the policy of a page
    /// without an app.
    pub fn empty() -> Self {
        Self { policy: policy(STYLE), html: String::new() }
    }
}

/// The policy of a page: it loads nothing and uses only its own style. Its form may be sent to its own URL
/// alone. Browsers apply that to every redirect that follows, so no answer to a form is one.
fn policy(style: &str) -> String {
    let style = STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A result in one sentence, for programs.
pub fn summary(result: &ClickResult, language: &Language) -> String {
    let (said, _) = message(result, language);
    let fault = fault(&result.outcome).map(|fault| format!(" ({fault})")).unwrap_or_default();
    format!("{} – {}{fault}", said.title, said.meaning)
}

/// The app's colour in place of the default.
fn brand(app: &App) -> String {
    app.brand.color.map(|color| format!(":root{{--brand:{color};--on-brand:{}}}", color.readable())).unwrap_or_default()
}

//! The pages that a click can lead to: plain HTML without scripts, in the reader's language. Each
//! says what happened, what it means for the booking, and what to do next.

mod cities;
mod facts;
mod files;
mod language;
mod locale;
mod matching;
mod message;
mod phrase;
mod tag;
mod template;
mod text;
mod view;
mod when;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::click::ClickResult;
use crate::link::Redirect;
pub use language::Language;
pub use locale::{LOCALES, Locale};
use message::{fault, message};
pub(crate) use text::shown;
#[cfg(feature = "local")]
pub(crate) use text::{in_words, initial};
pub use view::MESSAGE_FIELD;
use view::View;
pub(crate) use view::mailto;
use when::lazy_zone;

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
    pub fn new(result: &ClickResult, language: &Language<'_>, onward: Option<&Redirect>) -> Self {
        let style = format!("{STYLE}{}", result.app().map(brand).unwrap_or_default());
        let html = template::document(&View::new(result, language, onward), &style).into_string();
        let logo = result.app().and_then(|app| app.brand.logo.as_ref());
        Self { policy: policy(&style, logo), html }
    }

    /// The page for HEAD, which does not look at the link: no document, and the policy of a page
    /// without an app.
    pub fn empty() -> Self {
        Self { policy: policy(STYLE, None), html: String::new() }
    }
}

/// The policy of a page: it loads nothing but the business's logo, and uses only its own style. Its form may be sent to its own URL
/// alone. Browsers apply that to every redirect that follows, so no answer to a form is one.
fn policy(style: &str, logo: Option<&Redirect>) -> String {
    let style = STANDARD.encode(Sha256::digest(style));
    let logo = logo.map(|logo| format!(" img-src {};", logo.origin())).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'sha256-{style}';{logo} form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A result in one sentence, for programs.
pub fn summary(result: &ClickResult, language: &Language<'_>) -> String {
    let (said, _) = message(result, language, &lazy_zone(result));
    let fault = fault(&result.outcome).map(|fault| format!(" ({fault})")).unwrap_or_default();
    format!("{} – {}{fault}", said.title, said.meaning)
}

/// The texts of the business's own that are not shown, because there is none of that language and name, or because ours
/// has other placeholders: language and name.
#[cfg(feature = "cli")]
pub fn unused_texts(own: &crate::app::OwnTexts) -> impl Iterator<Item = (&str, &str)> {
    let is_unused = |tag: &str, name: &str, text: &str| {
        let mut locales = LOCALES.iter().filter(|locale| tag == "*" || matching::is_for(tag, locale));
        !locales.any(|locale| {
            let ours = locale.text(name);
            ours.is_some_and(|ours| {
                phrase::placeholders(text).all(|own| phrase::placeholders(ours).any(|of| of == own))
            })
        })
    };
    own.all().filter(move |(tag, name, text)| is_unused(tag, name, text)).map(|(tag, name, _)| (tag, name))
}

/// The app's colour in place of the default.
fn brand(app: &App) -> String {
    app.brand.color.map(|color| format!(":root{{--brand:{color};--on-brand:{}}}", color.readable())).unwrap_or_default()
}

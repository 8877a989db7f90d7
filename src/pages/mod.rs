//! The pages that a click can lead to: plain HTML without scripts, in the reader's language. Each
//! says what happened, what it means for the booking, and what to do next.

mod facts;
mod language;
mod moment;
mod text;
mod words;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::click::{Conclusion, Outcome, Press};
use crate::reason::Reason;
use facts::{Fact, facts};
pub use language::{LOCALES, Language, Locale};
use moment::{fault, moment};
use text::{initial, shown};
pub use words::{ActionWords, ByName, Direction, Facts, Moment, Moments, StateWords, Text, Words};

/// The form's hidden field for the stamp.
pub const STAMP_FIELD: &str = "stamp";

/// The form's field for a reason.
pub const REASON_FIELD: &str = "reason";

const STYLE: &str = include_str!("page.css");

/// The characters of an e-mail address that are not encoded in a `mailto:` URL (RFC 6068 §2).
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+');

/// A page and its policy.
#[derive(Clone, Debug)]
pub struct Page {
    /// The whole document.
    pub html: String,
    /// Its `Content-Security-Policy`.
    pub policy: String,
}

impl Page {
    /// The page for a conclusion.
    pub fn new(conclusion: &Conclusion, language: &Language) -> Self {
        let app = conclusion.authentic.as_ref().map(|(_, app)| app.as_ref());
        let style = format!("{STYLE}{}", app.map(brand).unwrap_or_default());
        Self { policy: policy(&style), html: document(conclusion, language, app, &style).into_string() }
    }

    /// The page for HEAD, which does not look at the link: no document, and the policy of a page
    /// without an app.
    pub fn empty() -> Self {
        Self { policy: policy(STYLE), html: String::new() }
    }
}

/// The policy of a page: it loads nothing and uses only its own style. Its form may be sent to its
/// own URL and, because browsers apply `form-action` to every redirect that follows, to any https
/// page. `http` is for a developer's machine.
fn policy(style: &str) -> String {
    let style = STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' https: http://localhost:* http://127.0.0.1:*; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A conclusion in one sentence, for programs.
pub fn summary(conclusion: &Conclusion, language: &Language) -> String {
    let (said, _) = moment(conclusion, language);
    let fault = fault(&conclusion.outcome).map(|fault| format!(" ({fault})")).unwrap_or_default();
    format!("{} – {}{fault}", said.title, said.meaning)
}

/// The app's colour in place of the default.
fn brand(app: &App) -> String {
    app.brand.color.map(|color| format!(":root{{--brand:{color};--on-brand:{}}}", color.readable())).unwrap_or_default()
}

fn document(conclusion: &Conclusion, language: &Language, app: Option<&App>, style: &str) -> Markup {
    let (said, mood) = moment(conclusion, language);
    let (mood, icon) = mood.icon();
    let name = app.map(|app| shown(&app.name)).filter(|name| !name.is_empty());
    let again = matches!(conclusion.outcome, Outcome::Asked { again: true, .. }).then_some(language.locale.words.again);
    html! {
        (DOCTYPE)
        html lang=(language.locale.tag) dir=(language.locale.words.direction.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Screen readers read it first: the page is not the same as before.
                title { (again.unwrap_or(said.title)) @if let Some(name) = &name { " · " (name) } }
                style { (PreEscaped(style)) }
            }
            body {
                @if let Some(name) = &name {
                    header {
                        @if let Some(initial) = initial(name) { span.mark aria-hidden="true" { (initial) } }
                        bdi { (name) }
                    }
                }
                main class=(mood) {
                    svg viewBox="0 0 24 24" aria-hidden="true" { path d=(icon) {} }
                    h1 { (said.title) }
                    @if let Some(again) = again { p.again { (again) } }
                    p { (said.meaning) }
                    (list(&facts(conclusion, language)))
                    p { (said.next) }
                    (way_on(conclusion, language))
                    @if let Some(fault) = fault(&conclusion.outcome) {
                        p.code lang="en" dir="ltr" { (conclusion.outcome.code()) ": " (fault) }
                    }
                }
                @if let Some(app) = app { (support(app, language)) }
            }
        }
    }
}

fn list(facts: &[Fact]) -> Markup {
    html! {
        @if !facts.is_empty() {
            dl {
                @for fact in facts {
                    div {
                        dt { (fact.label) }
                        dd {
                            @match &fact.time {
                                Some((time, offset)) => { time datetime=(time) { (fact.value) } " " small { bdi { (offset) } } },
                                None => bdi { (fact.value) },
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The page's button.
fn way_on(conclusion: &Conclusion, language: &Language) -> Markup {
    let words = &language.locale.words;
    html! {
        @match &conclusion.outcome {
            Outcome::Asked { stamp, reason, .. } => form method="post" {
                input type="hidden" name=(STAMP_FIELD) value=(stamp);
                @if let Some(reason) = reason {
                    label for=(REASON_FIELD) { (words.reason) }
                    // The HTML parser removes the first line break.
                    textarea #(REASON_FIELD) name=(REASON_FIELD) rows="3" maxlength=(Reason::MAX_LENGTH) dir="auto" {
                        "\n" (reason.as_str())
                    }
                }
                button.button type="submit" { (button(conclusion, language)) }
            },
            Outcome::LinkUsed { redirect: Some(redirect), .. } => a.button href=(redirect) { (words.go_on) },
            // Sends the same press again, so that a written reason is not lost.
            Outcome::TemporarilyUnavailable { press: Some(Press { stamp, reason }), .. } => form method="post" {
                input type="hidden" name=(STAMP_FIELD) value=[stamp];
                input type="hidden" name=(REASON_FIELD) value=(reason.as_str());
                button.button type="submit" { (words.try_again) }
            },
            Outcome::TemporarilyUnavailable { press: None, .. } => a.button href="" { (words.try_again) },
            _ => {}
        }
    }
}

fn button(conclusion: &Conclusion, language: &Language) -> Text {
    let words = &language.locale.words;
    let action = conclusion.authentic.as_ref().and_then(|(link, _)| words.actions.get(link.action().as_str()));
    action.map_or(words.button, |action| action.button)
}

/// The app's addresses for help.
fn support(app: &App, language: &Language) -> Markup {
    let email = app.brand.support_email.as_deref();
    let page = app.brand.support_url.as_ref();
    html! {
        @if email.is_some() || page.is_some() {
            footer {
                (language.locale.words.support)
                @if let Some(email) = email {
                    " " a href={ "mailto:" (utf8_percent_encode(email, ADDRESS)) } { bdi { (shown(email)) } }
                }
                @if email.is_some() && page.is_some() { " · " }
                @if let Some(page) = page { " " a href=(page) { bdi { (shown(&page.shown_host())) } } }
            }
        }
    }
}

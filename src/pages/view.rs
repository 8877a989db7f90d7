//! What a page shows. It is built once, of a result; the template only renders it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::facts::{Fact, facts};
use super::language::Language;
use super::message::{Message, business, fault, message};
use super::phrase::Phrase;
use super::text::{initial, shown};
use super::when::lazy_zone;
use crate::app::Brand;
use crate::click::{self, ClickResult, Outcome, Prompt, PromptButton, PromptReason, Tone};
use crate::domain::CustomerMessage;
use crate::link::Redirect;

/// The characters of an e-mail address that are not encoded in a `mailto:` URL (RFC 6068 §2).
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+');

/// The form's field for a reason.
pub const MESSAGE_FIELD: &str = "reason";

pub(super) struct View {
    pub(super) tag: String,
    pub(super) direction: String,
    /// The business, if the signature is valid.
    pub(super) header: Option<Header>,
    pub(super) tone: Tone,
    pub(super) message: Message,
    /// Says that a press did not count.
    pub(super) again: Option<Phrase>,
    pub(super) facts: Vec<Fact>,
    pub(super) button: Option<Button>,
    /// The way back from a question: the business's own page.
    pub(super) back: Option<Button>,
    /// The page to which this one leads at once.
    pub(super) onward: Option<String>,
    /// The link to the booking's calendar file.
    pub(super) calendar: Option<(String, Phrase)>,
    /// The button that undoes the click, and the words before it.
    pub(super) undo: Option<(Phrase, Button)>,
    /// The code and the fault of a link, for its maker.
    pub(super) fault: Option<(&'static str, String)>,
    pub(super) footer: Footer,
}

pub(super) struct Header {
    pub(super) name: String,
    pub(super) mark: Option<Mark>,
    pub(super) homepage: Option<String>,
}

pub(super) enum Mark {
    /// The URL of an image.
    Logo(String),
    /// The first letter of the name.
    Initial(String),
}

pub(super) enum Button {
    /// Leads to a page.
    Link { href: String, label: Phrase },
    /// Sends the form whose field `name` holds the form token, with a field for a reason if there is one.
    Submit { name: &'static str, form_token: String, message: Option<MessageField>, label: Phrase },
}

/// The field for a reason, and the text in it.
pub(super) enum MessageField {
    /// A person writes into it.
    Shown { label: Phrase, text: String },
    /// It is only sent again, so that a written reason is not lost.
    Hidden { text: String },
}

/// The foot of a page of a business: each URL with the text of its link.
#[derive(Default)]
pub(super) struct Footer {
    pub(super) question: Phrase,
    /// Where its customers find help.
    pub(super) contacts: Vec<(String, String)>,
    /// What the law may ask for.
    pub(super) legal: Vec<(String, Phrase)>,
}

impl View {
    pub(super) fn new(result: &ClickResult, language: &Language<'_>, onward: Option<&Redirect>) -> Self {
        let zone = lazy_zone(result);
        let (mut message, tone) = message(result, language, &zone);
        let brand = result.app().map(|app| &app.brand);
        let name = business(result);
        let is_again = match &result.outcome {
            Outcome::Asked(prompt) => prompt.reason != PromptReason::Opened,
            _ => false,
        };
        let homepage = brand.and_then(|brand| brand.homepage.as_ref()).map(Redirect::to_string);
        let is_question = matches!(&result.outcome, Outcome::Asked(Prompt { button: PromptButton::Act { .. }, .. }));
        let back = homepage.clone().filter(|_| is_question).map(|href| {
            // The buttons say it all.
            message.next = Phrase::default();
            Button::Link { href, label: of_action(result, language, "asked", "keep") }
        });
        Self {
            tag: language.tag(),
            direction: language.locale.text("direction").unwrap_or("ltr").to_owned(),
            header: name.map(|name| header(name, brand, homepage)),
            tone,
            message,
            again: is_again.then(|| language.phrase("asked.again", &[])),
            facts: facts(result, language, &zone),
            button: onward.map(|redirect| go_on(redirect, language)).or_else(|| button(result, language)),
            back,
            onward: onward.map(Redirect::to_string),
            calendar: result.calendar.as_ref().map(|href| (href.0.clone(), language.phrase("calendar", &[]))),
            undo: result.outcome.undo().map(|undo| {
                let label = language.phrase("undo.button", &[]);
                (language.phrase("undo.question", &[]), submit(click::Button::Undo, &undo.form_token, label))
            }),
            fault: fault(&result.outcome).map(|fault| (result.outcome.code(), fault)),
            footer: brand.map(|brand| footer(brand, language)).unwrap_or_default(),
        }
    }
}

fn header(name: String, brand: Option<&Brand>, homepage: Option<String>) -> Header {
    let logo = brand.and_then(|brand| brand.logo.as_ref()).map(|logo| Mark::Logo(logo.to_string()));
    Header { mark: logo.or_else(|| initial(&name).map(Mark::Initial)), name, homepage }
}

fn button(result: &ClickResult, language: &Language<'_>) -> Option<Button> {
    match &result.outcome {
        Outcome::Asked(Prompt { button: PromptButton::Act { form_token, message }, .. }) => {
            Some(act(form_token, message.as_ref(), of_action(result, language, "asked", "button"), language))
        }
        Outcome::LinkUsed { redirect: Some(redirect), .. } | Outcome::AlreadyDone { redirect: Some(redirect), .. } => {
            Some(go_on(redirect, language))
        }
        outcome if let Some(moved) = outcome.moved() => {
            let label = of_action(result, language, "moved", "button");
            Some(act(&moved.form_token, moved.message.as_ref(), label, language))
        }
        Outcome::TemporarilyUnavailable { retry: Some(form), .. } => Some(Button::Submit {
            name: form.button.field(),
            form_token: form.form_token.clone().unwrap_or_default(),
            message: Some(MessageField::Hidden { text: form.message.as_str().to_owned() }),
            label: language.phrase("try_again", &[]),
        }),
        Outcome::TemporarilyUnavailable { retry: None, .. } => {
            Some(Button::Link { href: String::new(), label: language.phrase("try_again", &[]) })
        }
        outcome => {
            let label = || language.phrase("new_link.button", &[]);
            outcome.new_link().map(|token| submit(click::Button::NewLink, token, label()))
        }
    }
}

/// The text of the link's action, or that of every action.
fn of_action(result: &ClickResult, language: &Language<'_>, page: &str, part: &str) -> Phrase {
    let action = result.link().map(|link| link.action().as_str()).unwrap_or_default();
    let own = language.text(&format!("{page}.{action}.{part}"));
    Phrase::new(own.or_else(|| language.text(&format!("{page}.{part}"))).unwrap_or_default(), &[])
}

/// The button that leads on to a redirect.
fn go_on(redirect: &Redirect, language: &Language<'_>) -> Button {
    let host = shown(&redirect.shown_host());
    Button::Link { href: redirect.to_string(), label: language.phrase("go_on", &[("host", &host)]) }
}

/// The button that takes the link's action, with a field for a reason if the app asks for one.
fn act(form_token: &str, message: Option<&CustomerMessage>, label: Phrase, language: &Language<'_>) -> Button {
    let text = message.map(|message| message.as_str().to_owned());
    Button::Submit {
        name: click::Button::Act.field(),
        form_token: form_token.to_owned(),
        message: text.map(|text| MessageField::Shown { label: language.phrase("asked.reason", &[]), text }),
        label,
    }
}

/// A button that sends its form token and nothing else.
fn submit(button: click::Button, form_token: &str, label: Phrase) -> Button {
    Button::Submit { name: button.field(), form_token: form_token.to_owned(), message: None, label }
}

/// The URL of an e-mail address.
pub(crate) fn mailto(email: &str) -> String {
    format!("mailto:{}", utf8_percent_encode(email, ADDRESS))
}

fn footer(brand: &Brand, language: &Language<'_>) -> Footer {
    let page = |url: &Redirect| (url.to_string(), shown(&url.shown_host()));
    let mail = |email: &String| (mailto(email), shown(email));
    // RFC 3966 §5.1.1: visual separators mean nothing.
    let digits = |phone: &str| phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>();
    let call = |phone: &String| (format!("tel:{}", digits(phone)), shown(phone));
    let contacts =
        [brand.support_email.as_ref().map(mail), brand.phone.as_ref().map(call), brand.support_url.as_ref().map(page)];
    let legal = [("imprint", &brand.imprint), ("privacy", &brand.privacy), ("terms", &brand.terms)];
    let legal = legal
        .into_iter()
        .filter_map(|(name, url)| Some((url.as_ref()?.to_string(), language.phrase(&format!("foot.{name}"), &[]))));
    Footer {
        question: language.phrase("foot.support", &[]),
        contacts: contacts.into_iter().flatten().collect(),
        legal: legal.collect(),
    }
}

//! What a page shows. It is built once, of a result; the template only renders it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::facts::{Fact, facts};
use super::language::Language;
use super::message::{fault, message};
use super::text::{initial, shown};
use super::words::{Text, Words};
use crate::app::Brand;
use crate::click::{self, ClickResult, Outcome, Prompt, PromptButton, PromptReason, Tone};
use crate::domain::CustomerMessage;
use crate::link::Redirect;

/// The characters of an e-mail address that are not encoded in a `mailto:` URL (RFC 6068 §2).
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+');

/// The form's field for a reason.
pub const MESSAGE_FIELD: &str = "reason";

pub(super) struct View {
    pub(super) tag: &'static str,
    pub(super) direction: &'static str,
    /// The app's name, if the signature is valid and the name is not blank.
    pub(super) app: Option<String>,
    /// The first letter of the app's name.
    pub(super) mark: Option<String>,
    pub(super) tone: Tone,
    pub(super) title: Text,
    /// Says that a press did not count.
    pub(super) again: Option<Text>,
    pub(super) meaning: Text,
    pub(super) facts: Vec<Fact>,
    pub(super) next: Text,
    pub(super) button: Option<Button>,
    /// The page to which this one leads at once.
    pub(super) onward: Option<String>,
    /// The button that undoes the click, and the words before it.
    pub(super) undo: Option<(Text, Button)>,
    /// The code and the fault of a link, for its maker.
    pub(super) fault: Option<(&'static str, String)>,
    pub(super) support: Option<Support>,
}

pub(super) enum Button {
    /// Leads to a page. The label may name its host, as `{host}`.
    Link { href: String, label: Text, host: String },
    /// Sends the form whose field `name` holds the form token, with a field for a reason if there is one.
    Submit { name: &'static str, form_token: String, message: Option<MessageField>, label: Text },
}

/// The field for a reason, and the text in it.
pub(super) enum MessageField {
    /// A person writes into it.
    Shown { label: Text, text: String },
    /// It is only sent again, so that a written reason is not lost.
    Hidden { text: String },
}

/// The app's addresses for help.
pub(super) struct Support {
    pub(super) label: Text,
    /// The `mailto:` URL and the address.
    pub(super) email: Option<(String, String)>,
    /// The URL and its host.
    pub(super) page: Option<(String, String)>,
}

impl View {
    pub(super) fn new(result: &ClickResult, language: &Language, onward: Option<&Redirect>) -> Self {
        let words = &language.locale.words;
        let (said, tone) = message(result, language);
        let app = result.app();
        let name = app.map(|app| shown(&app.name)).filter(|name| !name.is_empty());
        let is_again = match &result.outcome {
            Outcome::Asked(prompt) => prompt.reason != PromptReason::Opened,
            _ => false,
        };
        let undo = result.outcome.undo();
        Self {
            tag: language.locale.tag,
            direction: words.direction.as_str(),
            mark: name.as_deref().and_then(initial),
            app: name,
            tone,
            title: said.title,
            again: is_again.then_some(words.again),
            meaning: said.meaning,
            facts: facts(result, language),
            next: said.next,
            button: onward.map(|redirect| go_on(redirect, language)).or_else(|| button(result, language)),
            onward: onward.map(Redirect::to_string),
            undo: undo.map(|undo| (words.mistake, submit(click::Button::Undo, &undo.form_token, words.undo))),
            fault: fault(&result.outcome).map(|fault| (result.outcome.code(), fault)),
            support: app.and_then(|app| support(&app.brand, words.support)),
        }
    }
}

fn button(result: &ClickResult, language: &Language) -> Option<Button> {
    let words = &language.locale.words;
    match &result.outcome {
        Outcome::Asked(Prompt { button: PromptButton::Act { form_token, message }, .. }) => {
            let action = result.link().and_then(|link| words.actions.get(link.action().as_str()));
            Some(act(form_token, message.as_ref(), action.map_or(words.button, |action| action.button), words))
        }
        Outcome::LinkUsed { redirect: Some(redirect), .. } | Outcome::AlreadyDone { redirect: Some(redirect), .. } => {
            Some(go_on(redirect, language))
        }
        outcome if let Some(moved) = outcome.moved() => {
            let action = result.link().and_then(|link| words.actions.get(link.action().as_str()));
            let label = action.map_or(words.button_of_moved, |action| action.button_of_moved);
            Some(act(moved.form_token.as_ref()?, moved.message.as_ref(), label, words))
        }
        Outcome::TemporarilyUnavailable { retry: Some(form), .. } => Some(Button::Submit {
            name: form.button.field(),
            form_token: form.form_token.clone().unwrap_or_default(),
            message: Some(MessageField::Hidden { text: form.message.as_str().to_owned() }),
            label: words.try_again,
        }),
        Outcome::TemporarilyUnavailable { retry: None, .. } => {
            Some(Button::Link { href: String::new(), label: words.try_again, host: String::new() })
        }
        outcome => outcome.new_link().map(|token| submit(click::Button::NewLink, token, words.send_new_link)),
    }
}

/// The button that leads on to a redirect.
fn go_on(redirect: &Redirect, language: &Language) -> Button {
    let host = shown(&redirect.shown_host());
    Button::Link { href: redirect.to_string(), label: language.locale.words.go_on, host }
}

/// The button that takes the link's action, with a field for a reason if the app asks for one.
fn act(form_token: &str, message: Option<&CustomerMessage>, label: Text, words: &Words) -> Button {
    let text = message.map(|message| message.as_str().to_owned());
    Button::Submit {
        name: click::Button::Act.field(),
        form_token: form_token.to_owned(),
        message: text.map(|text| MessageField::Shown { label: words.reason, text }),
        label,
    }
}

/// A button that sends its form token and nothing else.
fn submit(button: click::Button, form_token: &str, label: Text) -> Button {
    Button::Submit { name: button.field(), form_token: form_token.to_owned(), message: None, label }
}

fn support(brand: &Brand, label: Text) -> Option<Support> {
    let email = brand.support_email.as_deref();
    let email = email.map(|email| (format!("mailto:{}", utf8_percent_encode(email, ADDRESS)), shown(email)));
    let page = brand.support_url.as_ref().map(|url| (url.to_string(), shown(&url.shown_host())));
    (email.is_some() || page.is_some()).then_some(Support { label, email, page })
}

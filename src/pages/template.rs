//! The template of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::facts::Fact;
use super::message::icon;
use super::view::{Button, Footer, Header, MESSAGE_FIELD, Mark, MessageField, View};
use crate::domain::CustomerMessage;

pub(super) fn document(view: &View, style: &str) -> Markup {
    let (tone, icon) = icon(view.tone);
    // Screen readers read it first: the page is not the same as before.
    let title = view.again.as_ref().unwrap_or(&view.message.title).to_string();
    html! {
        (DOCTYPE)
        html lang=(view.tag) dir=(view.direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(url) = &view.onward { meta http-equiv="refresh" content={ "0; url=" (url) }; }
                // What looks like a number is not one: a booking's id is not to be called.
                meta name="format-detection" content="telephone=no";
                title { (title) @if let Some(header) = &view.header { " · " (header.name) } }
                style { (PreEscaped(style)) }
            }
            body {
                @if let Some(of) = &view.header { (header(of)) }
                main class=(tone) {
                    svg viewBox="0 0 24 24" aria-hidden="true" { path d=(icon) {} }
                    h1 { (view.message.title) }
                    @if let Some(again) = &view.again { p.again { (again) } }
                    p { (view.message.meaning) }
                    (list(&view.facts))
                    @if let Some((href, label)) = &view.calendar { p { a href=(href) { (label) } } }
                    @if !view.message.next.is_empty() { p { (view.message.next) } }
                    @if let Some(of) = &view.button { (button(of, "button", view.back.as_ref())) }
                    @if let Some((question, of)) = &view.undo {
                        div.undo {
                            p { (question) }
                            (button(of, "button quiet", None))
                        }
                    }
                    @if let Some((code, fault)) = &view.fault {
                        p.code lang="en" dir="ltr" { (code) ": " (fault) }
                    }
                }
                (footer(&view.footer))
            }
        }
    }
}

fn header(header: &Header) -> Markup {
    let name = html! {
        @match &header.mark {
            Some(Mark::Logo(url)) => img.logo src=(url) alt="" referrerpolicy="no-referrer";,
            Some(Mark::Initial(letter)) => span.mark aria-hidden="true" { (letter) },
            None => {},
        }
        bdi { (header.name) }
    };
    html! {
        header {
            @match &header.homepage {
                Some(url) => a href=(url) { (name) },
                None => (name),
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
                                Some(time) => time datetime=(time) { (fact.value) },
                                None => bdi { (fact.value) },
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A button, and beside it the way back from a question. What a person may write comes after both.
fn button(of: &Button, style: &str, back: Option<&Button>) -> Markup {
    html! {
        @match of {
            Button::Link { href, label } => a class=(style) href=(href) { (label) },
            Button::Submit { name, form_token, message, label } => form method="post" {
                input type="hidden" name=(name) value=(form_token);
                @if let Some(MessageField::Hidden { text }) = message {
                    input type="hidden" name=(MESSAGE_FIELD) value=(text);
                }
                button class=(style) type="submit" { (label) }
                @if let Some(back) = back { (button(back, "button quiet", None)) }
                @if let Some(MessageField::Shown { label, text }) = message {
                    label for=(MESSAGE_FIELD) { (label) }
                    // The HTML parser removes the first line break.
                    textarea #(MESSAGE_FIELD) name=(MESSAGE_FIELD) rows="3" maxlength=(CustomerMessage::MAX_LENGTH) dir="auto" {
                        "\n" (text)
                    }
                }
            },
        }
    }
}

fn footer(footer: &Footer) -> Markup {
    html! {
        @if !footer.contacts.is_empty() || !footer.legal.is_empty() {
            footer {
                @if !footer.contacts.is_empty() {
                    ul {
                        li { (footer.question) }
                        @for (href, text) in &footer.contacts { li { a href=(href) { bdi { (text) } } } }
                    }
                }
                @if !footer.legal.is_empty() {
                    ul { @for (href, text) in &footer.legal { li { a href=(href) { (text) } } } }
                }
            }
        }
    }
}

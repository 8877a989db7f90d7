//! The template of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::facts::Fact;
use super::message::icon;
use super::view::{Button, MESSAGE_FIELD, MessageField, Support, View};
use crate::domain::CustomerMessage;

pub(super) fn document(view: &View, style: &str) -> Markup {
    let (tone, icon) = icon(view.tone);
    html! {
        (DOCTYPE)
        html lang=(view.tag) dir=(view.direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(url) = &view.onward { meta http-equiv="refresh" content={ "0; url=" (url) }; }
                // Screen readers read it first: the page is not the same as before.
                title { (view.again.unwrap_or(view.title)) @if let Some(name) = &view.app { " · " (name) } }
                style { (PreEscaped(style)) }
            }
            body {
                @if let Some(name) = &view.app {
                    header {
                        @if let Some(initial) = &view.mark { span.mark aria-hidden="true" { (initial) } }
                        bdi { (name) }
                    }
                }
                main class=(tone) {
                    svg viewBox="0 0 24 24" aria-hidden="true" { path d=(icon) {} }
                    h1 { (view.title) }
                    @if let Some(again) = view.again { p.again { (again) } }
                    p { (view.meaning) }
                    (list(&view.facts))
                    p { (view.next) }
                    @if let Some(of) = &view.button { (button(of, "button")) }
                    @if let Some((mistake, of)) = &view.undo {
                        div.undo {
                            p { (mistake) }
                            (button(of, "button quiet"))
                        }
                    }
                    @if let Some((code, fault)) = &view.fault {
                        p.code lang="en" dir="ltr" { (code) ": " (fault) }
                    }
                }
                @if let Some(of) = &view.support { (support(of)) }
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

fn button(button: &Button, style: &str) -> Markup {
    html! {
        @match button {
            Button::Link { href, label, host } => a class=(style) href=(href) {
                @match label.split_once("{host}") {
                    Some((before, after)) => { (before) bdi { (host) } (after) },
                    None => (label),
                }
            },
            Button::Submit { name, form_token, message, label } => form method="post" {
                input type="hidden" name=(name) value=(form_token);
                @match message {
                    Some(MessageField::Shown { label, text }) => {
                        label for=(MESSAGE_FIELD) { (label) }
                        // The HTML parser removes the first line break.
                        textarea #(MESSAGE_FIELD) name=(MESSAGE_FIELD) rows="3" maxlength=(CustomerMessage::MAX_LENGTH) dir="auto" {
                            "\n" (text)
                        }
                    },
                    Some(MessageField::Hidden { text }) => input type="hidden" name=(MESSAGE_FIELD) value=(text);,
                    None => {},
                }
                button class=(style) type="submit" { (label) }
            },
        }
    }
}

fn support(support: &Support) -> Markup {
    html! {
        footer {
            (support.label)
            @if let Some((href, address)) = &support.email { " " a href=(href) { bdi { (address) } } }
            @if support.email.is_some() && support.page.is_some() { " · " }
            @if let Some((href, host)) = &support.page { " " a href=(href) { bdi { (host) } } }
        }
    }
}

//! An open message: a mail as a mail program shows it, or a phone.

use jiff::Timestamp;
use maud::{Markup, html};

use super::mail::{Mail, Recipient};
use super::mailbox::Letter;
use super::present::Change;
use super::words;
use crate::app::App;
use crate::pages::initial;

pub(super) fn reader(letter: &Letter, now: Timestamp) -> Markup {
    let Letter { mail, present, is_start } = letter;
    let is_waiting = *is_start && !letter.is_changed();
    html! {
        article.reader.(mail.recipient.role()) #mail aria-labelledby="subject" {
            p.back { a href=(mail.recipient.path()) { "All messages" } }
            @if let Some(note) = mail.feature.as_ref().filter(|_| !mail.is_sms) { p.note { (note) } }
            @if is_past(letter, now) { p.note { "A link works once. Click the button again, and see what happens." } }
            p.now.waiting[is_waiting] {
                span {
                    @if is_waiting {
                        strong { "Start here. " } "The business gets this mail. Click " strong { (mail.buttons.first().map_or("a button", |button| &button.label)) } "."
                    } @else if mail.recipient == Recipient::Customer {
                        strong { (mail.customer) "’s phone" } " · booking " code { (mail.booking_id) }
                    } @else {
                        "Booking " code { (mail.booking_id) }
                    }
                }
                (state(letter, now))
            }
            @match mail.recipient {
                Recipient::Business => (message(mail)),
                Recipient::Customer => {
                    div.phone {
                        span.speaker aria-hidden="true" {}
                        @if mail.is_sms { (sms(mail)) } @else { (message(mail)) }
                    }
                }
            }
            @if let Some((look, action)) = mail.desk.as_ref().filter(|_| present.as_ref().is_some_and(|present| present.changes == 0)) {
                form.desk method="post" action="/desk" {
                    input type="hidden" name="booking_id" value=(mail.booking_id);
                    p { strong { "At the desk. " } "Ada’s own program acts without a link (" code { "act" } "), for instance when the time is over." }
                    button.button.(look.class()) name="action" value=(action) { (words::action(action)) }
                }
            }
        }
    }
}

/// Whether a button of it has just been clicked.
fn is_past(letter: &Letter, now: Timestamp) -> bool {
    let changes = letter.present.as_ref().map_or(0, |present| present.changes);
    let is_own =
        |change: &Change| letter.mail.buttons.iter().any(|button| button.label == words::action(&change.action));
    letter.fresh_change(now).is_some_and(is_own) && changes > letter.mail.changes
}

fn message(mail: &Mail) -> Markup {
    html! {
        div.message style=[brand(&mail.app)] {
            header {
                h2 #subject { (mail.subject) }
                div {
                    span.avatar aria-hidden="true" { (initial(&mail.sender()).unwrap_or_default()) }
                    p {
                        b { (mail.sender()) } " " span { (mail.address()) }
                        br;
                        span { "to " (mail.recipient_address()) }
                    }
                    time datetime=(mail.sent_at) { (words::sent(mail.sent_at, &words::zone(&mail.app))) }
                }
            }
            div.body {
                p.business-name { (mail.app.name) }
                h3 { (mail.title) }
                p { (mail.text) }
                dl { @for (name, value) in &mail.facts { div { dt { (name) } dd { (value) } } } }
                @if let Some(url) = &mail.calendar { p { a href=(url) { "Add to calendar" } } }
                @if !mail.buttons.is_empty() {
                    @if !mail.question.is_empty() { p { (mail.question) } }
                    p.buttons {
                        @for button in &mail.buttons {
                            a.button.(button.look.class()) href=(button.url) {
                                (button.label)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sms(mail: &Mail) -> Markup {
    html! {
        div.sms {
            h2 #subject { (mail.app.name) }
            p.bubble { (mail.text) @for button in &mail.buttons { " " a href=(button.url) { (button.url) } } }
        }
    }
}

/// The business's color, and what can be read on it.
pub(super) fn brand(app: &App) -> Option<String> {
    app.brand.color.map(|color| format!("--brand:{color};--on-brand:{}", color.readable()))
}

/// The present state of a letter's booking, marked if it has just changed.
pub(super) fn state(letter: &Letter, now: Timestamp) -> Markup {
    let name = letter.present.as_ref().map_or("unknown", |present| &*present.state);
    html! {
        @match letter.fresh_change(now) {
            Some(change) => span.state.changed { "Just changed: " (words::state(name)) ", " (words::ago(change.at, now)) },
            None => span.state { (words::state(name)) },
        }
    }
}

//! The inbox: a tab for the business, and one for its customers.

use jiff::Timestamp;
use maud::{Markup, html};

use super::layout::{Section, document};
use super::mail::{Recipient, href};
use super::mailbox::Letter;
use super::reader::{reader, state};
use super::words;

/// A tab, with the mail of that name open, or else the one that a reader should see first.
pub(super) fn inbox(tab: Recipient, letters: &[Letter], chosen: Option<&str>, now: Timestamp) -> Markup {
    let mut own: Vec<&Letter> = letters.iter().filter(|letter| letter.mail.recipient == tab).collect();
    own.sort_by_key(|letter| std::cmp::Reverse(letter.mail.sent_at));
    let chosen = own.iter().find(|letter| Some(&*letter.mail.name) == chosen).copied();
    let is_waiting = |letter: &&&Letter| letter.is_start && !letter.is_changed();
    let first = own.iter().find(is_waiting).or(own.first()).copied();
    let open = chosen.or(first);
    let title = match tab {
        Recipient::Business => "The business’s inbox",
        Recipient::Customer => "The customer’s phone",
    };
    document(
        Section::Inbox,
        title,
        &html! {
            h1 { (title) }
            p.lead {
                "Hair by Ada is a hairdresser. Each button in a message is a signed link that works once: one click changes one booking."
            }
            (steps(letters))
            nav.tabs aria-label="Messages" {
                @for (of, name) in [(Recipient::Business, "The business’s inbox"), (Recipient::Customer, "The customer’s phone")] {
                    a href=(of.path()) aria-current=[(of == tab).then_some("page")] { (name) }
                }
            }
            (news(letters, open, now))
            div.mail.(if chosen.is_some() { "chosen" } else { "list" }) {
                div.folder {
                    (list(&own, open, false, now))
                    @if own.iter().any(|letter| letter.mail.feature.is_some()) {
                        h2 { "What else a link can do" }
                        p { "From Ada’s Studio and Ada’s School, with more settings." }
                        (list(&own, open, true, now))
                    }
                }
                @if let Some(letter) = open { (reader(letter, now)) }
            }
        },
    )
}

/// The story of the first mail, and where it is.
fn steps(letters: &[Letter]) -> Markup {
    let Some((start, main)) = letters
        .iter()
        .find_map(|letter| Some((letter, letter.mail.buttons.first()?)))
        .filter(|(letter, _)| letter.is_start)
    else {
        return html! {};
    };
    let mail = &start.mail;
    let is_done = start.is_changed();
    let answer = letters
        .iter()
        .rfind(|letter| letter.mail.booking_id == mail.booking_id && letter.mail.recipient == Recipient::Customer);
    let phone = answer.map_or_else(|| Recipient::Customer.path().to_owned(), |letter| letter.mail.href());
    let number = |number: &'static str, is_done: bool| html! { span aria-hidden="true" { (if is_done { "✓" } else { number }) } };
    html! {
        ol.steps {
            li.done[is_done] aria-current=[(!is_done).then_some("step")] {
                (number("1", is_done))
                a href=(mail.href()) { "Ada clicks " (main.label) }
                " in the mail about " (mail.customer)
            }
            li.done[is_done] {
                (number("2", is_done))
                strong { "One booking changes" } ", once"
            }
            li aria-current=[is_done.then_some("step")] {
                (number("3", false))
                a href=(phone) { (mail.customer) " hears of it" } " on the phone"
            }
        }
    }
}

/// What has changed a moment ago, and who has a mail about it.
fn news(letters: &[Letter], open: Option<&Letter>, now: Timestamp) -> Markup {
    let fresh = letters.iter().filter_map(|letter| Some((letter, letter.fresh_change(now)?)));
    let Some((letter, change)) = fresh.max_by_key(|(_, change)| change.at) else { return html! {} };
    let state = letter.present.as_ref().map(|present| present.state.as_str()).unwrap_or_default();
    let changes = letter.present.as_ref().map(|present| present.changes);
    let about = letters.iter().filter(|other| other.mail.booking_id == letter.mail.booking_id);
    let mut told = about.filter(|other| Some(other.mail.changes) == changes).map(|other| &other.mail);
    let told = told.find(|mail| open.is_none_or(|open| open.mail.href() != mail.href()));
    html! {
        p.news role="status" {
            span { strong { (words::sentence(&format!("{}’s", letter.mail.customer), state)) } " · " (words::ago(change.at, now)) }
            @if let Some(mail) = told {
                " "
                a href=(mail.href()) {
                    @match mail.recipient {
                        Recipient::Business => "Read the mail to Ada",
                        Recipient::Customer => { "See " (mail.customer) "’s phone" },
                    }
                }
            }
        }
    }
}

fn list(letters: &[&Letter], open: Option<&Letter>, features: bool, now: Timestamp) -> Markup {
    let is_open = |letter: &Letter| open.is_some_and(|open| open.mail.name == letter.mail.name);
    html! {
        ul.mails {
            @for letter in letters.iter().filter(|letter| letter.mail.feature.is_some() == features) {
                @let mail = &letter.mail;
                @let is_fresh = letter.fresh_change(now).is_some();
                li.fresh[is_fresh] {
                    a href=(href(mail.recipient, &mail.name)) aria-current=[is_open(letter).then_some("true")] {
                        span.from {
                            b { (mail.sender()) }
                            @if mail.recipient == Recipient::Customer { span { "to " (mail.customer) } }
                            time datetime=(mail.sent_at) { (words::ago(mail.sent_at, now)) }
                        }
                        span.subject { (mail.subject) }
                        span.preview { (mail.text) }
                        span.tags {
                            @if letter.is_start && !is_fresh { span.start { "Start here" } }
                            (state(letter, now))
                        }
                    }
                }
            }
        }
    }
}

//! The pages of the demo itself: the inbox, and the business's thank-you page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::mail::Mail;
use crate::emulator::Event;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1d1d1f;\
background:#f5f5f7}h1{font-size:1.5rem}article{background:#fff;border-radius:.75rem;padding:1rem 1.25rem;margin:1rem 0}\
article header{display:flex;justify-content:space-between;gap:1rem;flex-wrap:wrap;color:#55555a;font-size:.9rem}\
h2{font-size:1.1rem;margin:.25rem 0}h2.more{font-size:1.5rem;margin-top:2.5rem}.state{background:#e8e8ed;border-radius:1rem;padding:0 .75rem;color:#1d1d1f}\
a.button{display:inline-block;margin:.25rem .5rem .25rem 0;padding:.4rem 1rem;border-radius:.5rem;background:#7a1f5c;\
color:#fff;text-decoration:none}.business{border-inline-start:.4rem solid #7a1f5c}.customer{border-inline-start:.4rem solid #1f5c7a}\
.customer a.button{background:#1f5c7a}@media(prefers-color-scheme:dark){body{color:#f5f5f7;background:#1d1d1f}\
article{background:#2c2c2e}article header{color:#c7c7cc}.state{background:#48484a;color:#f5f5f7}a{color:#9cc7ff}}\
.phone{max-width:18rem;margin:.75rem 0;padding:2rem 1rem;border:.5rem solid #1d1d1f;border-radius:1.75rem;background:#f5f5f7;\
overflow-wrap:anywhere}.phone span{display:block;padding:.6rem .8rem;border-radius:1rem 1rem 1rem .25rem;background:#e1e1e6;\
color:#1d1d1f}.phone a{color:#1f5c7a}.event pre{margin:.5rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}\
.pages{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1.5rem;margin-top:1.5rem;\
width:min(96vw,84rem);position:relative;inset-inline-start:50%;translate:-50%}figure{margin:0}\
iframe{width:100%;height:52rem;border:1px solid #8888;border-radius:1rem}[aria-current]{font-weight:700}";

pub(super) fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    }
}

/// The mails, each with its booking's present state: those of the business, then those that show what
/// else links can do. Then the events that came out of the clicks, the newest first.
pub(super) fn inbox(mails: &[(&Mail, String)], events: &[Event]) -> Markup {
    document(
        "Inbox",
        &html! {
            h1 { "Inbox" }
            p { "Hair by Ada is a hairdresser's business. These are the mails that its booking system sends: some to Ada, who runs the business, and some to her customers." }
            p { "Each button is a link that works once. Click one, come back, and click it again. "
                a href="/pages" { "See every page that a click can lead to" } ", or "
                a href="/debug" { "find out why a link does not work" } "."
            }
            @for (mail, state) in mails.iter().filter(|(mail, _)| !mail.is_feature) { (article(mail, state)) }
            @if mails.iter().any(|(mail, _)| mail.is_feature) {
                h2.more { "What else a link can do" }
                p { "Ada’s Studio and Ada’s School are two more businesses, with more settings." }
                @for (mail, state) in mails.iter().filter(|(mail, _)| mail.is_feature) { (article(mail, state)) }
            }
            h2.more #events { "Events" }
            p { "With " code { "EVENTS=on" } ", other systems hear of each click on an EventBridge bus. Reload this page after a click to see them here." }
            @for event in events {
                article.event {
                    header { span { b { (event.detail_type) } " · " (event.source) } span { (event.time) } }
                    pre { (format!("{:#}", event.detail)) }
                }
            }
        },
    )
}

fn article(mail: &Mail, state: &str) -> Markup {
    html! {
        article class=(mail.recipient.role()) {
            header {
                span { b { "To the " (mail.recipient.role()) ", " (mail.recipient.name()) } " · " (mail.booking_id) }
                span.state { (state.replace('_', " ")) }
            }
            h2 { (mail.subject) }
            @if mail.is_sms {
                p.phone { span { (mail.text) @for (_, url) in &mail.buttons { " " a href=(url) { (url) } } } }
            } @else {
                p { (mail.text) }
                @for (label, url) in &mail.buttons { a.button href=(url) { (label) } }
                @if let Some(url) = &mail.calendar { a href=(url) { "Add to calendar" } }
                @if let Some(action) = &mail.desk {
                    form method="post" action="/desk" {
                        "At the desk, without a link (" code { "act" } "): "
                        input type="hidden" name="booking_id" value=(mail.booking_id);
                        button name="action" value=(action) { (action.replace('_', " ")) }
                    }
                }
            }
        }
    }
}

/// The page that the demo's links redirect to.
pub(super) fn thanks(told: &[(String, String)]) -> Markup {
    document(
        "Thank you",
        &html! {
            h1 { "Thank you" }
            p { "This page belongs to the business. Your booking is up to date." }
            @if !told.is_empty() {
                p { "The redirect tells what has happened:" }
                dl { @for (name, value) in told { dt { (name) } dd { (value) } } }
            }
            p { a href="/" { "Back to the inbox" } }
        },
    )
}

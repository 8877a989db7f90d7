//! The business's own page, to which its links redirect. It knows the business's bookings, and the redirect says
//! which one was clicked (`redirect_params`).

use maud::{Markup, html};

use super::error::DemoError;
use super::layout::whole;
use super::mail::{Mail, Recipient};
use super::mailbox::Mailbox;
use super::reader::brand;
use super::words;
use crate::app::App;
use crate::domain::CalendarStatus;
use crate::pages::initial;

const STYLE: &str = include_str!("landing.css");

/// What the query of a redirect says.
const TOLD: [&str; 4] = ["booking_id", "action", "state", "outcome"];

/// The page for a query.
pub(super) async fn landing(mailbox: &Mailbox, query: &str) -> Result<Markup, DemoError> {
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let told: Vec<(String, String)> = pairs.filter(|(name, _)| TOLD.contains(&name.as_str())).collect();
    let value = |name: &str| told.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.as_str());
    let id = value("booking_id");
    let booking = mailbox.booking(id);
    let app = booking.and_then(|booking| mailbox.app(&booking.app));
    let present = mailbox.present(id).await?;
    let (Some(booking), Some(app), Some(present)) = (booking, app, present) else { return Ok(unknown(&told)) };
    let actor = mailbox.actor(booking, value("action"));
    let customer = &booking.customer;
    let whose = match actor {
        Recipient::Customer => "Your".to_owned(),
        Recipient::Business => format!("{customer}’s"),
    };
    let is_new = value("outcome") == "applied";
    // A page that is opened again later, or with a query of somebody's own, says how the booking is.
    let is_so = value("state") == present.state && present.changes > 0;
    let thanks = match (actor, present.status) {
        _ if is_new && !is_so => "This is how the booking is now.".to_owned(),
        _ if !is_new => "It was so before you clicked: a link works once, and nothing has changed now.".to_owned(),
        (Recipient::Business, _) => format!("{customer} gets a mail about it."),
        (Recipient::Customer, CalendarStatus::Cancelled) => {
            format!("Thank you for telling us, {customer}. We will be in touch.")
        }
        (Recipient::Customer, _) => format!("Thank you, {customer}. We look forward to seeing you."),
    };
    let letters = mailbox.open().await?;
    let newest = |of: Recipient, before: usize| {
        let mails = letters.iter().map(|letter| &letter.mail);
        let own = mails.filter(|mail| mail.booking_id == id && mail.recipient == of && mail.changes < before);
        own.max_by_key(|mail| mail.changes).map_or_else(|| of.path().to_owned(), Mail::href)
    };
    // Back to the mail that was clicked, which is older than what came of it.
    let mail = newest(actor, present.changes.max(1));
    let other_side = match actor {
        Recipient::Business => Recipient::Customer,
        Recipient::Customer => Recipient::Business,
    };
    let other = newest(other_side, usize::MAX);
    let (back, onward) = match actor {
        Recipient::Business => ("Back to the inbox".to_owned(), format!("See {customer}’s phone")),
        Recipient::Customer => (format!("Back to {customer}’s phone"), "See the business’s inbox".to_owned()),
    };
    Ok(page(
        app,
        &html! {
            main {
                svg.(if is_new { "good" } else { "same" }) viewBox="0 0 24 24" aria-hidden="true" { path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.8 2.8 5.4-5.6" {} }
                h1 { (words::sentence(&whose, &present.state)) }
                p.thanks { (thanks) }
                dl.booking {
                    div { dt { "What" } dd { (booking.what) } }
                    @if let Some(when) = words::when(&present.summary, &words::zone(app)) { div { dt { "When" } dd { (when) } } }
                    @if let Some(place) = &present.summary.place { div { dt { "Where" } dd { (place) } } }
                }
            }
        },
        &html! {
            p { strong { "The demo goes on. " } "The link has led here: the business’s own website." }
            p { a.button.main href=(mail) { (back) } a.button href=(other) { (onward) } }
            (redirect(&told))
        },
    ))
}

/// The business's page, with its own head and foot, and the demo's way back below it.
fn page(app: &App, content: &Markup, demo: &Markup) -> Markup {
    let contact = &app.brand;
    whole(
        &app.name,
        STYLE,
        &html! {
            div.site style=[brand(app)] {
                header.site-head {
                    div { span.mark aria-hidden="true" { (initial(&app.name).unwrap_or_default()) } span.site-name { (app.name) } }
                }
                (content)
                footer.site-foot {
                    address {
                        b { (app.name) }
                        span { "12 Analytical Row" }
                        @if let Some(phone) = &contact.phone { span { (phone) } }
                        @if let Some(email) = &contact.support_email { a href={ "mailto:" (email) } { (email) } }
                    }
                }
            }
            aside.demo aria-label="Demo" { (demo) }
        },
    )
}

/// What the redirect said of the click.
fn redirect(told: &[(String, String)]) -> Markup {
    html! {
        @if !told.is_empty() {
            p { "What the redirect told this page (" code { "redirect_params" } "):" }
            dl.told { @for (name, value) in told { div { dt { (name) } dd { (value) } } } }
        }
    }
}

/// The page for a redirect that does not say which booking it is about.
fn unknown(told: &[(String, String)]) -> Markup {
    whole(
        "Thank you",
        STYLE,
        &html! {
            div.site { main { h1 { "Thank you" } p.thanks { "Your booking is up to date." } } }
            aside.demo aria-label="Demo" {
                p { strong { "The demo goes on. " } "This page stands for the business’s own website." }
                p { a.button.main href="/" { "Back to the inbox" } }
                (redirect(told))
            }
        },
    )
}

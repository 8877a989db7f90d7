//! What a mail says, by its recipient and what the booking is now.

use super::data::DemoBooking;
use super::mail::Recipient;
use super::present::Present;
use super::words;
use crate::domain::{CalendarStatus, is_lost};

pub(super) struct Wording {
    pub(super) subject: String,
    pub(super) title: String,
    pub(super) text: String,
    /// The words above the buttons.
    pub(super) question: &'static str,
}

impl Wording {
    /// `is_over` says that nothing more can happen to the booking; `asks`, whether all links of the mail ask first.
    pub(super) fn new(
        booking: &DemoBooking,
        present: &Present,
        recipient: Recipient,
        is_over: bool,
        asks: Option<bool>,
    ) -> Self {
        let is_new = present.last_change.is_none() && present.status != CalendarStatus::Cancelled;
        let (subject, title, text) = match recipient {
            Recipient::Business if is_new => new(booking, present.status),
            Recipient::Business => changed(booking, present),
            Recipient::Customer => to_customer(booking, present, is_over),
        };
        let question = match asks {
            None => "",
            Some(true) if recipient == Recipient::Customer => {
                "Can’t make it? Each link opens a page that asks you first."
            }
            Some(false) if recipient == Recipient::Customer => "Can’t make it?",
            Some(true) => "Each link opens a page that asks you first.",
            Some(false) => "One click is enough. You need not log in.",
        };
        let subject = subject.unwrap_or_else(|| format!("{title}: {}", booking.what));
        Self { subject, title, text, question }
    }
}

/// Subject, title and text.
type Parts = (Option<String>, String, String);

/// To the business, about a new booking.
fn new(booking: &DemoBooking, status: CalendarStatus) -> Parts {
    let (kind, title, verb) = match status {
        CalendarStatus::Tentative => ("request", "A new booking request", "would like to book"),
        _ => ("booking", "A new booking", "has booked"),
    };
    let subject = format!("New {kind} from {}: {}", booking.customer, booking.what);
    let text = format!("{} {verb} an appointment.", booking.customer);
    (Some(subject), title.to_owned(), text)
}

/// To the business, about a change that it has not made.
fn changed(booking: &DemoBooking, present: &Present) -> Parts {
    let customer = &booking.customer;
    let text = match present.status {
        _ if is_lost(&present.state) => "The appointment does not take place, and its time is free again.".to_owned(),
        CalendarStatus::Cancelled => format!("Please agree a new time with {customer}."),
        _ => format!("The booking is now: {}.", words::state(&present.state)),
    };
    (None, words::sentence(&format!("{customer}’s"), &present.state), text)
}

fn to_customer(booking: &DemoBooking, present: &Present, is_over: bool) -> Parts {
    let customer = &booking.customer;
    let title = || words::sentence("Your", &present.state);
    match present.status {
        CalendarStatus::Tentative => {
            let text = format!("Dear {customer}, thank you. You will hear from us.");
            (None, "We have received your request".to_owned(), text)
        }
        CalendarStatus::Confirmed if is_over => (None, title(), format!("Dear {customer}, thank you for coming.")),
        CalendarStatus::Confirmed => (None, title(), format!("Dear {customer}, we look forward to seeing you.")),
        CalendarStatus::Cancelled => {
            let text = format!("Dear {customer}, would you like another appointment? Please reply to this mail.");
            (None, title(), text)
        }
    }
}

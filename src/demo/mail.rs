//! A mail or a text message about a booking, as it was sent.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::App;

#[derive(Clone, Debug)]
pub(super) struct Mail {
    /// Its name in the URL of its page: the booking's id, and how often the booking had been changed.
    pub(super) name: String,
    pub(super) booking_id: String,
    /// The business that sends it.
    pub(super) app: Arc<App>,
    pub(super) recipient: Recipient,
    /// Who has booked.
    pub(super) customer: String,
    pub(super) sent_at: Timestamp,
    /// How often the booking had been changed.
    pub(super) changes: usize,
    pub(super) subject: String,
    pub(super) title: String,
    pub(super) text: String,
    /// What, when and where.
    pub(super) facts: Vec<(&'static str, String)>,
    /// The words above the buttons.
    pub(super) question: &'static str,
    /// The links are signed once, since a mail does not change.
    pub(super) buttons: Vec<Button>,
    /// The address of the booking's calendar file.
    pub(super) calendar: Option<String>,
    /// An action that the business takes itself, without a link.
    pub(super) desk: Option<(Look, String)>,
    /// What it shows of what else a link can do.
    pub(super) feature: Option<String>,
    /// Whether it is a text message, with a short link.
    pub(super) is_sms: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Button {
    pub(super) label: String,
    pub(super) url: String,
    pub(super) look: Look,
}

/// What a button looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// It takes the appointment further.
    Main,
    Other,
    /// The appointment is lost.
    Destructive,
}

impl Look {
    /// Its CSS class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Other => "other",
            Self::Destructive => "destructive",
        }
    }
}

/// Who gets a mail. Each has a tab of the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// Ada, who runs the businesses.
    Business,
    /// The person who booked.
    Customer,
}

impl Recipient {
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Customer => "customer",
        }
    }

    /// The path of the tab.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Business => "/",
            Self::Customer => "/phone",
        }
    }
}

impl Mail {
    /// The page that shows it.
    pub(super) fn href(&self) -> String {
        href(self.recipient, &self.name)
    }

    /// Who has sent it.
    pub(super) fn sender(&self) -> String {
        match self.recipient {
            Recipient::Business => format!("{} bookings", self.app.name),
            Recipient::Customer => self.app.name.clone(),
        }
    }

    /// The address that it was sent from.
    pub(super) fn address(&self) -> &str {
        match self.recipient {
            Recipient::Business => "bookings@hairbyada.example",
            Recipient::Customer => self.app.brand.support_email.as_deref().unwrap_or_default(),
        }
    }

    /// The address that it was sent to.
    pub(super) fn recipient_address(&self) -> String {
        match self.recipient {
            Recipient::Business => self.app.brand.support_email.clone().unwrap_or_default(),
            Recipient::Customer => email(&self.customer),
        }
    }
}

/// The page of the mail with that name.
pub(super) fn href(recipient: Recipient, name: &str) -> String {
    format!("{}?mail={name}", recipient.path())
}

/// The address of a customer.
pub(super) fn email(customer: &str) -> String {
    format!("{}@customers.example", customer.to_lowercase())
}

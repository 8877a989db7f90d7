//! Writes the mails that the demo's businesses would send, with links from `booking-links`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::data::{DemoBooking, DemoMail};
use super::error::DemoError;
use super::mail::{Button, Look, Mail, Recipient};
use super::present::Present;
use super::wording::Wording;
use super::words;
use crate::app::App;
use crate::booking::Action;
use crate::domain::{Actor, CalendarStatus, Graphs, Transition, is_lost};
use crate::emulator::LocalGateway;

pub(super) struct Composer {
    pub(super) gateway: Arc<LocalGateway>,
    pub(super) graphs: Graphs,
    pub(super) apps: BTreeMap<String, Arc<App>>,
}

impl Composer {
    /// The mail to `recipient` about a booking as it is now, with the links that its state allows.
    pub(super) async fn usual(
        &self,
        booking: &DemoBooking,
        present: &Present,
        recipient: Recipient,
    ) -> Result<Mail, DemoError> {
        let record = json!({
            "id": booking.id, "app_id": booking.app, "graph": booking.graph, "state": present.state,
            "starts_at": present.summary.starts_at.map(|time| time.to_string()),
        });
        let include = "customer_action_links,action_links";
        let event = json!({ "operation": "decorate", "app_id": booking.app, "include": include, "response": record });
        let decorated = self.gateway.invoke_booking_links(event).await?;
        let mut mail = self.blank(booking, present, recipient)?;
        mail.buttons = self.buttons(booking, present, recipient, &decorated["action_links"]);
        // Any link of the booking has its calendar file.
        let link = mail.buttons.first().filter(|_| recipient == Recipient::Customer);
        mail.calendar = link.map(|button| button.url.replacen('?', "/calendar.ics?", 1));
        let desk = booking.desk.clone().filter(|_| recipient == Recipient::Business);
        mail.desk = desk.map(|action| (self.look(&action), action));
        let is_over =
            self.graphs.get(&booking.graph).is_some_and(|graph| graph.available(&present.state).next().is_none());
        let own = self.own_transitions(booking, present, recipient);
        let asks =
            own.map(|transition| mail.app.clicks.asks_first(&transition.action, None)).reduce(|all, one| all && one);
        let Wording { subject, title, text, question } = Wording::new(booking, present, recipient, is_over, asks);
        (mail.subject, mail.title, mail.text, mail.question) = (subject, title, text, question);
        Ok(mail)
    }

    /// The mail that shows a feature. Its link is signed before anything else happens to the booking.
    pub(super) async fn feature(
        &self,
        booking: &DemoBooking,
        present: &Present,
        of: &DemoMail,
    ) -> Result<Mail, DemoError> {
        let event = json!({
            "operation": "sign", "app_id": booking.app, "booking_id": booking.id, "action": of.action,
            "expires_in": of.expires_in, "short": of.is_sms,
        });
        let signed = self.gateway.invoke_booking_links(event).await?;
        let url = signed[if of.is_sms { "short_url" } else { "url" }].as_str().unwrap_or_default();
        let recipient = self.recipient(&booking.graph, &of.action);
        let mut mail = self.blank(booking, present, recipient)?;
        (mail.title, mail.text) = match recipient {
            Recipient::Business => {
                ("A new booking request".to_owned(), format!("{} would like to book an appointment.", booking.customer))
            }
            Recipient::Customer => {
                let text = format!("Dear {}, we look forward to seeing you.", booking.customer);
                ("Your appointment is confirmed".to_owned(), text)
            }
        };
        mail.subject.clone_from(&of.subject);
        let note = of.text.clone();
        (mail.feature, mail.is_sms) = (Some(note.clone()), of.is_sms);
        if of.is_sms {
            mail.text = note;
        }
        mail.buttons =
            vec![Button { label: words::action(&of.action), url: url.to_owned(), look: self.look(&of.action) }];
        Ok(mail)
    }

    /// Who takes an action of a graph, and gets its links.
    pub(super) fn recipient(&self, graph: &str, action: &str) -> Recipient {
        let graph = self.graphs.get(graph);
        let mut of_customer = graph.into_iter().flat_map(|graph| graph.actions_of(Actor::Customer));
        if of_customer.any(|own| own.as_str() == action) { Recipient::Customer } else { Recipient::Business }
    }

    /// What the button of an action looks like where it stands alone.
    fn look(&self, action: &str) -> Look {
        let is_destructive = |action| self.graphs.owner_routes(&action).any(|route| is_lost(route.to.as_str()));
        if Action::parse(action).is_ok_and(is_destructive) { Look::Destructive } else { Look::Main }
    }

    fn blank(&self, booking: &DemoBooking, present: &Present, recipient: Recipient) -> Result<Mail, DemoError> {
        let app = self.apps.get(&booking.app);
        let app = app.ok_or_else(|| DemoError::Data(format!("there is no app {}", booking.app)))?;
        let summary = &present.summary;
        let facts = [
            ("What", Some(booking.what.clone())),
            ("When", words::when(summary, &words::zone(app))),
            ("Where", summary.place.clone()),
        ];
        let sent_at = present.last_change.as_ref().map(|change| change.at).or(present.created_at);
        Ok(Mail {
            name: match present.changes {
                0 => booking.id.clone(),
                changes => format!("{}-{changes}", booking.id),
            },
            booking_id: booking.id.clone(),
            app: app.clone(),
            recipient,
            customer: booking.customer.clone(),
            sent_at: sent_at.unwrap_or_else(Timestamp::now),
            changes: present.changes,
            subject: String::new(),
            title: String::new(),
            text: String::new(),
            facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
            question: "",
            buttons: Vec::new(),
            calendar: None,
            desk: None,
            feature: None,
            is_sms: false,
        })
    }

    /// What the recipient may do with a booking as it is.
    fn own_transitions(
        &self,
        booking: &DemoBooking,
        present: &Present,
        recipient: Recipient,
    ) -> impl Iterator<Item = &Transition> {
        let available = self.graphs.get(&booking.graph).into_iter().flat_map(|graph| graph.available(&present.state));
        available.filter(move |own| (own.by == Actor::Customer) == (recipient == Recipient::Customer))
    }

    /// The buttons of those actions that the recipient takes. What loses the appointment comes last.
    fn buttons(&self, booking: &DemoBooking, present: &Present, recipient: Recipient, links: &Value) -> Vec<Button> {
        let look = |to: &str| match present.status {
            _ if is_lost(to) => Look::Destructive,
            CalendarStatus::Tentative => Look::Main,
            _ => Look::Other,
        };
        let mut buttons: Vec<_> = self
            .own_transitions(booking, present, recipient)
            .filter_map(|transition| {
                let (action, url) = (transition.action.as_str(), links[transition.action.as_str()].as_str()?);
                Some(Button { label: words::action(action), url: url.to_owned(), look: look(transition.to.as_str()) })
            })
            .collect();
        buttons.sort_by_key(|button| button.look);
        buttons
    }
}

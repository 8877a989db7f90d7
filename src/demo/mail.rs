//! The mails that the demo's businesses would send, with links from `booking-links`.

use serde_json::{Value, json};

use super::data::{Data, DemoBooking, DemoMail};
use super::error::DemoError;
use crate::booking::BookingId;
use crate::emulator::LocalGateway;
use crate::store::BookingStore;

#[derive(Clone, Debug)]
pub(super) struct Mail {
    pub(super) booking_id: String,
    pub(super) app_id: String,
    pub(super) recipient: Recipient,
    pub(super) subject: String,
    pub(super) text: String,
    /// The label and the URL of each button. The links are signed once, since a mail does not change.
    pub(super) buttons: Vec<(String, String)>,
    /// The address of the booking's calendar file.
    pub(super) calendar: Option<String>,
    /// An action that the business takes itself, without a link.
    pub(super) desk: Option<String>,
    /// Whether it shows what else a link can do.
    pub(super) is_feature: bool,
    /// Whether it is a text message, with a short link.
    pub(super) is_sms: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// Ada, who runs the business.
    Business,
    /// The customer of that name.
    Customer(String),
}

impl Recipient {
    pub(super) fn role(&self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Customer(_) => "customer",
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Business => "Ada",
            Self::Customer(name) => name,
        }
    }
}

/// The mails about the bookings, in their order.
pub(super) async fn mails(
    gateway: &LocalGateway,
    bookings: &BookingStore,
    data: &Data,
) -> Result<Vec<Mail>, DemoError> {
    let mut mails = Vec::new();
    for booking in &data.bookings {
        match &booking.mail {
            Some(mail) => mails.push(feature(gateway, booking, mail).await?),
            None => mails.extend(usual(gateway, bookings, booking).await?),
        }
    }
    Ok(mails)
}

/// The mail that shows a feature. Its link was signed before anything else happened to the booking.
async fn feature(gateway: &LocalGateway, booking: &DemoBooking, mail: &DemoMail) -> Result<Mail, DemoError> {
    let event = json!({
        "operation": "sign", "app_id": booking.app, "booking_id": booking.id, "action": mail.action,
        "expires_in": mail.expires_in, "short": mail.is_sms,
    });
    let url = if mail.is_sms { "short_url" } else { "url" };
    let signed = gateway.invoke_booking_links(event).await?;
    Ok(Mail {
        booking_id: booking.id.clone(),
        app_id: booking.app.clone(),
        recipient: Recipient::Customer(booking.customer.clone()),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        buttons: vec![(mail.label.clone(), signed[url].as_str().unwrap_or_default().to_owned())],
        calendar: None,
        desk: None,
        is_feature: true,
        is_sms: mail.is_sms,
    })
}

/// One mail to the business and one to the customer, about the booking in its present state, each only if it has
/// a button.
async fn usual(
    gateway: &LocalGateway,
    bookings: &BookingStore,
    booking: &DemoBooking,
) -> Result<impl Iterator<Item = Mail>, DemoError> {
    let DemoBooking { id, app, graph, customer, what, .. } = booking;
    let record = json!({ "id": id, "app_id": app, "graph": graph, "state": state(bookings, id).await? });
    let include = "customer_action_links,action_links";
    let event = json!({ "operation": "decorate", "app_id": app, "include": include, "response": record });
    let decorated = gateway.invoke_booking_links(event).await?;
    let for_customer = buttons(&decorated["customer_action_links"]);
    let mut for_business = buttons(&decorated["action_links"]);
    for_business.retain(|button| !for_customer.contains(button));
    let mail = |recipient, subject, text, buttons| Mail {
        booking_id: id.clone(),
        app_id: app.clone(),
        recipient,
        subject,
        text,
        calendar: None,
        desk: None,
        buttons,
        is_feature: false,
        is_sms: false,
    };
    // Any link of the booking has its calendar file.
    let calendar = for_customer.first().map(|(_, url)| url.replacen('?', "/calendar.ics?", 1));
    let to_business = mail(
        Recipient::Business,
        format!("New booking from {customer}: {what}"),
        format!("{customer} has booked: {what}. What would you like to do?"),
        for_business,
    );
    let to_customer = mail(
        Recipient::Customer(customer.clone()),
        format!("Your booking: {what}"),
        format!("Dear {customer}, we look forward to seeing you at 12 Analytical Row. Have your plans changed?"),
        for_customer,
    );
    let to_business = Mail { desk: booking.desk.clone(), ..to_business };
    let to_customer = Mail { calendar, ..to_customer };
    Ok([to_business, to_customer].into_iter().filter(|mail| !mail.buttons.is_empty()))
}

/// The state of a booking, if there is such a booking.
pub(super) async fn state(bookings: &BookingStore, id: &str) -> Result<Option<String>, DemoError> {
    let Ok(id) = BookingId::parse(id) else { return Ok(None) };
    Ok(bookings.get(&id).await?.and_then(|booking| booking.state().map(String::from)))
}

fn buttons(links: &Value) -> Vec<(String, String)> {
    let label = |action: &str| {
        let words = action.trim_end_matches("_by_customer").trim_end_matches("_by_owner").replace('_', " ");
        words.get(..1).map_or(String::new(), str::to_uppercase) + words.get(1..).unwrap_or_default()
    };
    let links = links.as_object().into_iter().flatten();
    links.filter_map(|(action, url)| Some((label(action), url.as_str()?.to_owned()))).collect()
}

//! The mails that were sent. What a click changes leads to a mail to the other side, as in a booking system.

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::compose::Composer;
use super::data::{Data, DemoBooking};
use super::error::DemoError;
use super::mail::{Mail, Recipient};
use super::present::{Change, Present};
use crate::store::{BookingStore, UNDO};

const BOTH: &[Recipient] = &[Recipient::Business, Recipient::Customer];

pub(super) struct Mailbox {
    composer: Composer,
    bookings: BookingStore,
    data: Data,
    sent: Mutex<Vec<Mail>>,
}

/// A mail, and what its booking is now.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) mail: Mail,
    /// `None` if the booking was removed.
    pub(super) present: Option<Present>,
    /// Whether a reader of the demo should open it first.
    pub(super) is_start: bool,
}

impl Letter {
    /// Whether its booking was ever changed.
    pub(super) fn is_changed(&self) -> bool {
        self.present.as_ref().is_some_and(|present| present.changes > 0)
    }

    /// The change of its booking that was made a moment ago, if there is one.
    pub(super) fn fresh_change(&self, now: Timestamp) -> Option<&Change> {
        self.present.as_ref()?.last_change.as_ref().filter(|change| change.is_fresh(now))
    }
}

impl Mailbox {
    /// Sends the first mails about each booking.
    pub(super) async fn fill(composer: Composer, bookings: BookingStore, data: Data) -> Result<Self, DemoError> {
        let mut sent = Vec::new();
        for booking in &data.bookings {
            let Some(present) = Present::read(&bookings, &composer.graphs, &booking.id).await? else { continue };
            match &booking.mail {
                Some(mail) => sent.push(composer.feature(booking, &present, mail).await?),
                None => {
                    for recipient in BOTH {
                        sent.push(composer.usual(booking, &present, *recipient).await?);
                    }
                }
            }
        }
        Ok(Self { composer, bookings, data, sent: Mutex::new(sent) })
    }

    /// The mails, as they were sent.
    pub(super) async fn sent(&self) -> Vec<Mail> {
        self.sent.lock().await.clone()
    }

    /// All mails, in the order in which they were sent, after those about changes that are new.
    pub(super) async fn open(&self) -> Result<Vec<Letter>, DemoError> {
        let mut sent = self.sent.lock().await;
        let mut letters = Vec::new();
        for booking in &self.data.bookings {
            let present = Present::read(&self.bookings, &self.composer.graphs, &booking.id).await?;
            let own = |mail: &&Mail| mail.booking_id == booking.id;
            if let Some(present) = &present
                && sent.iter().filter(own).all(|mail| mail.changes < present.changes)
            {
                for recipient in self.concerned(booking, present) {
                    let mail = self.composer.usual(booking, present, *recipient).await?;
                    sent.push(mail);
                }
            }
            let of_booking = sent.iter().filter(own).cloned();
            letters.extend(of_booking.map(|mail| Letter { mail, present: present.clone(), is_start: false }));
        }
        let is_start = |letter: &&mut Letter| {
            letter.mail.recipient == Recipient::Business
                && letter.mail.feature.is_none()
                && letter.mail.changes == 0
                && !letter.mail.buttons.is_empty()
        };
        if let Some(letter) = letters.iter_mut().find(is_start) {
            letter.is_start = true;
        }
        Ok(letters)
    }

    /// The demo's booking of that id.
    pub(super) fn booking(&self, id: &str) -> Option<&DemoBooking> {
        self.data.bookings.iter().find(|booking| booking.id == id)
    }

    /// Whose link takes an action on a booking.
    pub(super) fn actor(&self, booking: &DemoBooking, action: &str) -> Recipient {
        self.composer.recipient(&booking.graph, action)
    }

    /// What a booking is now.
    pub(super) async fn present(&self, id: &str) -> Result<Option<Present>, DemoError> {
        Present::read(&self.bookings, &self.composer.graphs, id).await
    }

    pub(super) fn app(&self, id: &str) -> Option<&crate::app::App> {
        self.composer.apps.get(id).map(AsRef::as_ref)
    }

    /// Who is told of a booking's last change: the side that has not made it.
    fn concerned(&self, booking: &DemoBooking, present: &Present) -> &'static [Recipient] {
        let Some(Change { action, .. }) = &present.last_change else { return BOTH };
        match self.actor(booking, action) {
            _ if action == UNDO => BOTH,
            Recipient::Customer => &[Recipient::Business],
            Recipient::Business => &[Recipient::Customer],
        }
    }
}

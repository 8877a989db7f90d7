//! A booking that was moved: where its link leads now.

use std::time::Duration;

use super::context::ClickContext;
use super::outcome::Moved;
use super::rules::standing_rules;
use crate::booking::BookingId;
use crate::domain::first_failure;
use crate::link::{Redirect, Signer, UnsignedLink};
use crate::store::Booking;

/// How many moves are followed. Each is one more request to DynamoDB.
const MAX_MOVES: usize = 5;

/// The lifetime of a link to the new appointment. It comes from a page that is open now.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

impl ClickContext<'_> {
    /// The booking to which `booking` was moved: the last one that the moves lead to. `None` if it was not
    /// moved, or if the first booking on the way belongs to another app, would revoke this link, or cannot
    /// be read.
    pub(super) async fn moved(&self, booking: &Booking<'_>, redirect: Option<&Redirect>) -> Option<Moved> {
        let rules = standing_rules(self.link.issued_at(), self.app);
        let mut seen = vec![self.link.booking_id().clone()];
        let (mut next, mut last) = (booking.rescheduled_to(), None);
        for _ in 0..MAX_MOVES {
            // Bookings that name each other in a circle end here.
            let Some(id) = next.take().filter(|id| !seen.contains(id)) else { break };
            let read =
                self.bookings.get(&id).await.inspect_err(|fault| tracing::warn!(%fault, "a moved booking is not read"));
            let Some(booking) = read.ok().flatten().filter(|booking| first_failure(&rules, Some(booking)).is_none())
            else {
                break;
            };
            next = booking.rescheduled_to();
            seen.push(id.clone());
            last = Some((id, booking.summary()));
        }
        let (booking_id, booking_summary) = last?;
        let url = self.link_to(&booking_id, redirect);
        Some(Moved { booking_id, booking_summary, url })
    }

    /// A link to the same action on another booking, which asks first.
    fn link_to(&self, booking_id: &BookingId, redirect: Option<&Redirect>) -> Option<String> {
        let Some(base) = &self.click.base else {
            tracing::warn!("LINK_BASE_URL is not set, so a page cannot link to a moved booking");
            return None;
        };
        self.app.may_sign().ok()?;
        let claims = self.link.claims();
        let mut link = UnsignedLink::new(booking_id.clone(), self.link.action().clone());
        link = link.expires_at(self.click.now + LIFETIME).confirm(true);
        if let Some(redirect) = redirect {
            link = link.redirect(redirect);
        }
        if let Some(lang) = &claims.lang {
            link = link.lang(lang);
        }
        if let Some(subject) = &claims.sub {
            // It was checked when this link was verified.
            link = link.subject(subject).ok()?;
        }
        Some(Signer::new(self.app.keys.signing()?, base).sign(&link, self.click.now).url)
    }
}

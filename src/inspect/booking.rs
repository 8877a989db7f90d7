//! The booking of a link: whether its state and its rules allow the action now.

use super::context::InspectionContext;
use super::finding::Finding;
use super::time::{distance, time_of, when};
use crate::app::App;
use crate::click::{OutcomeRow, RefusalReason, owns, rules, unused};
use crate::domain::printable;
use crate::domain::{Attribute, Route, starts_at};
use crate::link::{AuthenticLink, VerifiedLink};
use crate::store::{Booking, BookingUpdate, Evaluation, evaluate};
use crate::time::from_rfc3339;

/// What a click would do to a booking, if that was looked at, and the line about it.
pub(super) type Looked = (Finding, Option<String>);

/// A click that would be refused because of its booking.
pub(super) struct Refused {
    pub(super) row: OutcomeRow,
    pub(super) line: Finding,
    /// The same in a sentence.
    pub(super) sentence: String,
}

/// The line about the booking, and what a click would do to it, if that was looked at.
pub(super) fn booking(
    link: &VerifiedLink,
    app: &App,
    routes: &[Route],
    context: &InspectionContext<'_>,
) -> Result<Looked, Box<Refused>> {
    let Some(booking) = &context.booking else {
        let line = Finding::note("booking", "it was not looked at");
        return Ok((line.advise("Name the bookings table to see its state: --bookings-table, or --stack."), None));
    };
    let booking = booking.as_ref();
    let of_booking = |booking| context.graphs.route(link.action(), booking);
    let route = booking.and_then(of_booking).unwrap_or(&routes[0]);
    let rules = rules(link, app, route, context.graphs.default_name(), context.now, None);
    // This request id is nobody's.
    let update = BookingUpdate::of_click(link, route, &app.id, "inspection", "");
    match evaluate(booking, &rules, &update) {
        Evaluation::Refused(reason) => Err(Box::new(refused(reason, link.authentic(), booking, context))),
        Evaluation::Passes | Evaluation::Own => {
            if let Some(attribute) = booking.and_then(Booking::unwritable) {
                return Err(Box::new(unusable(link, attribute)));
            }
            let state = state(booking);
            let line =
                Finding::good("booking", format!("its state is {state}, and {} leads to {}", link.action(), route.to));
            let does = format!("takes the booking {} from {state} to {}", link.booking_id(), route.to);
            Ok((line, Some(does)))
        }
    }
}

/// The refusal of an expired link that was used before.
pub(super) fn used(link: &AuthenticLink, app: &App, context: &InspectionContext<'_>) -> Option<Refused> {
    let booking = context.booking.as_ref()?.as_ref().filter(|booking| owns(app, *booking))?;
    let is_used = !unused(link.link_id()).predicate.holds(Some(booking));
    is_used.then(|| refused(RefusalReason::LinkUsed, link, Some(booking), context))
}

fn unusable(link: &VerifiedLink, attribute: Attribute) -> Refused {
    let name = attribute.row().name;
    let line = Finding::bad("booking", format!("its `{name}` has a type that a click cannot add to"));
    Refused {
        row: OutcomeRow::BOOKING_UNUSABLE,
        line: line.advise(
            "Only clicks write `used_links`, a set of strings, and `action_log`, a list. Put back what they wrote.",
        ),
        sentence: format!(
            "A click fails and changes nothing: the attribute `{name}` of the booking {} has another type than a click gives it.",
            link.booking_id()
        ),
    }
}

fn refused(
    reason: RefusalReason,
    link: &AuthenticLink,
    booking: Option<&Booking<'_>>,
    context: &InspectionContext<'_>,
) -> Refused {
    let state = state(booking);
    let (id, action) = (link.booking_id(), link.action());
    let (text, advice, sentence) = match reason {
        RefusalReason::BookingNotFound if booking.is_some() => (
            "it belongs to another app than the key".to_owned(),
            "Compare the booking's app attribute with the key's app.",
            format!("A click is refused: the booking {id} belongs to another app than the key that signed the link."),
        ),
        RefusalReason::BookingNotFound => (
            "there is no such booking in the table".to_owned(),
            "Compare the id with your records.",
            format!("A click is refused: there is no booking {id} in the table."),
        ),
        RefusalReason::LinkUsed => {
            let entry = booking.and_then(|booking| booking.entry_of_link(link.link_id().as_str()));
            let at = entry.and_then(|entry| from_rfc3339(entry.at()?));
            let used = at.map_or_else(|| "before".to_owned(), |at| when(at, context.now));
            let ago = at.map_or_else(|| "before".to_owned(), |at| distance(at, context.now));
            let to = entry.and_then(|entry| entry.to()).map(|to| format!(", and led to {to}")).unwrap_or_default();
            let is_undone = booking.is_some_and(|booking| booking.entry_of_undo(link.link_id().as_str()).is_some());
            let (undone, and_undone) = if is_undone { (", which was undone", ", and then undone") } else { ("", "") };
            (
                format!("this link was used {used}{to}{undone}; the state is {state}"),
                "Each link works once. If nobody clicked, a mail scanner did: see `confirm_actions`.",
                format!("This link was used {ago}{and_undone}; the booking is {state}."),
            )
        }
        RefusalReason::LinkRevoked => (
            "its links were revoked after this one was signed (`links_valid_after`)".to_owned(),
            "Send a new link.",
            format!("This link was revoked, as all that were sent before for the booking; the booking is {state}."),
        ),
        RefusalReason::TooLate => {
            let starts_at = booking.and_then(starts_at);
            let time = starts_at.map(|time| time.to_string()).unwrap_or_default();
            let away = starts_at
                .and_then(|time| Some(distance(time_of(time.as_second() as f64)?, context.now)))
                .unwrap_or_default();
            (
                format!("it is too late: it starts at {time}"),
                "The app's `min_notice_seconds` says until when the action is possible.",
                format!("It is too late for this link: the appointment's start is {away}; the booking is {state}."),
            )
        }
        RefusalReason::ActionNotAvailable => {
            if let Some(moved) = booking.and_then(Booking::rescheduled_to) {
                (
                    format!("its state is {state}, and it was moved to the booking {moved}"),
                    "`booking show` of that booking lists the actions that are available there.",
                    format!(
                        "The booking {id} is {state} and was moved to {moved}: where {action} is available on that one, the page offers it."
                    ),
                )
            } else if booking.is_some_and(|booking| context.graphs.led_to(action, booking)) {
                (
                    format!("its state is already {state}"),
                    "Nothing has to be changed, and the page says so.",
                    format!("Nothing is left to do: the booking is {state} already, by another link or by its owner."),
                )
            } else {
                (
                    format!("its state is {state}, from which {action} does not lead"),
                    "`booking show` lists the actions that are available.",
                    format!(
                        "A click changes nothing: the booking is {state}, from which {action} does not lead anywhere."
                    ),
                )
            }
        }
    };
    Refused { row: reason.row(), line: Finding::bad("booking", text).advise(advice), sentence }
}

fn state(booking: Option<&Booking<'_>>) -> String {
    let state = booking.and_then(Booking::state);
    state.map_or_else(|| "not the name of a state".to_owned(), |state| printable(state.as_str()))
}

//! The booking of a link: whether its state and its rules allow the action now.

use super::context::InspectionContext;
use super::finding::Finding;
use super::time::when;
use crate::app::App;
use crate::click::{OutcomeRow, RefusalReason, owns, rules, unused};
use crate::domain::printable;
use crate::domain::{Route, starts_at};
use crate::link::{AuthenticLink, VerifiedLink};
use crate::store::{Booking, BookingUpdate, Evaluation, evaluate};
use crate::time::from_rfc3339;

/// The line about the booking, and the row of the refusal if a click would be refused.
pub(super) fn booking(
    link: &VerifiedLink,
    app: &App,
    routes: &[Route],
    context: &InspectionContext<'_>,
) -> (Finding, Option<OutcomeRow>) {
    let Some(booking) = &context.booking else {
        let line = Finding::note("booking", "it was not looked at");
        return (line.advise("Name the bookings table to see its state: --bookings-table."), None);
    };
    let booking = booking.as_ref();
    let of_booking = |booking| context.graphs.route(link.action(), booking);
    let route = booking.and_then(of_booking).unwrap_or(&routes[0]);
    let rules = rules(link, app, route, context.graphs.default_name(), context.now, None);
    // This request id is nobody's.
    let update = BookingUpdate::of_click(link, route, &app.id, "inspection", "");
    match evaluate(booking, &rules, &update) {
        Evaluation::Refused(reason) => (refused(reason, link.authentic(), booking, context), Some(reason.row())),
        Evaluation::Passes | Evaluation::Own => {
            let state = state(booking);
            (
                Finding::good("booking", format!("its state is {state}, and {} leads to {}", link.action(), route.to)),
                None,
            )
        }
    }
}

/// The line about an expired link that was used before.
pub(super) fn used(link: &AuthenticLink, app: &App, context: &InspectionContext<'_>) -> Option<Finding> {
    let booking = context.booking.as_ref()?.as_ref().filter(|booking| owns(app, *booking))?;
    let is_used = !unused(link.link_id()).predicate.holds(Some(booking));
    is_used.then(|| refused(RefusalReason::LinkUsed, link, Some(booking), context))
}

fn refused(
    reason: RefusalReason,
    link: &AuthenticLink,
    booking: Option<&Booking<'_>>,
    context: &InspectionContext<'_>,
) -> Finding {
    let state = state(booking);
    let (text, advice) = match reason {
        RefusalReason::BookingNotFound if booking.is_some() => (
            "it belongs to another app than the key".to_owned(),
            "Compare the booking's app attribute with the key's app.",
        ),
        RefusalReason::BookingNotFound => {
            ("there is no such booking in the table".to_owned(), "Compare the id with your records.")
        }
        RefusalReason::LinkUsed => {
            let entry = booking.and_then(|booking| booking.entry_of_link(link.link_id().as_str()));
            let at = entry.and_then(|entry| from_rfc3339(entry.at()?));
            let used = at.map_or_else(|| "before".to_owned(), |at| when(at, context.now));
            let to = entry.and_then(|entry| entry.to()).map(|to| format!(", and led to {to}")).unwrap_or_default();
            let is_undone = booking.is_some_and(|booking| booking.entry_of_undo(link.link_id().as_str()).is_some());
            let undone = if is_undone { ", which was undone" } else { "" };
            (
                format!("this link was used {used}{to}{undone}; the state is {state}"),
                "Each link works once. If nobody clicked, a mail scanner did: see `confirm_actions`.",
            )
        }
        RefusalReason::LinkRevoked => {
            ("its links were revoked after this one was signed (`links_valid_after`)".to_owned(), "Send a new link.")
        }
        RefusalReason::TooLate => {
            let starts_at = booking.and_then(starts_at).map(|time| time.to_string());
            (
                format!("it is too late: it starts at {}", starts_at.unwrap_or_default()),
                "The app's `min_notice_seconds` says until when the action is possible.",
            )
        }
        RefusalReason::ActionNotAvailable
            if booking.is_some_and(|booking| context.graphs.led_to(link.action(), booking)) =>
        {
            (format!("its state is already {state}"), "Nothing has to be changed, and the page says so.")
        }
        RefusalReason::ActionNotAvailable => (
            format!("its state is {state}, from which {} does not lead", link.action()),
            "`booking show` lists the actions that are available.",
        ),
    };
    Finding::bad("booking", text).advise(advice)
}

fn state(booking: Option<&Booking<'_>>) -> String {
    let state = booking.and_then(Booking::state);
    state.map_or_else(|| "not the name of a state".to_owned(), |state| printable(state.as_str()))
}

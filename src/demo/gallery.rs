//! The gallery: every page in every language, as an app's customers see it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::error::DemoError;
use crate::app::{App, AppRecord};
use crate::booking::{Action, BookingId, State};
use crate::click::{
    Button, CalendarHref, ClickResult, FormSubmission, Moved, Outcome, Prompt, PromptButton, PromptReason, Undo,
    UsedLink,
};
use crate::domain::{BookingSummary, CustomerMessage, Graphs};
use crate::link::{
    AuthenticLink, BaseUrl, ParseLinkError, RedirectError, Signer, UnsignedLink, UnverifiedLink, Verifier,
};

/// Pages by name: one for each outcome, some of them in several versions.
#[derive(Debug)]
pub(super) struct Gallery {
    pub(super) pages: Vec<(&'static str, ClickResult)>,
}

impl Gallery {
    /// The pages for the app of this record.
    pub(super) fn new(mut record: AppRecord, graphs: &Graphs) -> Result<Self, DemoError> {
        let fault = |error: String| DemoError::Data(error);
        // So that there are deadlines.
        record.0.insert("min_notice_seconds".to_owned(), json!({ "cancel_by_customer": 86_400 }));
        let (app, _) = App::from_record(record, graphs).map_err(|error| fault(error.to_string()))?;
        let app = Arc::new(app);
        let redirect = app.redirects.policy.default.clone();
        let link = |action: &str| link(&app, action).map_err(|error| fault(error.to_string()));
        let (confirm, cancel, own) = (link("confirm")?, link("cancel_by_customer")?, link("no_show")?);
        let to = |state: &str| State::parse(state).ok();
        let confirmed = State::parse("confirmed").map_err(|error| fault(error.to_string()))?;
        let tentative = State::parse("tentative").map_err(|error| fault(error.to_string()))?;
        let used = |now: &str| UsedLink {
            to: to("confirmed"),
            state: to(now),
            at: Some("2026-11-23T08:04:00Z".to_owned()),
            undone_at: None,
        };
        let undone = UsedLink { undone_at: Some("2026-11-23T08:07:00Z".to_owned()), ..used("tentative") };
        let token = || "-".to_owned();
        let until = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_421_640);
        let undo = || Undo { form_token: token(), until };
        let moved = Moved {
            booking_id: BookingId::parse("b-1008").map_err(|error| fault(error.to_string()))?,
            booking_summary: BookingSummary {
                starts_at: "2026-12-11T09:00:00Z".parse().ok(),
                ends_at: "2026-12-11T10:00:00Z".parse().ok(),
                ..booking_summary()
            },
            form_token: token(),
            message: None,
        };
        let not_available = |moved| Outcome::ActionNotAvailable { state: to("cancelled"), moved };
        let prompt = |reason, button| Outcome::Asked(Prompt { reason, button });
        let asked = |reason, message| prompt(reason, PromptButton::Act { form_token: token(), message });
        let of_confirm = [
            ("applied", Outcome::Applied { state: confirmed.clone(), redirect: None, undo: None }),
            ("applied_with_undo", Outcome::Applied { state: confirmed.clone(), redirect: None, undo: Some(undo()) }),
            ("asked", asked(PromptReason::Opened, None)),
            ("link_used", Outcome::LinkUsed { used: used("confirmed"), redirect: redirect.clone(), undo: None }),
            (
                "link_used_with_undo",
                Outcome::LinkUsed { used: used("confirmed"), redirect: redirect.clone(), undo: Some(undo()) },
            ),
            ("undo_again", prompt(PromptReason::Again, PromptButton::Undo { used: used("confirmed"), undo: undo() })),
            ("link_used_and_undone", Outcome::LinkUsed { used: undone, redirect: None, undo: None }),
            (
                "link_used_long_ago",
                Outcome::LinkUsed { used: used("cancelled_by_customer"), redirect: redirect.clone(), undo: None },
            ),
            ("undone", Outcome::Undone { state: tentative }),
            ("undo_not_possible", Outcome::UndoNotPossible { state: to("cancelled_by_customer") }),
            ("action_not_available", not_available(None)),
            ("already_done", Outcome::AlreadyDone { state: confirmed, redirect }),
        ];
        let of_cancel = [
            ("too_late", Outcome::TooLate),
            ("moved", not_available(Some(Box::new(moved)))),
            ("asked_for_a_reason", asked(PromptReason::Opened, Some(CustomerMessage::default()))),
            (
                "asked_again",
                asked(PromptReason::Again, Some(CustomerMessage::new("My dog is ill.\nHe needs me at home."))),
            ),
            (
                "temporarily_unavailable_when_pressed",
                Outcome::TemporarilyUnavailable {
                    fault: String::new(),
                    retry: Some(FormSubmission {
                        button: Button::Act,
                        form_token: Some(token()),
                        message: CustomerMessage::new("My dog is ill."),
                    }),
                },
            ),
        ];
        let over = [
            ("link_revoked", Outcome::LinkRevoked { new_link: None }),
            ("link_revoked_with_new_link", Outcome::LinkRevoked { new_link: Some(token()) }),
            ("link_expired", Outcome::LinkExpired { new_link: None }),
            ("link_expired_with_new_link", Outcome::LinkExpired { new_link: Some(token()) }),
        ];
        let without_a_booking = [
            ("link_requested", Outcome::LinkRequested { minutes_left: None }),
            ("link_requested_again", Outcome::LinkRequested { minutes_left: Some(7) }),
            ("link_not_yet_valid", Outcome::LinkNotYetValid),
            ("booking_not_found", Outcome::BookingNotFound),
            ("unknown_action", Outcome::UnknownAction),
            ("no_start_time", Outcome::NoStartTime),
            ("redirect_not_allowed", Outcome::RedirectNotAllowed(RedirectError::Scheme)),
            ("temporarily_unavailable", Outcome::TemporarilyUnavailable { fault: String::new(), retry: None }),
            ("booking_unusable", Outcome::BookingUnusable { fault: String::new() }),
        ];
        let without_an_app = [
            ("malformed_link", Outcome::MalformedLink(ParseLinkError::SignatureMissing)),
            ("link_too_long", Outcome::MalformedLink(ParseLinkError::TooLong)),
            ("invalid_signature", Outcome::InvalidSignature),
            ("method_not_allowed", Outcome::MethodNotAllowed { allowed: "GET, HEAD, POST" }),
            ("previewed", Outcome::Previewed),
        ];
        let about = |link: &AuthenticLink, booking_summary: BookingSummary| {
            let (link, app) = (link.clone(), app.clone());
            move |(name, outcome)| (name, ClickResult::new(outcome, booking_summary.clone(), link.clone(), app.clone()))
        };
        let mut pages: Vec<_> = of_confirm.into_iter().map(about(&confirm, booking_summary())).collect();
        pages.extend(of_cancel.into_iter().map(about(&cancel, booking_summary())));
        pages.extend(
            [("asked_for_something_else", asked(PromptReason::Opened, None))]
                .into_iter()
                .map(about(&own, booking_summary())),
        );
        pages.extend(over.into_iter().map(about(&confirm, booking_summary())));
        pages.extend(without_a_booking.into_iter().map(about(&confirm, BookingSummary::default())));
        pages.extend(without_an_app.into_iter().map(|(name, outcome)| (name, outcome.into())));
        for (_, result) in pages.iter_mut().filter(|(_, result)| result.goes_on(SystemTime::UNIX_EPOCH)) {
            result.calendar = Some(CalendarHref("#".to_owned()));
        }
        Ok(Self { pages })
    }
}

fn booking_summary() -> BookingSummary {
    BookingSummary {
        what: Some("Cut and colour".to_owned()),
        place: Some("12 Analytical Row".to_owned()),
        starts_at: "2026-12-04T13:30:00Z".parse().ok(),
        ends_at: "2026-12-04T14:30:00Z".parse().ok(),
        time_zone: Some("Europe/Berlin".to_owned()),
    }
}

/// A link of the app with a valid signature.
fn link(app: &App, action: &str) -> Result<AuthenticLink, Box<dyn std::error::Error>> {
    let (booking_id, action) = (BookingId::parse("b-1001")?, Action::parse(action)?);
    let base = BaseUrl::parse("https://links.example")?;
    let key = app.keys.signing().ok_or("the app has no key that signs")?;
    let path = format!("/v2/bookings/{booking_id}/external_action/{action}");
    let now = SystemTime::now();
    let signed = Signer::new(key, &base).sign(&UnsignedLink::new(booking_id, action), now)?;
    let link = UnverifiedLink::parse(&path, [("signature", signed.signature.as_str())])?;
    Ok(Verifier::new([key]).verify(&link, now)?.authentic().clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::click::OutcomeRow;
    use crate::demo::data::Data;

    #[test]
    fn the_gallery_has_the_page_of_every_outcome() {
        let graphs = Graphs::built_in(None).unwrap();
        let record = Data::load(&graphs).unwrap().apps[0].record("https://demo.example", SystemTime::UNIX_EPOCH);
        let gallery = Gallery::new(record, &graphs).unwrap();
        let shown: BTreeSet<&str> = gallery.pages.iter().map(|(_, result)| result.outcome.row().page).collect();
        let pages: BTreeSet<&str> =
            OutcomeRow::ALL.iter().map(|row| row.page).filter(|page| !page.is_empty()).collect();
        assert_eq!(shown, pages);
    }
}

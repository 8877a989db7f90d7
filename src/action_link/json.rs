//! What a program is told: the members of a JSON answer.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::click::{Asking, Button, Conclusion, Offer, Outcome, Undo};
use crate::link::AuthenticLink;
use crate::time::rfc3339;

/// The answer to something that went as it should.
pub(super) fn data(link: &AuthenticLink, conclusion: &Conclusion) -> String {
    let link = [("id", json!(link.booking_id().as_str())), ("action", json!(link.action().as_str()))];
    let told = match &conclusion.outcome {
        Outcome::Applied { state, .. } => vec![("state", json!(state))],
        Outcome::Undone { state } => vec![("state", json!(state)), ("undone", json!(true))],
        Outcome::LinkRequested { is_repeated } => vec![("link_requested", json!(true)), ("again", json!(is_repeated))],
        outcome if outcome.asks() == Some(Asking::Again) && !matches!(outcome, Outcome::Asked { .. }) => {
            vec![("again", json!(true))]
        }
        _ => Vec::new(),
    };
    let data: Map<_, _> = (link.into_iter().chain(told).chain(form(conclusion)).chain(offered(&conclusion.outcome)))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    json!({ "data": data }).to_string()
}

/// What a page would show of the booking and the link, if known.
pub(super) fn members(conclusion: &Conclusion) -> impl Iterator<Item = (&'static str, Value)> {
    let (state, used) = match &conclusion.outcome {
        Outcome::LinkUsed { used, .. } => (used.state.as_ref(), Some(used)),
        Outcome::ActionNotAvailable { state, .. } | Outcome::UndoNotPossible { state } => (state.as_ref(), None),
        _ => (None, None),
    };
    let form = form(conclusion);
    let booking = known(&conclusion.booking_summary).filter(|_| form.is_empty());
    let told = [("state", state.map(|state| json!(state))), ("used", used.and_then(known)), ("booking", booking)];
    let told = told.into_iter().filter_map(|(name, value)| Some((name, value?)));
    told.chain(form).chain(offered(&conclusion.outcome))
}

/// What a program needs to press the button of a page that asks.
fn form(conclusion: &Conclusion) -> Vec<(&'static str, Value)> {
    let Outcome::Asked { stamp, why, reason } = &conclusion.outcome else { return Vec::new() };
    vec![
        ("confirm", json!(true)),
        (Button::Act.field(), json!(stamp)),
        ("again", json!(*why != Asking::Opened)),
        ("ask_reason", json!(reason.is_some())),
        ("booking", json!(conclusion.booking_summary)),
    ]
}

/// What a page offers: the stamps of its buttons, or the moved booking.
fn offered(outcome: &Outcome) -> Vec<(&'static str, Value)> {
    match outcome {
        Outcome::Applied { undo: Some(Undo { offer, until }), .. }
        | Outcome::LinkUsed { undo: Some(Undo { offer, until }), .. } => {
            vec![(Button::Undo.field(), json!(offer.stamp)), ("undo_until", json!(rfc3339(*until)))]
        }
        Outcome::LinkExpired { new_link: Some(Offer { stamp, .. }) }
        | Outcome::LinkRevoked { new_link: Some(Offer { stamp, .. }) } => {
            vec![(Button::NewLink.field(), json!(stamp))]
        }
        Outcome::ActionNotAvailable { moved: Some(moved), .. } => {
            let url = moved.url.as_ref().map(|url| ("rescheduled_url", json!(url)));
            [("rescheduled_to", json!(moved.booking_id.as_str()))].into_iter().chain(url).collect()
        }
        _ => Vec::new(),
    }
}

/// As JSON, unless it is empty.
fn known<T: Serialize + Default + PartialEq>(facts: &T) -> Option<Value> {
    (*facts != T::default()).then(|| json!(facts))
}

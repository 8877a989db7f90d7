//! What a program is told: the members of a JSON answer.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::click::{Button, ClickResult, Offer, Outcome, PromptReason, Undo};
use crate::link::AuthenticLink;
use crate::time::rfc3339;

/// The answer to something that went as it should.
pub(super) fn data(link: &AuthenticLink, result: &ClickResult) -> String {
    let link = [("id", json!(link.booking_id().as_str())), ("action", json!(link.action().as_str()))];
    let told = match &result.outcome {
        Outcome::Applied { state, .. } => vec![("state", json!(state))],
        Outcome::Undone { state } => vec![("state", json!(state)), ("undone", json!(true))],
        Outcome::LinkRequested { is_repeated } => vec![("link_requested", json!(true)), ("again", json!(is_repeated))],
        outcome if outcome.asks() == Some(PromptReason::Again) && !matches!(outcome, Outcome::Asked { .. }) => {
            vec![("again", json!(true))]
        }
        _ => Vec::new(),
    };
    let data: Map<_, _> = (link.into_iter().chain(told).chain(form(result)).chain(offered(&result.outcome)))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    json!({ "data": data }).to_string()
}

/// What a page would show of the booking and the link, if known.
pub(super) fn members(result: &ClickResult) -> impl Iterator<Item = (&'static str, Value)> {
    let (state, used) = match &result.outcome {
        Outcome::LinkUsed { used, .. } => (used.state.as_ref(), Some(used)),
        Outcome::ActionNotAvailable { state, .. } | Outcome::UndoNotPossible { state } => (state.as_ref(), None),
        _ => (None, None),
    };
    let form = form(result);
    let booking = known(&result.booking_summary).filter(|_| form.is_empty());
    let told = [("state", state.map(|state| json!(state))), ("used", used.and_then(known)), ("booking", booking)];
    let told = told.into_iter().filter_map(|(name, value)| Some((name, value?)));
    told.chain(form).chain(offered(&result.outcome))
}

/// What a program needs to press the button of a page that asks.
fn form(result: &ClickResult) -> Vec<(&'static str, Value)> {
    let Outcome::Asked { stamp, why, reason } = &result.outcome else { return Vec::new() };
    vec![
        ("confirm", json!(true)),
        (Button::Act.field(), json!(stamp)),
        ("again", json!(*why != PromptReason::Opened)),
        ("ask_reason", json!(reason.is_some())),
        ("booking", json!(result.booking_summary)),
    ]
}

/// What a page offers: the form tokens of its buttons, or the moved booking.
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

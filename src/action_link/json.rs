//! What a program is told: the members of a JSON answer.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::click::{Button, ClickResult, Outcome, Prompt, PromptButton, PromptReason};
use crate::link::AuthenticLink;
use crate::time::rfc3339;

/// The answer to something that went as it should.
pub(super) fn data(link: &AuthenticLink, result: &ClickResult) -> String {
    let id = result.moved_to.as_ref().unwrap_or(link.booking_id());
    let link = [("id", json!(id.as_str())), ("action", json!(link.action().as_str()))];
    let told = match &result.outcome {
        Outcome::Applied { state, redirect, .. } => {
            let redirect = redirect.as_ref().map(|redirect| ("redirect", json!(redirect.as_str())));
            [("state", json!(state))].into_iter().chain(redirect).collect()
        }
        Outcome::Undone { state } => vec![("state", json!(state)), ("undone", json!(true))],
        Outcome::LinkRequested { minutes_left } => {
            vec![("link_requested", json!(true)), ("again", json!(minutes_left.is_some()))]
        }
        Outcome::Asked(Prompt { reason, button }) if !matches!(button, PromptButton::Act { .. }) => {
            vec![("again", json!(*reason != PromptReason::Opened))]
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
    let form = form(result);
    let told = [
        ("state", result.outcome.state().map(|state| json!(state))),
        ("already", matches!(result.outcome, Outcome::AlreadyDone { .. }).then_some(Value::Bool(true))),
        ("used", result.outcome.used().and_then(known)),
        ("booking", known(&result.booking_summary).filter(|_| form.is_empty())),
        ("rescheduled_to", result.moved_to.as_ref().map(|id| json!(id.as_str()))),
    ];
    let told = told.into_iter().filter_map(|(name, value)| Some((name, value?)));
    told.chain(form).chain(offered(&result.outcome))
}

/// What a program needs to press the button of a page that asks for the link's action.
fn form(result: &ClickResult) -> Vec<(&'static str, Value)> {
    let Outcome::Asked(Prompt { reason, button: PromptButton::Act { form_token, message } }) = &result.outcome else {
        return Vec::new();
    };
    vec![
        ("confirm", json!(true)),
        (Button::Act.field(), json!(form_token)),
        ("again", json!(*reason != PromptReason::Opened)),
        ("ask_reason", json!(message.is_some())),
        ("booking", json!(result.booking_summary)),
    ]
}

/// What a page offers: the form tokens of its other buttons, and the moved booking.
fn offered(outcome: &Outcome) -> impl Iterator<Item = (&'static str, Value)> {
    let (undo, moved) = (outcome.undo(), outcome.moved());
    let offered = [
        undo.map(|undo| (Button::Undo.field(), json!(undo.form_token))),
        undo.map(|undo| ("undo_until", json!(rfc3339(undo.until)))),
        outcome.new_link().map(|form_token| (Button::NewLink.field(), json!(form_token))),
        moved.map(|moved| ("rescheduled_to", json!(moved.booking_id.as_str()))),
        moved.map(|moved| (Button::Act.field(), json!(moved.form_token))),
    ];
    offered.into_iter().flatten()
}

/// As JSON, unless it is empty.
fn known<T: Serialize + Default + PartialEq>(facts: &T) -> Option<Value> {
    (*facts != T::default()).then(|| json!(facts))
}

//! What a click, an undo or a request for a new link changes in a booking.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::booking::{ACTION_LOG, UNDO};
use super::expression::Placeholders;
use crate::booking::{Action, AppId, State};
use crate::domain::{Attribute, Route};
use crate::link::{AuthenticLink, LinkId, VerifiedLink};

/// The changes of one write.
#[derive(Clone, Copy, Debug)]
pub struct BookingUpdate<'a> {
    /// What happens.
    pub change: Change<'a>,
    /// The link's action.
    pub action: &'a Action,
    /// The link.
    pub link_id: &'a LinkId,
    /// The app, for the event.
    pub app_id: &'a AppId,
    /// Unique for each request to a link and the same for all attempts of the SDK, so that a click
    /// recognises its own write. It is also the event's id.
    pub request_id: &'a str,
    /// When (RFC 3339, UTC).
    pub at: &'a str,
    /// The client's IP address, for an app that logs clients.
    pub source_ip: Option<&'a str>,
    /// The client's user agent, for an app that logs clients.
    pub user_agent: Option<&'a str>,
    /// The customer's reason.
    pub message: Option<&'a str>,
    /// The link's `sub`: who it was sent to.
    pub sub: Option<&'a str>,
}

/// What happens to a booking.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// The link's action: the state, `updated_at` and `completed` change, the link is used up, and the
    /// log gets an entry.
    Act {
        /// The state before, if the rules allow only one.
        from: Option<&'a State>,
        /// The new state.
        to: &'a State,
        /// Whether the new state is final.
        completed: bool,
        /// Whether it can be undone: then the booking keeps the state before.
        undoable: bool,
    },
    /// The link's click is undone: the state before comes back, and the log gets an entry.
    Undo {
        /// The state that the click led to.
        from: &'a State,
        /// The state before the click.
        to: &'a State,
    },
    /// Somebody asks for a new link. The booking keeps when.
    RequestLink,
}

impl<'a> BookingUpdate<'a> {
    /// The changes of a click on `link` that takes `route`, without a client and a reason. The click
    /// cannot be undone.
    pub fn of_click(
        link: &'a VerifiedLink,
        route: &'a Route,
        app_id: &'a AppId,
        request_id: &'a str,
        at: &'a str,
    ) -> Self {
        // If there is only one state to come from, the rules have checked it.
        let from = route.from.keys().next().filter(|_| route.from.len() == 1);
        let change = Change::Act { from, to: &route.to, completed: route.completed, undoable: false };
        Self::new(change, link.authentic(), app_id, request_id, at)
    }

    /// The same changes, of a click that can be undone or not.
    #[must_use]
    pub fn undoable(mut self, is_undoable: bool) -> Self {
        if let Change::Act { undoable, .. } = &mut self.change {
            *undoable = is_undoable;
        }
        self
    }

    /// Other changes, asked for through `link`, without a client and a reason.
    pub fn new(
        change: Change<'a>,
        link: &'a AuthenticLink,
        app_id: &'a AppId,
        request_id: &'a str,
        at: &'a str,
    ) -> Self {
        Self {
            change,
            action: link.action(),
            link_id: link.link_id(),
            app_id,
            request_id,
            at,
            source_ip: None,
            user_agent: None,
            message: None,
            sub: link.claims().sub.as_deref(),
        }
    }
}

/// The parts of an update expression.
#[derive(Debug, Default)]
pub(super) struct UpdateExpression {
    set: String,
    remove: Vec<String>,
    add: Option<String>,
}

impl UpdateExpression {
    /// The update of the changes.
    pub(super) fn of(update: &BookingUpdate<'_>, placeholders: &mut Placeholders<'_>) -> Self {
        let mut expression = Self::default();
        match update.change {
            Change::Act { from, to, completed, undoable } => {
                expression.move_to(to, completed, update, placeholders);
                expression.log(update.action.as_str(), from, to, update, placeholders);
                let used = placeholders.attribute(Attribute::UsedLinks);
                let link_id = AttributeValue::Ss(vec![update.link_id.to_string()]);
                expression.add = Some(format!("{used} {}", placeholders.value(link_id)));
                if undoable {
                    // In an expression, an attribute has the value that it had before the write.
                    let (previous, state) =
                        [Attribute::PreviousState, Attribute::State].map(|name| placeholders.attribute(name)).into();
                    expression.assign(previous, state);
                    expression.set(placeholders.attribute(Attribute::UndoOf), update.link_id.as_str(), placeholders);
                }
            }
            Change::Undo { from, to } => {
                expression.move_to(to, false, update, placeholders);
                expression.log(UNDO, Some(from), to, update, placeholders);
                expression.remove.extend(
                    [Attribute::PreviousState, Attribute::UndoOf].map(|name| placeholders.attribute(name).to_owned()),
                );
            }
            Change::RequestLink => {
                expression.set(placeholders.attribute(Attribute::LinkRequestedAt), update.at, placeholders)
            }
        }
        expression
    }

    /// Sets an attribute to a string.
    pub(super) fn set(&mut self, name: &str, text: &str, placeholders: &mut Placeholders<'_>) {
        self.assign(name, &placeholders.text(text));
    }

    /// Sets an attribute to the value of an expression.
    pub(super) fn assign(&mut self, name: &str, expression: &str) {
        self.set.extend([if self.set.is_empty() { "SET " } else { ", " }, name, " = ", expression]);
    }

    fn move_to(
        &mut self,
        to: &State,
        completed: bool,
        update: &BookingUpdate<'_>,
        placeholders: &mut Placeholders<'_>,
    ) {
        self.set(placeholders.attribute(Attribute::State), to.as_str(), placeholders);
        self.set(placeholders.attribute(Attribute::UpdatedAt), update.at, placeholders);
        self.assign("completed", &placeholders.value(AttributeValue::Bool(completed)));
    }

    fn log(
        &mut self,
        action: &str,
        from: Option<&State>,
        to: &State,
        update: &BookingUpdate<'_>,
        placeholders: &mut Placeholders<'_>,
    ) {
        let members = [
            ("action", Some(action)),
            ("from", from.map(State::as_str)),
            ("to", Some(to.as_str())),
            ("link_id", Some(update.link_id.as_str())),
            ("request_id", Some(update.request_id)),
            ("at", Some(update.at)),
            ("source_ip", update.source_ip),
            ("user_agent", update.user_agent),
            ("message", update.message),
            ("sub", update.sub),
        ];
        let text = |(name, value): (&str, Option<&str>)| Some((name.to_owned(), AttributeValue::S(value?.to_owned())));
        let entry = AttributeValue::M(members.into_iter().filter_map(text).collect::<HashMap<_, _>>());
        let none = placeholders.value(AttributeValue::L(Vec::new()));
        let entry = placeholders.value(AttributeValue::L(vec![entry]));
        self.assign(ACTION_LOG, &format!("list_append(if_not_exists({ACTION_LOG}, {none}), {entry})"));
    }

    /// The update expression.
    pub(super) fn render(self) -> String {
        let mut text = self.set;
        if !self.remove.is_empty() {
            text += &format!(" REMOVE {}", self.remove.join(", "));
        }
        if let Some(add) = &self.add {
            text += &format!(" ADD {add}");
        }
        text
    }
}

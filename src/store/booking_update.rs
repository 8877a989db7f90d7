//! What a click, an undo, a request for a new link or the business itself changes in a booking.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::booking::{OWNER, UNDO};
use super::expression::Placeholders;
use crate::booking::{Action, AppId, State};
use crate::domain::{Attribute, Route};
use crate::link::{AuthenticLink, LinkId, Subject, VerifiedLink};

#[derive(Clone, Copy, Debug)]
pub struct BookingUpdate<'a> {
    pub change: Change<'a>,
    pub action: &'a Action,
    pub author: Author<'a>,
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
    /// The customer's reason, or the business's.
    pub message: Option<&'a str>,
    /// The link's `sub`: who it was sent to.
    pub sub: Option<&'a str>,
}

/// On whose behalf a booking is changed.
#[derive(Clone, Copy, Debug)]
pub enum Author<'a> {
    /// Of whoever has the link.
    Link(&'a LinkId),
    /// Of the business. The request is used up as a link is: `used` is its element of `used_links`.
    Owner { used: &'a str },
}

impl<'a> Author<'a> {
    /// The link's id; `None` if there is no link.
    pub(super) fn link_id(self) -> Option<&'a str> {
        match self {
            Self::Link(link_id) => Some(link_id.as_str()),
            Self::Owner { .. } => None,
        }
    }

    /// What is used up.
    fn used(self) -> &'a str {
        match self {
            Self::Link(link_id) => link_id.as_str(),
            Self::Owner { used } => used,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// An action: the state, `updated_at` and `completed` change, the link is used up, and the
    /// log gets an entry.
    Act {
        /// The state before, if the rules allow only one.
        from: Option<&'a State>,
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
    /// The link is used up by what it does to another booking.
    UseElsewhere,
}

impl<'a> BookingUpdate<'a> {
    /// The update of a click on `link` that takes `route`, without a client and a message. The click
    /// cannot be undone.
    pub fn of_click(
        link: &'a VerifiedLink,
        route: &'a Route,
        app_id: &'a AppId,
        request_id: &'a str,
        at: &'a str,
    ) -> Self {
        Self::new(Change::of_route(route), link.authentic(), app_id, request_id, at)
    }

    /// The same update, of a click that can be undone or not.
    #[must_use]
    pub fn undoable(mut self, is_undoable: bool) -> Self {
        if let Change::Act { undoable, .. } = &mut self.change {
            *undoable = is_undoable;
        }
        self
    }

    /// Another update, asked for through `link`, without a client and a message.
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
            author: Author::Link(link.link_id()),
            app_id,
            request_id,
            at,
            source_ip: None,
            user_agent: None,
            message: None,
            sub: link.claims().sub.as_ref().map(Subject::as_str),
        }
    }
}

impl<'a> Change<'a> {
    /// The change of an action that takes `route`. It cannot be undone.
    pub fn of_route(route: &'a Route) -> Self {
        // If there is only one state to come from, the rules have checked it.
        let from = route.from.keys().next().filter(|_| route.from.len() == 1);
        Self::Act { from, to: &route.to, completed: route.completed, undoable: false }
    }
}

/// The parts of an update expression.
#[derive(Debug)]
pub(super) struct UpdateExpression<'p, 'n> {
    placeholders: &'p mut Placeholders<'n>,
    set: String,
    remove: Vec<&'n str>,
    add: Option<String>,
}

impl<'p, 'n> UpdateExpression<'p, 'n> {
    pub(super) fn new(update: &BookingUpdate<'_>, placeholders: &'p mut Placeholders<'n>) -> Self {
        let mut expression = Self { placeholders, set: String::new(), remove: Vec::new(), add: None };
        match update.change {
            Change::Act { from, to, completed, undoable } => {
                expression.move_to(to, completed, update);
                expression.log(update.action.as_str(), from, to, update);
                expression.use_up(update.author);
                match update.author {
                    Author::Link(link_id) if undoable => {
                        expression.keep_state(Attribute::PreviousState);
                        expression.set(Attribute::UndoOf, link_id.as_str());
                    }
                    Author::Link(_) => {}
                    Author::Owner { .. } => expression.end_undo(),
                }
            }
            Change::Undo { from, to } => {
                expression.move_to(to, false, update);
                expression.log(UNDO, Some(from), to, update);
                expression.end_undo();
            }
            Change::RequestLink => expression.set(Attribute::LinkRequestedAt, update.at),
            Change::UseElsewhere => expression.use_up(update.author),
        }
        expression
    }

    /// Sets an attribute to a string.
    pub(super) fn set(&mut self, attribute: Attribute, text: &str) {
        let text = self.placeholders.text(text);
        self.assign(attribute, &text);
    }

    /// Sets an attribute to the state before the write: in an expression, an attribute has the value that it
    /// had then.
    pub(super) fn keep_state(&mut self, attribute: Attribute) {
        let state = self.placeholders.attribute(Attribute::State);
        self.assign(attribute, state);
    }

    fn assign(&mut self, attribute: Attribute, expression: &str) {
        let name = self.placeholders.attribute(attribute);
        self.set.extend([if self.set.is_empty() { "SET " } else { ", " }, name, " = ", expression]);
    }

    fn use_up(&mut self, author: Author<'_>) {
        let attribute = self.placeholders.attribute(Attribute::UsedLinks);
        let used = self.placeholders.value(AttributeValue::Ss(vec![author.used().to_owned()]));
        self.add = Some(format!("{attribute} {used}"));
    }

    /// The last click cannot be undone any more.
    fn end_undo(&mut self) {
        let undo = [Attribute::PreviousState, Attribute::UndoOf];
        self.remove.extend(undo.map(|attribute| self.placeholders.attribute(attribute)));
    }

    fn move_to(&mut self, to: &State, completed: bool, update: &BookingUpdate<'_>) {
        self.set(Attribute::State, to.as_str());
        self.set(Attribute::UpdatedAt, update.at);
        let completed = self.placeholders.value(AttributeValue::Bool(completed));
        self.assign(Attribute::Completed, &completed);
    }

    fn log(&mut self, action: &str, from: Option<&State>, to: &State, update: &BookingUpdate<'_>) {
        let members = [
            ("action", Some(action)),
            ("from", from.map(State::as_str)),
            ("to", Some(to.as_str())),
            ("link_id", update.author.link_id()),
            ("by", matches!(update.author, Author::Owner { .. }).then_some(OWNER)),
            ("request_id", Some(update.request_id)),
            ("at", Some(update.at)),
            ("source_ip", update.source_ip),
            ("user_agent", update.user_agent),
            ("message", update.message),
            ("sub", update.sub),
        ];
        let text = |(name, value): (&str, Option<&str>)| Some((name.to_owned(), AttributeValue::S(value?.to_owned())));
        let entry = AttributeValue::M(members.into_iter().filter_map(text).collect::<HashMap<_, _>>());
        let log = self.placeholders.attribute(Attribute::ActionLog);
        let none = self.placeholders.value(AttributeValue::L(Vec::new()));
        let entry = self.placeholders.value(AttributeValue::L(vec![entry]));
        self.assign(Attribute::ActionLog, &format!("list_append(if_not_exists({log}, {none}), {entry})"));
    }

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

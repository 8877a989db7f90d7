//! The engine of the model: the booking that a log makes, and the decision on a request. The program's
//! own rules decide.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::{AT, Clicks, Entry, FIRST_VALID, LINKS, Outcome, Press, RequestId, State, Told};
use crate::click::{AppliedChange, RefusalReason, UndoRefusal, owner_rules, rules, rules_of_moved, undo_rules};
use crate::domain::{Route, first_failure};
use crate::store::{Author, Booking, BookingUpdate, Change, Evaluation, evaluate};

impl Clicks {
    /// What a link does; in this graph each action does one thing.
    fn route(&self, link: usize) -> &Route {
        &self.graphs.routes(self.links[link].action()).unwrap()[0]
    }

    /// The booking in the table.
    fn booking(&self, state: &State) -> Booking<'_> {
        let first = if state.is_moved() { "rescheduled_by_customer" } else { "tentative" };
        let (mut now, mut log, mut used, mut undo) = (first, Vec::new(), Vec::new(), None);
        for entry in &state.log {
            match *entry {
                Entry::Click(client, id) => {
                    let (link, to) = (state.links[client], &self.route(state.links[client]).to);
                    let link_id = self.links[link].link_id();
                    let request_id = request_id(Press::Click, client, id);
                    log.push(json!({ "action": LINKS[link], "link_id": link_id, "request_id": request_id, "to": to }));
                    used.push(link_id.to_string());
                    undo = Some((now, link_id));
                    now = to.as_str();
                }
                Entry::Undo(client, id) => {
                    let link_id = self.links[state.links[client]].link_id();
                    let request_id = request_id(Press::Undo, client, id);
                    log.push(json!({ "action": "undo", "link_id": link_id, "request_id": request_id }));
                    // The rules have checked that there is something to undo.
                    now = undo.take().unwrap().0;
                }
                Entry::Act(request, id) => {
                    let (request_id, to) = (act_id(request, id), &self.route(request).to);
                    log.push(json!({ "action": LINKS[request], "by": "owner", "request_id": request_id, "to": to }));
                    used.push(format!("request:{request_id}"));
                    undo = None;
                    now = to.as_str();
                }
                Entry::Moved(client, _) => used.push(self.links[state.links[client]].link_id().to_string()),
                Entry::PutBack => now = "tentative",
                Entry::Revoke => {}
            }
        }
        // A string set is a list in JSON; the rules read both alike.
        let record: BTreeMap<&str, Value> = BTreeMap::from([
            ("id", json!("b-1")),
            ("app_id", json!("ada")),
            ("state", json!(now)),
            ("updated_at", json!(AT)),
            ("action_log", json!(log)),
            ("used_links", json!(used)),
            ("rescheduled_to", if state.is_moved() { json!("b-2") } else { Value::Null }),
        ]);
        let mut record = json!(record);
        if state.log.contains(&Entry::Revoke) {
            record["links_valid_after"] = json!(FIRST_VALID);
        }
        if let Some((previous, link_id)) = undo {
            (record["previous_state"], record["undo_of"]) = (json!(previous), json!(link_id));
        }
        Booking::of(record, &self.names)
    }

    /// The booking that took the place of this one.
    fn moved_booking(&self, state: &State) -> Booking<'_> {
        let (mut now, mut log, mut used) = ("tentative", Vec::new(), Vec::new());
        for entry in &state.log {
            let Entry::Moved(client, id) = *entry else { continue };
            let (link_id, route) = (self.links[state.links[client]].link_id(), self.route(state.links[client]));
            let request_id = request_id(Press::Moved, client, id);
            log.push(json!({ "action": "any", "link_id": link_id, "request_id": request_id, "to": route.to }));
            used.push(link_id.to_string());
            now = route.to.as_str();
        }
        let record = json!({
            "id": "b-2", "app_id": "ada", "state": now, "updated_at": AT, "action_log": log, "used_links": used,
        });
        Booking::of(record, &self.names)
    }

    /// The engine's decision on a request, and the reply to it.
    pub(super) fn hear(&self, state: &mut State, press: Press, client: usize, attempt: u8) -> Told {
        let id = if self.forgetful { attempt } else { 0 };
        let request_id = request_id(press, client, id);
        let outcome = match press {
            Press::Click => self.hear_click(state, client, id, &request_id),
            Press::Moved => self.hear_moved(state, client, id, &request_id),
            Press::Undo => self.hear_undo(state, client, id, &request_id),
            Press::Act => self.hear_act(state, client, id),
        };
        Told(outcome, state.log.len())
    }

    fn hear_click(&self, state: &mut State, client: usize, id: RequestId, request_id: &str) -> Outcome {
        let (link, route) = (&self.links[state.links[client]], self.route(state.links[client]));
        let update = BookingUpdate::of_click(link, route, &self.app.id, request_id, AT);
        let rules = rules(link, &self.app, route, self.graphs.default_name(), SystemTime::UNIX_EPOCH, None);
        match evaluate(Some(&self.booking(state)), &rules, &update) {
            Evaluation::Passes => {
                state.log.push(Entry::Click(client, id));
                Outcome::Applied
            }
            Evaluation::Own => Outcome::Applied,
            Evaluation::Refused(reason) => refused(reason),
        }
    }

    /// The business's own request.
    fn hear_act(&self, state: &mut State, client: usize, id: RequestId) -> Outcome {
        let request = state.links[client];
        let (route, request_id) = (self.route(request), act_id(request, id));
        let used = format!("request:{request_id}");
        let update = BookingUpdate {
            change: Change::of_route(route),
            action: self.links[request].action(),
            author: Author::Owner { used: &used },
            app_id: &self.app.id,
            request_id: &request_id,
            at: AT,
            source_ip: None,
            user_agent: None,
            message: None,
            sub: None,
        };
        let rules = owner_rules(&self.app, &used, route, self.graphs.default_name());
        match evaluate(Some(&self.booking(state)), &rules, &update) {
            Evaluation::Passes => {
                state.log.push(Entry::Act(request, id));
                Outcome::Applied
            }
            Evaluation::Own => Outcome::Applied,
            Evaluation::Refused(reason) => refused(reason),
        }
    }

    /// The transaction, and what is read where it is refused.
    fn hear_moved(&self, state: &mut State, client: usize, id: RequestId, request_id: &str) -> Outcome {
        let (link, route) = (&self.links[state.links[client]], self.route(state.links[client]));
        let next = "b-2".parse().unwrap();
        let of_own = rules_of_moved(link.authentic(), &self.app, SystemTime::UNIX_EPOCH, None, &next);
        let own_refuses = first_failure(&of_own, Some(&self.booking(state)));
        let update = BookingUpdate::of_click(link, route, &self.app.id, request_id, AT);
        let rules = rules(link, &self.app, route, self.graphs.default_name(), SystemTime::UNIX_EPOCH, None);
        match (evaluate(Some(&self.moved_booking(state)), &rules, &update), own_refuses) {
            (Evaluation::Own, _) => Outcome::Applied,
            (_, Some(reason)) | (Evaluation::Refused(reason), None) => refused(reason),
            (Evaluation::Passes, None) => {
                state.log.push(Entry::Moved(client, id));
                Outcome::Applied
            }
        }
    }

    fn hear_undo(&self, state: &mut State, client: usize, id: RequestId, request_id: &str) -> Outcome {
        let (link, route) = (&self.links[state.links[client]], self.route(state.links[client]));
        // In this graph, each action leads from one state.
        let before = if route.to.as_str() == "cancelled_by_customer" { "confirmed" } else { "tentative" };
        let done = AppliedChange {
            from: before.parse().unwrap(),
            to: route.to.clone(),
            at: AT.to_owned(),
            until: 0,
            moved_to: None,
        };
        let change = Change::Undo { from: &done.to, to: &done.from };
        let update = BookingUpdate::new(change, link.authentic(), &self.app.id, request_id, AT);
        match evaluate(Some(&self.booking(state)), &undo_rules(link.authentic(), &self.app, &done), &update) {
            Evaluation::Passes => {
                state.log.push(Entry::Undo(client, id));
                Outcome::Undone
            }
            Evaluation::Own => Outcome::Undone,
            Evaluation::Refused(UndoRefusal::NotPossible) => Outcome::UndoRefused,
            Evaluation::Refused(UndoRefusal::BookingNotFound) => Outcome::NotFound,
        }
    }
}

fn refused(reason: RefusalReason) -> Outcome {
    match reason {
        RefusalReason::LinkUsed => Outcome::Used,
        RefusalReason::LinkRevoked => Outcome::Revoked,
        // The app has no notice.
        RefusalReason::TooLate => Outcome::Unavailable,
        RefusalReason::ActionNotAvailable => Outcome::NotAvailable,
        RefusalReason::BookingNotFound => Outcome::NotFound,
    }
}

/// The id of the business's own request for the action of that link.
fn act_id(link: usize, id: RequestId) -> String {
    format!("act-{link}-{id}")
}

fn request_id(press: Press, client: usize, id: RequestId) -> String {
    format!("{press:?}-{client}-{id}")
}

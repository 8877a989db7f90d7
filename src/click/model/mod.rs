//! A model of simultaneous clicks on one booking, checked exhaustively: three clients with up to
//! three attempts each, any request and any reply lost or late, and the owner putting the booking
//! back or revoking links. The program's own rules decide whether a write is refused and why;
//! `tests/suites/condition.rs` checks on the engine that the condition says the same.

mod check;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::app::{App, AppRecord};
use crate::click::{Reason, rules};
use crate::config::Attributes;
use crate::graph::{Graphs, Route};
use crate::keyring::Tenant;
use crate::link::{ApiKey, BaseUrl, Signer, UnsignedLink, UnverifiedLink, VerifiedLink, Verifier};
use crate::store::{Booking, Changes, Reading, read};

const CLIENTS: usize = 3;

/// The links of the clients: two that confirm, one that declines, one that cancels later.
const LINKS: [&str; 4] = ["confirm", "confirm", "decline", "cancel_by_customer"];

/// Links are signed a second apart. The owner revokes those before this second.
const FIRST_VALID: usize = 2;

/// The links of each client. Other choices are the same with other names.
const CHOICES: [[usize; CLIENTS]; 8] =
    [[0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 1, 2], [0, 1, 3], [0, 2, 3], [0, 3, 3]];

/// One write of the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Entry {
    Click(usize, RequestId),
    PutBack,
    /// The owner revokes the first two links.
    Revoke,
}

/// Of one client.
type RequestId = u8;

/// What a client is told, and the length of the log when that was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Told(Outcome, usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Outcome {
    Applied,
    Used,
    Revoked,
    NotAvailable,
    NotFound,
    Unavailable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Client {
    /// The request of that attempt is on its way.
    Asks(u8),
    /// The reply to it is on its way.
    IsAnswered(u8, Told),
    Knows(Told),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    /// Which of the links each client has.
    links: [usize; CLIENTS],
    log: Vec<Entry>,
    clients: [Client; CLIENTS],
    /// How many given-up requests may still reach the engine.
    late: [u8; CLIENTS],
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A client's request reaches the engine.
    Heard(usize),
    /// The reply arrives.
    Answered(usize),
    /// The attempt times out or its connection breaks: the request or the reply is lost, or late.
    GivenUp(usize),
    /// A given-up request reaches the engine.
    HeardLate(usize),
    /// The owner puts the booking back.
    PutBack,
    /// The owner revokes the first two links.
    Revoke,
}

struct Clicks {
    graphs: Graphs,
    names: Attributes,
    tenant: Tenant,
    links: Vec<VerifiedLink>,
    attempts: u8,
    /// Whether each attempt has its own id, as without our request id.
    forgetful: bool,
}

impl Clicks {
    fn new(attempts: u8, forgetful: bool) -> Self {
        let key: &'static ApiKey = Box::leak(Box::new(ApiKey::new(&"k".repeat(ApiKey::MIN_LENGTH)).unwrap()));
        let link = |(number, action): (u64, &&str)| {
            // Two links of one action differ in when they were signed.
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(number);
            let link = UnsignedLink::new("b-1".parse().unwrap(), action.parse().unwrap());
            let base = BaseUrl::parse("https://links.example").unwrap();
            let link: UnverifiedLink = Signer::new(key, &base).sign(&link, now).url.parse().unwrap();
            Verifier::new([key]).verify(&link, now).unwrap()
        };
        let record = serde_json::json!({ "id": "ada", "name": "Hair by Ada", "keys": [] });
        let (app, _) =
            App::from_record(AppRecord::from(record.as_object().unwrap().clone()), &Graphs::built_in(None).unwrap())
                .unwrap();
        let name = |name: &str| name.to_owned();
        Self {
            graphs: Graphs::built_in(None).unwrap(),
            names: Attributes { id: name("id"), state: name("state"), graph: name("graph"), app: name("app_id") },
            tenant: Tenant { app: Arc::new(app), is_only: false },
            links: (0..).zip(&LINKS).map(link).collect(),
            attempts,
            forgetful,
        }
    }

    /// What a link does; in this graph each action does one thing.
    fn route(&self, link: usize) -> &Route {
        &self.graphs.routes(self.links[link].action()).unwrap()[0]
    }

    /// The booking in the table.
    fn booking(&self, state: &State) -> Booking<'_> {
        let (mut now, mut log, mut used) = ("tentative", Vec::new(), Vec::new());
        for entry in &state.log {
            let Entry::Click(client, id) = *entry else {
                if *entry == Entry::PutBack {
                    now = "tentative";
                }
                continue;
            };
            let (link, to) = (state.links[client], &self.route(state.links[client]).to);
            let link_id = self.links[link].link_id();
            log.push(json!({ "link_id": link_id, "request_id": request_id(client, id), "to": to }));
            used.push(link_id.to_string());
            now = to.as_str();
        }
        // A string set is a list in JSON; the rules read both alike.
        let record: BTreeMap<&str, Value> = BTreeMap::from([
            ("id", json!("b-1")),
            ("app_id", json!("ada")),
            ("state", json!(now)),
            ("action_log", json!(log)),
            ("used_links", json!(used)),
        ]);
        let mut record = json!(record);
        if state.log.contains(&Entry::Revoke) {
            record["links_valid_after"] = json!(FIRST_VALID);
        }
        Booking::of(record, &self.names)
    }

    /// The engine's decision on a request, and the reply to it.
    fn hear(&self, state: &mut State, client: usize, attempt: u8) -> Told {
        let id = if self.forgetful { attempt } else { 0 };
        let (link, route) = (&self.links[state.links[client]], self.route(state.links[client]));
        let request_id = request_id(client, id);
        let changes = Changes::of_click(link, route, &self.tenant.app.id, &request_id, "2026-11-23T08:00:00Z");
        let rules = rules(link, &self.tenant, route, self.graphs.default_name(), SystemTime::UNIX_EPOCH);
        let outcome = match read(Some(&self.booking(state)), &rules, &changes) {
            Reading::Passes => {
                state.log.push(Entry::Click(client, id));
                Outcome::Applied
            }
            Reading::Own => Outcome::Applied,
            Reading::Refused(Reason::LinkUsed) => Outcome::Used,
            Reading::Refused(Reason::LinkRevoked) => Outcome::Revoked,
            // The app has no notice.
            Reading::Refused(Reason::TooLate) => Outcome::Unavailable,
            Reading::Refused(Reason::ActionNotAvailable) => Outcome::NotAvailable,
            Reading::Refused(Reason::BookingNotFound) => Outcome::NotFound,
        };
        Told(outcome, state.log.len())
    }
}

fn request_id(client: usize, id: RequestId) -> String {
    format!("{client}-{id}")
}

impl State {
    /// How often a client's own write is in the log.
    fn acted(log: &[Entry], client: usize) -> usize {
        log.iter().filter(|entry| matches!(entry, Entry::Click(own, _) if *own == client)).count()
    }

    /// How often a link has acted, for any client.
    fn link_acted(&self, link: usize) -> usize {
        let having_it = (0..CLIENTS).filter(|client| self.links[*client] == link);
        having_it.map(|client| Self::acted(&self.log, client)).sum()
    }

    /// Whether the condition holds for every client that is told the outcome, now or soon.
    fn all_told(&self, outcomes: &[Outcome], fits: impl Fn(usize, usize) -> bool) -> bool {
        self.clients.iter().enumerate().all(|(client, is)| match is {
            Client::IsAnswered(_, Told(outcome, at)) | Client::Knows(Told(outcome, at)) => {
                !outcomes.contains(outcome) || fits(client, *at)
            }
            Client::Asks(_) => true,
        })
    }
}

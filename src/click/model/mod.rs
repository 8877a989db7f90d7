//! A model of simultaneous clicks on one booking, checked exhaustively: three clients with up to
//! three attempts each, any request and any reply lost or late, and the owner putting the booking
//! back or revoking links. In some beginnings, clients also undo what their link did, or the booking was
//! moved, and its links act on the one that took its place, or the business acts itself, without a link.
//! The program's own rules decide whether a write is refused and why; `tests/suites/condition.rs` checks on the engine that the condition says the
//! same.

mod check;
mod engine;

use std::time::{Duration, SystemTime};

use crate::app::{App, AppRecord};
use crate::domain::{AttributeNames, Graphs};
use crate::link::{ApiKey, BaseUrl, Signer, UnsignedLink, UnverifiedLink, VerifiedLink, Verifier};

const CLIENTS: usize = 3;

/// The links of the clients: two that confirm, one that declines, one that cancels later.
const LINKS: [&str; 4] = ["confirm", "confirm", "decline", "cancel_by_customer"];

/// Links are signed a second apart. The owner revokes those before this second.
const FIRST_VALID: usize = 2;

/// The links of each client. Other choices are the same with other names.
const CHOICES: [[usize; CLIENTS]; 8] =
    [[0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 1, 2], [0, 1, 3], [0, 2, 3], [0, 3, 3]];

/// Links of the first two clients where these also undo, and the third does nothing: the same link, two
/// of one action, competing ones, a later one. With three there would be too many states.
const UNDOING: [[usize; CLIENTS]; 4] = [[0, 0, 0], [0, 1, 0], [0, 2, 0], [0, 3, 0]];

/// Links of clients of a booking that was moved: the first two press the button of its page, and the third opens its
/// link, as if it did not know yet.
const MOVED: [[usize; CLIENTS]; 3] = [[0, 0, 0], [0, 1, 0], [0, 2, 1]];

/// What clients do where the business also acts itself: the action of such a link, without the link. Two clients that do
/// so for the same link send the same request twice, as a schedule may.
const ACTING: [[usize; CLIENTS]; 2] = [[0, 0, 0], [0, 3, 2]];

/// Links of a client that also undoes, beside a request of the business.
const UNDOING_BESIDE: [[usize; CLIENTS]; 2] = [[0, 0, 0], [0, 3, 0]];

/// When everything happens: in one second, so that no time tells two writes apart.
const AT: &str = "2026-11-23T08:00:00Z";

/// One write of the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Entry {
    Click(usize, RequestId),
    /// A click on the booking that took the place of this one.
    Moved(usize, RequestId),
    Undo(usize, RequestId),
    /// The business itself takes the action of that link, by the request that belongs to it.
    Act(usize, RequestId),
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
    Undone,
    UndoRefused,
    UndoUnavailable,
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Press {
    Click,
    /// The action on the booking that took the place of this one.
    Moved,
    Undo,
    /// The action of the link on behalf of the business, without the link.
    Act,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Client {
    /// The request of that attempt is on its way.
    Asks(Press, u8),
    /// The reply to it is on its way.
    IsAnswered(Press, u8, Told),
    Knows(Told),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    /// Which of the links each client has.
    links: [usize; CLIENTS],
    log: Vec<Entry>,
    clients: [Client; CLIENTS],
    /// How many given-up clicks may still reach the engine.
    late: [u8; CLIENTS],
    /// How many given-up undos may.
    late_undos: [u8; CLIENTS],
    /// What each client asks for at first.
    asks: [Press; CLIENTS],
    /// Whether clients undo.
    undoes: bool,
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
    HeardLate(Press, usize),
    /// A client that knows what its link did undoes it.
    Undo(usize),
    /// The owner puts the booking back.
    PutBack,
    /// The owner revokes the first two links.
    Revoke,
}

struct Clicks {
    graphs: Graphs,
    names: AttributeNames,
    app: App,
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
            let link: UnverifiedLink = Signer::new(key, &base).sign(&link, now).unwrap().url.parse().unwrap();
            Verifier::new([key]).verify(&link, now).unwrap()
        };
        let record = serde_json::json!({ "id": "ada", "name": "Hair by Ada", "keys": [] });
        let (app, _) =
            App::from_record(AppRecord::from(record.as_object().unwrap().clone()), &Graphs::built_in(None).unwrap())
                .unwrap();
        Self {
            graphs: Graphs::built_in(None).unwrap(),
            names: AttributeNames::default(),
            app,
            links: (0..).zip(&LINKS).map(link).collect(),
            attempts,
            forgetful,
        }
    }
}

impl State {
    fn late_of(&mut self, press: Press, client: usize) -> &mut u8 {
        match press {
            Press::Click | Press::Moved | Press::Act => &mut self.late[client],
            Press::Undo => &mut self.late_undos[client],
        }
    }

    /// How often a client's own write is in the log. A request of the business is that of all clients that send it.
    fn acted(&self, log: &[Entry], client: usize) -> usize {
        let is_own = |entry: &&Entry| match **entry {
            Entry::Click(own, _) | Entry::Moved(own, _) => own == client,
            Entry::Act(request, _) => self.asks[client] == Press::Act && self.links[client] == request,
            Entry::Undo(..) | Entry::PutBack | Entry::Revoke => false,
        };
        log.iter().filter(is_own).count()
    }

    /// How often the business's own request for the action of that link is in the log.
    fn requests_made(&self, link: usize) -> usize {
        self.log.iter().filter(|entry| matches!(entry, Entry::Act(request, _) if *request == link)).count()
    }

    /// Whether the booking was moved to another one before everything.
    fn is_moved(&self) -> bool {
        self.asks.contains(&Press::Moved)
    }

    /// How often a client's own undo is in the log.
    fn undid(log: &[Entry], client: usize) -> usize {
        log.iter().filter(|entry| matches!(entry, Entry::Undo(own, _) if *own == client)).count()
    }

    /// Whether each undo stands right after the click that it takes back, whatever the owner revokes.
    fn undoes_the_last_change(&self) -> bool {
        let written: Vec<_> = self.log.iter().filter(|entry| **entry != Entry::Revoke).collect();
        written.iter().enumerate().all(|(index, entry)| match entry {
            Entry::Undo(client, _) => {
                let before = index.checked_sub(1).map(|before| written[before]);
                matches!(before, Some(Entry::Click(clicked, _)) if self.links[*clicked] == self.links[*client])
            }
            _ => true,
        })
    }

    /// How often a link has acted, for any client.
    fn link_acted(&self, link: usize) -> usize {
        let is_of_it = |entry: &&Entry| matches!(entry, Entry::Click(client, _) | Entry::Moved(client, _) if self.links[*client] == link);
        self.log.iter().filter(is_of_it).count()
    }

    /// Whether the condition holds for every client that is told the outcome, now or soon.
    fn all_told(&self, outcomes: &[Outcome], fits: impl Fn(usize, usize) -> bool) -> bool {
        self.clients.iter().enumerate().all(|(client, is)| match is {
            Client::IsAnswered(_, _, Told(outcome, at)) | Client::Knows(Told(outcome, at)) => {
                !outcomes.contains(outcome) || fits(client, *at)
            }
            Client::Asks(..) => true,
        })
    }
}

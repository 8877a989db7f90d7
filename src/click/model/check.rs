//! What must hold in every state of the model, and the exhaustive check of it.

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::{
    ACTING, CHOICES, CLIENTS, Clicks, Client, Entry, FIRST_VALID, LINKS, MOVED, Outcome, Press, State, Step, Told,
    UNDOING, UNDOING_BESIDE,
};

/// A client that does nothing.
const DONE: Client = Client::Knows(Told(Outcome::NotFound, 0));

const REFUSED: [Outcome; 4] = [Outcome::Used, Outcome::Revoked, Outcome::NotAvailable, Outcome::NotFound];

impl Model for Clicks {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let state = |undoes, links, asks: [Press; CLIENTS]| {
            let mut clients = asks.map(|press| Client::Asks(press, 1));
            if undoes {
                clients[2] = DONE;
            }
            State { links, log: Vec::new(), clients, late: [0; CLIENTS], late_undos: [0; CLIENTS], asks, undoes }
        };
        let clicks = [Press::Click; CLIENTS];
        let of = |undoes, asks, choices: &[[usize; CLIENTS]]| -> Vec<State> {
            choices.iter().map(|links| state(undoes, *links, asks)).collect()
        };
        [
            of(false, clicks, &CHOICES),
            of(true, clicks, &UNDOING),
            of(false, [Press::Moved, Press::Moved, Press::Click], &MOVED),
            of(false, [Press::Act, Press::Act, Press::Click], &ACTING),
            of(true, [Press::Click, Press::Act, Press::Click], &UNDOING_BESIDE),
        ]
        .concat()
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (client, is) in state.clients.iter().enumerate() {
            match is {
                Client::Asks(..) => steps.extend([Step::Heard(client), Step::GivenUp(client)]),
                Client::IsAnswered(..) => steps.extend([Step::Answered(client), Step::GivenUp(client)]),
                // Of a used link, the page of the second click has the button, too.
                Client::Knows(Told(Outcome::Applied | Outcome::Used, _))
                    if state.undoes && state.asks[client] == Press::Click =>
                {
                    steps.push(Step::Undo(client))
                }
                Client::Knows(_) => {}
            }
            if state.late[client] > 0 {
                steps.push(Step::HeardLate(state.asks[client], client));
            }
            if state.late_undos[client] > 0 {
                steps.push(Step::HeardLate(Press::Undo, client));
            }
        }
        // The owner does one of the two, once.
        if !state.log.contains(&Entry::PutBack) && !state.log.contains(&Entry::Revoke) {
            steps.push(Step::Revoke);
            if !state.log.is_empty() || state.is_moved() {
                steps.push(Step::PutBack);
            }
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Heard(client) => {
                let Client::Asks(press, attempt) = state.clients[client] else { return None };
                next.clients[client] = Client::IsAnswered(press, attempt, self.hear(&mut next, press, client, attempt));
            }
            Step::Answered(client) => {
                let Client::IsAnswered(.., told) = state.clients[client] else { return None };
                next.clients[client] = Client::Knows(told);
            }
            Step::GivenUp(client) => {
                let (press, attempt) = match state.clients[client] {
                    Client::Asks(press, attempt) => {
                        *next.late_of(press, client) += 1;
                        (press, attempt)
                    }
                    Client::IsAnswered(press, attempt, _) => (press, attempt),
                    Client::Knows(_) => return None,
                };
                let told = match press {
                    Press::Click | Press::Moved | Press::Act => Outcome::Unavailable,
                    Press::Undo => Outcome::UndoUnavailable,
                };
                let unavailable = Client::Knows(Told(told, state.log.len()));
                let again = Client::Asks(press, attempt + 1);
                next.clients[client] = if attempt == self.attempts { unavailable } else { again };
            }
            Step::HeardLate(press, client) => {
                *next.late_of(press, client) -= 1;
                self.hear(&mut next, press, client, 0);
            }
            Step::Undo(client) => next.clients[client] = Client::Asks(Press::Undo, 1),
            Step::PutBack => next.log.push(Entry::PutBack),
            Step::Revoke => next.log.push(Entry::Revoke),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("a link acts once at most", |_, state: &State| {
                (0..LINKS.len()).all(|link| state.link_acted(link) <= 1)
            }),
            Property::always("a request of the business acts once at most", |_, state: &State| {
                (0..LINKS.len()).all(|link| state.requests_made(link) <= 1)
            }),
            Property::always("nobody is refused for their own success", |_, state: &State| {
                state.all_told(&REFUSED, |client, at| state.acted(&state.log[..at], client) == 0)
            }),
            Property::always("who is told of a success had it", |_, state: &State| {
                state.all_told(&[Outcome::Applied], |client, at| state.acted(&state.log[..at], client) == 1)
            }),
            Property::always("a link that is said to be used has acted", |_, state: &State| {
                state.all_told(&[Outcome::Used], |client, _| state.link_acted(state.links[client]) == 1)
            }),
            Property::always("no link acts once it is revoked", |_, state: &State| {
                let after = state.log.iter().skip_while(|entry| **entry != Entry::Revoke);
                let link = |entry: &Entry| match entry {
                    Entry::Click(client, _) | Entry::Moved(client, _) => Some(state.links[*client]),
                    Entry::Undo(..) | Entry::Act(..) | Entry::PutBack | Entry::Revoke => None,
                };
                after.filter_map(link).all(|link| link >= FIRST_VALID)
            }),
            Property::always("only the last change is undone, and only by its own link", |_, state: &State| {
                state.undoes_the_last_change()
            }),
            Property::always("nobody's undo is refused for their own success", |_, state: &State| {
                state.all_told(&[Outcome::UndoRefused], |client, at| State::undid(&state.log[..at], client) == 0)
            }),
            Property::always("who is told of an undo had it", |_, state: &State| {
                state.all_told(&[Outcome::Undone], |client, at| State::undid(&state.log[..at], client) == 1)
            }),
            Property::sometimes("a link acts on the booking that took the place of its own", |_, state: &State| {
                state.log.iter().any(|entry| matches!(entry, Entry::Moved(..)))
            }),
            Property::sometimes("the business acts after its links are revoked", |_, state: &State| {
                let after = state.log.iter().skip_while(|entry| **entry != Entry::Revoke);
                after.into_iter().any(|entry| matches!(entry, Entry::Act(..)))
            }),
            // Shows that the model reaches the interesting states.
            Property::sometimes("a link is used", |_, state: &State| !state.all_told(&[Outcome::Used], |_, _| false)),
            Property::sometimes("a link is revoked", |_, state: &State| {
                !state.all_told(&[Outcome::Revoked], |_, _| false)
            }),
            Property::sometimes("an action is not available", |_, state: &State| {
                !state.all_told(&[Outcome::NotAvailable], |_, _| false)
            }),
            Property::sometimes("a click is undone", |_, state: &State| {
                !state.all_told(&[Outcome::Undone], |_, _| false)
            }),
            Property::sometimes("an undo is refused", |_, state: &State| {
                !state.all_told(&[Outcome::UndoRefused], |_, _| false)
            }),
            Property::sometimes("an undo is made after its client has given up", |_, state: &State| {
                !state.all_told(&[Outcome::UndoUnavailable], |client, at| State::undid(&state.log[at..], client) == 0)
            }),
            Property::sometimes("a write is made of which its client does not know", |_, state: &State| {
                !state.all_told(&[Outcome::Unavailable], |client, at| state.acted(&state.log[..at], client) == 0)
            }),
            // The known limit: a request may arrive after its client has given up.
            Property::sometimes("a write is made after its client has given up", |_, state: &State| {
                !state.all_told(&[Outcome::Unavailable], |client, at| state.acted(&state.log[at..], client) == 0)
            }),
            Property::sometimes("a write is made after its client was refused", |_, state: &State| {
                !state.all_told(&REFUSED, |client, at| state.acted(&state.log[at..], client) == 0)
            }),
        ]
    }
}

#[test]
fn a_link_acts_once_and_no_client_is_refused_for_its_own_success() {
    // The third takes half a minute.
    let attempts = if std::env::var_os("SOAK").is_some() { 3 } else { 2 };
    let checker = Clicks::new(attempts, false).checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    eprintln!("the model: {} states with {attempts} attempts", checker.unique_state_count());
}

#[test]
fn if_attempts_did_not_share_an_id_somebody_would_be() {
    let checker = Clicks::new(2, true).checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    assert!(checker.discovery("nobody is refused for their own success").is_some());
}

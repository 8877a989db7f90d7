//! The ways in which the attempts of a request can fail, and what is expected then.

use std::mem;

use crate::support::Heard::{AtLast, BeforeTheNext, Never, Now};
use crate::support::StoreReply::{End, Error, Garbled, Half, Reset, Silence, Stall};
use crate::support::{Fault, soak};

/// How often the SDK sends a request.
const ATTEMPTS: usize = 3;

/// An owner's transaction on the booking. It does not affect reads.
pub(super) const CONFLICT: Fault = Fault(Never, Error(400, "TransactionConflictException"));

/// Not sent again: DynamoDB rejected the request as invalid.
pub(super) const REJECTED: Fault = Fault(Never, Error(400, "ValidationException"));

const FAULTS: [Fault; 22] = [
    Fault::NONE,
    REJECTED,
    CONFLICT,
    Fault::THROTTLED,
    Fault(Never, Error(400, "ProvisionedThroughputExceededException")),
    Fault(Never, Error(500, "InternalServerError")),
    Fault(Never, Error(503, "ServiceUnavailable")),
    Fault(Never, Garbled),
    Fault(Never, End),
    Fault(Never, Reset),
    Fault::SILENCE,
    Fault(Now, Error(500, "InternalServerError")),
    Fault(Now, Garbled),
    Fault(Now, End),
    Fault(Now, Reset),
    Fault(Now, Half),
    Fault(Now, Stall),
    Fault(Now, Silence),
    Fault(BeforeTheNext, Reset),
    Fault(BeforeTheNext, Silence),
    Fault(AtLast, Reset),
    Fault(AtLast, Silence),
];

/// Whether no attempt follows: the engine's answer, a rejection, or an invalid answer.
fn ends(fault: Fault) -> bool {
    fault == Fault::NONE || fault == REJECTED || fault.1 == Garbled
}

/// The sequences of faults of a request's attempts: as in [`uniform`]; in a soak, every sequence.
pub(super) fn ways() -> Vec<Vec<Fault>> {
    sequences(soak())
}

/// The sequences of one fault: once, twice and always.
pub(super) fn uniform() -> Vec<Vec<Fault>> {
    sequences(false)
}

fn sequences(mixed: bool) -> Vec<Vec<Fault>> {
    let (mut ways, mut open) = (Vec::new(), vec![Vec::new()]);
    for attempt in 1..=ATTEMPTS {
        let longer = |way: Vec<Fault>| FAULTS.map(|fault| [&way[..], &[fault]].concat());
        let shown = |way: &Vec<Fault>| mixed || way.iter().all(|fault| *fault == way[0] || *fault == Fault::NONE);
        for way in mem::take(&mut open).into_iter().flat_map(longer).filter(shown) {
            let over = attempt == ATTEMPTS || ends(way[attempt - 1]);
            if over { &mut ways } else { &mut open }.push(way);
        }
    }
    ways
}

/// How many requests a click sends, and the fault that ends it, in which operation: one operation
/// after the other, each with all its attempts.
pub(super) fn expected(operations: usize, way: &[Fault]) -> (usize, Option<(usize, Fault)>) {
    let mut sent = 0;
    for operation in 0..operations {
        for attempt in 1..=ATTEMPTS {
            let fault = way.get(sent).copied().unwrap_or(Fault::NONE);
            sent += 1;
            if fault == Fault::NONE {
                break;
            }
            if ends(fault) || attempt == ATTEMPTS {
                return (sent, Some((operation, fault)));
            }
        }
    }
    (sent, None)
}

//! What a calendar shows of a booking.

use super::attribute::Attribute;
use super::graph::Graphs;
use super::record::Record;

/// How the names of states begin in which the appointment does not take place.
const CANCELLED: [&str; 6] = ["cancel", "declin", "reject", MOVED, "unpaid", "expired"];

/// How the names of states begin in which another appointment takes the place of this one.
const MOVED: &str = "reschedul";

/// Whether the appointment takes place (RFC 5545 §3.8.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarStatus {
    Tentative,
    Confirmed,
    Cancelled,
}

impl CalendarStatus {
    /// Of a booking, by its state: cancelled by its name, tentative if it is the first one of its graph, unless that
    /// is called `confirmed`.
    pub fn of(booking: &impl Record, graphs: &Graphs) -> Self {
        let state = booking.text(Attribute::State).unwrap_or_default();
        let is_first = || graphs.of_booking(booking).is_some_and(|graph| graph.initial().as_str() == state);
        match () {
            () if is_cancelled(state) => Self::Cancelled,
            () if state != "confirmed" && is_first() => Self::Tentative,
            () => Self::Confirmed,
        }
    }
}

/// Whether the appointment of a booking in that state does not take place.
pub fn is_cancelled(state: &str) -> bool {
    CANCELLED.iter().any(|start| state.starts_with(start))
}

/// Whether the appointment of a booking in that state is lost: it does not take place, and no other one is wanted.
#[cfg(feature = "local")]
pub fn is_lost(state: &str) -> bool {
    is_cancelled(state) && !state.starts_with(MOVED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_the_built_in_graphs_has_its_status() {
        let graphs = Graphs::built_in(None).unwrap();
        let cancelled: Vec<&str> = graphs.states().into_iter().filter(|state| is_cancelled(state)).collect();
        let names = [
            "cancelled",
            "cancelled_by_customer",
            "cancelled_by_owner",
            "declined",
            "rescheduled_by_customer",
            "unpaid",
        ];
        assert_eq!(cancelled, names);
    }
}

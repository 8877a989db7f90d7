//! How AWS was reached, for the error of whatever fails later.

use std::sync::OnceLock;

use crate::deployment::Reached;

static REACHED: OnceLock<Reached> = OnceLock::new();

/// Keeps how AWS was reached. The first time counts.
pub(super) fn keep(reached: Reached) {
    let _ = REACHED.set(reached);
}

/// How AWS was reached, if it was.
pub(super) fn reached() -> Option<&'static Reached> {
    REACHED.get()
}

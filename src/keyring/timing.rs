//! When the table was read, when it must be read again, and how long that may take.

use std::time::{Duration, SystemTime};

/// The minimum time between two reads that a request can cause at will, since anyone can send an
/// unknown key id. A failed read is also tried again after this time.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How long one read may take. After that the apps that are held are used, because the click still
/// needs time for its own write.
pub(super) const READ_BUDGET: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug)]
pub(super) struct Age {
    pub(super) read_at: SystemTime,
    /// When it was last tried to be read.
    tried_at: SystemTime,
}

impl Age {
    /// Of a value that is read now.
    pub(super) fn new(now: SystemTime) -> Self {
        Self { read_at: now, tried_at: now }
    }

    /// Of the same value, after a try to read it now.
    pub(super) fn tried(self, now: SystemTime) -> Self {
        Self { tried_at: now, ..self }
    }

    /// Whether the value must be read again, because it is older than `ttl`.
    pub(super) fn is_due(&self, ttl: Duration, now: SystemTime) -> bool {
        let failed = self.tried_at != self.read_at;
        passed(self.read_at, ttl, now) && (!failed || self.may_be_tried(now))
    }

    /// Whether the value may be read earlier than that.
    pub(super) fn may_be_tried(&self, now: SystemTime) -> bool {
        passed(self.tried_at, PATIENCE, now)
    }
}

/// Whether `wait` has passed since `then`. It counts as passed if the clock was set back: one read
/// too many is better than a revoked key that works for hours.
pub(super) fn passed(then: SystemTime, wait: Duration, now: SystemTime) -> bool {
    now.duration_since(then).map_or(true, |age| age >= wait)
}

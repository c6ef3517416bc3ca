//! What is still to happen, in the order of its time; at one instant, in the order in which it was said.

use std::collections::BTreeMap;
use std::time::Duration;

/// See the module.
#[derive(Debug)]
pub(super) struct Pending<T> {
    scheduled: BTreeMap<(Duration, u64), T>,
    number: u64,
}

impl<T> Pending<T> {
    pub(super) const fn new() -> Self {
        Self { scheduled: BTreeMap::new(), number: 0 }
    }

    /// Something will happen at monotonic time `at`.
    pub(super) fn push(&mut self, at: Duration, happening: T) {
        self.number += 1;
        self.scheduled.insert((at, self.number), happening);
    }

    /// When something happens next.
    pub(super) fn next_at(&self) -> Option<Duration> {
        self.scheduled.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next that is due at monotonic time `mono`.
    pub(super) fn pop_due(&mut self, mono: Duration) -> Option<T> {
        let first = self.scheduled.first_entry().filter(|entry| entry.key().0 <= mono)?;
        Some(first.remove())
    }
}

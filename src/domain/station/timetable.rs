//! What is due when, as the station needs to know it: occurrences from the plan, and the permitted hours.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::slot::{OccurrenceId, SlotVersion};
use crate::domain::time::Window;

/// An occurrence that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: OccurrenceId,
    /// The wording of its slot in force.
    pub version: Arc<SlotVersion>,
    /// Planned first frame.
    pub start: DateTime<Utc>,
}

impl Due {
    /// The end of its window.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        self.start + self.version.slot.length_max
    }

    /// The latest start that is not a miss.
    #[must_use]
    pub fn start_by(&self) -> DateTime<Utc> {
        self.start + self.version.slot.grace
    }
}

/// The rules of time that a station lives by. Pure: asked twice, it says the same.
pub trait Timetable: Send {
    /// The slots were saved anew.
    fn replace(&mut self, versions: Vec<SlotVersion>);

    /// The occurrences that start inside `window`, in order of their start.
    fn due(&self, window: Window) -> Vec<Due>;

    /// Whether it may sound at `at`, and if so until when; none where the hour is not permitted.
    fn permitted_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>>;
}

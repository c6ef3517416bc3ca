//! Broadcasts that begin later than planned.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Alarm;
use crate::domain::station::{DueView, View};

/// Broadcasts that began more than `late` after their plan, for as long as they are on hand, and those that should have begun
/// so long ago and have not. A station that does not believe its clock, or is being shut down, begins nothing and owes no start.
#[must_use]
pub fn late_starts(view: &View, now: DateTime<Utc>, late: Duration) -> Vec<Alarm> {
    let begins = view.clock_trusted && !view.leaving;
    let alarm = |due: &DueView| {
        let began = due.began.or_else(|| begins.then_some(now))?;
        let by = (began - due.broadcast.start).to_std().ok().filter(|by| *by > late)?;
        Some(Alarm::LateStart { broadcast: due.broadcast.clone(), by, begun: due.began.is_some() })
    };
    view.due.iter().filter_map(alarm).collect()
}

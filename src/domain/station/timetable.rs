//! What is due when, as the station needs to know it: occurrences from the plan, and the permitted hours.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::Holidays;
use crate::domain::plan::{PermittedHours, Schedule, VolumeHours};
use crate::domain::slot::{OccurrenceId, SlotVersion, ZoneId};
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

    /// How much a zone is turned down at `at`, in dB; 0 is not at all.
    fn volume_db(&self, zone: &ZoneId, at: DateTime<Utc>) -> f64;

    /// When the volume of some zone changes next after `at`; none if it never does.
    fn volume_changes_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>>;
}

/// The longest stretch of permitted hours that is looked for. A town with no quiet hours simply gets asked again.
const PERMITTED_MAX: TimeDelta = TimeDelta::days(2);

/// The timetable of the plan: slots, holidays, permitted hours.
#[derive(Debug)]
pub struct PlanTimetable {
    schedule: Schedule,
    holidays: Holidays,
    permitted: PermittedHours,
    volumes: BTreeMap<ZoneId, VolumeHours>,
    time_zone: Tz,
}

impl PlanTimetable {
    /// For these slots, under these rules; no zone is ever turned down.
    #[must_use]
    pub fn new(versions: &[SlotVersion], holidays: Holidays, permitted: PermittedHours, time_zone: Tz) -> Self {
        let schedule = Schedule::new(versions, &holidays, time_zone);
        Self { schedule, holidays, permitted, volumes: BTreeMap::new(), time_zone }
    }

    /// With the volumes of zones by the hour.
    #[must_use]
    pub fn with_volumes(self, volumes: BTreeMap<ZoneId, VolumeHours>) -> Self {
        Self { volumes, ..self }
    }
}

impl Timetable for PlanTimetable {
    fn replace(&mut self, versions: Vec<SlotVersion>) {
        self.schedule = Schedule::new(&versions, &self.holidays, self.time_zone);
    }

    fn due(&self, window: Window) -> Vec<Due> {
        let occurrences = self.schedule.occurrences_in(window).into_iter();
        occurrences
            .map(|occurrence| Due { id: occurrence.id, version: occurrence.version, start: occurrence.start })
            .collect()
    }

    fn permitted_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.permitted.permitted_to(self.time_zone, at, at + PERMITTED_MAX);
        (until > at).then_some(until)
    }
    fn volume_db(&self, zone: &ZoneId, at: DateTime<Utc>) -> f64 {
        self.volumes.get(zone).map_or(0.0, |volume| volume.at(self.time_zone, at))
    }

    fn volume_changes_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.volumes.values().filter_map(|volume| volume.changes_after(self.time_zone, at)).min()
    }
}

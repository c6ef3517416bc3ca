//! Slots become dated occurrences.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::{DayFacts, ExceptionHit, Holidays, airs_on};
use crate::domain::recurrence::{Recurrence, RecurrenceError};
use crate::domain::slot::{Exception, OccurrenceId, SlotId, SlotVersion, ZoneId};
use crate::domain::time::{Window, day_of, instant_of};

/// How far [`Schedule::next_after`] looks: eight years hold a leap day of every kind.
pub const NEXT_DAYS_MAX: i64 = 8 * 366;

/// The last whole second of a day.
const LAST_SECOND: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 59) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// One dated instance of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Slot and nominal local time.
    pub id: OccurrenceId,
    /// The wording in force at its start.
    pub version: Arc<SlotVersion>,
    /// Planned first frame.
    pub start: DateTime<Utc>,
    /// The start plus the slot's longest duration.
    pub end: DateTime<Utc>,
}

impl Occurrence {
    /// From start to end.
    #[must_use]
    pub const fn window(&self) -> Window {
        Window { from: self.start, to: self.end }
    }

    /// Whether it sounds anywhere that those zones sound.
    #[must_use]
    pub fn shares_zone(&self, zones: &[ZoneId]) -> bool {
        self.version.slot.zones.iter().any(|zone| zones.contains(zone))
    }
}

/// An occurrence that an exception keeps from airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Slot and nominal local time.
    pub id: OccurrenceId,
    /// The wording in force at that time.
    pub version: Arc<SlotVersion>,
    /// When it would start.
    pub start: DateTime<Utc>,
    /// Which exception, and the holiday's name.
    pub why: ExceptionHit,
}

/// The slots of a station, read once, ready to be asked about any window.
///
/// Which occurrences there are:
///
/// - A nominal time belongs to the wording in force at its *instant*; the nominal *day* decides validity and
///   exceptions.
/// - In a DST gap it airs at the first valid instant after it, in a fold once, at the first.
/// - When a gap moves several nominal times of one slot onto the same instant, the first of them is the occurrence and
///   the others are none: one slot starts once at one instant.
/// - A slot whose recurrence cannot be read never airs; [`Schedule::faults`] names it, and every other slot goes on.
#[derive(Debug, Clone)]
pub struct Schedule {
    entries: Vec<Entry>,
    holidays: Holidays,
    time_zone: Tz,
    faults: Vec<(SlotId, RecurrenceError)>,
}

#[derive(Debug, Clone)]
struct Entry {
    version: Arc<SlotVersion>,
    recurrence: Recurrence,
    length_max: TimeDelta,
}

impl Schedule {
    /// Reads the slots.
    #[must_use]
    pub fn new(versions: &[SlotVersion], holidays: &Holidays, time_zone: Tz) -> Self {
        let mut entries = Vec::with_capacity(versions.len());
        let mut faults = Vec::new();
        for version in versions {
            match Recurrence::parse(&version.slot.recurrence) {
                Ok(recurrence) => entries.push(Entry {
                    length_max: TimeDelta::from_std(version.slot.length_max).unwrap_or(TimeDelta::MAX),
                    version: Arc::new(version.clone()),
                    recurrence,
                }),
                Err(error) => faults.push((version.slot.id.clone(), error)),
            }
        }
        Self { entries, holidays: holidays.clone(), time_zone, faults }
    }

    /// Slots that never air because their recurrence cannot be read.
    #[must_use]
    pub fn faults(&self) -> &[(SlotId, RecurrenceError)] {
        &self.faults
    }

    /// The station's time zone.
    #[must_use]
    pub const fn time_zone(&self) -> Tz {
        self.time_zone
    }

    /// The occurrences that start in `window`, by start, then by identifier.
    #[must_use]
    pub fn occurrences_in(&self, window: Window) -> Vec<Occurrence> {
        let mut found = Vec::new();
        if window.from < window.to {
            let last = self.last_day(window.to);
            let days = self.first_day(window.from).iter_days().take_while(|day| *day <= last);
            days.for_each(|day| self.collect_day(day, window, |_| true, &mut found));
            sort(&mut found);
        }
        found
    }

    /// What does not air in `window` because an exception says so, by start, then by identifier. Days on which a slot is not
    /// valid are no exceptions: nothing was to be expected there.
    #[must_use]
    pub fn skipped_in(&self, window: Window) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        if window.from >= window.to {
            return skipped;
        }
        let last = self.last_day(window.to);
        for day in self.first_day(window.from).iter_days().take_while(|day| *day <= last) {
            let facts = DayFacts::of(day);
            for entry in &self.entries {
                let hit = airs_on(&entry.version.slot, &facts, &self.holidays).err();
                for time in entry.recurrence.times_on(day).iter() {
                    let nominal = day.and_time(*time);
                    let start = instant_of(self.time_zone, nominal);
                    let once = || {
                        entry.dropped(nominal).then_some(ExceptionHit::Exception {
                            exception: Exception::Once { at: nominal },
                            holiday: None,
                        })
                    };
                    let Some(why @ ExceptionHit::Exception { .. }) = hit.clone().or_else(once) else { continue };
                    if window.contains(start) && entry.version.in_force(start) {
                        let (id, version) = (entry.id(nominal), Arc::clone(&entry.version));
                        skipped.push(Skipped { id, version, start, why });
                    }
                }
            }
        }
        skipped.sort_by(|a, b| a.start.cmp(&b.start).then_with(|| a.id.cmp(&b.id)));
        skipped
    }

    /// The first occurrence that starts later than `at`, looking [`NEXT_DAYS_MAX`] days ahead.
    #[must_use]
    pub fn next_after(&self, at: DateTime<Utc>) -> Option<Occurrence> {
        self.next_where(at, |_| true)
    }

    /// The first occurrence later than `at` in any of those zones: when they must be free again.
    #[must_use]
    pub fn next_in_zones(&self, at: DateTime<Utc>, zones: &[ZoneId]) -> Option<Occurrence> {
        self.next_where(at, |version| version.slot.zones.iter().any(|zone| zones.contains(zone)))
    }

    fn next_where(&self, at: DateTime<Utc>, wanted: impl Fn(&SlotVersion) -> bool) -> Option<Occurrence> {
        let from = at.checked_add_signed(TimeDelta::nanoseconds(1))?;
        let window = Window { from, to: DateTime::<Utc>::MAX_UTC };
        let days = self.first_day(at).iter_days().take(usize::try_from(NEXT_DAYS_MAX).unwrap_or_default());
        let mut found = Vec::new();
        for day in days {
            // Nominal order is the order of instants, so the first day that holds any holds the first.
            self.collect_day(day, window, &wanted, &mut found);
            if !found.is_empty() {
                sort(&mut found);
                return found.into_iter().next();
            }
        }
        None
    }

    /// The first nominal day that can hold a start at `at` or later: the day before if a gap moves its end so far.
    fn first_day(&self, at: DateTime<Utc>) -> NaiveDate {
        let day = day_of(self.time_zone, at);
        let moved = |before: &NaiveDate| instant_of(self.time_zone, before.and_time(LAST_SECOND)) >= at;
        day.pred_opt().filter(moved).unwrap_or(day)
    }

    /// The last nominal day that can hold a start before `at`: the day after if a fold goes back over midnight.
    fn last_day(&self, at: DateTime<Utc>) -> NaiveDate {
        let day = day_of(self.time_zone, at);
        let begun = |after: &NaiveDate| instant_of(self.time_zone, after.and_time(NaiveTime::MIN)) < at;
        day.succ_opt().filter(begun).unwrap_or(day)
    }

    /// Adds the occurrences of one nominal day that start in the window.
    fn collect_day(
        &self,
        day: NaiveDate,
        window: Window,
        wanted: impl Fn(&SlotVersion) -> bool,
        found: &mut Vec<Occurrence>,
    ) {
        let facts = DayFacts::of(day);
        let midnight = instant_of(self.time_zone, day.and_time(NaiveTime::MIN));
        // On all but two days of a year no clock jumps, and one look at the time zone serves every time of the day.
        let even = instant_of(self.time_zone, day.and_time(LAST_SECOND)) - midnight == LAST_SECOND - NaiveTime::MIN;
        let day_before_ends = day.pred_opt().map(|day| (day, instant_of(self.time_zone, day.and_time(LAST_SECOND))));
        for entry in self.entries.iter().filter(|entry| wanted(&entry.version)) {
            let mut last_start = None;
            for time in entry.times_on(&facts, &self.holidays).iter() {
                let nominal = day.and_time(*time);
                let start =
                    if even { midnight + (*time - NaiveTime::MIN) } else { instant_of(self.time_zone, nominal) };
                let repeats = last_start.replace(start) == Some(start)
                    || day_before_ends.is_some_and(|(day, end)| start <= end && self.starts(entry, day, start));
                if !repeats && window.contains(start) && entry.version.in_force(start) {
                    found.push(entry.occurrence(nominal, start));
                }
            }
        }
    }

    /// Whether a nominal time of that day starts at exactly that instant.
    fn starts(&self, entry: &Entry, day: NaiveDate, start: DateTime<Utc>) -> bool {
        let times = entry.times_on(&DayFacts::of(day), &self.holidays);
        times.iter().any(|time| instant_of(self.time_zone, day.and_time(*time)) == start)
    }
}

impl Entry {
    /// The nominal times on a day on which the slot airs.
    fn times_on(&self, day: &DayFacts, holidays: &Holidays) -> Cow<'_, [NaiveTime]> {
        let times = self.recurrence.times_on(day.date);
        if times.is_empty() || airs_on(&self.version.slot, day, holidays).is_err() {
            return Cow::Borrowed(&[]);
        }
        if times.iter().any(|time| self.dropped(day.date.and_time(*time))) {
            let kept = times.iter().filter(|time| !self.dropped(day.date.and_time(**time)));
            return Cow::Owned(kept.copied().collect());
        }
        times
    }

    /// Whether an exception takes this one occurrence away.
    fn dropped(&self, nominal: NaiveDateTime) -> bool {
        let exceptions = &self.version.slot.exceptions;
        exceptions.iter().any(|exception| matches!(exception, Exception::Once { at } if *at == nominal))
    }

    fn id(&self, nominal: NaiveDateTime) -> OccurrenceId {
        OccurrenceId { nominal, slot: self.version.slot.id.clone() }
    }

    fn occurrence(&self, nominal: NaiveDateTime, start: DateTime<Utc>) -> Occurrence {
        Occurrence {
            id: self.id(nominal),
            version: Arc::clone(&self.version),
            start,
            end: start.checked_add_signed(self.length_max).unwrap_or(DateTime::<Utc>::MAX_UTC),
        }
    }
}

/// By start, then identifier. Two wordings of one slot are never in force together; were they saved so, one airs.
fn sort(found: &mut Vec<Occurrence>) {
    found.sort_by(|a, b| a.start.cmp(&b.start).then_with(|| a.id.cmp(&b.id)));
    found.dedup_by(|a, b| a.id == b.id);
}

/// The occurrences of these slots that start in `window`, in order: [`Schedule::occurrences_in`] for a single question.
#[must_use]
pub fn occurrences(versions: &[SlotVersion], holidays: &Holidays, time_zone: Tz, window: Window) -> Vec<Occurrence> {
    Schedule::new(versions, holidays, time_zone).occurrences_in(window)
}

//! Whether a slot can be saved: it must be able to keep its word in the coming year.

mod overlap;
mod problem;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Datelike, Days as DayCount, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

pub use problem::{DATES_MAX, Dates, Names, Proposal, SlotProblem};

use overlap::{Airings, Shifts, overlap, proposal, shortest_gap};

use super::occurrences::Schedule;
use super::permitted::PermittedHours;
use crate::domain::calendar::{Holidays, TET_DAYS_MAX};
use crate::domain::clip::{Approval, Clip, ClipId};
use crate::domain::recurrence::Recurrence;
use crate::domain::relay::RelayId;
use crate::domain::slot::{Element, Exception, RotationOf, Slot, SlotVersion, ZoneId};
use crate::domain::time::{Window, instant_of};

/// Longest duration a slot may ask for.
pub const LENGTH_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// How far ahead conflicts are looked for.
pub const HORIZON_DAYS: u64 = 366;

/// What a slot must fit into.
pub struct Surroundings<'a> {
    /// The slots there are. Versions that are over are ignored, and so is the slot itself under its old wording.
    pub others: &'a [SlotVersion],
    /// The holidays file.
    pub holidays: &'a Holidays,
    /// The station's time zone.
    pub time_zone: Tz,
    /// From when on the slot is to be in force.
    pub from: DateTime<Utc>,
    /// Every clip there is.
    pub library: &'a [Clip],
    /// The zones of the configuration.
    pub zones: &'a [ZoneId],
    /// The codes of the topics file.
    pub topics: &'a [String],
    /// The codes of the campaigns.
    pub campaigns: &'a [String],
    /// The relays of the configuration.
    pub relays: &'a [RelayId],
    /// Nothing may sound outside these hours.
    pub permitted: &'a PermittedHours,
    /// Longest that one occurrence may last; none is unlimited.
    pub session_length_max: Option<Duration>,
}

/// Whether the slot can be saved.
///
/// Expected lengths are real ones: the sum of the clips when the template names them all, the slot's longest duration
/// when a queue or a rotation fills it. Overlaps count in both directions alike: if `a` is refused because of `b`,
/// then `b` because of `a`.
///
/// # Errors
/// Everything that is wrong, each with its remedy.
pub fn validate_slot(slot: &Slot, around: &Surroundings<'_>) -> Result<(), Vec<SlotProblem>> {
    let mut problems = Vec::new();
    check_words(slot, around, &mut problems);
    check_rundown(slot, around, &mut problems);
    check_lengths(slot, around, &mut problems);
    check_days(slot, &mut problems);
    match Recurrence::parse(&slot.recurrence) {
        Err(error) => problems.push(error.into()),
        Ok(recurrence) if !slot.length_max.is_zero() && slot.length_max <= LENGTH_MAX => {
            check_times(slot, &recurrence, around, &mut problems);
        }
        Ok(_) => {}
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn names<T: ToString>(of: &[T]) -> Names {
    Names(of.iter().map(ToString::to_string).collect())
}

fn check_words(slot: &Slot, around: &Surroundings<'_>, problems: &mut Vec<SlotProblem>) {
    if slot.name.trim().is_empty() {
        problems.push(SlotProblem::NoName);
    }
    if slot.zones.is_empty() {
        problems.push(SlotProblem::NoZone { known: names(around.zones) });
    }
    let mut seen = BTreeSet::new();
    for zone in &slot.zones {
        if !seen.insert(zone) {
            problems.push(SlotProblem::RepeatedZone { zone: zone.clone() });
        } else if !around.zones.contains(zone) {
            problems.push(SlotProblem::UnknownZone { zone: zone.clone(), known: names(around.zones) });
        }
    }
}

fn check_rundown(slot: &Slot, around: &Surroundings<'_>, problems: &mut Vec<SlotProblem>) {
    if slot.rundown.is_empty() {
        problems.push(SlotProblem::EmptyRundown);
    }
    let mut items = BTreeSet::new();
    for (index, element) in slot.rundown.iter().enumerate() {
        match element {
            Element::Ident { clip } | Element::Closing { clip } => check_clip(*clip, around, problems),
            Element::Clip { clip } => {
                check_clip(*clip, around, problems);
                if !items.insert(*clip) {
                    problems.push(SlotProblem::RepeatedClip { clip: *clip });
                }
            }
            Element::Queue { count: 0 } | Element::Rotation { count: 0, .. } => {
                problems.push(SlotProblem::ZeroCount { position: index + 1 });
            }
            Element::Queue { .. } => {}
            Element::Relay { relay, minutes } => {
                if !around.relays.contains(relay) {
                    let known = names(around.relays);
                    problems.push(SlotProblem::UnknownRelay { relay: relay.clone(), known });
                }
                if !(1..=Element::RELAY_MINUTES_MAX).contains(minutes) {
                    problems.push(SlotProblem::RelayMinutes { position: index + 1, minutes: *minutes });
                }
            }
            Element::Rotation { of, .. } => match of {
                RotationOf::Topic(code) if !around.topics.contains(code) => {
                    problems.push(SlotProblem::UnknownTopic { code: code.clone(), known: names(around.topics) });
                }
                RotationOf::Campaign(code) if !around.campaigns.contains(code) => {
                    problems.push(SlotProblem::UnknownCampaign { code: code.clone(), known: names(around.campaigns) });
                }
                RotationOf::All | RotationOf::Topic(_) | RotationOf::Campaign(_) => {}
            },
        }
    }
}

fn check_clip(id: ClipId, around: &Surroundings<'_>, problems: &mut Vec<SlotProblem>) {
    match around.library.iter().find(|clip| clip.id == id) {
        None => problems.push(SlotProblem::UnknownClip { clip: id }),
        Some(Clip { approval: Approval::Retired { .. }, title, .. }) => {
            problems.push(SlotProblem::RetiredClip { clip: id, title: title.clone() });
        }
        // Not approved yet is no reason to refuse: the approval may come before the first occurrence.
        Some(_) => {}
    }
}

fn check_lengths(slot: &Slot, around: &Surroundings<'_>, problems: &mut Vec<SlotProblem>) {
    if slot.length_max.is_zero() || slot.length_max > LENGTH_MAX {
        problems.push(SlotProblem::Length { length: slot.length_max, max: LENGTH_MAX });
        return;
    }
    let needed = fixed_length(slot, around.library);
    if needed > slot.length_max {
        problems.push(SlotProblem::FixedDoesNotFit { needed, length_max: slot.length_max });
    }
    let length = expected_length(slot, around.library);
    if let Some(session_length_max) = around.session_length_max.filter(|most| length > *most) {
        problems.push(SlotProblem::SessionTooLong { length, session_length_max });
    }
}

fn check_days(slot: &Slot, problems: &mut Vec<SlotProblem>) {
    if let (Some(from), Some(to)) = (slot.valid.from, slot.valid.to)
        && from > to
    {
        problems.push(SlotProblem::ValidityInverted { from, to });
    }
    for (index, exception) in slot.exceptions.iter().enumerate() {
        let wrong = match exception {
            Exception::Range { from, to } if from > to => {
                Some((format!("{from} to {to}"), "a first day not after the last"))
            }
            Exception::Tet { days_before, days_after } if (*days_before).max(*days_after) > TET_DAYS_MAX => Some((
                format!("{days_before} days before and {days_after} after Tết"),
                "at most 60 days before and 60 after",
            )),
            Exception::Lunar { month, day } if !(1..=12).contains(month) || !(1..=30).contains(day) => {
                Some((format!("lunar {day}/{month}"), "a lunar day 1 to 30 and month 1 to 12"))
            }
            Exception::Date { .. }
            | Exception::Once { .. }
            | Exception::Range { .. }
            | Exception::Holidays
            | Exception::Tet { .. }
            | Exception::Lunar { .. } => None,
        };
        if let Some((value, expected)) = wrong {
            problems.push(SlotProblem::Exception { position: index + 1, value, expected });
        }
    }
}

/// The sum of the clips that the template names. A relay takes what they leave.
fn fixed_length(slot: &Slot, library: &[Clip]) -> Duration {
    let lengths = slot.rundown.iter().filter_map(|element| match element {
        Element::Ident { clip } | Element::Clip { clip } | Element::Closing { clip } => {
            library.iter().find(|known| known.id == *clip).map(|clip| clip.audio.duration())
        }
        Element::Queue { .. } | Element::Rotation { .. } | Element::Relay { .. } => None,
    });
    lengths.sum()
}

/// How long an occurrence will last at the most.
fn expected_length(slot: &Slot, library: &[Clip]) -> Duration {
    let filled = slot.rundown.iter().any(|element| matches!(element, Element::Queue { .. } | Element::Rotation { .. }));
    let relays = slot.rundown.iter().map(|element| match element {
        Element::Relay { minutes, .. } => Duration::from_secs(60 * u64::from(*minutes)),
        _ => Duration::ZERO,
    });
    let named = fixed_length(slot, library) + relays.sum::<Duration>();
    if filled { slot.length_max } else { named.min(slot.length_max) }
}

/// The year from which both slots air, ahead.
fn horizon(around: &Surroundings<'_>, begins: &[Option<NaiveDate>]) -> Window {
    let first = |day: NaiveDate| instant_of(around.time_zone, day.and_time(NaiveTime::MIN));
    let from = begins.iter().flatten().map(|day| first(*day)).fold(around.from, DateTime::max);
    Window { from, to: from.checked_add_days(DayCount::new(HORIZON_DAYS)).unwrap_or(DateTime::<Utc>::MAX_UTC) }
}

/// The expected airings of a slot in a window.
fn airings(version: &SlotVersion, around: &Surroundings<'_>, window: Window) -> Airings {
    let length = expected_length(&version.slot, around.library);
    let length = TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX);
    let schedule = Schedule::new(std::slice::from_ref(version), around.holidays, around.time_zone);
    let occurrences = schedule.occurrences_in(window).into_iter();
    occurrences.map(|occurrence| Window { from: occurrence.start, to: occurrence.start + length }).collect()
}

/// What is checked against the calendar, other slots and the permitted hours.
struct Times<'a> {
    slot: &'a Slot,
    around: &'a Surroundings<'a>,
    version: SlotVersion,
    own: Airings,
    length: Duration,
}

fn check_times(slot: &Slot, recurrence: &Recurrence, around: &Surroundings<'_>, problems: &mut Vec<SlotProblem>) {
    let version = SlotVersion { slot: slot.clone(), from: DateTime::<Utc>::MIN_UTC, until: None };
    let window = horizon(around, &[slot.valid.from]);
    let own = airings(&version, around, window);
    let times = Times { slot, around, version, own, length: expected_length(slot, around.library) };
    if times.own.is_empty() {
        let (from, to) = (times.local(window.from), times.local(window.to));
        let today = times.local(around.from).date();
        let expired = slot.valid.to.filter(|last| *last < today);
        if let Some(last) = expired {
            problems.push(SlotProblem::Expired { last });
        } else if recurrence.nominal_times(from, to).next().is_some() {
            problems.push(SlotProblem::NeverAirs { from: from.date() });
        } else if let Some(last) = recurrence.over_before(from) {
            problems.push(SlotProblem::Past { last });
        }
        return;
    }
    let rivals: Vec<&SlotVersion> = around
        .others
        .iter()
        .filter(|other| other.slot.id != slot.id && other.until.is_none_or(|until| until > around.from))
        .filter(|other| other.slot.zones.iter().any(|zone| slot.zones.contains(zone)))
        .collect();
    times.check_itself(problems);
    let met = rivals.iter().map(|rival| times.meet(rival)).collect::<Vec<_>>();
    let clear = met.iter().all(|met| met.overlap.starts.is_empty());
    let unpermitted = times.unpermitted();
    if clear && unpermitted.is_none() {
        times.check_grace(&met, problems);
        return;
    }
    let mut shifts = Shifts::default();
    met.iter().for_each(|met| shifts.avoid(&met.own, &met.airings));
    let shift = shifts.nearest(&times.own, around.permitted, around.time_zone);
    for met in met.iter().filter(|met| !met.overlap.starts.is_empty()) {
        problems.push(times.overlap_problem(met, shift));
    }
    problems.extend(unpermitted.map(|found| times.permitted_problem(&found, shift)));
    times.check_grace(&met, problems);
}

/// Another slot in a shared zone.
struct Met<'a> {
    slot: &'a Slot,
    /// The airings of the slot to be saved while both are valid.
    own: Airings,
    /// Its airings in the same window.
    airings: Airings,
    overlap: overlap::Overlap,
}

/// Airings that reach outside the permitted hours.
struct Unpermitted {
    /// The first of them.
    first: Window,
    /// Where it leaves the permitted hours.
    ends: DateTime<Utc>,
    /// How many there are.
    count: usize,
    /// The longest that would be permitted at each.
    free: TimeDelta,
}

impl Times<'_> {
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.around.time_zone).naive_local()
    }

    fn dates(&self, starts: &[DateTime<Utc>]) -> Dates {
        Dates(starts.iter().take(DATES_MAX).map(|at| self.local(*at)).collect())
    }

    /// The longest duration that fits into `free`, in whole minutes; none where shortening would not help.
    fn shorter(&self, free: Option<TimeDelta>) -> Option<Duration> {
        let minutes = free?.num_minutes();
        let length = Duration::from_secs(u64::try_from(minutes).ok()? * 60);
        (!length.is_zero() && length >= fixed_length(self.slot, self.around.library)).then_some(length)
    }

    fn check_itself(&self, problems: &mut Vec<SlotProblem>) {
        let length = TimeDelta::from_std(self.length).unwrap_or(TimeDelta::MAX);
        let again = || self.own.windows(2).filter(|pair| pair[1].from - pair[0].from < length);
        if let Some(gap) = again().map(|pair| pair[1].from - pair[0].from).min() {
            let starts: Vec<_> = again().map(|pair| pair[0].from).collect();
            problems.push(SlotProblem::OverlapsItself {
                slot: self.slot.name.clone(),
                length: self.length,
                gap: gap.to_std().unwrap_or_default(),
                dates: self.dates(&starts),
                count: starts.len(),
                proposal: Proposal { length_max: self.shorter(Some(gap)), ..Proposal::default() },
            });
        }
    }

    fn meet<'a>(&self, rival: &'a SlotVersion) -> Met<'a> {
        let window = horizon(self.around, &[self.slot.valid.from, rival.slot.valid.from]);
        let own = airings(&self.version, self.around, window);
        let airings = airings(rival, self.around, window);
        let overlap = overlap(&own, &airings);
        Met { slot: &rival.slot, own, airings, overlap }
    }

    fn overlap_problem(&self, met: &Met<'_>, shift: Option<i64>) -> SlotProblem {
        let shared = self.slot.zones.iter().filter(|zone| met.slot.zones.contains(zone));
        SlotProblem::Overlap {
            slot: self.slot.name.clone(),
            length: self.length,
            other: met.slot.name.clone(),
            other_length: expected_length(met.slot, self.around.library),
            zones: Names(shared.map(ToString::to_string).collect()),
            dates: self.dates(&met.overlap.starts),
            count: met.overlap.starts.len(),
            overlap: met.overlap.longest.to_std().unwrap_or_default(),
            proposal: proposal(&self.own, self.around.time_zone, shift, self.shorter(met.overlap.free)),
        }
    }

    fn unpermitted(&self) -> Option<Unpermitted> {
        let mut found: Option<Unpermitted> = None;
        for airing in &self.own {
            let ends = self.around.permitted.permitted_to(self.around.time_zone, airing.from, airing.to);
            if ends < airing.to {
                let free = ends - airing.from;
                let known = found.get_or_insert(Unpermitted { first: *airing, ends, count: 0, free });
                known.count += 1;
                known.free = known.free.min(free);
            }
        }
        found
    }

    fn permitted_problem(&self, found: &Unpermitted, shift: Option<i64>) -> SlotProblem {
        let at = self.local(found.first.from);
        let hours = self.around.permitted.on(at.weekday());
        SlotProblem::NotPermitted {
            at,
            over: (found.first.to - found.ends).to_std().unwrap_or_default(),
            hours: if hours.is_empty() { "none".to_owned() } else { names(hours).to_string() },
            count: found.count,
            proposal: proposal(&self.own, self.around.time_zone, shift, self.shorter(Some(found.free))),
        }
    }

    /// The grace must end before the next start. Where slots overlap that is said already.
    fn check_grace(&self, met: &[Met<'_>], problems: &mut Vec<SlotProblem>) {
        let others = met
            .iter()
            .filter(|met| met.overlap.starts.is_empty())
            .filter_map(|met| Some((shortest_gap(&met.own, &met.airings)?, &met.slot.name)));
        let own = shortest_gap(&self.own, &self.own).map(|gap| (gap, &self.slot.name));
        let Some(((gap, at), next)) = own.into_iter().chain(others).min_by_key(|((gap, _), _)| *gap) else { return };
        let gap = gap.to_std().unwrap_or_default();
        if self.slot.grace > gap {
            let (next, at) = (next.clone(), self.local(at));
            problems.push(SlotProblem::GraceTooLong { grace: self.slot.grace, gap, next, at });
        }
    }
}

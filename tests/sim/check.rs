//! The invariants of the station, held against what really sounded.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::airing::{Airing, CountedFrom};
use loa::domain::clip::duration_to_frames;
use loa::domain::log::{AiringId, EndReason, Kind, Outcome, PartId, Record};
use loa::domain::slot::OccurrenceId;
use loa::domain::station::Timetable;
use loa::domain::time::Window;
use loa::rehearsal::Sounded;

use super::book::MemoryBook;

pub(super) struct Evidence<'a> {
    pub(super) book: &'a MemoryBook,
    pub(super) truth: &'a [Sounded],
    pub(super) timetable: &'a dyn Timetable,
    /// Occurrences that start inside must all have ended.
    pub(super) settled: Window,
    /// How much a power cut may make the log forget.
    pub(super) journal_slack: Duration,
    pub(super) violations: &'a [String],
}

/// Every invariant; the first that does not hold, as a sentence.
pub(super) fn check(evidence: &Evidence) -> Result<(), String> {
    if let Some(violation) = evidence.violations.first() {
        return Err(violation.clone());
    }
    every_occurrence_ends_exactly_once(evidence)?;
    one_sound_at_a_time(evidence)?;
    what_sounded_is_what_the_log_says(evidence)?;
    no_head_is_cut(evidence)?;
    nothing_sounds_outside_permitted_hours(evidence)?;
    outcomes_follow_from_the_airings(evidence)
}

fn every_occurrence_ends_exactly_once(evidence: &Evidence) -> Result<(), String> {
    let mut closed: BTreeMap<&OccurrenceId, u32> = BTreeMap::new();
    for end in evidence.book.closed() {
        *closed.entry(&end.occurrence).or_default() += 1;
    }
    if let Some((id, times)) = closed.iter().find(|(_, times)| **times > 1) {
        return Err(format!("{id} ended {times} times"));
    }
    let due = evidence.timetable.due(evidence.settled);
    match due.iter().find(|due| !closed.contains_key(&due.id)) {
        Some(due) => Err(format!("{} was planned and has no end in the log", due.id)),
        None => Ok(()),
    }
}

fn one_sound_at_a_time(evidence: &Evidence) -> Result<(), String> {
    let mut sounds: Vec<_> = evidence.truth.iter().filter(|sounded| sounded.frames > 0).collect();
    sounds.sort_by_key(|sounded| sounded.from);
    for pair in sounds.windows(2) {
        if pair[1].from < pair[0].to {
            return Err(format!("{} and {} sounded at the same time", pair[0].part, pair[1].part));
        }
    }
    Ok(())
}

fn what_sounded_is_what_the_log_says(evidence: &Evidence) -> Result<(), String> {
    let intents: BTreeMap<PartId, _> = evidence.book.intents().map(|intent| (intent.part, intent)).collect();
    let ends: BTreeMap<PartId, _> = evidence.book.ends().map(|end| (end.part, end)).collect();
    let heard: BTreeMap<PartId, _> = evidence.truth.iter().map(|sounded| (sounded.part, sounded)).collect();
    for sounded in evidence.truth {
        let part = sounded.part;
        let intent = intents.get(&part).ok_or_else(|| format!("{part} sounded without an intent"))?;
        if intent.from_frame != sounded.from_frame {
            return Err(format!("{part} began at frame {}, its intent says {}", sounded.from_frame, intent.from_frame));
        }
        let end = ends.get(&part).ok_or_else(|| format!("{part} sounded and has no end"))?;
        let slack = match end.reason {
            EndReason::PowerLoss | EndReason::NotStarted => {
                duration_to_frames(evidence.journal_slack, intent.sample_rate)
            }
            _ => 0,
        };
        if end.frames > sounded.frames || end.frames + slack < sounded.frames {
            return Err(format!(
                "{part} sounded for {} frames, the log says {} ({:?})",
                sounded.frames, end.frames, end.reason
            ));
        }
    }
    match evidence.book.ends().find(|end| end.frames > 0 && !heard.contains_key(&end.part)) {
        Some(end) => Err(format!("{} never sounded, the log says {} frames", end.part, end.frames)),
        None => Ok(()),
    }
}

fn no_head_is_cut(evidence: &Evidence) -> Result<(), String> {
    let mut begun = BTreeSet::new();
    for intent in evidence.book.intents() {
        if begun.insert(intent.part.airing) && intent.from_frame != 0 {
            return Err(format!("{} began at frame {}", intent.part, intent.from_frame));
        }
    }
    Ok(())
}

fn nothing_sounds_outside_permitted_hours(evidence: &Evidence) -> Result<(), String> {
    let intents: BTreeMap<PartId, _> = evidence.book.intents().map(|intent| (intent.part, intent)).collect();
    for sounded in evidence.truth {
        let Some(intent) = intents.get(&sounded.part) else { continue };
        if intent.kind == Kind::Emergency {
            if intent.by.is_none() {
                return Err(format!("{} is an emergency without a name", sounded.part));
            }
            continue;
        }
        let allowed = |at: DateTime<Utc>| evidence.timetable.permitted_until(at).is_some();
        // When the clock is set wrong in the middle of a broadcast, the station goes on by monotonic time.
        let same =
            |other: &&Sounded| intent.occurrence.is_some() && intents[&other.part].occurrence == intent.occurrence;
        let first = evidence.truth.iter().find(same).unwrap_or(sounded);
        let by_mono = first.start + (sounded.from - first.from);
        if !allowed(sounded.start) && !allowed(by_mono) {
            return Err(format!("{} sounded at {}, outside permitted hours", sounded.part, sounded.start));
        }
    }
    Ok(())
}

fn outcomes_follow_from_the_airings(evidence: &Evidence) -> Result<(), String> {
    let mut airings: BTreeMap<AiringId, Airing> = BTreeMap::new();
    let mut closed_at: BTreeMap<OccurrenceId, u64> = BTreeMap::new();
    for entry in &evidence.book.entries {
        match &entry.record {
            Record::Intent(intent) => {
                if let Some(id) = intent.occurrence.as_ref().filter(|id| closed_at.contains_key(id)) {
                    return Err(format!("{} belongs to {id}, which had ended", intent.part));
                }
                match airings.get_mut(&intent.part.airing) {
                    Some(airing) => airing.resume(intent).map_err(|error| error.to_string())?,
                    None => drop(airings.insert(intent.part.airing, Airing::begin(intent))),
                }
            }
            Record::End(end) => {
                let airing = airings.get_mut(&end.part.airing).ok_or("an end without an intent")?;
                airing.end(end).map_err(|error| error.to_string())?;
            }
            Record::Closed(closed) => drop(closed_at.insert(closed.occurrence.clone(), entry.seq)),
            _ => {}
        }
    }
    let from = CountedFrom::default();
    for closed in evidence.book.closed() {
        let own: Vec<_> =
            airings.values().filter(|airing| airing.occurrence.as_ref() == Some(&closed.occurrence)).collect();
        let heard = own.iter().any(|airing| airing.frames_heard() > 0);
        let counted = own.iter().filter(|airing| airing.counted(from));
        let items: Vec<_> = counted.map(|airing| airing.clip.item).collect();
        if items.iter().collect::<BTreeSet<_>>().len() != items.len() {
            return Err(format!("{} counted one item twice: {items:?}", closed.occurrence));
        }
        let fits = match &closed.outcome {
            Outcome::Aired => heard && !items.is_empty(),
            Outcome::Partial => heard,
            Outcome::Missed(_) | Outcome::Superseded { .. } | Outcome::Cancelled { .. } => !heard,
        };
        if !fits {
            return Err(format!("{} ended as {:?}, heard: {heard}", closed.occurrence, closed.outcome));
        }
    }
    for entry in evidence.book.entries.windows(2) {
        if entry[1].seq != entry[0].seq + 1 || entry[1].at + TimeDelta::days(40_000) < entry[0].at {
            return Err(format!("record {} does not follow {}", entry[1].seq, entry[0].seq));
        }
    }
    Ok(())
}

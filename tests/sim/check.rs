//! The invariants of the station, held against what really sounded.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::airing::{Airing, CountedFrom};
use loa::domain::clip::duration_to_frames;
use loa::domain::log::{AiringId, Delivery, EndReason, Entry, Incident, Kind, Outcome, PartId, Record};
use loa::domain::slot::{OccurrenceId, ZoneId};
use loa::domain::station::Timetable;
use loa::domain::time::Window;
use loa::rehearsal::Sounded;

use super::book::MemoryBook;
use super::relays::relays_keep_to_the_clock;

/// What an emergency cuts is silent after this.
const FADE: Duration = Duration::from_millis(200);
/// What two zones may be apart.
const IN_STEP: Duration = Duration::from_millis(1);

pub(super) struct Evidence<'a> {
    pub(super) book: &'a MemoryBook,
    /// What sounded in each zone, by the time of its first frame.
    pub(super) truth: &'a [(ZoneId, Sounded)],
    /// When the programme of a zone was turned down.
    pub(super) ducked: &'a [(ZoneId, (Duration, Duration))],
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
    voices_keep_their_place(evidence)?;
    zones_sound_in_step(evidence)?;
    what_sounded_is_what_the_log_says(evidence)?;
    relays_keep_to_the_clock(evidence)?;
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

/// Who gives way to whom: an emergency before a voice, with its tune, before the programme.
fn rank(sounded: &Sounded, emergencies: &BTreeSet<PartId>) -> u8 {
    match (sounded.ducks, emergencies.contains(&sounded.part)) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 2,
    }
}

/// In a zone nothing sounds beside another. What is cut by something of a higher rank fades out under its beginning; and a voice
/// may be over the programme as long as that is turned down.
fn one_sound_at_a_time(evidence: &Evidence) -> Result<(), String> {
    let emergencies: BTreeSet<PartId> =
        evidence.book.intents().filter(|intent| intent.kind == Kind::Emergency).map(|intent| intent.part).collect();
    let mut zones: BTreeMap<&ZoneId, Vec<&Sounded>> = BTreeMap::new();
    for (zone, sounded) in evidence.truth.iter().filter(|(_, sounded)| sounded.frames > 0) {
        zones.entry(zone).or_default().push(sounded);
    }
    for (zone, sounds) in zones {
        let ducked = |from: Duration, to: Duration| {
            let here = evidence.ducked.iter().filter(|(of, _)| of == zone).map(|(_, stretch)| *stretch);
            here.into_iter().any(|(since, until)| since <= from && to <= until.saturating_add(FADE))
        };
        let mut before: Vec<&Sounded> = Vec::new();
        for next in sounds {
            before.retain(|before| before.to > next.from);
            for before in &before {
                let (over, until) = (before.to.min(next.to).saturating_sub(next.from), before.to.min(next.to));
                let (one, other) = (rank(before, &emergencies), rank(next, &emergencies));
                let cut = one < other && before.to <= next.from + FADE;
                let below = one.max(other) == 1 && one != other && ducked(next.from, until);
                if !cut && !below {
                    let (one, other) = (before.part, next.part);
                    return Err(format!("{one} and {other} sounded at the same time in {zone}, for {over:?}"));
                }
            }
            before.push(next);
        }
    }
    Ok(())
}

/// Whoever speaks is cut by an emergency, never the other way round; is not heard for longer than was asked; and is not taken
/// up again after the power was gone.
fn voices_keep_their_place(evidence: &Evidence) -> Result<(), String> {
    let intents: BTreeMap<PartId, _> = evidence.book.intents().map(|intent| (intent.part, intent)).collect();
    let mut ended: BTreeMap<AiringId, &EndReason> = BTreeMap::new();
    for end in evidence.book.ends() {
        let Some(intent) = intents.get(&end.part) else { continue };
        match (&end.reason, intent.kind) {
            (EndReason::Superseded { .. }, Kind::Emergency) => {
                return Err(format!("{} is an emergency and was cut", end.part));
            }
            (_, Kind::Live) if intent.by.is_none() => return Err(format!("{} is a voice without a name", end.part)),
            (_, Kind::Live) if intent.from_frame + end.frames > intent.frames_total => {
                return Err(format!("{} was heard for longer than it was to be", end.part));
            }
            (_, Kind::Live) => {
                let before = ended.insert(end.part.airing, &end.reason);
                let goes_on =
                    |reason: &EndReason| matches!(reason, EndReason::OutputLost { .. } | EndReason::NotStarted);
                if let Some(reason) = before.filter(|reason| !goes_on(reason)) {
                    return Err(format!("{} goes on after it had ended as {reason:?}", end.part));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Every frame of a stretch sounds in all zones at the same time: two loudspeakers within earshot must not echo.
fn zones_sound_in_step(evidence: &Evidence) -> Result<(), String> {
    let held = |entry: &Entry| matches!(entry.record, Record::Incident(Incident::Paused { .. }));
    if evidence.book.entries.iter().any(held) {
        // A stretch that was held has no one line; weeks without a pause are enough.
        return Ok(());
    }
    let rates: BTreeMap<PartId, u32> =
        evidence.book.intents().map(|intent| (intent.part, intent.sample_rate)).collect();
    let mut heads: BTreeMap<PartId, (f64, &ZoneId)> = BTreeMap::new();
    for (zone, sounded) in evidence.truth.iter().filter(|(_, sounded)| sounded.frames > 0) {
        let Some(rate) = rates.get(&sounded.part) else { continue };
        let head = sounded.from.as_secs_f64() - sounded.from_frame as f64 / f64::from(*rate);
        let (first, other) = *heads.entry(sounded.part).or_insert((head, zone));
        if (head - first).abs() > IN_STEP.as_secs_f64() {
            let apart = (head - first) * 1e3;
            return Err(format!("{} sounded in {zone} {apart:.3} ms apart from {other}", sounded.part));
        }
    }
    Ok(())
}

fn what_sounded_is_what_the_log_says(evidence: &Evidence) -> Result<(), String> {
    let intents: BTreeMap<PartId, _> = evidence.book.intents().map(|intent| (intent.part, intent)).collect();
    let ends: BTreeMap<PartId, _> = evidence.book.ends().map(|end| (end.part, end)).collect();
    let mut heard: BTreeMap<PartId, Vec<&(ZoneId, Sounded)>> = BTreeMap::new();
    for sounded in evidence.truth {
        heard.entry(sounded.1.part).or_default().push(sounded);
    }
    for (part, sounds) in &heard {
        let intent = intents.get(part).ok_or_else(|| format!("{part} sounded without an intent"))?;
        let first = sounds.iter().map(|(_, sounded)| sounded.from_frame).min().unwrap_or_default();
        // Live sound that begins late has gone by.
        if intent.from_frame != first && !(intent.sound.is_live() && intent.from_frame < first) {
            return Err(format!("{part} began at frame {first}, its intent says {}", intent.from_frame));
        }
        let end = ends.get(part).ok_or_else(|| format!("{part} sounded and has no end"))?;
        let by_journal = matches!(end.reason, EndReason::PowerLoss | EndReason::NotStarted);
        let slack = if by_journal { duration_to_frames(evidence.journal_slack, intent.sample_rate) } else { 0 };
        let truth = union(sounds.iter().map(|(_, sounded)| (sounded.from_frame, sounded.frames)).collect());
        if end.frames > truth || end.frames + slack < truth {
            return Err(format!(
                "{part} sounded for {truth} frames, the log says {} ({:?}); it sounded: {sounds:#?}",
                end.frames, end.reason
            ));
        }
        for delivery in end.zones.iter().filter(|_| !by_journal) {
            let here = sounds.iter().filter(|(zone, _)| *zone == delivery.zone);
            let frames: u64 = here.map(|(_, sounded)| sounded.frames).sum();
            if frames != delivery.frames {
                let Delivery { zone, frames: said, .. } = delivery;
                return Err(format!("{part} sounded for {frames} frames in {zone}, the log says {said}"));
            }
        }
    }
    match evidence.book.ends().find(|end| end.frames > 0 && !heard.contains_key(&end.part)) {
        Some(end) => Err(format!("{} never sounded, the log says {} frames", end.part, end.frames)),
        None => Ok(()),
    }
}

/// Frames that at least one of these stretches (first frame, frames) holds.
fn union(mut stretches: Vec<(u64, u64)>) -> u64 {
    stretches.sort_unstable();
    let (mut reached, mut frames) = (0, 0);
    for (from, count) in stretches {
        frames += (from + count).saturating_sub(from.max(reached));
        reached = reached.max(from + count);
    }
    frames
}

fn no_head_is_cut(evidence: &Evidence) -> Result<(), String> {
    let mut begun = BTreeSet::new();
    for intent in evidence.book.intents() {
        if begun.insert(intent.part.airing) && intent.from_frame != 0 && !intent.sound.is_live() {
            return Err(format!("{} began at frame {}", intent.part, intent.from_frame));
        }
    }
    Ok(())
}

fn nothing_sounds_outside_permitted_hours(evidence: &Evidence) -> Result<(), String> {
    let intents: BTreeMap<PartId, _> = evidence.book.intents().map(|intent| (intent.part, intent)).collect();
    for (_, sounded) in evidence.truth {
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
        let first = evidence.truth.iter().map(|(_, sounded)| sounded).find(same).unwrap_or(sounded);
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
            Record::Proof(proof) => {
                let airing = airings.get_mut(&proof.part.airing).ok_or("a proof without an intent")?;
                if airing.proofs.iter().any(|known| (known.part, &known.zone) == (proof.part, &proof.zone)) {
                    return Err(format!("{} was proved twice in {}", proof.part, proof.zone));
                }
                airing.prove(proof).map_err(|error| error.to_string())?;
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
        let relayed = own.iter().any(|airing| airing.clip().is_none() && airing.counted(from));
        let items: Vec<_> = counted.filter_map(|airing| Some(airing.clip()?.item)).collect();
        if items.iter().collect::<BTreeSet<_>>().len() != items.len() {
            return Err(format!("{} counted one item twice: {items:?}", closed.occurrence));
        }
        let fits = match &closed.outcome {
            Outcome::Aired => heard && (relayed || !items.is_empty()),
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

//! A log in memory, and the ledger read from it the slow and obvious way: the model that the real store is held against.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use loa::domain::log::{End, EndReason, Entry, Incident, Intent, Kind, PartId, Record};
use loa::domain::proof::{Unheard, Verdict};
use loa::domain::slot::{OccurrenceId, ZoneId};
use loa::domain::station::{LOOK_BACK, Ledger, LeftOpen, LeftRaised};
use loa::rehearsal::Book;

/// See the module.
#[derive(Debug, Default, Clone)]
pub(super) struct MemoryBook {
    pub(super) entries: Vec<Entry>,
    pub(super) journal: BTreeMap<PartId, (u64, DateTime<Utc>)>,
    pub(super) commit_takes: Duration,
}

impl MemoryBook {
    pub(super) fn intents(&self) -> impl Iterator<Item = &Intent> {
        self.entries.iter().filter_map(|entry| match &entry.record {
            Record::Intent(intent) => Some(intent),
            _ => None,
        })
    }

    pub(super) fn ends(&self) -> impl Iterator<Item = &End> {
        self.entries.iter().filter_map(|entry| match &entry.record {
            Record::End(end) => Some(end),
            _ => None,
        })
    }

    pub(super) fn closed(&self) -> impl Iterator<Item = &loa::domain::log::Closed> {
        self.entries.iter().filter_map(|entry| match &entry.record {
            Record::Closed(closed) => Some(closed),
            _ => None,
        })
    }
}

impl MemoryBook {
    fn incidents(&self) -> impl Iterator<Item = (u64, DateTime<Utc>, &Incident)> {
        self.entries.iter().filter_map(|entry| match &entry.record {
            Record::Incident(incident) => Some((entry.seq, entry.at, incident)),
            _ => None,
        })
    }

    /// Emergencies raised and not ended.
    fn raised(&self) -> Vec<LeftRaised> {
        let over = |id| {
            let ended = |incident: &Incident| matches!(incident, Incident::EmergencyEnded { emergency, .. } if *emergency == id);
            self.incidents().any(|(_, _, incident)| ended(incident))
        };
        let mut left = Vec::new();
        for (seq, at, incident) in self.incidents() {
            let Incident::EmergencyRaised(raised) = incident else { continue };
            if over(raised.emergency) {
                continue;
            }
            let later = self.entries.iter().filter(|entry| entry.seq > seq);
            let soundings = later.filter_map(|entry| match &entry.record {
                Record::Intent(intent) if intent.kind == Kind::Emergency => Some(intent),
                _ => None,
            });
            let ours = soundings
                .filter(|intent| {
                    intent.sound.clip().is_some_and(|clip| clip.item == raised.clip.item)
                        && intent.by.as_deref() == Some(&*raised.by)
                })
                .map(|intent| intent.part);
            let whole = |part: &PartId| self.ends().any(|end| end.part == *part && end.reason == EndReason::Complete);
            let sounded = ours.filter(whole).count() as u32;
            left.push(LeftRaised { at, raised: (**raised).clone(), sounded });
        }
        left
    }

    /// What each return feed said last, where that is that something was not heard.
    fn unheard(&self) -> Vec<(ZoneId, Unheard)> {
        let mut last = BTreeMap::new();
        for entry in &self.entries {
            let Record::Proof(proof) = &entry.record else { continue };
            let airing = proof.part.airing;
            let title = || {
                let intent = self.intents().find(|intent| intent.part.airing == airing);
                intent.map_or_else(String::new, |intent| intent.sound.title().to_owned())
            };
            match proof.finding.verdict() {
                Verdict::NotHeard => drop(last.insert(proof.zone.clone(), Unheard { airing, title: title() })),
                Verdict::Heard => drop(last.remove(&proof.zone)),
                Verdict::Unsure => {}
            }
        }
        last.into_iter().collect()
    }

    /// Zones muted by the last word on each.
    fn muted(&self) -> Vec<(ZoneId, String)> {
        let mut last = BTreeMap::new();
        for (_, _, incident) in self.incidents() {
            if let Incident::ZoneMuted { zone, muted, by } = incident {
                if *muted {
                    last.insert(zone.clone(), by.clone())
                } else {
                    last.remove(zone)
                };
            }
        }
        last.into_iter().collect()
    }
}

impl Book for MemoryBook {
    fn append(&mut self, at: DateTime<Utc>, records: &[Record]) {
        for record in records {
            if let Record::End(end) = record {
                self.journal.remove(&end.part);
            }
            let seq = self.entries.len() as u64 + 1;
            self.entries.push(Entry { seq, at, record: record.clone() });
        }
    }

    fn journal(&mut self, part: PartId, frames: u64, start: DateTime<Utc>) {
        self.journal.insert(part, (frames, start));
    }

    fn commit_takes(&mut self) -> Duration {
        self.commit_takes
    }

    fn ledger(&mut self, _now: DateTime<Utc>) -> Ledger {
        let in_time =
            |entry: &&Entry| matches!(&entry.record, Record::Closed(closed) if closed.planned_start <= entry.at);
        let swept_to = self.entries.iter().filter(in_time).filter_map(|entry| match &entry.record {
            Record::Closed(closed) => Some(closed.planned_start),
            _ => None,
        });
        let swept_to = swept_to.max();
        let look_back = swept_to.map(|at| at - LOOK_BACK);
        let closed_ids: BTreeSet<OccurrenceId> = self.closed().map(|closed| closed.occurrence.clone()).collect();
        let recent = self.closed().filter(|closed| look_back.is_none_or(|from| closed.planned_start >= from));
        let closed = recent.map(|closed| closed.occurrence.clone()).collect();
        let mut rundowns = BTreeMap::new();
        for entry in &self.entries {
            if let Record::Rundown(rundown) = &entry.record
                && !closed_ids.contains(&rundown.occurrence)
            {
                rundowns.insert(rundown.occurrence.clone(), rundown.clone());
            }
        }
        let ends: BTreeMap<PartId, &End> = self.ends().map(|end| (end.part, end)).collect();
        let whole = |intent: &Intent| ends.get(&intent.part).map(|end| (intent.clone(), (*end).clone()));
        let open: Vec<LeftOpen> = self
            .intents()
            .filter(|intent| !ends.contains_key(&intent.part))
            .map(|intent| LeftOpen {
                intent: intent.clone(),
                journal: self.journal.get(&intent.part).copied(),
                earlier: self
                    .intents()
                    .filter(|other| other.part.airing == intent.part.airing)
                    .filter_map(whole)
                    .collect(),
            })
            .collect();
        let open_airings: BTreeSet<_> = open.iter().map(|left| left.intent.part.airing).collect();
        let ended = self
            .intents()
            .filter(|intent| intent.occurrence.as_ref().is_some_and(|id| rundowns.contains_key(id)))
            .filter(|intent| !open_airings.contains(&intent.part.airing))
            .filter_map(whole)
            .collect();
        let distrusted = self.entries.iter().rev().find_map(|entry| match &entry.record {
            Record::Incident(Incident::ClockDistrusted { not_before }) => Some(Some(*not_before)),
            Record::Incident(Incident::ClockTrusted { .. }) => Some(None),
            _ => None,
        });
        let distrusted = distrusted.flatten();
        Ledger {
            raised: self.raised(),
            muted: self.muted(),
            unheard: self.unheard(),
            began: self.entries.first().map(|entry| entry.at),
            last_at: distrusted.or(self.entries.last().map(|entry| entry.at)),
            distrusted: distrusted.is_some(),
            swept_to,
            closed,
            rundowns: rundowns.into_values().collect(),
            open,
            ended,
        }
    }
}

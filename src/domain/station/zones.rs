//! Who is heard in which zone: what an emergency or a voice takes, what is muted, and how loud each is at this hour.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Station;
use super::command::Refusal;
use super::protocol::{Effect, Ledger};
use super::session::{Ending, Rank, Session};
use super::timetable::Due;
use crate::domain::log::{AiringId, EndReason, Incident};
use crate::domain::proof::{Proof, Unheard, Verdict};
use crate::domain::slot::ZoneId;

/// What is known of the zones beside their outputs.
#[derive(Debug)]
pub(super) struct Zones {
    /// Muted by whom.
    muted: BTreeMap<ZoneId, String>,
    /// The gain last ordered, in dB; none before the first order.
    volume_db: BTreeMap<ZoneId, f64>,
    /// What the return feed last said was not heard; none where it was heard since.
    unheard: BTreeMap<ZoneId, Unheard>,
    /// What a return feed said that cannot be captured; none where it can be, or there is none.
    return_lost: BTreeMap<ZoneId, String>,
    /// How far the programme is turned down below a voice, as last ordered, in dB. Where it is not there is no entry.
    duck_db: BTreeMap<ZoneId, u32>,
}

impl Zones {
    /// As the log left them.
    pub(super) fn new(ledger: &Ledger) -> Self {
        Self {
            muted: ledger.muted.iter().cloned().collect(),
            volume_db: BTreeMap::new(),
            unheard: ledger.unheard.iter().cloned().collect(),
            return_lost: BTreeMap::new(),
            duck_db: BTreeMap::new(),
        }
    }

    pub(super) fn muted_by(&self, zone: &ZoneId) -> Option<&str> {
        self.muted.get(zone).map(String::as_str)
    }

    pub(super) fn volume_db(&self, zone: &ZoneId) -> f64 {
        self.volume_db.get(zone).copied().unwrap_or(0.0)
    }

    pub(super) fn unheard(&self, zone: &ZoneId) -> Option<&Unheard> {
        self.unheard.get(zone)
    }

    pub(super) fn return_lost(&self, zone: &ZoneId) -> Option<&str> {
        self.return_lost.get(zone).map(String::as_str)
    }
}

impl Station {
    /// The zones of an occurrence, those that the station no longer has left out; all of them if it has none of those.
    pub(super) fn zones_of(&self, due: &Due) -> Vec<ZoneId> {
        let all = &self.core.settings.zones;
        let known: Vec<_> = due.version.slot.zones.iter().filter(|zone| all.contains(zone)).cloned().collect();
        if known.is_empty() { all.clone() } else { known }
    }

    /// The zones that were asked for; every zone if none was named.
    pub(super) fn zones_asked(&self, zones: Vec<ZoneId>) -> Result<Vec<ZoneId>, Refusal> {
        let all = &self.core.settings.zones;
        if zones.is_empty() {
            return Ok(all.clone());
        }
        match zones.iter().find(|zone| !all.contains(zone)) {
            Some(zone) => Err(Refusal::NoSuchZone { zone: zone.clone() }),
            None => Ok(zones.into_iter().collect::<BTreeSet<_>>().into_iter().collect()),
        }
    }

    /// Whether a programme that wants these zones may be taken up: no other is in one of them, and what is of a higher rank
    /// leaves it at least one.
    pub(super) fn may_begin(&self, zones: &[ZoneId]) -> bool {
        let programmes = || self.sessions.iter().filter(|session| session.rank() == Rank::Programme);
        let free = !programmes().any(|session| session.shares(zones))
            && !self.strays.iter().any(|voice| voice.zones.iter().any(|zone| zones.contains(zone)));
        free && zones.iter().any(|zone| self.taken_from(Rank::Programme, zone).is_none())
    }

    /// What has taken this zone from everything of a rank: an emergency, or for a programme also somebody who speaks.
    pub(super) fn taken_from(&self, rank: Rank, zone: &ZoneId) -> Option<AiringId> {
        let takes = |session: &&Session| {
            session.rank() > rank && session.takes_zones() && session.present().any(|present| present == zone)
        };
        self.sessions.iter().filter(takes).max_by_key(|session| session.rank()).and_then(Session::airing)
    }

    /// The emergency that has this zone.
    pub(super) fn emergency_in(&self, zone: &ZoneId) -> Option<AiringId> {
        let mut emergencies = self.sessions.iter().filter(|session| session.is_emergency());
        emergencies.find(|session| session.zones.contains(zone)).and_then(Session::airing)
    }

    /// Takes everything out of the zones that something of a higher rank has or that are muted, and back into those that are
    /// free again. A programme that is left no zone is suspended, a voice is cut; what is muted everywhere is stopped.
    pub(super) fn share_zones(&mut self) {
        let undisturbed = |session: &Session| session.away.is_empty() && session.rank() == Rank::Programme;
        if self.zones.muted.is_empty() && self.sessions.iter().all(undisturbed) {
            return;
        }
        // From above: what a voice may have is known once the emergencies have theirs.
        self.give_way(Rank::Live);
        self.give_way(Rank::Programme);
    }

    /// Everything of a rank leaves the zones that are taken or muted.
    fn give_way(&mut self, rank: Rank) {
        let zones = self.core.settings.zones.iter();
        let taken: BTreeMap<ZoneId, AiringId> =
            zones.filter_map(|zone| Some((zone.clone(), self.taken_from(rank, zone)?))).collect();
        let mut kept = Vec::with_capacity(self.sessions.len());
        for mut session in std::mem::take(&mut self.sessions) {
            if session.rank() != rank || session.ending.is_some() {
                kept.push(session);
                continue;
            }
            let away = |zone: &&ZoneId| taken.contains_key(zone) || self.zones.muted.contains_key(zone);
            let away: Vec<_> = session.zones.iter().filter(away).cloned().collect();
            let taker = session.zones.iter().find_map(|zone| taken.get(zone).copied());
            if away.len() < session.zones.len() {
                session.leave(away, &mut self.core);
                kept.push(session);
            } else if let Some(by) = taker.filter(|_| rank == Rank::Live) {
                session.superseded_by = Some(by);
                session.end(Ending::Cut, &EndReason::Superseded { by }, &mut self.core);
                kept.push(session);
            } else if let Some(by) = taker {
                session.paused_at = None;
                session.silence(&EndReason::Superseded { by }, &mut self.core);
                session.superseded_by = Some(by);
                self.suspended.push(session);
            } else {
                let by = session.zones.iter().find_map(|zone| self.zones.muted_by(zone)).unwrap_or_default().to_owned();
                session.end(Ending::Muted { by: by.clone() }, &EndReason::Stopped { by }, &mut self.core);
                kept.push(session);
            }
        }
        self.sessions = kept;
    }

    /// A return feed said something: it is written down, and known of the zone until it says something else.
    pub(super) fn proved(&mut self, proof: Proof, title: String) {
        let (zone, airing) = (proof.zone.clone(), proof.part.airing);
        let verdict = proof.finding.verdict();
        self.core.commit(proof.records(&title));
        match verdict {
            Verdict::NotHeard => drop(self.zones.unheard.insert(zone, Unheard { airing, title })),
            Verdict::Heard => drop(self.zones.unheard.remove(&zone)),
            Verdict::Unsure => {}
        }
    }

    /// Something happened that the log tells of. Of a return feed it is known until it says something else.
    pub(super) fn noted(&mut self, incident: Incident) {
        match &incident {
            Incident::ReturnLost { zone, error } => {
                self.zones.return_lost.insert(zone.clone(), error.clone());
            }
            Incident::ReturnBack { zone } => {
                self.zones.return_lost.remove(zone);
            }
            _ => {}
        }
        self.core.incident(incident);
    }

    /// A person silences a zone for everything but emergencies, until it is taken back.
    pub(super) fn mute(&mut self, zone: ZoneId, muted: bool, by: String) -> Result<(), Refusal> {
        if !self.core.settings.zones.contains(&zone) {
            return Err(Refusal::NoSuchZone { zone });
        }
        if muted == self.zones.muted.contains_key(&zone) {
            return Err(Refusal::Already { state: if muted { "muted" } else { "not muted" } });
        }
        if muted {
            self.zones.muted.insert(zone.clone(), by.clone());
        } else {
            self.zones.muted.remove(&zone);
        }
        self.core.incident(Incident::ZoneMuted { zone, muted, by });
        Ok(())
    }

    /// Gives every zone the volume of the hour; an emergency is heard at full volume.
    pub(super) fn follow_volumes(&mut self) {
        for zone in self.core.settings.zones.clone() {
            let emergency = self.emergency_in(&zone).is_some();
            let volume_db = if emergency { 0.0 } else { self.timetable.volume_db(&zone, self.core.now.wall) };
            let before = self.zones.volume_db.insert(zone.clone(), volume_db);
            if before != Some(volume_db) && !(before.is_none() && volume_db == 0.0) {
                self.core.perform(Effect::Volume { zone, gain_db: volume_db });
            }
        }
    }

    /// Turns the programme down where somebody speaks over it, and up again.
    pub(super) fn follow_voices(&mut self) {
        for zone in self.core.settings.zones.clone() {
            let below = self.sessions.iter().find_map(|session| session.ducks(&zone));
            let known = &mut self.zones.duck_db;
            let before = match below {
                Some(db) => known.insert(zone.clone(), db),
                None => known.remove(&zone),
            };
            if before != below {
                self.core.perform(Effect::Duck { zone, gain_db: -f64::from(below.unwrap_or_default()) });
            }
        }
    }

    /// When a volume changes next.
    pub(super) fn next_volume_change(&self) -> Option<DateTime<Utc>> {
        self.timetable.volume_changes_after(self.core.now.wall)
    }
}

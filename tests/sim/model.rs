//! A small town in memory: two slots a day, a shelf of clips, a rundown by least recent airing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::domain::clip::{Approval, AudioFacts, Clip, ClipId, Digest, Genre, ItemId, Source, Topics};
use loa::domain::log::{AiringId, Record};
use loa::domain::rundown::{LeftOut, LeftOutWhy, Planned, Role, Rundown, Why};
use loa::domain::slot::{Interrupted, OccurrenceId, Overrun, Slot, SlotVersion, ZoneId};
use loa::domain::sound::{RelaySnapshot, Sound};
use loa::domain::station::{Due, FreshAiring, Timetable};
use loa::domain::time::{Days, Window, instant_of};
use loa::rehearsal::Shelf;

/// Permitted hours of the model town, local.
pub(super) const PERMITTED: (NaiveTime, NaiveTime) =
    (NaiveTime::from_hms_opt(4, 30, 0).unwrap(), NaiveTime::from_hms_opt(20, 0, 0).unwrap());

/// Slots that air daily at the time of day that `recurrence` names.
pub(super) struct DailyTimetable {
    pub(super) zone: Tz,
    pub(super) versions: Vec<SlotVersion>,
}

impl Timetable for DailyTimetable {
    fn replace(&mut self, versions: Vec<SlotVersion>) {
        self.versions = versions;
    }

    fn due(&self, window: Window) -> Vec<Due> {
        let mut due = Vec::new();
        let mut day = window.from.with_timezone(&self.zone).date_naive() - TimeDelta::days(1);
        let last = window.to.with_timezone(&self.zone).date_naive() + TimeDelta::days(1);
        while day <= last {
            for version in &self.versions {
                let time: NaiveTime = version.slot.recurrence.parse().unwrap();
                let nominal = day.and_time(time);
                let start = instant_of(self.zone, nominal);
                if window.contains(start) && version.in_force(start) {
                    let id = OccurrenceId { nominal, slot: version.slot.id.clone() };
                    due.push(Due { id, version: Arc::new(version.clone()), start });
                }
            }
            day += TimeDelta::days(1);
        }
        due.sort_by_key(|due| due.start);
        due
    }

    fn permitted_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&self.zone).naive_local();
        let inside = PERMITTED.0 <= local.time() && local.time() < PERMITTED.1;
        inside.then(|| instant_of(self.zone, local.date().and_time(PERMITTED.1)))
    }

    fn volume_db(&self, _zone: &ZoneId, at: DateTime<Utc>) -> f64 {
        // Quieter in every other hour.
        if at.timestamp() / 3_600 % 2 == 0 { 0.0 } else { -6.0 }
    }

    fn volume_changes_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp((at.timestamp() / 3_600 + 1) * 3_600, 0)
    }
}

pub(super) fn slot(name: &str, at: &str, policy: Interrupted, overrun: Overrun, grace: Duration) -> Slot {
    Slot {
        id: name.parse().unwrap(),
        name: name.to_owned(),
        recurrence: at.to_owned(),
        zones: vec![ZoneId("loa".to_owned())],
        rundown: Vec::new(),
        length_max: Duration::from_secs(45 * 60),
        grace,
        overrun,
        interrupted: policy,
        valid: Days::ALL,
        exceptions: Vec::new(),
        instead_of: None,
    }
}

pub(super) fn clip(id: u32, genre: Genre, frames: u64, rate: u32) -> Clip {
    let mut digest = [0; 32];
    digest[..4].copy_from_slice(&id.to_be_bytes());
    let digest = Digest(digest);
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    Clip {
        id: ClipId(id),
        edition: 1,
        title: format!("Bản tin số {id}"),
        genre,
        topics: Topics { primary: "CCHC".to_owned(), secondary: Vec::new() },
        campaign: None,
        author: None,
        language: "vi".to_owned(),
        source: Source::Own,
        valid: Days::ALL,
        script: None,
        audio: AudioFacts {
            digest,
            format: "mp3".to_owned(),
            frames,
            sample_rate: rate,
            channels: 2,
            loudness_lufs: Some(-20.0),
            true_peak_dbtp: Some(-3.0),
            head_silence_ms: 0,
            tail_silence_ms: 0,
            inner_silence_ms_max: 0,
            clipped_samples: 0,
            corrupt_packets: 0,
        },
        approval: Approval::Approved {
            by: "Lãnh đạo".to_owned(), title: "Phó Chủ tịch".to_owned(), at, digest
        },
        added_at: at,
        origin: None,
    }
}

/// Clip 1 is the ident, clip 2 the closing tune, the others are items.
pub(super) struct MemoryShelf {
    pub(super) clips: Vec<Clip>,
    pub(super) aired: BTreeMap<ItemId, DateTime<Utc>>,
    pub(super) items: usize,
    /// Another station, relayed for so long before the closing tune.
    pub(super) relay: Option<RelaySnapshot>,
}

impl Shelf for MemoryShelf {
    fn choose(
        &mut self,
        occurrence: &OccurrenceId,
        version: &SlotVersion,
        start: DateTime<Utc>,
        bad: &[(ClipId, String)],
        is_bad: &dyn Fn(&Clip) -> bool,
    ) -> Rundown {
        let mut left_out = Vec::new();
        let fit = |clip: &&Clip| bad.iter().all(|(id, _)| *id != clip.id) && !is_bad(clip);
        for clip in self.clips.iter().filter(|clip| is_bad(clip)) {
            let why = LeftOutWhy::Bad { fault: "missing".to_owned() };
            left_out.push(LeftOut { clip: clip.id, title: clip.title.clone(), why });
        }
        let mut items: Vec<&Clip> = self.clips.iter().filter(|clip| clip.genre != Genre::Ident).filter(fit).collect();
        items.sort_by_key(|clip| (self.aired.get(&clip.item()), clip.id));
        let tune = |id: u32| self.clips.iter().filter(fit).find(|clip| clip.id == ClipId(id));
        let sound = |role: Role, clip: &Clip| (role, Sound::Clip(clip.snapshot()));
        let mut chosen: Vec<(Role, Sound)> = tune(1).map(|clip| sound(Role::Ident, clip)).into_iter().collect();
        chosen.extend(items.into_iter().take(self.items).map(|clip| sound(Role::Item, clip)));
        chosen.extend(self.relay.iter().map(|relay| (Role::Relay, Sound::Relay(relay.clone()))));
        chosen.extend(tune(2).map(|clip| sound(Role::Closing, clip)));
        let mut at = start;
        let mut elements = Vec::new();
        for (role, sound) in chosen {
            let duration = sound.duration();
            if at + duration > start + version.slot.length_max {
                continue;
            }
            let position = elements.len() as u32;
            elements.push(Planned { position, role, sound, start: at, gain_db: 0.0, why: Why::Fixed });
            at += duration;
        }
        Rundown { occurrence: occurrence.clone(), elements, left_out }
    }

    fn take_from_queue(&mut self, _entry: u32) {}

    fn logged(&mut self, at: DateTime<Utc>, record: &Record) {
        if let Record::Intent(intent) = record
            && let Some(clip) = intent.sound.clip()
        {
            self.aired.insert(clip.item, at);
        }
    }

    fn clip(&self, id: ClipId) -> Option<&Clip> {
        self.clips.iter().find(|clip| clip.id == id)
    }

    fn gain_db(&self, _clip: &Clip) -> f64 {
        0.0
    }
}

/// Identifiers that a seed makes anew: time first, as in a UUIDv7, then a number that never repeats in the process.
pub(super) fn fresh(counter: Arc<std::sync::atomic::AtomicU64>) -> FreshAiring {
    Box::new(move |now| {
        let number = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let millis = now.wall.timestamp_millis().max(0) as u128;
        AiringId(uuid::Uuid::from_u128((millis << 80) | (0x7 << 76) | (0x8 << 60) | u128::from(number)))
    })
}

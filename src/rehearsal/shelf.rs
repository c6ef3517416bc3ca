//! The library and the queue of a rehearsed town, chosen from by the very plan of the station.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::scenario::Scenario;
use super::world::Shelf;
use crate::config::ProgrammeLoudness;
use crate::domain::clip::{Approval, AudioFacts, Clip, ClipId, Digest, ItemId, duration_to_frames};
use crate::domain::log::Record;
use crate::domain::plan::{PermittedHours, Request, Schedule, choose};
use crate::domain::queue::{First, QueueEntry, Tier};
use crate::domain::relay::RelayId;
use crate::domain::rundown::Rundown;
use crate::domain::slot::{OccurrenceId, SlotVersion};
use crate::domain::time::{Days, instant_of};

/// Rate of made clips, in Hz.
const RATE_HZ: u32 = 44_100;
/// Loudness and peak of made clips: read speech as it comes from a recorder.
const LOUDNESS_LUFS: f64 = -21.0;
const TRUE_PEAK_DBTP: f64 = -4.0;
/// Clips found missing in one choosing before it is left at that.
const BAD_MAX: usize = 64;

/// What the town can choose from.
pub(super) struct TownShelf {
    /// By number.
    pub(super) clips: Vec<Clip>,
    /// In the order in which they become available.
    pub(super) queue: Vec<QueueEntry>,
    pub(super) last_aired: BTreeMap<ItemId, DateTime<Utc>>,
    pub(super) schedule: Schedule,
    pub(super) permitted: PermittedHours,
    pub(super) time_zone: Tz,
    pub(super) session_length_max: Duration,
    pub(super) loudness: ProgrammeLoudness,
    /// The clip that stands by for an emergency.
    pub(super) standby: Option<ClipId>,
    /// Whose item of priority goes first when nobody says so.
    pub(super) first: First,
    /// The relays that a rundown may name.
    pub(super) relays: Vec<(RelayId, String)>,
    /// What was chosen last for each occurrence, items or not; none if nobody wants to know.
    pub(super) chosen: Option<BTreeMap<OccurrenceId, Rundown>>,
}

/// Makes the clips and the queue of a scenario; the same seed makes the same.
pub(super) fn stock(scenario: &Scenario, time_zone: Tz, author: &str) -> (Vec<Clip>, Vec<QueueEntry>) {
    let midnight = instant_of(time_zone, scenario.from.and_time(NaiveTime::MIN));
    let days = (scenario.to - scenario.from).num_days() + 1;
    let mut lot = Lot(scenario.seed);
    let mut clips: Vec<Clip> = Vec::new();
    let mut queue = Vec::new();
    for sort in &scenario.clips {
        for n in 0..sort.count {
            let number = u32::try_from(clips.len()).unwrap_or(u32::MAX).saturating_add(1);
            let seconds = sort.seconds_min + lot.share() * (sort.seconds_max - sort.seconds_min);
            let frames = duration_to_frames(Duration::from_secs_f64(seconds), RATE_HZ);
            let (title, topics) = sort.nth(n);
            let digest = Digest(*blake3::hash(format!("{} {number}", scenario.seed).as_bytes()).as_bytes());
            clips.push(Clip {
                id: ClipId(number),
                edition: 1,
                title,
                genre: sort.genre,
                topics,
                campaign: sort.campaign.clone(),
                author: Some(author.to_owned()),
                language: "vi".to_owned(),
                source: sort.source,
                valid: Days::ALL,
                script: None,
                audio: facts(digest, frames),
                approval: Approval::Approved {
                    by: "Lãnh đạo UBND".to_owned(),
                    title: "Phó Chủ tịch".to_owned(),
                    at: midnight,
                    digest,
                },
                added_at: midnight,
                origin: None,
            });
            let Some((least, most)) = sort.queued else { continue };
            let times = least + lot.below(most - least + 1);
            // The last ones leave a week for their repeats.
            let released = f64::from(n) * (days - 8).max(0) as f64 / f64::from(sort.count.max(1));
            for repeat in 0..times {
                let at =
                    midnight + TimeDelta::minutes((released * 24.0 * 60.0) as i64) + TimeDelta::days(i64::from(repeat));
                queue.push(QueueEntry {
                    id: 0,
                    slot: None,
                    clip: ClipId(number),
                    by: author.to_owned(),
                    at,
                    tier: Tier::Normal,
                    tier_at: at,
                    ordered_by: None,
                });
            }
        }
    }
    queue.sort_by_key(|entry| (entry.at, entry.clip));
    for (id, entry) in (1..).zip(&mut queue) {
        entry.id = id;
    }
    (clips, queue)
}

fn facts(digest: Digest, frames: u64) -> AudioFacts {
    AudioFacts {
        digest,
        format: "mp3".to_owned(),
        frames,
        sample_rate: RATE_HZ,
        channels: 1,
        loudness_lufs: Some(LOUDNESS_LUFS),
        true_peak_dbtp: Some(TRUE_PEAK_DBTP),
        head_silence_ms: 0,
        tail_silence_ms: 0,
        inner_silence_ms_max: 0,
        clipped_samples: 0,
        corrupt_packets: 0,
    }
}

impl Shelf for TownShelf {
    fn choose(
        &mut self,
        occurrence: &OccurrenceId,
        version: &SlotVersion,
        start: DateTime<Utc>,
        bad: &[(ClipId, String)],
        is_bad: &dyn Fn(&Clip) -> bool,
    ) -> Rundown {
        let waiting: Vec<QueueEntry> = self.queue.iter().filter(|entry| entry.at <= start).cloned().collect();
        let next_start = self.schedule.next_in_zones(start, &version.slot.zones).map(|next| next.start);
        let mut bad = bad.to_vec();
        loop {
            let rundown = choose(&Request {
                occurrence,
                slot: &version.slot,
                start,
                time_zone: self.time_zone,
                library: &self.clips,
                queue: &waiting,
                last_aired: &self.last_aired,
                bad: &bad,
                permitted: &self.permitted,
                session_length_max: Some(self.session_length_max),
                next_start,
                gain: &|clip| self.gain_db(clip),
                standby: self.standby,
                first: self.first,
                relays: &self.relays,
            });
            let chosen = rundown.elements.iter().filter_map(|element| self.clip(element.sound.clip_id()?));
            let missing: Vec<_> = chosen
                .filter(|clip| is_bad(clip))
                .map(|clip| (clip.id, "its audio file is missing".to_owned()))
                .collect();
            if missing.is_empty() || bad.len() >= BAD_MAX {
                if let Some(chosen) = &mut self.chosen {
                    chosen.insert(occurrence.clone(), rundown.clone());
                }
                return rundown;
            }
            bad.extend(missing);
        }
    }

    fn take_from_queue(&mut self, entry: u32) {
        self.queue.retain(|waiting| waiting.id != entry);
    }

    fn logged(&mut self, _at: DateTime<Utc>, record: &Record) {
        if let Record::Intent(intent) = record
            && let Some(clip) = intent.sound.clip()
        {
            self.last_aired.insert(clip.item, intent.planned_start);
        }
    }

    fn clip(&self, id: ClipId) -> Option<&Clip> {
        self.clips.binary_search_by_key(&id, |clip| clip.id).ok().map(|index| &self.clips[index])
    }

    fn gain_db(&self, clip: &Clip) -> f64 {
        self.loudness.gain_db_of(clip)
    }
}

/// What is drawn by lot, the same for the same seed on every machine: SplitMix64 (Steele, Lea, Flood 2014).
struct Lot(u64);

impl Lot {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    const fn below(&mut self, bound: u32) -> u32 {
        (self.next() % bound as u64) as u32
    }
}

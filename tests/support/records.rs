//! Records of the log: single ones, and whole histories made from a seed in which every record may follow those before it.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::domain::airing::CountedFrom;
use loa::domain::clip::{ClipId, ClipSnapshot, Digest, Genre, ItemId, Source, Topics};
use loa::domain::log::{
    AiringId, Amendment, Closed, Correction, Delivery, End, EndReason, Incident, Intent, Kind, Level, Mention,
    MissReason, Outcome, PartId, Record, Withdrawal,
};
use loa::domain::proof::{Doubt, Finding, Proof};
use loa::domain::relay::{Account, RelayId};
use loa::domain::rundown::{Planned, Role, Rundown, Why};
use loa::domain::slot::{OccurrenceId, ZoneId};
use loa::domain::sound::{RelaySnapshot, Sound};
use loa::store::{OpenAs, Settings, Store};
use uuid::Uuid;

pub(crate) const RATE: u32 = 48_000;

pub(crate) const SETTINGS: Settings = Settings { zone: Tz::Asia__Ho_Chi_Minh, counted_from: CountedFrom(0.9) };

pub(crate) async fn station(folder: &Path) -> Store {
    Store::open(folder, OpenAs::Station, SETTINGS).await.unwrap()
}

pub(crate) async fn simulated(folder: &Path) -> Store {
    Store::open(folder, OpenAs::Simulated, SETTINGS).await.unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn airing(number: u64) -> AiringId {
    AiringId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(number)))
}

pub(crate) fn snapshot(clip: u32) -> ClipSnapshot {
    ClipSnapshot {
        item: ItemId { clip: ClipId(clip), edition: 1 },
        title: format!("Đẩy mạnh cải cách thủ tục hành chính, kỳ {clip}"),
        genre: Genre::Article,
        topics: Topics { primary: "CCHC".to_owned(), secondary: vec!["CDS".to_owned()] },
        campaign: Some("KH-65".to_owned()),
        author: Some("Nguyễn Thị Hoa".to_owned()),
        approver: Some("Trần Văn Bình".to_owned()),
        source: Source::Own,
        digest: Digest([u8::try_from(clip % 251).unwrap(); 32]),
        frames: 44_100 * 600,
        sample_rate: 44_100,
    }
}

/// The first stretch of a whole clip of ten minutes.
pub(crate) fn intent(number: u64, planned_start: DateTime<Utc>) -> Intent {
    Intent {
        part: PartId { airing: airing(number), part: 1 },
        occurrence: None,
        position: 0,
        kind: Kind::Own,
        planned_start,
        sample_rate: RATE,
        from_frame: 0,
        frames_total: u64::from(RATE) * 600,
        zones: vec![ZoneId("xa".to_owned())],
        gain_db: -3.25,
        by: None,
        sound: Sound::Clip(snapshot(u32::try_from(number).unwrap())),
    }
}

/// The end of a stretch after `frames`, complete if that is all of it.
pub(crate) fn end(intent: &Intent, frames: u64) -> End {
    let left = intent.frames_total - intent.from_frame;
    let length = TimeDelta::nanoseconds(i64::try_from(frames * 1_000_000_000 / u64::from(intent.sample_rate)).unwrap());
    End {
        part: intent.part,
        start: (frames > 0).then_some(intent.planned_start),
        end: (frames > 0).then(|| intent.planned_start + length),
        frames,
        reason: if frames == left { EndReason::Complete } else { EndReason::Skipped { by: "Hoa".to_owned() } },
        zones: vec![Delivery { zone: ZoneId("xa".to_owned()), frames, underrun_frames: 0 }],
        level: Level { loudness_lufs: Some(-16.1), silent_ms: 12 },
        relay: intent.sound.clip().is_none().then(|| Account { carried_ms: 1, ..Account::default() }),
    }
}

/// A relay of a minute that was heard for so long.
pub(crate) fn relay(number: u64, start: DateTime<Utc>, heard_ms: u64) -> [Record; 2] {
    let mut intent = intent(number, start);
    intent.kind = Kind::Relay;
    intent.frames_total = u64::from(RATE) * 60;
    let (id, name) = (RelayId("vov".to_owned()), "Đài Tiếng nói Việt Nam".to_owned());
    intent.sound = Sound::Relay(RelaySnapshot { id, name, length_ms: 60_000 });
    let mut end = end(&intent, heard_ms * u64::from(RATE) / 1_000);
    end.relay = Some(Account { carried_ms: heard_ms, ..Account::default() });
    [Record::Intent(intent), Record::End(end)]
}

pub(crate) fn occurrence(nominal: &str) -> OccurrenceId {
    format!("sang-0500@{nominal}").parse().unwrap()
}

pub(crate) fn rundown(occurrence: &OccurrenceId, clips: &[u32], start: DateTime<Utc>) -> Rundown {
    let elements = (0..)
        .zip(clips)
        .map(|(position, clip)| Planned {
            position,
            role: Role::Item,
            sound: Sound::Clip(snapshot(*clip)),
            start: start + TimeDelta::seconds(600 * i64::from(position)),
            gain_db: -1.5,
            why: Why::Rotation { last_aired: None, of: 7 },
        })
        .collect();
    Rundown { occurrence: occurrence.clone(), elements, left_out: Vec::new() }
}

pub(crate) fn retitle(number: u64, before: &str, after: &str) -> Correction {
    Correction {
        airing: airing(number),
        by: "Hoa".to_owned(),
        why: "gõ nhầm".to_owned(),
        amendment: Amendment::Title { before: before.to_owned(), after: after.to_owned() },
    }
}

/// Any item within a relay that was heard for so long.
pub(crate) fn mention(random: &mut fastrand::Rng, airing: AiringId, item: u32, lasted_ms: u64) -> Mention {
    let offset_ms = random.u64(..lasted_ms);
    Mention {
        airing,
        item,
        by: "Hoa".to_owned(),
        offset_ms,
        length_ms: random.bool().then(|| random.u64(1..=lasted_ms - offset_ms)),
        title: format!("Bản tin số {}", random.u8(..4)),
        topic: ["CCHC", "ATGT.DB", "CDS"][random.usize(..3)].to_owned(),
        author: random.bool().then(|| "VOV1".to_owned()),
    }
}

/// A history of `airings` airings, each record with the time it is written. The same seed gives the same history.
pub(crate) fn history(seed: u64, airings: u64) -> Vec<(DateTime<Utc>, Record)> {
    let mut maker =
        Maker { random: fastrand::Rng::with_seed(seed), now: at("2022-12-13T20:00:00Z"), records: Vec::new() };
    let mut number = 1 + maker.random.u64(..1 << 20) * 4_096;
    let last = number + airings;
    while number < last {
        let many = maker.random.u64(1..=3).min(last - number);
        maker.occurrence(number, many);
        number += many;
    }
    maker.records
}

struct Maker {
    random: fastrand::Rng,
    now: DateTime<Utc>,
    records: Vec<(DateTime<Utc>, Record)>,
}

impl Maker {
    fn write(&mut self, record: Record) {
        // Whole microseconds, which is what the log keeps.
        let micros = self.now.timestamp_micros() + self.random.i64(1..2_000_000);
        self.now = DateTime::from_timestamp_micros(micros).unwrap();
        self.records.push((self.now, record));
    }

    /// One occurrence of several airings, some played by hand outside it, with what goes wrong.
    fn occurrence(&mut self, first: u64, airings: u64) {
        self.now += TimeDelta::minutes(self.random.i64(30..1_500));
        let nominal = self.now.with_timezone(&SETTINGS.zone).naive_local();
        let id = occurrence(&nominal.format("%Y-%m-%dT%H:%M:%S").to_string());
        let by_hand = self.random.u8(..6) == 0;
        let planned_start = self.now;
        if !by_hand {
            let clips: Vec<u32> = (0..airings).map(|_| self.random.u32(1..12)).collect();
            self.write(Record::Rundown(rundown(&id, &clips, planned_start)));
        }
        let mut heard = 0;
        for position in 0..airings {
            let mut intent = intent(first + position, self.now);
            intent.position = u32::try_from(position).unwrap();
            intent.occurrence = (!by_hand).then(|| id.clone());
            self.dress(&mut intent);
            heard += self.air(intent);
        }
        if by_hand {
            return;
        }
        let outcome = match (heard, self.random.u8(..5)) {
            (0, 0) => Outcome::Cancelled { by: "Bình".to_owned() },
            (0, 1) => Outcome::Missed(MissReason::NoOutput { error: "mất thiết bị".to_owned() }),
            (0, _) => Outcome::Missed(MissReason::Late),
            (_, 0) => Outcome::Superseded { by: airing(first) },
            (_, 1 | 2) => Outcome::Partial,
            _ => Outcome::Aired,
        };
        self.write(Record::Closed(Closed { occurrence: id, planned_start, outcome }));
        if self.random.u8(..4) == 0 {
            self.write(Record::Incident(Incident::OutputLost {
                zone: ZoneId("xa".to_owned()),
                error: "rút ra".to_owned(),
            }));
        }
    }

    /// Which clip, which sort.
    fn dress(&mut self, intent: &mut Intent) {
        let random = &mut self.random;
        let mut clip = snapshot(random.u32(1..12));
        clip.item.edition = 1 + u32::from(random.u8(..10) == 0);
        clip.frames = 44_100 * random.u64(1..1_000);
        intent.frames_total = clip.frames * u64::from(RATE) / 44_100;
        intent.kind = match random.u8(..12) {
            0 => Kind::Ident,
            1 => Kind::Relay,
            2 => Kind::Emergency,
            3 => Kind::Live,
            _ => Kind::Own,
        };
        clip.source = if random.u8(..5) == 0 { Source::District } else { Source::Own };
        if random.bool() {
            clip.campaign = None;
        }
        if random.u8(..3) == 0 {
            clip.topics.primary = "ATGT.DB".to_owned();
        }
        if random.u8(..5) == 0 {
            clip.title.push_str(" (phát lại)");
        }
        intent.sound = match intent.kind {
            Kind::Relay => Sound::Relay(RelaySnapshot {
                id: RelayId("vov".to_owned()),
                name: "Đài Tiếng nói Việt Nam".to_owned(),
                length_ms: intent.frames_total * 1000 / u64::from(RATE),
            }),
            _ => Sound::Clip(clip),
        };
        intent.by = random.bool().then(|| "Hoa".to_owned());
        intent.gain_db = f64::from(random.i32(-2_000..600)) / 97.0;
    }

    /// One airing: begun, perhaps interrupted and resumed, over or left open, perhaps corrected. Returns the frames heard.
    fn air(&mut self, mut intent: Intent) -> u64 {
        let mut sum = 0;
        let mut heard = None;
        loop {
            self.write(Record::Intent(intent.clone()));
            let left = intent.frames_total - intent.from_frame;
            let frames = match self.random.u8(..6) {
                0 => 0,
                1 => self.random.u64(0..=left),
                2 => left * 19 / 20,
                _ => left,
            };
            intent.planned_start = self.now;
            if self.random.u8(..40) == 0 {
                return sum;
            }
            let mut end = end(&intent, frames);
            if frames < left {
                end.reason = EndReason::PowerLoss;
            }
            self.now = end.end.unwrap_or(self.now);
            let span = end.start.zip(end.end);
            heard = span.map(|(start, end)| (heard.map_or(start, |(first, _)| first), end)).or(heard);
            self.write(Record::End(end));
            sum += frames;
            self.prove(intent.part);
            if frames == left || self.random.bool() {
                break;
            }
            // Resumes a little before or after where it was interrupted: overlaps and holes.
            intent.part.part += 1;
            let reached = intent.from_frame + frames;
            intent.from_frame = (reached + self.random.u64(0..RATE.into())).saturating_sub(RATE as u64 / 2);
            intent.from_frame = intent.from_frame.min(intent.frames_total);
        }
        if let (Kind::Relay, Some((start, end))) = (intent.kind, heard) {
            self.hear_inside(intent.part.airing, (end - start).num_milliseconds());
        }
        sum
    }

    /// A person tags what they heard inside a relay, and takes some of it back; with dice of its own, as in `prove`.
    fn hear_inside(&mut self, airing: AiringId, lasted_ms: i64) {
        let mut dice = fastrand::Rng::with_seed(airing.0.as_u128() as u64 ^ 0x7a65);
        let items = if lasted_ms > 0 { dice.u32(..4) } else { 0 };
        for item in 1..=items {
            let mention = mention(&mut dice, airing, item, u64::try_from(lasted_ms).unwrap());
            self.records.push((self.now, Record::Mention(mention)));
            if dice.u8(..4) == 0 {
                let (by, why) = ("Bình".to_owned(), "nghe nhầm".to_owned());
                self.records.push((self.now, Record::Withdrawal(Withdrawal { airing, item, by, why })));
            }
        }
    }

    /// Now and then a return feed says something. It draws from dice of its own, so that the rest of a history is what it was.
    fn prove(&mut self, part: PartId) {
        let mut dice = fastrand::Rng::with_seed(part.airing.0.as_u128() as u64 ^ u64::from(part.part) << 48);
        let finding = match dice.u8(..8) {
            0 => Finding::NotHeard,
            1 => Finding::Unsure(Doubt::NotCaptured { error: "tín hiệu mất".to_owned() }),
            2..4 => Finding::Heard { delay_ms: dice.i64(-200..3_000) },
            _ => return,
        };
        let zone = ZoneId("thi-tran".to_owned());
        let (likeness, level_db) = (f64::from(dice.u16(..1_000)) / 1_000.0, dice.bool().then_some(-3.5));
        let (sent_ms, compared_ms) = (60_000, 55_000);
        let proof = Proof { part, zone, finding, likeness, level_db, sent_ms, compared_ms };
        self.records.push((self.now, Record::Proof(proof)));
    }
}

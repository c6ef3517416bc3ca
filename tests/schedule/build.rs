//! Clips, slots and instants for these tests.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use loa::domain::clip::{Approval, AudioFacts, Clip, ClipId, Digest, Genre, Source, Topics};
use loa::domain::queue::{QueueEntry, Tier};
use loa::domain::slot::{Element, Interrupted, Overrun, Slot, SlotId, SlotVersion, ZoneId};
use loa::domain::time::{Days, Window};
use proptest::test_runner::{Config, RngSeed};

pub(super) const HANOI: Tz = Tz::Asia__Ho_Chi_Minh;

/// So many cases from a fixed seed; `PROPTEST_RNG_SEED` tries another.
pub(super) fn cases(cases: u32) -> Config {
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123);
    Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() }
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `2026-11-23T05:00`.
pub(super) fn civil(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// A civil time in Hanoi.
pub(super) fn at(text: &str) -> DateTime<Utc> {
    HANOI.from_local_datetime(&civil(text)).unwrap().with_timezone(&Utc)
}

pub(super) fn window(from: &str, to: &str) -> Window {
    Window { from: at(from), to: at(to) }
}

pub(super) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// An approved clip of so many seconds.
pub(super) fn clip(id: u32, seconds: u64) -> Clip {
    let digest = Digest([u8::try_from(id % 256).unwrap(); 32]);
    let approved_at = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
    Clip {
        id: ClipId(id),
        edition: 1,
        title: format!("Bài {id}"),
        genre: Genre::Article,
        topics: Topics { primary: "CCHC".into(), secondary: vec![] },
        campaign: None,
        author: None,
        language: "vi".into(),
        source: Source::Own,
        valid: Days::ALL,
        script: None,
        audio: AudioFacts {
            digest,
            format: "mp3".into(),
            frames: seconds * 44_100,
            sample_rate: 44_100,
            channels: 1,
            loudness_lufs: Some(-20.0),
            true_peak_dbtp: Some(-3.0),
            head_silence_ms: 0,
            tail_silence_ms: 0,
            inner_silence_ms_max: 0,
            clipped_samples: 0,
            corrupt_packets: 0,
        },
        approval: Approval::Approved {
            by: "Lê Thị B".into(), title: "Phó Chủ tịch".into(), at: approved_at, digest
        },
        added_at: approved_at + chrono::TimeDelta::minutes(i64::from(id)),
        origin: None,
    }
}

/// A slot named `id` on zone `z1`, half an hour long.
pub(super) fn slot(id: &str, recurrence: &str, rundown: Vec<Element>) -> Slot {
    Slot {
        id: id.parse::<SlotId>().unwrap(),
        name: format!("Khung {id}"),
        recurrence: recurrence.into(),
        zones: vec![zone("z1")],
        rundown,
        length_max: minutes(30),
        grace: Duration::from_secs(60),
        overrun: Overrun::Finish,
        interrupted: Interrupted::Resume,
        valid: Days::ALL,
        exceptions: vec![],
        instead_of: None,
    }
}

pub(super) fn zone(name: &str) -> ZoneId {
    ZoneId(name.into())
}

pub(super) fn version(slot: Slot) -> SlotVersion {
    SlotVersion { slot, from: Utc.with_ymd_and_hms(2000, 1, 1, 0, 0, 0).unwrap(), until: None }
}

pub(super) fn queued(id: u32, clip: u32, slot: Option<&str>) -> QueueEntry {
    let at = Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).unwrap();
    QueueEntry {
        id,
        slot: slot.map(|slot| slot.parse().unwrap()),
        clip: ClipId(clip),
        by: "Nguyễn Văn A".into(),
        at,
        tier: Tier::Normal,
        tier_at: at,
        ordered_by: None,
    }
}

pub(super) const fn fixed(clip: u32) -> Element {
    Element::Clip { clip: ClipId(clip) }
}

pub(super) const fn ident(clip: u32) -> Element {
    Element::Ident { clip: ClipId(clip) }
}

pub(super) const fn closing(clip: u32) -> Element {
    Element::Closing { clip: ClipId(clip) }
}

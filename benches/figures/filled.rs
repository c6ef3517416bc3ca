//! A log of many years and a library, written past the store: every row as the store would have written it.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::domain::clip::{Approval, AudioFacts, Clip, ClipId, Genre, ItemId};
use loa::domain::log::{Amendment, Closed, Correction, Intent, Kind, MissReason, Outcome, Record};
use loa::domain::slot::OccurrenceId;
use loa::domain::sound::Sound;
use loa::domain::time::Days;
use loa::store::{ChainHash, DATABASE_NAME, GENESIS_STATION, Store, canonical, link};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder, Sqlite, SqliteConnection};

use crate::support::records::{airing, at, end, intent, snapshot};

/// Airings of a day: half in the morning, half in the evening.
const OF_A_DAY: u64 = 24;
/// Rows of one insert.
const ROWS_AT_ONCE: usize = 1_000;

async fn past_the_store(folder: &Path) -> SqliteConnection {
    let path = folder.join(DATABASE_NAME);
    let mut connection = SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap();
    sqlx::raw_sql("pragma synchronous = off; pragma cache_size = -200000; begin")
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

/// A row of the log: number, time, record, airing, occurrence, body, hash before, hash.
type Row = (i64, i64, &'static str, Option<Vec<u8>>, Option<String>, String, ChainHash, ChainHash);

/// The log as it grows.
struct Chain {
    connection: SqliteConnection,
    /// When the first airing began.
    start: DateTime<Utc>,
    seq: u64,
    prev: ChainHash,
    rows: Vec<Row>,
}

impl Chain {
    async fn write(&mut self, record: &Record) {
        self.seq += 1;
        let time = self.start + TimeDelta::seconds(i64::try_from(self.seq * 300).unwrap());
        let body = canonical(record).unwrap();
        let hash = link(self.prev, self.seq, time, &body);
        let (name, airing, occurrence) = match record {
            Record::Intent(intent) => ("intent", Some(intent.part.airing), intent.occurrence.clone()),
            Record::End(end) => ("end", Some(end.part.airing), None),
            Record::Correction(correction) => ("correction", Some(correction.airing), None),
            Record::Closed(closed) => ("closed", None, Some(closed.occurrence.clone())),
            Record::Rundown(_)
            | Record::Proof(_)
            | Record::Mention(_)
            | Record::Withdrawal(_)
            | Record::Incident(_) => unreachable!("none is written here"),
        };
        let airing = airing.map(|id| id.0.as_bytes().to_vec());
        let occurrence = occurrence.map(|id| id.to_string());
        let seq = i64::try_from(self.seq).unwrap();
        self.rows.push((seq, time.timestamp_micros(), name, airing, occurrence, body, self.prev, hash));
        self.prev = hash;
        if self.rows.len() >= ROWS_AT_ONCE {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        let mut query =
            QueryBuilder::<Sqlite>::new("insert into log (seq, at, record, airing, occurrence, body, prev, hash) ");
        query.push_values(self.rows.drain(..), |mut values, (seq, at, name, airing, occurrence, body, prev, hash)| {
            values.push_bind(seq).push_bind(at).push_bind(name).push_bind(airing).push_bind(occurrence);
            values.push_bind(body).push_bind(prev.0.to_vec()).push_bind(hash.0.to_vec());
        });
        query.build().execute(&mut self.connection).await.unwrap();
    }
}

/// Fills the log in one transaction: 24 airings a day, each clip twice a day for three days, around the spring of 2000; one airing in
/// five thousand corrected, every fiftieth day a broadcast at noon that was missed, every five hundredth day one by a slot that
/// airs nothing else.
pub(crate) async fn log(folder: &Path, airings: u64) {
    let prev = ChainHash(*blake3::hash(GENESIS_STATION.as_bytes()).as_bytes());
    let start = at("2000-03-14T22:00:00Z") - TimeDelta::days(i64::try_from(airings / OF_A_DAY / 2).unwrap());
    let mut chain = Chain { connection: past_the_store(folder).await, start, seq: 0, prev, rows: Vec::new() };
    for number in 0..airings {
        let intent = nth(start, number);
        let (occurrence, planned_start) = (intent.occurrence.clone().unwrap(), first_of(start, number));
        let end = end(&intent, intent.frames_total);
        chain.write(&Record::Intent(intent)).await;
        chain.write(&Record::End(end)).await;
        if number % 5_000 == 77 {
            chain.write(&Record::Correction(correction(number))).await;
        }
        if number % (OF_A_DAY / 2) == OF_A_DAY / 2 - 1 {
            chain.write(&Record::Closed(Closed { occurrence, planned_start, outcome: Outcome::Aired })).await;
        }
        if number % (OF_A_DAY * 50) == 0 {
            let planned_start = planned_start + TimeDelta::hours(7);
            let outcome = Outcome::Missed(MissReason::StationOff);
            let occurrence = occurrence_of("trua-1200", planned_start);
            chain.write(&Record::Closed(Closed { occurrence, planned_start, outcome })).await;
        }
    }
    chain.flush().await;
    sqlx::raw_sql("insert into head select 1, seq, hash from log order by seq desc limit 1; commit")
        .execute(&mut chain.connection)
        .await
        .unwrap();
    chain.connection.close().await.unwrap();
}

/// When the occurrence of an airing began.
fn first_of(start: DateTime<Utc>, number: u64) -> DateTime<Utc> {
    let seconds = 86_400 * (number / OF_A_DAY) + number % OF_A_DAY / 12 * 43_200;
    start + TimeDelta::seconds(i64::try_from(seconds).unwrap())
}

fn occurrence_of(slot: &str, start: DateTime<Utc>) -> OccurrenceId {
    let local = start.with_timezone(&Tz::Asia__Ho_Chi_Minh);
    format!("{slot}@{}", local.format("%Y-%m-%dT%H:%M:%S")).parse().unwrap()
}

fn nth(start: DateTime<Utc>, number: u64) -> Intent {
    let day = number / OF_A_DAY;
    let first = first_of(start, number);
    let slot = match (day % 500, number % OF_A_DAY / 12) {
        (250, 0) => "dot-xuat",
        (_, 0) => "sang-0500",
        _ => "chieu-1700",
    };
    let mut intent = intent(1, first + TimeDelta::seconds(i64::try_from(number % 12 * 700).unwrap()));
    intent.part.airing = airing(number);
    intent.occurrence = Some(occurrence_of(slot, first));
    intent.position = u32::try_from(number % 12).unwrap();
    let clip = u32::try_from(day / 3 * 12 + number % 12).unwrap();
    let Sound::Clip(sound) = &mut intent.sound else { unreachable!("records are made with clips") };
    sound.item = ItemId { clip: ClipId(clip), edition: 1 };
    sound.title = format!("Bản tin số {clip}");
    sound.topics.primary = format!("T{}", clip % 17);
    if number.is_multiple_of(12) {
        intent.kind = Kind::Ident;
        sound.item.clip = ClipId(1);
    }
    intent
}

fn correction(number: u64) -> Correction {
    let amendment = Amendment::Note { text: "nghe lại, đúng".to_owned() };
    Correction { airing: airing(number), by: "Hoa".to_owned(), why: "kiểm tra".to_owned(), amendment }
}

/// A library of so many approved clips, all like the first.
pub(crate) async fn library(folder: &Path, store: &Store, clips: u32) {
    let first = store.add_clip(clip()).await.unwrap();
    let mut connection = past_the_store(folder).await;
    sqlx::query(
        "with recursive n(i) as (select 2 union all select i + 1 from n where i < ?) \
         insert into clip (edition, folded, genre, topic, campaign, source, approval, digest, added_at, script, body) \
         select edition, folded || ' ' || i, genre, topic, campaign, source, approval, randomblob(32), added_at, script, \
         json_set(body, '$.title', 'Bản tin số ' || i) from clip, n where id = ?",
    )
    .bind(clips)
    .bind(first.id.0)
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::raw_sql("commit").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn clip() -> Clip {
    let snapshot = snapshot(1);
    let added_at = at("2026-01-01T00:00:00Z");
    let approver = ("Trần Văn Bình".to_owned(), "Phó Chủ tịch".to_owned());
    Clip {
        id: ClipId(1),
        edition: 1,
        title: "Bản tin số 1".to_owned(),
        genre: Genre::News,
        topics: snapshot.topics,
        campaign: None,
        author: snapshot.author,
        language: "vi".to_owned(),
        source: snapshot.source,
        valid: Days::ALL,
        script: Some("Kính thưa quý vị và các bạn, ".repeat(100)),
        audio: AudioFacts {
            digest: snapshot.digest,
            format: "mp3".to_owned(),
            frames: snapshot.frames,
            sample_rate: snapshot.sample_rate,
            channels: 2,
            loudness_lufs: Some(-20.0),
            true_peak_dbtp: Some(-3.0),
            head_silence_ms: 0,
            tail_silence_ms: 0,
            inner_silence_ms_max: 0,
            clipped_samples: 0,
            corrupt_packets: 0,
        },
        approval: Approval::Approved { by: approver.0, title: approver.1, at: added_at, digest: snapshot.digest },
        added_at,
        origin: None,
    }
}

//! What is folded from the log, as rows: airings, what they are about, occurrences.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::open::Settings;
use super::row::{AiringRow, half_of};
use super::values::{day_number, micros, whole, word};
use crate::domain::log::{Intent, Record};
use crate::domain::rundown::Rundown;
use crate::domain::slot::OccurrenceId;
use crate::domain::time::instant_of;

/// Rows written by one statement: 29 values each stay far below SQLite's limit of 32,766.
pub(super) const ROWS_MAX: usize = 200;

/// Subjects remembered while many airings are folded.
const SUBJECTS_MAX: usize = 20_000;

/// The numbers of subjects already looked up; emptied when full.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    known: BTreeMap<Subject, i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    kind: String,
    clip: Option<u32>,
    edition: Option<u32>,
    title: String,
    genre: String,
    topic: String,
    campaign: Option<String>,
    source: String,
}

impl Subjects {
    async fn number(&mut self, connection: &mut SqliteConnection, row: &AiringRow) -> sqlx::Result<i64> {
        let subject = Subject {
            kind: word(&row.kind),
            clip: row.item.map(|item| item.clip.0),
            edition: row.item.map(|item| item.edition),
            title: row.title.clone(),
            genre: word(&row.genre),
            topic: row.topic.clone(),
            campaign: row.campaign.clone(),
            source: word(&row.source),
        };
        if let Some(number) = self.known.get(&subject) {
            return Ok(*number);
        }
        let number = subject.number(connection).await?;
        if self.known.len() >= SUBJECTS_MAX {
            self.known.clear();
        }
        self.known.insert(subject, number);
        Ok(number)
    }
}

impl Subject {
    async fn number(&self, connection: &mut SqliteConnection) -> sqlx::Result<i64> {
        let known = sqlx::query_scalar(
            "select number from subject where clip is ? and edition is ? and kind = ? and title = ? and genre = ? \
             and topic = ? and campaign is ? and source = ?",
        )
        .bind(self.clip)
        .bind(self.edition)
        .bind(&self.kind)
        .bind(&self.title)
        .bind(&self.genre)
        .bind(&self.topic)
        .bind(&self.campaign)
        .bind(&self.source)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(number) = known {
            return Ok(number);
        }
        sqlx::query_scalar(
            "insert into subject (clip, edition, kind, title, genre, topic, campaign, source) \
             values (?, ?, ?, ?, ?, ?, ?, ?) returning number",
        )
        .bind(self.clip)
        .bind(self.edition)
        .bind(&self.kind)
        .bind(&self.title)
        .bind(&self.genre)
        .bind(&self.topic)
        .bind(&self.campaign)
        .bind(&self.source)
        .fetch_one(connection)
        .await
    }
}

/// Writes airings as they now are. At most [`ROWS_MAX`].
pub(super) async fn put_airings(
    connection: &mut SqliteConnection,
    subjects: &mut Subjects,
    rows: &[AiringRow],
) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut numbers = Vec::with_capacity(rows.len());
    for row in rows {
        numbers.push(subjects.number(connection, row).await?);
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "insert into airing (id, occurrence, position, subject, clip, edition, planned_start, start, ended, began, \
         frames_heard, frames_total, sample_rate, outcome, reason, counted, heard_ms, length_ms, day, half, weekday, \
         proof, mentions, corrections, seq, hash) ",
    );
    query.push_values(rows.iter().zip(numbers), |mut values, (row, subject)| {
        let reason = row.reason.as_ref().and_then(as_json);
        values.push_bind(row.id.0.as_bytes().to_vec());
        values.push_bind(row.occurrence.as_ref().map(ToString::to_string));
        values.push_bind(row.position);
        values.push_bind(subject);
        values.push_bind(row.item.map(|item| item.clip.0));
        values.push_bind(row.item.map(|item| item.edition));
        values.push_bind(micros(row.planned_start));
        values.push_bind(row.start.map(micros));
        values.push_bind(row.end.map(micros));
        values.push_bind(micros(row.began()));
        values.push_bind(whole(row.frames_heard));
        values.push_bind(whole(row.frames_total));
        values.push_bind(row.sample_rate);
        values.push_bind(word(&row.outcome));
        values.push_bind(reason);
        values.push_bind(row.counted);
        values.push_bind(whole(row.heard_ms));
        values.push_bind(whole(row.length_ms));
        values.push_bind(day_number(row.day));
        values.push_bind(half_of(row.day));
        values.push_bind(row.weekday().num_days_from_monday());
        values.push_bind(row.proof.as_ref().map(word));
        values.push_bind((!row.mentions.is_empty()).then(|| as_json(&row.mentions)).flatten());
        values.push_bind(row.corrections);
        values.push_bind(whole(row.seq));
        values.push_bind(row.hash.0.to_vec());
    });
    // Everything that a later record of the airing can change; what its first intent said stays.
    query.push(
        " on conflict (id) do update set subject = excluded.subject, start = excluded.start, ended = excluded.ended, \
         began = excluded.began, frames_heard = excluded.frames_heard, frames_total = excluded.frames_total, outcome = excluded.outcome, \
         reason = excluded.reason, counted = excluded.counted, heard_ms = excluded.heard_ms, day = excluded.day, \
         half = excluded.half, weekday = excluded.weekday, proof = excluded.proof, mentions = excluded.mentions, \
         corrections = excluded.corrections, \
         seq = excluded.seq, hash = excluded.hash",
    );
    query.build().persistent(rows.len() == 1).execute(connection).await.map(drop)
}

fn as_json(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// What a record says about its occurrence.
pub(super) enum OccurrenceNote<'a> {
    /// Something of it is about to sound.
    Touched(&'a OccurrenceId),
    /// Its rundown was chosen.
    Rundown(&'a OccurrenceId),
    /// It is over.
    Closed(&'a OccurrenceId, DateTime<Utc>),
}

impl<'a> OccurrenceNote<'a> {
    /// None for records about something else.
    pub(super) fn of(record: &'a Record) -> Option<Self> {
        match record {
            Record::Rundown(Rundown { occurrence, .. }) => Some(Self::Rundown(occurrence)),
            Record::Intent(Intent { occurrence, .. }) => occurrence.as_ref().map(Self::Touched),
            Record::Closed(closed) => Some(Self::Closed(&closed.occurrence, closed.planned_start)),
            Record::End(_)
            | Record::Proof(_)
            | Record::Correction(_)
            | Record::Mention(_)
            | Record::Withdrawal(_)
            | Record::Incident(_) => None,
        }
    }

    pub(super) const fn occurrence(&self) -> &'a OccurrenceId {
        match self {
            Self::Touched(id) | Self::Rundown(id) | Self::Closed(id, _) => id,
        }
    }
}

/// Writes what a record says about its occurrence. Until it is closed its planned start is its nominal time.
pub(super) async fn put_occurrence(
    connection: &mut SqliteConnection,
    note: &OccurrenceNote<'_>,
    seq: u64,
    settings: Settings,
) -> sqlx::Result<()> {
    let seq = whole(seq);
    let (planned_start, rundown, closed) = match note {
        OccurrenceNote::Touched(id) => (instant_of(settings.zone, id.nominal), None, None),
        OccurrenceNote::Rundown(id) => (instant_of(settings.zone, id.nominal), Some(seq), None),
        OccurrenceNote::Closed(_, planned_start) => (*planned_start, None, Some(seq)),
    };
    sqlx::query(
        "insert into occurrence (id, planned_start, rundown_seq, closed_seq) values (?1, ?2, ?3, ?4) \
         on conflict (id) do update set rundown_seq = coalesce(?3, rundown_seq), closed_seq = coalesce(closed_seq, ?4), \
         planned_start = case when ?4 is null then planned_start else ?2 end",
    )
    .bind(note.occurrence().to_string())
    .bind(micros(planned_start))
    .bind(rundown)
    .bind(closed)
    .execute(connection)
    .await
    .map(drop)
}

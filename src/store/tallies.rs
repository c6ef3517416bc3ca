//! What a report counts, grouped by the database.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::row::{half_of, month_of_half};
use super::values::{Columns as _, day_number};
use crate::domain::airing::AiringOutcome;
use crate::domain::clip::{ClipId, Genre, ItemId, Source};
use crate::domain::log::Kind;
use crate::domain::report::{MonthRule, Tally};

impl Store {
    /// Airings of the local days `from` to `to`, both included, counted together where they are alike. A title is the one
    /// that the item's latest airing in the range bears.
    ///
    /// # Errors
    /// The database's own.
    pub async fn tallies(&self, from: NaiveDate, to: NaiveDate, rule: MonthRule) -> Result<Vec<Tally>, StoreError> {
        let doing = "count airings";
        let mut connection = self.read(doing).await?;
        tallies(&mut connection, from, to, rule).await.map_err(self.failed(doing))
    }
}

/// What airings are about.
struct Subject {
    kind: Kind,
    item: Option<ItemId>,
    title: String,
    genre: Genre,
    topic: String,
    campaign: Option<String>,
    source: Source,
}

impl Subject {
    fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        let clip: Option<u32> = row.try_get("clip")?;
        let edition: Option<u32> = row.try_get("edition")?;
        Ok(Self {
            kind: row.word("kind")?,
            item: clip.zip(edition).map(|(clip, edition)| ItemId { clip: ClipId(clip), edition }),
            title: row.try_get("title")?,
            genre: row.word("genre")?,
            topic: row.try_get("topic")?,
            campaign: row.try_get("campaign")?,
            source: row.word("source")?,
        })
    }
}

/// Airings that the database counted together.
struct Group {
    half: i64,
    subject: i64,
    weekday: i64,
    outcome: AiringOutcome,
    counted: bool,
    airings: u64,
    heard_ms: u64,
    length_ms: u64,
    /// When the last of them began.
    last: i64,
}

async fn tallies(
    connection: &mut SqliteConnection,
    from: NaiveDate,
    to: NaiveDate,
    rule: MonthRule,
) -> sqlx::Result<Vec<Tally>> {
    let groups = groups(connection, from, to).await?;
    let subjects = subjects(connection, &groups).await?;

    // The latest title of each item. Sound that is no clip has none of its own: its latest by kind.
    let mut latest: BTreeMap<(Kind, Option<ItemId>), (i64, &str)> = BTreeMap::new();
    for group in &groups {
        let Some(subject) = subjects.get(&group.subject) else { continue };
        let title = (group.last, subject.title.as_str());
        let best = latest.entry((subject.kind, subject.item)).or_insert(title);
        *best = title.max(*best);
    }

    // Subjects that differ in their title only, and the two halves of a month, become one tally.
    let mut tallies: BTreeMap<_, Tally> = BTreeMap::new();
    for group in &groups {
        let Some(subject) = subjects.get(&group.subject) else { continue };
        let (year, month) = month_of_half(group.half, rule);
        let key = (
            (year, month, group.weekday, group.counted, group.outcome),
            (subject.kind, subject.item, subject.genre, subject.source),
            (subject.topic.as_str(), subject.campaign.as_deref()),
        );
        let tally = tallies.entry(key).or_insert_with(|| Tally {
            kind: subject.kind,
            item: subject.item,
            title: latest.get(&(subject.kind, subject.item)).map_or("", |(_, title)| title).to_owned(),
            genre: subject.genre,
            topic: subject.topic.clone(),
            campaign: subject.campaign.clone(),
            source: subject.source,
            year,
            month,
            weekday: weekday(group.weekday),
            counted: group.counted,
            outcome: group.outcome,
            airings: 0,
            heard_ms: 0,
            length_ms: 0,
        });
        tally.airings += group.airings;
        tally.heard_ms += group.heard_ms;
        tally.length_ms = tally.length_ms.max(group.length_ms);
    }
    Ok(tallies.into_values().collect())
}

async fn groups(connection: &mut SqliteConnection, from: NaiveDate, to: NaiveDate) -> sqlx::Result<Vec<Group>> {
    let rows = sqlx::query(
        "select half, subject, weekday, outcome, counted, count(*) as airings, sum(heard_ms) as heard_ms, \
         max(length_ms) as length_ms, max(began) as last from airing indexed by airing_tally \
         where half between ? and ? and day between ? and ? group by half, subject, weekday, outcome, counted",
    )
    .bind(half_of(from))
    .bind(half_of(to))
    .bind(day_number(from))
    .bind(day_number(to))
    .fetch_all(connection)
    .await?;
    let group = |row: &SqliteRow| {
        Ok(Group {
            half: row.try_get(0)?,
            subject: row.try_get(1)?,
            weekday: row.try_get(2)?,
            outcome: row.word("outcome")?,
            counted: row.try_get(4)?,
            airings: row.number("airings")?,
            heard_ms: row.number("heard_ms")?,
            length_ms: row.number("length_ms")?,
            last: row.try_get(8)?,
        })
    };
    rows.iter().map(group).collect()
}

async fn subjects(connection: &mut SqliteConnection, groups: &[Group]) -> sqlx::Result<BTreeMap<i64, Subject>> {
    let mut numbers: Vec<_> = groups.iter().map(|group| group.subject).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let numbers = serde_json::Value::from(numbers).to_string();
    let rows = sqlx::query("select * from subject where number in (select value from json_each(?))")
        .bind(numbers)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("number")?, Subject::read(row)?))).collect()
}

const fn weekday(from_monday: i64) -> Weekday {
    match from_monday {
        0 => Weekday::Mon,
        1 => Weekday::Tue,
        2 => Weekday::Wed,
        3 => Weekday::Thu,
        4 => Weekday::Fri,
        5 => Weekday::Sat,
        _ => Weekday::Sun,
    }
}

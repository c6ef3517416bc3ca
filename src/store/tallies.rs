//! What a report counts, grouped by the database.
//!
//! A group may stand for few airings, so handing over groups row by row would cost more than counting them. The database
//! therefore hands over text: a year of groups, or some thousand subjects, in one value.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use sqlx::{Row as _, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::row::{half_of, month_of_half};
use super::values::{Columns as _, day_number};
use crate::domain::airing::AiringOutcome;
use crate::domain::clip::{ClipId, Genre, ItemId, Source};
use crate::domain::log::Kind;
use crate::domain::report::{MonthRule, Tally};

/// Half-months counted by one query.
const HALVES: i64 = 24;

/// Subjects read by one query.
const SUBJECTS: usize = 5_000;

impl Store {
    /// Airings of the local days `from` to `to`, both included, counted together where they are alike. A title is the one
    /// that the item's latest airing in the range bears.
    ///
    /// # Errors
    /// The database's own.
    pub async fn tallies(&self, from: NaiveDate, to: NaiveDate, rule: MonthRule) -> Result<Vec<Tally>, StoreError> {
        let doing = "count airings";
        let mut connection = self.read(doing).await?;
        let mut groups = groups(&mut connection, from, to).await.map_err(self.failed(doing))?;
        add_mentions(&mut connection, &mut groups, from, to).await.map_err(self.failed(doing))?;
        let subjects = subjects(&mut connection, &groups).await.map_err(self.failed(doing))?;
        Ok(tallies(groups, &subjects, rule))
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

/// A row of the table `subject`, in the order of its columns.
type SubjectRow = (i64, Kind, Option<u32>, Option<u32>, String, Genre, String, Option<String>, Source);

/// Airings that the database counted together.
struct Group {
    half: i64,
    subject: i64,
    weekday: i64,
    /// See [`outcome`].
    outcome: i64,
    counted: bool,
    airings: u64,
    heard_ms: u64,
    length_ms: u64,
    /// When the last of them began.
    last: i64,
    /// Items that persons heard inside them, by topic.
    mentions: BTreeMap<String, u64>,
}

impl Group {
    /// What its airings have in common.
    const fn key(&self) -> (i64, i64, i64, i64, bool) {
        (self.half, self.subject, self.weekday, self.outcome, self.counted)
    }
}

fn tallies(groups: Vec<Group>, subjects: &BTreeMap<i64, Subject>, rule: MonthRule) -> Vec<Tally> {
    let (alike, titles) = sort_subjects(&groups, subjects);
    // Subjects that differ in their title only, and the two halves of a month, become one tally.
    let mut keyed: Vec<_> = groups
        .into_iter()
        .filter_map(|group| {
            let (first, _) = alike.get(&group.subject)?;
            let month = month_of_half(group.half, rule);
            Some(((month, *first, group.weekday, group.counted, group.outcome), group))
        })
        .collect();
    keyed.sort_unstable_by_key(|(key, _)| *key);
    let mut tallies = Vec::new();
    for same in keyed.chunk_by(|(one, _), (other, _)| one == other) {
        let [(((year, month), first, weekday, counted, ended), _), ..] = same else { continue };
        let (Some(subject), Some((_, item))) = (subjects.get(first), alike.get(first)) else { continue };
        let groups = || same.iter().map(|(_, group)| group);
        tallies.push(Tally {
            kind: subject.kind,
            item: subject.item,
            title: titles.get(*item).map_or("", |(_, title)| title).to_owned(),
            genre: subject.genre,
            topic: subject.topic.clone(),
            campaign: subject.campaign.clone(),
            source: subject.source,
            year: *year,
            month: *month,
            weekday: day_of_week(*weekday),
            counted: *counted,
            outcome: outcome(*ended),
            airings: groups().map(|group| group.airings).sum(),
            heard_ms: groups().map(|group| group.heard_ms).sum(),
            length_ms: groups().map(|group| group.length_ms).max().unwrap_or(0),
            mentions: summed(groups().flat_map(|group| &group.mentions)),
        });
    }
    tallies
}

/// By its number, for each subject: the first one alike, and the place of its item among the latest titles.
type Alike = BTreeMap<i64, (i64, usize)>;

/// For each subject the first one that differs from it in the title only, and its item as an index into the latest titles.
/// Sound that is no clip has a latest title by its kind.
fn sort_subjects<'a>(groups: &[Group], subjects: &'a BTreeMap<i64, Subject>) -> (Alike, Vec<(i64, &'a str)>) {
    let mut firsts = BTreeMap::new();
    let mut items = BTreeMap::new();
    let mut alike = BTreeMap::new();
    for (number, subject) in subjects {
        let Subject { kind, item, title: _, genre, topic, campaign, source } = subject;
        let first = *firsts.entry((kind, item, genre, topic, campaign, source)).or_insert(*number);
        let index = items.len();
        let index = *items.entry((kind, item)).or_insert(index);
        alike.insert(*number, (first, index));
    }
    let mut titles = vec![(i64::MIN, ""); items.len()];
    for group in groups {
        if let (Some(subject), Some((_, item))) = (subjects.get(&group.subject), alike.get(&group.subject))
            && let Some(best) = titles.get_mut(*item)
        {
            *best = (*best).max((group.last, subject.title.as_str()));
        }
    }
    (alike, titles)
}

async fn groups(connection: &mut SqliteConnection, from: NaiveDate, to: NaiveDate) -> sqlx::Result<Vec<Group>> {
    let bounds = sqlx::query("select (select min(half) from airing) as first, (select max(half) from airing) as last")
        .fetch_one(&mut *connection)
        .await?;
    let (Some(first), Some(last)) = (bounds.try_get("first")?, bounds.try_get("last")?) else { return Ok(Vec::new()) };
    let last = half_of(to).min(last);
    let mut half = half_of(from).max(first);
    let mut groups = Vec::new();
    while half <= last {
        let text: Option<String> = sqlx::query_scalar(
            "select group_concat(printf('%d %d %d %d %d %d %d %d %d', half, subject, weekday, outcome, counted, airings, \
             heard_ms, length_ms, last), char(10)) from (select half, subject, weekday, counted, \
             case outcome when 'aired' then 0 when 'partial' then 1 when 'not_aired' then 2 else 3 end as outcome, \
             count(*) as airings, sum(heard_ms) as heard_ms, max(length_ms) as length_ms, max(began) as last \
             from airing indexed by airing_tally where half between ? and ? and day between ? and ? \
             group by half, subject, weekday, airing.outcome, counted)",
        )
        .bind(half)
        .bind(last.min(half + HALVES - 1))
        .bind(day_number(from))
        .bind(day_number(to))
        .fetch_one(&mut *connection)
        .await?;
        for line in text.iter().flat_map(|text| text.lines()) {
            groups.push(read_group(line).ok_or_else(|| sqlx::Error::Decode(format!("group `{line}`").into()))?);
        }
        half += HALVES;
    }
    Ok(groups)
}

fn read_group(line: &str) -> Option<Group> {
    let mut numbers = line.split(' ').map(str::parse::<i64>);
    let mut next = || numbers.next()?.ok();
    Some(Group {
        half: next()?,
        subject: next()?,
        weekday: next()?,
        outcome: next()?,
        counted: next()? != 0,
        airings: u64::try_from(next()?).ok()?,
        heard_ms: u64::try_from(next()?).ok()?,
        length_ms: u64::try_from(next()?).ok()?,
        last: next()?,
        mentions: BTreeMap::new(),
    })
}

/// Puts what persons heard inside relays to the groups that their airings are in. Few airings have any: they are read one by
/// one, by an index of their own.
async fn add_mentions(
    connection: &mut SqliteConnection,
    groups: &mut [Group],
    from: NaiveDate,
    to: NaiveDate,
) -> sqlx::Result<()> {
    let rows = sqlx::query(
        "select half, subject, weekday, counted, mentions, \
         case outcome when 'aired' then 0 when 'partial' then 1 when 'not_aired' then 2 else 3 end as outcome \
         from airing indexed by airing_mentions \
         where mentions is not null and half between ? and ? and day between ? and ?",
    )
    .bind(half_of(from))
    .bind(half_of(to))
    .bind(day_number(from))
    .bind(day_number(to))
    .fetch_all(connection)
    .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut places: BTreeMap<_, _> = groups.iter_mut().map(|group| (group.key(), &mut group.mentions)).collect();
    for row in &rows {
        let number = |column| row.try_get::<i64, _>(column);
        let key =
            (number("half")?, number("subject")?, number("weekday")?, number("outcome")?, row.try_get("counted")?);
        let mentions: BTreeMap<String, u64> = row.json("mentions")?;
        if let Some(group) = places.get_mut(&key) {
            **group = summed(group.iter().chain(&mentions));
        }
    }
    Ok(())
}

fn summed<'a>(topics: impl Iterator<Item = (&'a String, &'a u64)>) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for (topic, items) in topics {
        *sums.entry(topic.clone()).or_default() += items;
    }
    sums
}

async fn subjects(connection: &mut SqliteConnection, groups: &[Group]) -> sqlx::Result<BTreeMap<i64, Subject>> {
    let mut numbers: Vec<_> = groups.iter().map(|group| group.subject).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut subjects = BTreeMap::new();
    for numbers in numbers.chunks(SUBJECTS) {
        let text: String = sqlx::query_scalar(
            "select json_group_array(json_array(number, kind, clip, edition, title, genre, topic, campaign, source)) \
             from subject where number in (select value from json_each(?))",
        )
        .bind(serde_json::Value::from(numbers).to_string())
        .fetch_one(&mut *connection)
        .await?;
        let rows: Vec<SubjectRow> = serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?;
        subjects.extend(rows.into_iter().map(
            |(number, kind, clip, edition, title, genre, topic, campaign, source)| {
                let item = clip.zip(edition).map(|(clip, edition)| ItemId { clip: ClipId(clip), edition });
                (number, Subject { kind, item, title, genre, topic, campaign, source })
            },
        ));
    }
    Ok(subjects)
}

const fn outcome(number: i64) -> AiringOutcome {
    match number {
        0 => AiringOutcome::Aired,
        1 => AiringOutcome::Partial,
        2 => AiringOutcome::NotAired,
        _ => AiringOutcome::OnAir,
    }
}

const fn day_of_week(from_monday: i64) -> Weekday {
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

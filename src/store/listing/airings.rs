//! The airings of a page.

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::place::{Columns, LogPlace, PlaceRow};
use super::{Found, LogFilter, LogLine};
use crate::store::error::Failure;
use crate::store::row::{AiringRow, SELECT, half_of};
use crate::store::text::folded;
use crate::store::values::{Columns as _, day_number, word};

/// Rows looked at along time in one go: a choice of one row in a hundred fills a page from them.
const ALONG_TIME_MAX: i64 = 5_000;
/// Rows of a slot, or corrected ones, that are looked at for what else is asked of them; the next page goes on from there.
const NARROWED_MAX: i64 = 20_000;

const PLACES: Columns = Columns { at: "a.began", id: "a.id", airings: true };
const DAY_MICROS: i64 = 86_400_000_000;

/// Numbers of subjects as a JSON array; none where every subject will do.
type Subjects = Option<String>;

pub(super) async fn after(
    connection: &mut SqliteConnection,
    filter: &LogFilter,
    after: Option<&LogPlace>,
    limit: usize,
) -> Result<Found, Failure> {
    if filter.outcome.is_some_and(|outcome| outcome.of_airing().is_none()) {
        return Ok(Found::NOTHING);
    }
    let Some(subjects) = subjects(connection, filter).await? else { return Ok(Found::NOTHING) };
    let choice = Choice { filter, subjects };
    let narrowed = filter.slot.is_some() || filter.corrected || filter.not_heard;
    let scanned = if narrowed { NARROWED_MAX } else { ALONG_TIME_MAX };
    let bound = choice.bound(connection, after, scanned).await?;
    let mut picked = choice.along_time(connection, after, bound.as_ref(), limit).await?;
    let reached = match bound {
        _ if picked.len() >= limit => picked.last().map(Pick::place),
        // The rest of the log is asked through the index of the reports.
        Some(bound) if !narrowed => {
            picked.extend(choice.by_halves(connection, &bound, limit - picked.len()).await?);
            if picked.len() >= limit { picked.last().map(Pick::place) } else { None }
        }
        bound => bound,
    };
    Ok(Found { rows: rows(connection, picked).await?, reached })
}

/// A row of the table by its number, and its place.
struct Pick {
    number: i64,
    at: i64,
    id: crate::domain::log::AiringId,
}

impl Pick {
    fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self { number: row.try_get("number")?, at: row.try_get("began")?, id: row.airing("id")? })
    }

    fn place(&self) -> LogPlace {
        LogPlace { at: self.at, row: PlaceRow::Airing(self.id) }
    }
}

struct Choice<'a> {
    filter: &'a LogFilter,
    subjects: Subjects,
}

impl Choice<'_> {
    /// A query on the rows in their order, by the index that has the fewest of them beside the wanted.
    fn in_order(&self) -> QueryBuilder<Sqlite> {
        let (index, only) = match &self.filter.slot {
            _ if self.filter.not_heard => ("airing_not_heard", "a.proof = 'not_heard'"),
            _ if self.filter.corrected => ("airing_corrected", "a.corrections > 0"),
            // An index is used only where its own condition stands too.
            Some(_) => ("airing_slot", "a.occurrence is not null"),
            None => ("airing_began", "true"),
        };
        let mut query =
            QueryBuilder::new(format!("select a.number, a.began, a.id from airing a indexed by {index} where {only}"));
        self.push_slot(&mut query);
        query
    }

    /// Only of the slot that is asked for, in the words of the index.
    fn push_slot(&self, query: &mut QueryBuilder<Sqlite>) {
        if let Some(slot) = &self.filter.slot {
            query.push(" and substr(a.occurrence, 1, instr(a.occurrence, '@') - 1) = ").push_bind(slot.to_string());
        }
    }

    /// The place of the row `scanned` rows on; none if the log ends before.
    async fn bound(
        &self,
        connection: &mut SqliteConnection,
        after: Option<&LogPlace>,
        scanned: i64,
    ) -> sqlx::Result<Option<LogPlace>> {
        let mut query = self.in_order();
        self.push_span(&mut query, after);
        PLACES.push_order(&mut query, self.filter.latest_first);
        query.push(" limit 1 offset ").push_bind(scanned - 1);
        let row = query.build().persistent(false).fetch_optional(connection).await?;
        row.map(|row| Pick::read(&row).map(|pick| pick.place())).transpose()
    }

    /// The rows from a place to another that the filter lets through, by looking at each.
    async fn along_time(
        &self,
        connection: &mut SqliteConnection,
        after: Option<&LogPlace>,
        until: Option<&LogPlace>,
        limit: usize,
    ) -> sqlx::Result<Vec<Pick>> {
        let latest_first = self.filter.latest_first;
        let mut query = self.in_order();
        self.push_span(&mut query, after);
        if let Some(until) = until {
            PLACES.push_until(&mut query, until, latest_first);
        }
        self.push_choice(&mut query);
        PLACES.push_order(&mut query, latest_first);
        query.push(" limit ").push_bind(limit as i64);
        picks(&mut query, connection).await
    }

    /// The rows after a place that the filter lets through, by half-months of the index that reports are counted from: twice as
    /// many at each look. Only what that index knows is asked, so no row of the table is read but those of the page.
    async fn by_halves(
        &self,
        connection: &mut SqliteConnection,
        after: &LogPlace,
        limit: usize,
    ) -> sqlx::Result<Vec<Pick>> {
        let Some((first, last)) = self.halves(connection).await? else { return Ok(Vec::new()) };
        let latest_first = self.filter.latest_first;
        let mut picked: Vec<Pick> = Vec::new();
        let (mut done, mut step) = (0, 1);
        let all = last - first + 1;
        while done < all && picked.len() < limit {
            let count = step.min(all - done);
            let from = if latest_first { last - done - count + 1 } else { first + done };
            let span = (from, from + count - 1);
            let wanted = limit - picked.len();
            let edge = self.edge(connection, span, after, wanted).await?;
            let mut query =
                QueryBuilder::new("select a.number, a.began, a.id from airing a indexed by airing_tally where true");
            self.push_half(&mut query, span, after);
            if let Some(edge) = edge {
                query.push(if latest_first { " and a.began >= " } else { " and a.began <= " }).push_bind(edge);
            }
            PLACES.push_order(&mut query, latest_first);
            query.push(" limit ").push_bind(wanted as i64);
            picked.extend(picks(&mut query, connection).await?);
            done += count;
            step *= 2;
        }
        Ok(picked)
    }

    /// When the last of the wanted rows of some half-months began; none if they have fewer. Reads nothing but the index.
    async fn edge(
        &self,
        connection: &mut SqliteConnection,
        halves: (i64, i64),
        after: &LogPlace,
        wanted: usize,
    ) -> sqlx::Result<Option<i64>> {
        let mut query = QueryBuilder::new("select a.began from airing a indexed by airing_tally where true");
        self.push_half(&mut query, halves, after);
        query.push(if self.filter.latest_first { " order by a.began desc" } else { " order by a.began" });
        query.push(" limit 1 offset ").push_bind(wanted as i64 - 1);
        query.build_query_scalar().persistent(false).fetch_optional(connection).await
    }

    /// The half-months that the days of the filter and the log share.
    async fn halves(&self, connection: &mut SqliteConnection) -> sqlx::Result<Option<(i64, i64)>> {
        let bounds: (Option<i64>, Option<i64>) =
            sqlx::query_as("select (select min(half) from airing), (select max(half) from airing)")
                .fetch_one(connection)
                .await?;
        let days = self.filter.days;
        Ok(bounds.0.zip(bounds.1).map(|(first, last)| {
            (days.from.map_or(first, |day| half_of(day).max(first)), days.to.map_or(last, |day| half_of(day).min(last)))
        }))
    }

    fn push_half(&self, query: &mut QueryBuilder<Sqlite>, (from, to): (i64, i64), after: &LogPlace) {
        query.push(" and a.half between ").push_bind(from).push(" and ").push_bind(to);
        let at = if self.filter.latest_first { " and a.began <= " } else { " and a.began >= " };
        query.push(at).push_bind(after.at);
        // Reads the table for rows of the very microsecond only: the index does not know identifiers.
        query.push(" and (a.began <> ").push_bind(after.at).push(" or (true");
        PLACES.push_after(query, after, self.filter.latest_first);
        query.push("))");
        self.push_choice(query);
    }

    /// The place to go on from, and what the days of the filter say about it.
    fn push_span(&self, query: &mut QueryBuilder<Sqlite>, after: Option<&LogPlace>) {
        if let Some(after) = after {
            PLACES.push_after(query, after, self.filter.latest_first);
        }
        // No zone is more than a day from UTC.
        if let Some(day) = self.filter.days.from {
            query.push(" and a.began >= ").push_bind((day_number(day) - 1) * DAY_MICROS);
        }
        if let Some(day) = self.filter.days.to {
            query.push(" and a.began < ").push_bind((day_number(day) + 2) * DAY_MICROS);
        }
    }

    fn push_choice(&self, query: &mut QueryBuilder<Sqlite>) {
        let filter = self.filter;
        if let Some(subjects) = &self.subjects {
            query.push(" and a.subject in (select value from json_each(").push_bind(subjects.clone()).push("))");
        }
        if let Some(day) = filter.days.from {
            query.push(" and a.day >= ").push_bind(day_number(day));
        }
        if let Some(day) = filter.days.to {
            query.push(" and a.day <= ").push_bind(day_number(day));
        }
        if let Some(outcome) = filter.outcome.and_then(super::LogOutcome::of_airing) {
            query.push(" and a.outcome = ").push_bind(word(&outcome));
        }
        if let Some(counted) = filter.counted {
            query.push(" and a.counted = ").push_bind(counted);
        }
        if filter.corrected {
            query.push(" and a.corrections > 0");
        }
        if filter.heard {
            query.push(" and (a.counted or a.outcome = 'partial')");
        }
        if let Some(day) = filter.weekday {
            query.push(" and a.weekday = ").push_bind(day.num_days_from_monday());
        }
    }
}

/// What the filter says about what is heard, as the subjects it lets through: the outer none if there are none.
async fn subjects(connection: &mut SqliteConnection, filter: &LogFilter) -> sqlx::Result<Option<Subjects>> {
    let text = filter.text.as_deref().map(folded);
    if !filter.is_about_sound() && text.is_none() {
        return Ok(Some(None));
    }
    let mut query = QueryBuilder::new("select s.number, s.title from subject s where true");
    if let Some(kind) = filter.kind {
        query.push(" and s.kind = ").push_bind(word(&kind));
    }
    if let Some(topic) = &filter.topic {
        query.push(" and s.topic = ").push_bind(topic.clone());
    }
    if let Some(campaign) = &filter.campaign {
        query.push(" and s.campaign is ").push_bind(campaign.clone());
    }
    if let Some(source) = filter.source {
        query.push(" and s.source = ").push_bind(word(&source));
    }
    if let Some(genre) = filter.genre {
        query.push(" and s.genre = ").push_bind(word(&genre));
    }
    if filter.without_tunes {
        query.push(" and s.genre <> 'ident'");
    }
    let rows = query.build().persistent(false).fetch_all(connection).await?;
    let mut numbers: Vec<i64> = Vec::with_capacity(rows.len());
    for row in &rows {
        if text.as_ref().is_none_or(|text| row.try_get("title").is_ok_and(|title: &str| folded(title).contains(text))) {
            numbers.push(row.try_get("number")?);
        }
    }
    Ok((!numbers.is_empty()).then(|| Some(serde_json::Value::from(numbers).to_string())))
}

async fn picks(query: &mut QueryBuilder<Sqlite>, connection: &mut SqliteConnection) -> sqlx::Result<Vec<Pick>> {
    let rows = query.build().persistent(false).fetch_all(connection).await?;
    rows.iter().map(Pick::read).collect()
}

/// The picked rows, in the order in which they were picked.
async fn rows(connection: &mut SqliteConnection, picked: Vec<Pick>) -> sqlx::Result<Vec<(LogPlace, LogLine)>> {
    let numbers: Vec<i64> = picked.iter().map(|pick| pick.number).collect();
    let text = format!("{SELECT} where a.number in (select value from json_each(?))");
    let rows = sqlx::query(AssertSqlSafe(text))
        .bind(serde_json::Value::from(numbers).to_string())
        .fetch_all(connection)
        .await?;
    let mut read = std::collections::HashMap::with_capacity(rows.len());
    for row in &rows {
        let row = AiringRow::read(row)?;
        read.insert(row.id, row);
    }
    Ok(picked.iter().filter_map(|pick| Some((pick.place(), LogLine::Airing(read.remove(&pick.id)?)))).collect())
}

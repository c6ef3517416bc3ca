//! The occurrences of a page.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::place::{Columns, LogPlace, PlaceRow};
use super::{Ending, Found, LogFilter, LogLine, LogOutcome, LogScope};
use crate::domain::log::Record;
use crate::domain::time::{day_of, instant_of};
use crate::store::entries::sealed;
use crate::store::error::Failure;
use crate::store::text::folded;
use crate::store::values::{micros, word};

/// Occurrences looked at in one go; the next page goes on from there.
const LOOKED_AT_MAX: i64 = 20_000;

const PLACES: Columns = Columns { at: "o.planned_start", id: "o.id", airings: false };

/// `after` and `until` are the places between which rows are wanted.
pub(super) async fn after(
    connection: &mut SqliteConnection,
    filter: &LogFilter,
    zone: Tz,
    [after, until]: [Option<&LogPlace>; 2],
    limit: usize,
) -> Result<Found, Failure> {
    let Some(ends) = ends(filter) else { return Ok(Found::NOTHING) };
    let span = Span { filter, zone, after, until };
    let bound = span.bound(connection).await?;
    let mut query = QueryBuilder::new(
        "select o.planned_start, o.id as occurrence, l.seq, l.at, l.body, l.hash from occurrence o \
         indexed by occurrence_planned join log l on l.seq = o.closed_seq where true",
    );
    span.push(&mut query);
    if let Some(bound) = &bound {
        PLACES.push_until(&mut query, bound, filter.latest_first);
    }
    if let Some(slot) = &filter.slot {
        // Identifiers of occurrences are `slot@time`, and `A` follows `@`.
        query.push(" and o.id >= ").push_bind(format!("{slot}@"));
        query.push(" and o.id < ").push_bind(format!("{slot}A"));
    }
    if let Some(text) = filter.text.as_deref().map(folded) {
        let slots = named(connection, &text).await?;
        let slot = "substr(o.id, 1, instr(o.id, '@') - 1)";
        query.push(format_args!(" and ({slot} in (select value from json_each(")).push_bind(slots);
        query.push(format_args!(")) or instr({slot}, ")).push_bind(text).push("))");
    }
    if filter.scope == LogScope::Everything {
        query.push(" and not exists (select 1 from airing a where a.occurrence = o.id)");
    }
    query.push(" and json_extract(l.body, '$.outcome') in (select value from json_each(").push_bind(ends).push("))");
    PLACES.push_order(&mut query, filter.latest_first);
    query.push(" limit ").push_bind(limit as i64);
    let found = query.build().persistent(false).fetch_all(connection).await?;
    let full = found.len() >= limit;
    let mut rows = Vec::with_capacity(found.len());
    let mut last = None;
    for row in &found {
        let (place, line) = read(row)?;
        last = Some(place.clone());
        let fits = |day: Weekday| filter.weekday.is_none_or(|wanted| wanted == day);
        if let LogLine::Occurrence { closed, .. } = &line
            && fits(day_of(zone, closed.planned_start).weekday())
        {
            rows.push((place, line));
        }
    }
    Ok(Found { rows, reached: if full { last } else { bound } })
}

fn read(row: &SqliteRow) -> Result<(LogPlace, LogLine), Failure> {
    let place = LogPlace { at: row.try_get("planned_start")?, row: PlaceRow::Occurrence(row.try_get("occurrence")?) };
    let sealed = sealed(row)?;
    match sealed.entry.record {
        Record::Closed(closed) => Ok((place, LogLine::Occurrence { closed, seq: sealed.entry.seq, hash: sealed.hash })),
        _ => {
            Err(sqlx::Error::Decode(format!("record {} is not the end of an occurrence", sealed.entry.seq).into())
                .into())
        }
    }
}

/// The ends that the filter lets through, as a JSON array of words; none if it is about airings only.
fn ends(filter: &LogFilter) -> Option<String> {
    let about_airings =
        filter.is_about_sound() || filter.heard || filter.counted == Some(true) || filter.corrected || filter.not_heard;
    let wanted: &[LogOutcome] = match filter.scope {
        LogScope::Airings => &[],
        _ if about_airings => &[],
        LogScope::Everything => &[LogOutcome::Missed, LogOutcome::Cancelled, LogOutcome::Superseded],
        LogScope::Endings(Ending::Deviating) => {
            &[LogOutcome::Partial, LogOutcome::Missed, LogOutcome::Cancelled, LogOutcome::Superseded]
        }
        LogScope::Endings(Ending::Of(outcome)) => &[outcome],
    };
    let wanted = wanted.iter().filter(|end| filter.outcome.is_none_or(|outcome| outcome == **end));
    let words: Vec<String> = wanted.map(word).collect();
    (!words.is_empty()).then(|| serde_json::Value::from(words).to_string())
}

/// The slots that bear a name with these words, as a JSON array.
async fn named(connection: &mut SqliteConnection, text: &str) -> sqlx::Result<String> {
    let names: Vec<(String, Option<String>)> =
        sqlx::query_as("select distinct slot, json_extract(body, '$.name') from slot_version")
            .fetch_all(connection)
            .await?;
    let bears = |name: &Option<String>| name.as_ref().is_some_and(|name| folded(name).contains(text));
    let slots: Vec<String> = names.into_iter().filter(|(_, name)| bears(name)).map(|(slot, _)| slot).collect();
    Ok(serde_json::Value::from(slots).to_string())
}

/// The stretch of the log that is looked at.
struct Span<'a> {
    filter: &'a LogFilter,
    zone: Tz,
    after: Option<&'a LogPlace>,
    until: Option<&'a LogPlace>,
}

impl Span<'_> {
    /// The place at which this look ends; none if it ends with the stretch.
    async fn bound(&self, connection: &mut SqliteConnection) -> sqlx::Result<Option<LogPlace>> {
        let mut query = QueryBuilder::new(
            "select o.planned_start, o.id from occurrence o indexed by occurrence_planned where true",
        );
        self.push(&mut query);
        PLACES.push_order(&mut query, self.filter.latest_first);
        query.push(" limit 1 offset ").push_bind(LOOKED_AT_MAX - 1);
        let row = query.build().persistent(false).fetch_optional(connection).await?;
        row.map(|row| {
            let id = PlaceRow::Occurrence(row.try_get("id")?);
            Ok(LogPlace { at: row.try_get("planned_start")?, row: id })
        })
        .transpose()
    }

    fn push(&self, query: &mut QueryBuilder<Sqlite>) {
        let latest_first = self.filter.latest_first;
        if let Some(after) = self.after {
            PLACES.push_after(query, after, latest_first);
        }
        if let Some(until) = self.until {
            PLACES.push_until(query, until, latest_first);
        }
        let midnight = |day: NaiveDate| micros(instant_of(self.zone, day.and_time(NaiveTime::MIN)));
        if let Some(day) = self.filter.days.from {
            query.push(" and o.planned_start >= ").push_bind(midnight(day));
        }
        if let Some(day) = self.filter.days.to {
            query.push(" and o.planned_start < ").push_bind(midnight(day.succ_opt().unwrap_or(day)));
        }
    }
}

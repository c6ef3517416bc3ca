//! The log a page at a time, and a day at a time.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::error::DeskError;
use super::overview::DayLine;
use super::{Desk, LogQuery};
use crate::domain::log::AiringId;
use crate::domain::slot::{OccurrenceId, SlotId};
use crate::domain::time::{Days, Window, day_of, instant_of};
use crate::export::log::LogRow;
use crate::store::{LogFilter, LogLine, LogPlace};

/// The most days that are laid out at once, planned against aired.
pub const LOG_DAYS_MAX: i64 = 31;

/// The most rows of one file that a page fetches: half a year of a busy station several times over.
pub const LOG_EXPORT_MAX: usize = 100_000;

/// Some rows of the log, and where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRows {
    /// In the order asked for. May be fewer than asked for while there are more.
    pub rows: Vec<LogRow>,
    /// What to give for the next page; none when this was the last.
    pub next: Option<String>,
}

/// A local day: what was planned, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LogDay {
    /// Which.
    pub day: NaiveDate,
    /// What was planned, in order.
    pub occurrences: Vec<LogOccurrence>,
    /// What was heard outside any occurrence: played by hand, or in an emergency.
    pub by_hand: Vec<LogRow>,
}

/// A planned occurrence with what was heard of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LogOccurrence {
    /// When it was planned, and how it ended.
    pub line: DayLine,
    /// Its airings, in order.
    pub airings: Vec<LogRow>,
}

impl Desk {
    /// Rows of the log: airings, and occurrences of which nothing was heard. `cursor` is the `next` of the page before.
    ///
    /// # Errors
    /// A cursor that is none; the store's own.
    pub async fn log_page(&self, filter: &LogFilter, cursor: Option<&str>, limit: u32) -> Result<LogRows, DeskError> {
        let after = cursor.map(str::parse::<LogPlace>).transpose();
        let after = after.map_err(|error| DeskError::usage(error).code("wrong_cursor"))?;
        let page = self.store.log_page(filter, after.as_ref(), limit).await?;
        let lines = page.rows.into_iter().map(|(_, line)| line).collect();
        Ok(LogRows { rows: self.log_rows(lines).await?, next: page.next.map(|place| place.to_string()) })
    }

    /// Every row that the filter lets through, page by page.
    pub(super) async fn log_rows_of(&self, filter: &LogFilter) -> Result<Vec<LogRow>, DeskError> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.log_page(filter, after.as_ref(), crate::store::LOG_PAGE_MAX).await?;
            rows.extend(self.log_rows(page.rows.into_iter().map(|(_, line)| line).collect()).await?);
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }

    /// Every row that the filter lets through, for a file.
    ///
    /// # Errors
    /// More than [`LOG_EXPORT_MAX`]; the store's own.
    pub async fn log_export(&self, filter: &LogFilter) -> Result<Vec<LogRow>, DeskError> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.log_page(filter, after.as_ref(), crate::store::LOG_PAGE_MAX).await?;
            rows.extend(self.log_rows(page.rows.into_iter().map(|(_, line)| line).collect()).await?);
            if rows.len() > LOG_EXPORT_MAX {
                let text = format!(
                    "the choice has more than {LOG_EXPORT_MAX} rows; choose fewer days, or use `loa log --csv`"
                );
                return Err(DeskError::usage(text).code("export_too_long").value("rows_max", LOG_EXPORT_MAX));
            }
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }

    /// What was planned on each of these days, and what became of it.
    ///
    /// # Errors
    /// More days than [`LOG_DAYS_MAX`]; the store's own.
    pub async fn log_days(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<LogDay>, DeskError> {
        if to < from || to - from >= TimeDelta::days(LOG_DAYS_MAX) {
            let text = format!("{from} to {to} are not 1 to {LOG_DAYS_MAX} days; ask for fewer, or use the list");
            return Err(DeskError::usage(text).code("too_many_days").value("days_max", LOG_DAYS_MAX));
        }
        let zone = self.store.settings().zone;
        let days = Days { from: Some(from), to: Some(to) };
        let filter = LogFilter { days, scope: crate::store::LogScope::Airings, ..LogFilter::default() };
        let mut of: HashMap<OccurrenceId, Vec<LogRow>> = HashMap::new();
        let mut laid: BTreeMap<NaiveDate, LogDay> = from
            .iter_days()
            .take_while(|day| *day <= to)
            .map(|day| (day, LogDay { day, occurrences: Vec::new(), by_hand: Vec::new() }))
            .collect();
        for row in self.log_rows_of(&filter).await? {
            match &row.occurrence {
                Some(occurrence) => of.entry(occurrence.clone()).or_default().push(row),
                None => {
                    if let Some(day) = laid.get_mut(&day_of(zone, row.start.unwrap_or(row.planned_start))) {
                        day.by_hand.push(row);
                    }
                }
            }
        }
        for line in self.lines(self.window_of(LogQuery { from: Some(from), to: Some(to), not_heard: false })).await? {
            let airings = of.remove(&line.occurrence).unwrap_or_default();
            if let Some(day) = laid.get_mut(&day_of(zone, line.start)) {
                day.occurrences.push(LogOccurrence { line, airings });
            }
        }
        // Of an occurrence that began on the day before, or whose slot was edited while it was on air.
        for row in of.into_values().flatten() {
            if let Some(day) = laid.get_mut(&day_of(zone, row.start.unwrap_or(row.planned_start))) {
                day.by_hand.push(row);
            }
        }
        for day in laid.values_mut() {
            day.by_hand.sort_by_key(|row| (row.start.unwrap_or(row.planned_start), row.airing));
        }
        Ok(laid.into_values().collect())
    }

    /// Lines as they are shown, in their order.
    async fn log_rows(&self, lines: Vec<LogLine>) -> Result<Vec<LogRow>, DeskError> {
        let ids: Vec<AiringId> = lines.iter().filter_map(airing_of).collect();
        let told = self.store.airings_told(&ids).await?;
        let told: HashMap<AiringId, _> = told.into_iter().map(|(airing, by)| (airing.id, (airing, by))).collect();
        let names = self.names_of(&lines).await?;
        let counted_from = self.store.settings().counted_from;
        let row = |line: LogLine| match line {
            LogLine::Airing(row) => {
                let (airing, by) = told.get(&row.id)?;
                Some(LogRow::airing(row.seq, row.hash.to_string(), airing, by.clone(), counted_from))
            }
            LogLine::Occurrence { closed, seq, hash } => {
                let slot = &closed.occurrence.slot;
                let name = names.get(slot).map_or(slot.as_str(), String::as_str);
                Some(LogRow::closed(seq, hash.to_string(), &closed, name))
            }
        };
        Ok(lines.into_iter().filter_map(row).collect())
    }

    /// The names of the slots whose occurrences are among these lines.
    async fn names_of(&self, lines: &[LogLine]) -> Result<BTreeMap<SlotId, String>, DeskError> {
        let planned = lines.iter().filter_map(|line| match line {
            LogLine::Occurrence { closed, .. } => Some(closed.planned_start),
            LogLine::Airing(_) => None,
        });
        let Some(first) = planned.min() else { return Ok(BTreeMap::new()) };
        let versions = self.store.slot_versions(first).await?;
        Ok(versions.into_iter().map(|version| (version.slot.id, version.slot.name)).collect())
    }

    /// The instants of some local days.
    pub(super) fn window_of(&self, query: LogQuery) -> Window {
        let zone = self.store.settings().zone;
        let midnight = |day: NaiveDate| instant_of(zone, day.and_time(NaiveTime::MIN));
        let after = |day: NaiveDate| midnight(day.succ_opt().unwrap_or(day));
        let (first, last) = (chrono::DateTime::UNIX_EPOCH, far());
        Window { from: query.from.map_or(first, midnight), to: query.to.map_or(last, after) }
    }
}

/// The end of all windows: after 9999 there is no log.
fn far() -> chrono::DateTime<chrono::Utc> {
    let day = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    day.and_time(NaiveTime::MIN).and_utc()
}

fn airing_of(line: &LogLine) -> Option<AiringId> {
    match line {
        LogLine::Airing(row) => Some(row.id),
        LogLine::Occurrence { .. } => None,
    }
}

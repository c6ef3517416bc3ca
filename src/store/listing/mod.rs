//! The log a page at a time: airings, and occurrences of which nothing was heard, in one order.
//!
//! A page costs what is on it, not what is in the log. The rows of a page are picked from indexes, first along time, which is
//! all that a choice of many rows needs, then by half-months of the index that reports are counted from, which finds the few
//! rows of a rare choice. Corrected rows and those of one slot have indexes of their own; what else is asked of these is looked
//! for a bounded stretch at a time: such a page may be short, and says where to go on.

mod airings;
mod occurrences;
mod place;

use chrono::Weekday;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

pub use self::place::LogPlace;
use super::chain::ChainHash;
use super::error::{Failure, StoreError};
use super::open::Store;
use super::row::AiringRow;
use crate::domain::airing::AiringOutcome;
use crate::domain::clip::{Genre, Source};
use crate::domain::log::{Closed, Kind};
use crate::domain::slot::SlotId;
use crate::domain::time::Days;

/// The most rows of one page.
pub const LOG_PAGE_MAX: u32 = 1_000;

/// Which sort of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogScope {
    /// Airings, and occurrences of which nothing was heard: the log as an inspector reads it.
    #[default]
    Everything,
    /// Airings only.
    Airings,
    /// Occurrences that ended this way, whether or not something of them was heard.
    Endings(Ending),
}

/// Which ends of occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All but wholly aired.
    Deviating,
    /// This one.
    Of(LogOutcome),
}

/// How a row ended, in the words of its JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogOutcome {
    /// An airing that sounds now.
    OnAir,
    /// Heard, and enough of it.
    Aired,
    /// Heard in part.
    Partial,
    /// An airing of which no frame was heard.
    NotAired,
    /// An occurrence that was not heard.
    Missed,
    /// An occurrence that a person called off.
    Cancelled,
    /// An occurrence whose place was taken.
    Superseded,
}

impl LogOutcome {
    /// Of an airing; none if only an occurrence ends so.
    const fn of_airing(self) -> Option<AiringOutcome> {
        match self {
            Self::OnAir => Some(AiringOutcome::OnAir),
            Self::Aired => Some(AiringOutcome::Aired),
            Self::Partial => Some(AiringOutcome::Partial),
            Self::NotAired => Some(AiringOutcome::NotAired),
            Self::Missed | Self::Cancelled | Self::Superseded => None,
        }
    }
}

/// Which rows of the log. Every field that is set narrows the choice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogFilter {
    /// Which sort of rows.
    pub scope: LogScope,
    /// Local days of the start, of the planned start if nothing was heard.
    pub days: Days,
    /// How it ended.
    pub outcome: Option<LogOutcome>,
    /// What sort of sound.
    pub kind: Option<Kind>,
    /// Primary topic code, exactly.
    pub topic: Option<String>,
    /// Campaign code; an inner none is of no campaign.
    pub campaign: Option<Option<String>>,
    /// Who made it.
    pub source: Option<Source>,
    /// Thể loại.
    pub genre: Option<Genre>,
    /// Leaves out clips that are signature tunes, as every count does.
    pub without_tunes: bool,
    /// Words of the title or the slot's name, whatever their case and diacritics.
    pub text: Option<String>,
    /// Whether it counts.
    pub counted: Option<bool>,
    /// Counted, or cut short: some of it was heard either way.
    pub heard: bool,
    /// Of this slot.
    pub slot: Option<SlotId>,
    /// Only rows that were corrected.
    pub corrected: bool,
    /// Only airings that the loudspeakers of a zone did not give back.
    pub not_heard: bool,
    /// Day of the week of the local day.
    pub weekday: Option<Weekday>,
    /// Latest first instead of earliest first.
    pub latest_first: bool,
}

impl LogFilter {
    /// Whether it asks for what is heard, which an occurrence of which nothing was heard cannot answer.
    const fn is_about_sound(&self) -> bool {
        self.kind.is_some()
            || self.topic.is_some()
            || self.campaign.is_some()
            || self.source.is_some()
            || self.genre.is_some()
            || self.without_tunes
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub enum LogLine {
    /// An airing.
    Airing(AiringRow),
    /// An occurrence that is over.
    Occurrence {
        /// How it ended.
        closed: Closed,
        /// Number of the record that says so.
        seq: u64,
        /// Hash of that record.
        hash: ChainHash,
    },
}

/// Some rows of the log, and where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage {
    /// In the order asked for. May be fewer than asked for, even none, while there are more.
    pub rows: Vec<(LogPlace, LogLine)>,
    /// Where the next page begins; none when this was the last.
    pub next: Option<LogPlace>,
}

/// What one sort of rows has to give.
struct Found {
    rows: Vec<(LogPlace, LogLine)>,
    /// The place up to which nothing is missing; none if that is the end.
    reached: Option<LogPlace>,
}

impl Found {
    const NOTHING: Self = Self { rows: Vec::new(), reached: None };
}

impl Store {
    /// The rows that the filter lets through, after a place (from the beginning if none is given), at most `limit` and never
    /// more than [`LOG_PAGE_MAX`].
    ///
    /// Pages joined are the whole log, each row once, also while records are appended: a row that is over keeps its place.
    /// Only an airing on air moves, from its planned to its real start, when it ends.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn log_page(
        &self,
        filter: &LogFilter,
        after: Option<&LogPlace>,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let doing = "list the log";
        let mut connection = self.read(doing).await?;
        let limit = limit.clamp(1, LOG_PAGE_MAX) as usize;
        self.page(&mut connection, filter, after, limit).await.map_err(|failure| failure.at(self.path(), doing))
    }

    async fn page(
        &self,
        connection: &mut SqliteConnection,
        filter: &LogFilter,
        after: Option<&LogPlace>,
        limit: usize,
    ) -> Result<LogPage, Failure> {
        let airings = match filter.scope {
            LogScope::Everything | LogScope::Airings => airings::after(connection, filter, after, limit + 1).await?,
            LogScope::Endings(_) => Found::NOTHING,
        };
        // No occurrence beyond the last airing can be on this page.
        let until = airings.reached.as_ref();
        let zone = self.settings().zone;
        let occurrences = occurrences::after(connection, filter, zone, [after, until], limit + 1).await?;
        Ok(joined(airings, occurrences, limit, filter.latest_first))
    }
}

/// Both sorts of rows in one order, as far as nothing of either is missing.
fn joined(airings: Found, occurrences: Found, limit: usize, latest_first: bool) -> LogPage {
    let earlier = |one: &LogPlace, other: &LogPlace| if latest_first { one > other } else { one < other };
    let reached = match (airings.reached, occurrences.reached) {
        (Some(one), Some(other)) => Some(if earlier(&one, &other) { one } else { other }),
        (one, other) => one.or(other),
    };
    let mut rows = airings.rows;
    rows.extend(occurrences.rows);
    rows.sort_by(|(one, _), (other, _)| if latest_first { other.cmp(one) } else { one.cmp(other) });
    if let Some(reached) = &reached {
        rows.retain(|(place, _)| !earlier(reached, place));
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|(place, _)| place.clone()) } else { reached };
    LogPage { rows, next }
}

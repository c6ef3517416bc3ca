//! Lists of airings.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{QueryBuilder, Sqlite};

use super::error::StoreError;
use super::open::Store;
use super::row::{AiringRow, SELECT};
use super::values::{Columns as _, day_number, micros, word};
use crate::domain::airing::AiringOutcome;
use crate::domain::clip::{ClipId, ItemId};
use crate::domain::log::{AiringId, Kind};
use crate::domain::slot::OccurrenceId;

/// The most rows that one call hands over; go on with [`AiringFilter::after`].
const LIMIT_MAX: u32 = 10_000;

/// Which airings. Every field that is set narrows the choice.
#[derive(Debug, Clone, Default)]
pub struct AiringFilter {
    /// First local day.
    pub from_day: Option<NaiveDate>,
    /// Last local day.
    pub to_day: Option<NaiveDate>,
    /// What sort of sound.
    pub kind: Option<Kind>,
    /// How it stands.
    pub outcome: Option<AiringOutcome>,
    /// Whether it counts.
    pub counted: Option<bool>,
    /// What it counts as.
    pub item: Option<ItemId>,
    /// Any edition of this clip.
    pub clip: Option<ClipId>,
    /// Primary topic code, exactly.
    pub topic: Option<String>,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Which occurrence.
    pub occurrence: Option<OccurrenceId>,
    /// Latest first instead of earliest first.
    pub latest_first: bool,
    /// Goes on after this row, in the same order.
    pub after: Option<Cursor>,
    /// At most so many; never more than 10,000. None is as many as allowed.
    pub limit: Option<u32>,
}

/// A place in a list of airings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    began: DateTime<Utc>,
    id: AiringId,
}

impl Cursor {
    /// Just after `row`.
    #[must_use]
    pub fn after(row: &AiringRow) -> Self {
        Self { began: row.began(), id: row.id }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", micros(self.began), self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (began, id) = text.split_once('.')?;
            let began = DateTime::from_timestamp_micros(began.parse().ok()?)?;
            Some(Self { began, id: id.parse().ok()? })
        };
        read().ok_or_else(|| format!("`{text}` is no place in a list of airings"))
    }
}

impl AiringFilter {
    fn query(&self) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(SELECT);
        query.push(" where true");
        if let Some(day) = self.from_day {
            query.push(" and a.day >= ").push_bind(day_number(day));
            // Narrows the index on `began`: no zone is more than a day from UTC.
            query.push(" and a.began >= ").push_bind((day_number(day) - 1) * DAY_MICROS);
        }
        if let Some(day) = self.to_day {
            query.push(" and a.day <= ").push_bind(day_number(day));
            query.push(" and a.began < ").push_bind((day_number(day) + 2) * DAY_MICROS);
        }
        if let Some(kind) = self.kind {
            query.push(" and s.kind = ").push_bind(word(&kind));
        }
        if let Some(outcome) = self.outcome {
            query.push(" and a.outcome = ").push_bind(word(&outcome));
        }
        if let Some(counted) = self.counted {
            query.push(" and a.counted = ").push_bind(counted);
        }
        if let Some(item) = self.item {
            query.push(" and a.clip = ").push_bind(item.clip.0);
            query.push(" and a.edition = ").push_bind(item.edition);
        }
        if let Some(clip) = self.clip {
            query.push(" and a.clip = ").push_bind(clip.0);
        }
        if let Some(topic) = &self.topic {
            query.push(" and s.topic = ").push_bind(topic.clone());
        }
        if let Some(campaign) = &self.campaign {
            query.push(" and s.campaign = ").push_bind(campaign.clone());
        }
        if let Some(occurrence) = &self.occurrence {
            query.push(" and a.occurrence = ").push_bind(occurrence.to_string());
        }
        if let Some(Cursor { began, id }) = self.after {
            query.push(if self.latest_first { " and (a.began, a.id) < (" } else { " and (a.began, a.id) > (" });
            query.push_bind(micros(began)).push(", ").push_bind(id.0.as_bytes().to_vec()).push(")");
        }
        query.push(if self.latest_first { " order by a.began desc, a.id desc" } else { " order by a.began, a.id" });
        query.push(" limit ").push_bind(self.limit.unwrap_or(LIMIT_MAX).min(LIMIT_MAX));
        query
    }
}

const DAY_MICROS: i64 = 86_400_000_000;

impl Store {
    /// The airings that the filter lets through, by the time they began.
    ///
    /// # Errors
    /// The database's own.
    pub async fn airings(&self, filter: &AiringFilter) -> Result<Vec<AiringRow>, StoreError> {
        let doing = "list airings";
        let mut connection = self.read(doing).await?;
        let rows =
            filter.query().build().persistent(false).fetch_all(&mut *connection).await.map_err(self.failed(doing))?;
        rows.iter().map(AiringRow::read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }

    /// How often a clip was on air so that it counted, in all its editions, and when it last began to be.
    ///
    /// # Errors
    /// The database's own.
    pub async fn aired_of(&self, clip: ClipId) -> Result<(u64, Option<DateTime<Utc>>), StoreError> {
        let doing = "count the airings of a clip";
        let mut connection = self.read(doing).await?;
        let row =
            sqlx::query("select count(*) as airings, max(began) as last from airing where clip = ? and counted = 1")
                .bind(clip.0)
                .fetch_one(&mut *connection)
                .await
                .map_err(self.failed(doing))?;
        let read = || Ok((row.number("airings")?, row.instant_option("last")?));
        read().map_err(self.failed(doing))
    }

    /// When each item was last on air so that it counted: what a rotation goes by.
    ///
    /// # Errors
    /// The database's own.
    pub async fn last_aired(&self) -> Result<BTreeMap<ItemId, DateTime<Utc>>, StoreError> {
        let doing = "look up when items were last aired";
        let mut connection = self.read(doing).await?;
        // One look into the index per item, however often each was aired.
        let rows = sqlx::query(
            "select i.clip, i.edition, (select max(a.began) from airing a \
             where a.clip = i.clip and a.edition = i.edition and a.counted = 1) as began \
             from (select distinct clip, edition from subject where clip is not null) i",
        )
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        let mut last = BTreeMap::new();
        for row in &rows {
            let read = |row: &sqlx::sqlite::SqliteRow| -> sqlx::Result<_> {
                let item = ItemId { clip: ClipId(row.small("clip")?), edition: row.small("edition")? };
                Ok((item, row.instant_option("began")?))
            };
            if let (item, Some(began)) = read(row).map_err(self.failed(doing))? {
                last.insert(item, began);
            }
        }
        Ok(last)
    }
}

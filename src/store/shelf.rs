//! The library as a list that is turned page by page.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::clips::ClipFilter;
use super::error::StoreError;
use super::open::Store;
use super::values::Columns as _;
use crate::domain::clip::ClipId;

/// What a list of clips is ordered by, without the clips themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipLine {
    /// Which.
    pub id: ClipId,
    /// Its title.
    pub title: String,
    /// When it came into the library.
    pub added_at: DateTime<Utc>,
    /// When it last began to be on air so that it counted, in any edition.
    pub last_aired: Option<DateTime<Utc>>,
    /// Airings of it that count, of all editions.
    pub airings: u64,
}

impl Store {
    /// One line for each clip that the filter lets through, by number.
    ///
    /// # Errors
    /// The database's own.
    pub async fn clip_lines(&self, filter: &ClipFilter) -> Result<Vec<ClipLine>, StoreError> {
        let doing = "list clips";
        let mut connection = self.read(doing).await?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "select id, body ->> '$.title' as title, added_at, \
             (select max(began) from airing where airing.clip = clip.id and counted = 1) as last_aired, \
             (select count(*) from airing where airing.clip = clip.id and counted = 1) as airings from clip where true",
        );
        filter.narrow(&mut query);
        query.push(" order by id");
        let rows = query.build().persistent(false).fetch_all(&mut *connection).await.map_err(self.failed(doing))?;
        let line = |row: &sqlx::sqlite::SqliteRow| -> sqlx::Result<ClipLine> {
            Ok(ClipLine {
                id: ClipId(row.small("id")?),
                title: row.try_get("title")?,
                added_at: row.instant("added_at")?,
                last_aired: row.instant_option("last_aired")?,
                airings: row.number("airings")?,
            })
        };
        rows.iter().map(line).collect::<Result<_, _>>().map_err(self.failed(doing))
    }

    /// How many clips the filter lets through in each state of approval, whichever state it asks for itself.
    ///
    /// # Errors
    /// The database's own.
    pub async fn clip_counts(&self, filter: &ClipFilter) -> Result<BTreeMap<String, u64>, StoreError> {
        let doing = "count clips";
        let mut connection = self.read(doing).await?;
        let mut query = QueryBuilder::<Sqlite>::new("select approval, count(*) as clips from clip where true");
        ClipFilter { approval: None, in_use: false, ..filter.clone() }.narrow(&mut query);
        query.push(" group by approval");
        let rows = query.build().persistent(false).fetch_all(&mut *connection).await.map_err(self.failed(doing))?;
        let count = |row: &sqlx::sqlite::SqliteRow| Ok((row.try_get("approval")?, row.number("clips")?));
        rows.iter().map(count).collect::<sqlx::Result<_>>().map_err(self.failed(doing))
    }
}

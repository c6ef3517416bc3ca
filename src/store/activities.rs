//! The activity ledger: what was done and does not sound. Only ever added to.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::text::folded;
use super::values::{Columns as _, day_number, micros};
use crate::domain::ledger::{Activity, ActivityDraft};
use crate::domain::report::Period;

/// The most entries that the ledger takes; a further one is refused. Forty years of a busy portal.
pub const ACTIVITIES_MAX: u32 = 200_000;

/// What became of entries that were handed over together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entered {
    /// The numbers of the new ones, in order.
    pub added: Vec<u32>,
    /// How many were there already, or twice among those handed over.
    pub known: u32,
}

impl Store {
    /// Enters each that is not there yet (nor was, and was struck out: what a person removed does not come back by itself), all
    /// together or none. With `again`, also those that are there.
    ///
    /// # Errors
    /// [`StoreError::LedgerFull`], and the database's own.
    pub async fn enter_activities(
        &self,
        drafts: &[ActivityDraft],
        again: bool,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<Entered, StoreError> {
        let doing = "enter activities";
        let mut transaction = self.write(doing).await?;
        let mut entered = Entered::default();
        let last: u32 = sqlx::query_scalar("select coalesce(max(number), 0) from activity")
            .fetch_one(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        let mut next = last + 1;
        let mut seen = BTreeSet::new();
        for draft in drafts {
            let identity = draft.identity(folded);
            let there = !again
                && (seen.contains(&identity)
                    || known(&mut transaction, &identity).await.map_err(self.failed(doing))?);
            if there {
                entered.known += 1;
                continue;
            }
            if next > ACTIVITIES_MAX {
                return Err(StoreError::LedgerFull(ACTIVITIES_MAX));
            }
            let activity = Activity {
                number: next,
                version: 1,
                at,
                by: by.to_owned(),
                why: None,
                struck: false,
                draft: draft.clone(),
            };
            put(&mut transaction, &activity, &identity).await.map_err(self.failed(doing))?;
            seen.insert(identity);
            entered.added.push(next);
            next += 1;
        }
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(entered)
    }

    /// Makes the next version of an entry. `change` is given the entry as it stands and says what it becomes.
    ///
    /// # Errors
    /// [`StoreError::NoSuchActivity`], [`StoreError::ActivityStruck`], [`StoreError::ActivityChanged`] if it is not at
    /// `version` any more, and the database's own.
    pub async fn amend_activity(
        &self,
        number: u32,
        version: Option<u32>,
        change: impl FnOnce(Activity) -> Activity,
    ) -> Result<Activity, StoreError> {
        let doing = "change an activity";
        let mut transaction = self.write(doing).await?;
        let now = find(&mut transaction, number).await.map_err(self.failed(doing))?;
        let now = now.ok_or(StoreError::NoSuchActivity(number))?;
        if now.struck {
            return Err(StoreError::ActivityStruck(number));
        }
        if version.is_some_and(|version| version != now.version) {
            return Err(StoreError::ActivityChanged(number));
        }
        let next_version = now.version + 1;
        let next = Activity { number, version: next_version, ..change(now) };
        let identity = next.draft.identity(folded);
        put(&mut transaction, &next, &identity).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(next)
    }

    /// The entries as they stand, by day and number: of the days of `period`, or all. With `struck`, also those struck out.
    ///
    /// # Errors
    /// The database's own.
    pub async fn activities(&self, period: Option<Period>, struck: bool) -> Result<Vec<Activity>, StoreError> {
        let doing = "read the activity ledger";
        let mut connection = self.read(doing).await?;
        let (from, to) = match period {
            Some(period) => (day_number(period.from), day_number(period.to)),
            None => (i64::MIN, i64::MAX),
        };
        let rows = sqlx::query(
            "select number, version, at, by, why, struck, body from activity a \
             where version = (select max(version) from activity b where b.number = a.number) \
             and day between ? and ? and (struck = 0 or ?) order by day, number",
        )
        .bind(from)
        .bind(to)
        .bind(struck)
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<sqlx::Result<_>>().map_err(self.failed(doing))
    }

    /// Every version of one entry, the first one first; none if there is no such entry.
    ///
    /// # Errors
    /// The database's own.
    pub async fn activity_versions(&self, number: u32) -> Result<Vec<Activity>, StoreError> {
        let doing = "read an activity";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query(
            "select number, version, at, by, why, struck, body from activity where number = ? order by version",
        )
        .bind(number)
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<sqlx::Result<_>>().map_err(self.failed(doing))
    }
}

/// Whether an entry of this identity is, or was, in the ledger: in its newest version.
async fn known(connection: &mut SqliteConnection, identity: &str) -> sqlx::Result<bool> {
    let found: i64 = sqlx::query_scalar(
        "select count(*) from activity a where identity = ? \
         and version = (select max(version) from activity b where b.number = a.number)",
    )
    .bind(identity)
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

async fn find(connection: &mut SqliteConnection, number: u32) -> sqlx::Result<Option<Activity>> {
    let row = sqlx::query(
        "select number, version, at, by, why, struck, body from activity where number = ? order by version desc limit 1",
    )
    .bind(number)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

async fn put(connection: &mut SqliteConnection, activity: &Activity, identity: &str) -> sqlx::Result<()> {
    let body = serde_json::to_string(&activity.draft).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "insert into activity (number, version, at, by, why, struck, day, kind, identity, body) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(activity.number)
    .bind(activity.version)
    .bind(micros(activity.at))
    .bind(&activity.by)
    .bind(&activity.why)
    .bind(activity.struck)
    .bind(day_number(activity.draft.day))
    .bind(activity.draft.kind.as_str())
    .bind(identity)
    .bind(body)
    .execute(connection)
    .await
    .map(drop)
}

fn read(row: &SqliteRow) -> sqlx::Result<Activity> {
    Ok(Activity {
        number: row.small("number")?,
        version: row.small("version")?,
        at: row.instant("at")?,
        by: row.try_get("by")?,
        why: row.try_get("why")?,
        struck: row.try_get("struck")?,
        draft: row.json("body")?,
    })
}

//! What was answered to commands that carried a key, so that the same command sent twice is done once.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros};

/// The most answers that are remembered; for a further one the oldest is forgotten.
pub const ANSWERS_MAX: u32 = 10_000;
/// An answer is forgotten after so long.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// BLAKE3 of what was asked.
    pub fingerprint: [u8; 32],
    /// The status of the answer.
    pub status: u16,
    /// The answer itself. Never one that shows a secret: those are shown once, and not kept.
    pub body: String,
    /// When it was given.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Remembers what was answered to this key of this account or token. The first answer stays.
    ///
    /// # Errors
    /// The database's own.
    pub async fn remember(&self, scope: &str, key: &str, answered: &Answered) -> Result<(), StoreError> {
        let doing = "remember an answer";
        let mut transaction = self.write(doing).await?;
        sqlx::query("delete from answered where at <= ?")
            .bind(micros(answered.at - REMEMBERED))
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        sqlx::query(
            "insert into answered (scope, key, fingerprint, status, body, at) values (?, ?, ?, ?, ?, ?) \
             on conflict (scope, key) do nothing",
        )
        .bind(scope)
        .bind(key)
        .bind(answered.fingerprint.as_slice())
        .bind(answered.status)
        .bind(&answered.body)
        .bind(micros(answered.at))
        .execute(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        sqlx::query(
            "delete from answered where (scope, key) in \
             (select scope, key from answered order by at desc limit -1 offset ?)",
        )
        .bind(ANSWERS_MAX)
        .execute(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// What was answered to this key of this account or token in the last 24 hours.
    ///
    /// # Errors
    /// The database's own.
    pub async fn recall(&self, scope: &str, key: &str, now: DateTime<Utc>) -> Result<Option<Answered>, StoreError> {
        let doing = "recall an answer";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select * from answered where scope = ? and key = ? and at > ?")
            .bind(scope)
            .bind(key)
            .bind(micros(now - REMEMBERED))
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.as_ref().map(read).transpose().map_err(self.failed(doing))
    }
}

fn read(row: &SqliteRow) -> sqlx::Result<Answered> {
    let hash = row.hash("fingerprint")?;
    Ok(Answered {
        fingerprint: hash.0,
        status: row.try_get("status")?,
        body: row.try_get("body")?,
        at: row.instant("at")?,
    })
}

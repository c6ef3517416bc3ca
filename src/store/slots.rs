//! Slots, in each wording that was ever in force.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros};
use crate::domain::slot::{Slot, SlotId, SlotVersion};

impl Store {
    /// Saves a slot: ends the version in force at `at` and begins the next. A slot saved as it is stays as it is.
    ///
    /// # Errors
    /// The database's own.
    pub async fn save_slot(&self, slot: &Slot, at: DateTime<Utc>) -> Result<(), StoreError> {
        let doing = "save a slot";
        let mut transaction = self.write(doing).await?;
        let unchanged = in_force(&mut transaction, &slot.id).await.map_err(self.failed(doing))?;
        if unchanged.as_ref() == Some(slot) {
            return Ok(());
        }
        end(&mut transaction, &slot.id, at).await.map_err(self.failed(doing))?;
        let body = serde_json::to_string(slot).map_err(|error| sqlx::Error::Encode(error.into()));
        sqlx::query("insert into slot_version (slot, from_at, until_at, body) values (?, ?, null, ?)")
            .bind(slot.id.as_str())
            .bind(micros(at))
            .bind(body.map_err(self.failed(doing))?)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// Ends the version of a slot in force; it airs no more from `at` on. Returns what it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchSlot`], and the database's own.
    pub async fn remove_slot(&self, id: &SlotId, at: DateTime<Utc>) -> Result<Slot, StoreError> {
        let doing = "remove a slot";
        let mut transaction = self.write(doing).await?;
        let slot = in_force(&mut transaction, id).await.map_err(self.failed(doing))?;
        let slot = slot.ok_or_else(|| StoreError::NoSuchSlot(id.clone()))?;
        end(&mut transaction, id, at).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(slot)
    }

    /// Every version that was in force at any time from `since` on, by slot and time.
    ///
    /// # Errors
    /// The database's own.
    pub async fn slot_versions(&self, since: DateTime<Utc>) -> Result<Vec<SlotVersion>, StoreError> {
        let doing = "read the slots";
        let mut connection = self.read(doing).await?;
        // A version ended in the very microsecond it began, or by a clock set back, was never in force.
        let rows = sqlx::query(
            "select from_at, until_at, body from slot_version \
             where until_at is null or (until_at > ? and until_at > from_at) order by slot, from_at, number",
        )
        .bind(micros(since))
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        rows.iter()
            .map(|row| {
                Ok(SlotVersion {
                    slot: row.json("body")?,
                    from: row.instant("from_at")?,
                    until: row.instant_option("until_at")?,
                })
            })
            .collect::<sqlx::Result<_>>()
            .map_err(self.failed(doing))
    }
}

async fn in_force(connection: &mut SqliteConnection, id: &SlotId) -> sqlx::Result<Option<Slot>> {
    let row = sqlx::query("select body from slot_version where slot = ? and until_at is null")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| row.json("body")).transpose()
}

async fn end(connection: &mut SqliteConnection, id: &SlotId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("update slot_version set until_at = ? where slot = ? and until_at is null")
        .bind(micros(at))
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
}

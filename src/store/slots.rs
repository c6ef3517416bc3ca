//! Slots, in each wording that was ever in force.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros};
use crate::domain::slot::{Slot, SlotId, SlotVersion};

/// What a person who saves a slot saw of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// They did not look; the last word counts.
    Any,
    /// There was none.
    Absent,
    /// The version of this number was in force.
    Version(u32),
}

impl Expected {
    fn meets(self, id: &SlotId, found: Option<&(u32, Slot)>) -> Result<(), StoreError> {
        let met = match (self, found) {
            (Self::Any, _) | (Self::Absent, None) => true,
            (Self::Version(number), Some((found, _))) => number == *found,
            (Self::Absent, Some(_)) | (Self::Version(_), None) => false,
        };
        if met { Ok(()) } else { Err(StoreError::SlotChanged(id.clone())) }
    }
}

impl Store {
    /// Saves a slot: ends the version in force at `at` and begins the next. A slot saved as it is stays as it is.
    ///
    /// # Errors
    /// The database's own.
    pub async fn save_slot(&self, slot: &Slot, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.save_slots(&[(slot, Expected::Any)], None, at).await.map(drop)
    }

    /// Saves several slots, each as [`Self::save_slot`] does, and ends the version in force of `removed`: all of it or nothing.
    /// Returns the numbers of the versions now in force.
    ///
    /// # Errors
    /// [`StoreError::SlotChanged`] if one is no longer as expected; the database's own.
    pub async fn save_slots(
        &self,
        slots: &[(&Slot, Expected)],
        removed: Option<&SlotId>,
        at: DateTime<Utc>,
    ) -> Result<Vec<u32>, StoreError> {
        let doing = "save a slot";
        let mut transaction = self.write(doing).await?;
        let mut numbers = Vec::with_capacity(slots.len());
        for (slot, expected) in slots {
            let found = in_force(&mut transaction, &slot.id).await.map_err(self.failed(doing))?;
            expected.meets(&slot.id, found.as_ref())?;
            if let Some((number, _)) = found.filter(|(_, found)| found == *slot) {
                numbers.push(number);
                continue;
            }
            end(&mut transaction, &slot.id, at).await.map_err(self.failed(doing))?;
            let body = serde_json::to_string(slot).map_err(|error| sqlx::Error::Encode(error.into()));
            let row = sqlx::query(
                "insert into slot_version (slot, from_at, until_at, body) values (?, ?, null, ?) returning number",
            )
            .bind(slot.id.as_str())
            .bind(micros(at))
            .bind(body.map_err(self.failed(doing))?)
            .fetch_one(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
            numbers.push(row.small("number").map_err(self.failed(doing))?);
        }
        if let Some(removed) = removed {
            end(&mut transaction, removed, at).await.map_err(self.failed(doing))?;
        }
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(numbers)
    }

    /// Ends the version of a slot in force; it airs no more from `at` on. Returns what it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchSlot`], [`StoreError::SlotChanged`] if it is no longer as expected, and the database's own.
    pub async fn remove_slot(&self, id: &SlotId, expected: Expected, at: DateTime<Utc>) -> Result<Slot, StoreError> {
        let doing = "remove a slot";
        let mut transaction = self.write(doing).await?;
        let found = in_force(&mut transaction, id).await.map_err(self.failed(doing))?;
        if found.is_some() {
            expected.meets(id, found.as_ref())?;
        }
        let (_, slot) = found.ok_or_else(|| StoreError::NoSuchSlot(id.clone()))?;
        end(&mut transaction, id, at).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(slot)
    }

    /// The version in force of each slot with its number, by slot.
    ///
    /// # Errors
    /// The database's own.
    pub async fn slots_in_force(&self) -> Result<Vec<(u32, SlotVersion)>, StoreError> {
        let doing = "read the slots";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query("select number, from_at, body from slot_version where until_at is null order by slot")
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        rows.iter()
            .map(|row| {
                let version = SlotVersion { slot: row.json("body")?, from: row.instant("from_at")?, until: None };
                Ok((row.small("number")?, version))
            })
            .collect::<sqlx::Result<_>>()
            .map_err(self.failed(doing))
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

async fn in_force(connection: &mut SqliteConnection, id: &SlotId) -> sqlx::Result<Option<(u32, Slot)>> {
    let row = sqlx::query("select number, body from slot_version where slot = ? and until_at is null")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((row.small("number")?, row.json("body")?))).transpose()
}

async fn end(connection: &mut SqliteConnection, id: &SlotId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("update slot_version set until_at = ? where slot = ? and until_at is null")
        .bind(micros(at))
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
}

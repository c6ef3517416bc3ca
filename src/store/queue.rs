//! Clips waiting to be aired.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros, word};
use crate::domain::clip::ClipId;
use crate::domain::queue::{QueueEntry, Tier};
use crate::domain::slot::SlotId;

/// The most entries that wait; a further one is refused.
const QUEUE_MAX: u32 = 1_000;

/// A place in the queue, said by who is next to it, so that it means the same when the queue has moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Before this entry.
    Before(u32),
    /// After this entry.
    After(u32),
}

impl Store {
    /// Puts a clip at the end of the queue.
    ///
    /// # Errors
    /// [`StoreError::NoSuchClip`], [`StoreError::QueueFull`], and the database's own.
    pub async fn queue_add(
        &self,
        slot: Option<SlotId>,
        clip: ClipId,
        tier: Tier,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<QueueEntry, StoreError> {
        let doing = "add to the queue";
        let mut transaction = self.write(doing).await?;
        let known: i64 = sqlx::query_scalar("select count(*) from clip where id = ?")
            .bind(clip.0)
            .fetch_one(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        if known == 0 {
            return Err(StoreError::NoSuchClip(clip));
        }
        let waiting: u32 = sqlx::query_scalar("select count(*) from queue")
            .fetch_one(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        if waiting >= QUEUE_MAX {
            return Err(StoreError::QueueFull(QUEUE_MAX));
        }
        let row = sqlx::query(
            "insert into queue (position, slot, clip, tier, by, at, tier_at) \
             values ((select coalesce(max(position), 0) + 1 from queue), ?, ?, ?, ?, ?5, ?5) returning *",
        )
        .bind(slot.as_ref().map(SlotId::as_str))
        .bind(clip.0)
        .bind(word(&tier))
        .bind(by)
        .bind(micros(at))
        .fetch_one(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        let entry = read(&row).map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(entry)
    }

    /// The queue in its order.
    ///
    /// # Errors
    /// The database's own.
    pub async fn queue_list(&self) -> Result<Vec<QueueEntry>, StoreError> {
        let doing = "list the queue";
        let mut connection = self.read(doing).await?;
        list(&mut connection).await.map_err(self.failed(doing))
    }

    /// Moves an entry so that `place` others are before it, counted from 0; to the end if there are fewer.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEntry`], and the database's own.
    pub async fn queue_move(&self, entry: u32, place: usize) -> Result<(), StoreError> {
        self.reorder(entry, |others| Ok(place.min(others.len()))).await
    }

    /// Moves an entry beside another, whatever happened to the order meanwhile.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEntry`], [`StoreError::EntryGone`] if the other one is not there, and the database's own.
    pub async fn queue_place(&self, entry: u32, beside: Beside) -> Result<(), StoreError> {
        self.reorder(entry, |others| {
            let place = |other: u32| others.iter().position(|id| *id == other).ok_or(StoreError::EntryGone(other));
            match beside {
                Beside::First => Ok(0),
                Beside::Last => Ok(others.len()),
                Beside::Before(other) => place(other),
                Beside::After(other) => place(other).map(|place| place + 1),
            }
        })
        .await
    }

    /// Puts an entry in the place that `place` gives for it among the others.
    async fn reorder(
        &self,
        entry: u32,
        place: impl FnOnce(&[u32]) -> Result<usize, StoreError>,
    ) -> Result<(), StoreError> {
        let doing = "move a queue entry";
        let mut transaction = self.write(doing).await?;
        let mut order: Vec<u32> =
            list(&mut transaction).await.map_err(self.failed(doing))?.iter().map(|entry| entry.id).collect();
        let from = order.iter().position(|id| *id == entry).ok_or(StoreError::NoSuchEntry(entry))?;
        order.remove(from);
        order.insert(place(&order)?, entry);
        for (position, id) in (1_i64..).zip(order) {
            sqlx::query("update queue set position = ? where id = ? and position <> ?")
                .bind(position)
                .bind(id)
                .bind(position)
                .execute(&mut *transaction)
                .await
                .map_err(self.failed(doing))?;
        }
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// Gives an entry to one slot, or to whichever asks next. Its place stays. Returns what it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEntry`], and the database's own.
    pub async fn queue_bind(&self, entry: u32, slot: Option<&SlotId>) -> Result<QueueEntry, StoreError> {
        let doing = "give a queue entry to a slot";
        let mut transaction = self.write(doing).await?;
        let entries = list(&mut transaction).await.map_err(self.failed(doing))?;
        let before = entries.into_iter().find(|found| found.id == entry).ok_or(StoreError::NoSuchEntry(entry))?;
        sqlx::query("update queue set slot = ? where id = ?")
            .bind(slot.map(SlotId::as_str))
            .bind(entry)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(before)
    }

    /// Says how urgent an entry is, if that is new: then what was said of its order among what goes first holds no longer. Returns
    /// what it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEntry`], and the database's own.
    pub async fn queue_rank(&self, entry: u32, tier: Tier, at: DateTime<Utc>) -> Result<QueueEntry, StoreError> {
        let doing = "say how urgent a queue entry is";
        let mut transaction = self.write(doing).await?;
        let entries = list(&mut transaction).await.map_err(self.failed(doing))?;
        let before = entries.into_iter().find(|found| found.id == entry).ok_or(StoreError::NoSuchEntry(entry))?;
        if before.tier == tier {
            return Ok(before);
        }
        sqlx::query("update queue set tier = ?, tier_at = ?, ordered_by = null where id = ?")
            .bind(word(&tier))
            .bind(micros(at))
            .bind(entry)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(before)
    }

    /// Notes that somebody has put these entries in the order in which they are.
    ///
    /// # Errors
    /// The database's own.
    pub async fn queue_ordered(&self, entries: &[u32], by: &str) -> Result<(), StoreError> {
        let doing = "note the order of the queue";
        let mut transaction = self.write(doing).await?;
        for entry in entries {
            sqlx::query("update queue set ordered_by = ? where id = ?")
                .bind(by)
                .bind(entry)
                .execute(&mut *transaction)
                .await
                .map_err(self.failed(doing))?;
        }
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// Removes an entry because a person no longer wants it. Returns what it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEntry`], and the database's own.
    pub async fn queue_remove(&self, entry: u32) -> Result<QueueEntry, StoreError> {
        let doing = "remove a queue entry";
        let mut transaction = self.write(doing).await?;
        let row = sqlx::query("delete from queue where id = ? returning *")
            .bind(entry)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(self.failed(doing))?
            .ok_or(StoreError::NoSuchEntry(entry))?;
        let removed = read(&row).map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(removed)
    }

    /// Takes an entry because it was aired. False if it was not there (any more): taking twice is no error.
    ///
    /// # Errors
    /// The database's own.
    pub async fn queue_take(&self, entry: u32) -> Result<bool, StoreError> {
        let doing = "take a queue entry";
        let mut transaction = self.write(doing).await?;
        let taken = take(&mut transaction, entry).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(taken)
    }
}

pub(super) async fn take(connection: &mut SqliteConnection, entry: u32) -> sqlx::Result<bool> {
    let done = sqlx::query("delete from queue where id = ?").bind(entry).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}

async fn list(connection: &mut SqliteConnection) -> sqlx::Result<Vec<QueueEntry>> {
    sqlx::query("select * from queue order by position, id").fetch_all(connection).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> sqlx::Result<QueueEntry> {
    let slot: Option<&str> = row.try_get("slot")?;
    Ok(QueueEntry {
        id: row.small("id")?,
        slot: if slot.is_some() { Some(row.parsed("slot")?) } else { None },
        clip: ClipId(row.small("clip")?),
        by: row.try_get("by")?,
        at: row.instant("at")?,
        tier: row.word("tier")?,
        tier_at: row.instant("tier_at")?,
        ordered_by: row.try_get("ordered_by")?,
    })
}

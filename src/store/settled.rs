//! Recorded sessions of relays that became a draft by themselves, or were refused: what was settled once stays so.

use chrono::{DateTime, Utc};

use super::clips::insert;
use super::error::StoreError;
use super::open::Store;
use super::values::micros;
use crate::domain::clip::{Clip, ClipId};
use crate::domain::log::AiringId;

impl Store {
    /// Whether this session was settled before.
    ///
    /// # Errors
    /// The database's own.
    pub async fn is_settled(&self, airing: AiringId) -> Result<bool, StoreError> {
        let doing = "look up a session of a relay";
        let mut connection = self.read(doing).await?;
        let found: i64 = sqlx::query_scalar("select exists (select 1 from settled where airing = ?)")
            .bind(airing.0.as_bytes().to_vec())
            .fetch_one(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        Ok(found != 0)
    }

    /// The library does not take this session.
    ///
    /// # Errors
    /// The database's own.
    pub async fn settle_without(&self, airing: AiringId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let doing = "settle a session of a relay";
        let mut transaction = self.write(doing).await?;
        sqlx::query("insert or ignore into settled (airing, clip, at) values (?, null, ?)")
            .bind(airing.0.as_bytes().to_vec())
            .bind(micros(at))
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// As [`Store::add_clip`], and in the same breath settles the session that the clip is of: after a power cut at any point there
    /// are both or neither.
    ///
    /// # Errors
    /// As [`Store::add_clip`]; the session was settled before, which the database refuses.
    pub async fn add_settling(&self, clip: Clip, airing: AiringId) -> Result<Clip, StoreError> {
        let doing = "add a clip of a relay";
        let mut transaction = self.write(doing).await?;
        self.refuse_duplicate(&mut transaction, clip.audio.digest, None).await?;
        let id = insert(&mut transaction, &clip).await.map_err(self.failed(doing))?;
        sqlx::query("insert into settled (airing, clip, at) values (?, ?, ?)")
            .bind(airing.0.as_bytes().to_vec())
            .bind(id)
            .bind(micros(clip.added_at))
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(Clip { id: ClipId(id), ..clip })
    }
}

//! Who is signed in. Only the hash of each secret is kept.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros, whole};
use crate::domain::account::{AccountId, SESSION_IDLE_MAX, Session};

/// The most sessions of one account; for a further one, the one that was not used for longest ends.
pub const SESSIONS_MAX: u32 = 20;

impl Store {
    /// Begins a session whose secret has this hash, and gives it its number. Those that are over are cleared away.
    ///
    /// # Errors
    /// The database's own.
    pub async fn add_session(&self, session: &Session, hash: [u8; 32]) -> Result<Session, StoreError> {
        let doing = "begin a session";
        let mut transaction = self.write(doing).await?;
        let now = session.created_at;
        sqlx::query("delete from session where expires_at <= ? or seen_at <= ?")
            .bind(micros(now))
            .bind(micros(now - SESSION_IDLE_MAX))
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        sqlx::query(
            "delete from session where id in \
             (select id from session where account = ? order by seen_at desc, id desc limit -1 offset ?)",
        )
        .bind(session.account.0)
        .bind(SESSIONS_MAX - 1)
        .execute(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        let row = sqlx::query(
            "insert into session (account, hash, created_at, seen_at, expires_at, address, user_agent) \
             values (?, ?, ?, ?, ?, ?, ?) returning *",
        )
        .bind(session.account.0)
        .bind(hash.as_slice())
        .bind(micros(session.created_at))
        .bind(micros(session.seen_at))
        .bind(micros(session.expires_at))
        .bind(&session.address)
        .bind(&session.user_agent)
        .fetch_one(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        let session = read(&row).map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(session)
    }

    /// The session whose secret has this hash, whether it is still good or not.
    ///
    /// # Errors
    /// The database's own.
    pub async fn session_by_hash(&self, hash: [u8; 32]) -> Result<Option<Session>, StoreError> {
        let doing = "read a session";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select * from session where hash = ?")
            .bind(hash.as_slice())
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.as_ref().map(read).transpose().map_err(self.failed(doing))
    }

    /// Says that a session was used now, from this address.
    ///
    /// # Errors
    /// The database's own.
    pub async fn touch_session(&self, id: u64, address: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let doing = "use a session";
        let mut transaction = self.write(doing).await?;
        sqlx::query("update session set seen_at = ?, address = ? where id = ?")
            .bind(micros(at))
            .bind(address)
            .bind(whole(id))
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// The sessions of an account, or of all, the one used last first.
    ///
    /// # Errors
    /// The database's own.
    pub async fn sessions(&self, account: Option<AccountId>) -> Result<Vec<Session>, StoreError> {
        let doing = "list the sessions";
        let mut connection = self.read(doing).await?;
        let account = account.map(|account| account.0);
        let rows = sqlx::query("select * from session where account = ? or ? is null order by seen_at desc, id desc")
            .bind(account)
            .bind(account)
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }

    /// Ends a session. Returns what it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchSession`], and the database's own.
    pub async fn end_session(&self, id: u64) -> Result<Session, StoreError> {
        let doing = "end a session";
        let mut transaction = self.write(doing).await?;
        let row = sqlx::query("delete from session where id = ? returning *")
            .bind(whole(id))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(self.failed(doing))?
            .ok_or(StoreError::NoSuchSession(id))?;
        let session = read(&row).map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(session)
    }

    /// Ends every session of an account but one, and says how many.
    ///
    /// # Errors
    /// The database's own.
    pub async fn end_sessions(&self, account: AccountId, but: Option<u64>) -> Result<u64, StoreError> {
        let doing = "end the sessions";
        let mut transaction = self.write(doing).await?;
        let ended = sqlx::query("delete from session where account = ? and id is not ?")
            .bind(account.0)
            .bind(but.map(whole))
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(ended.rows_affected())
    }
}

fn read(row: &SqliteRow) -> sqlx::Result<Session> {
    Ok(Session {
        id: row.number("id")?,
        account: AccountId(row.small("account")?),
        created_at: row.instant("created_at")?,
        seen_at: row.instant("seen_at")?,
        expires_at: row.instant("expires_at")?,
        address: row.try_get("address")?,
        user_agent: row.try_get("user_agent")?,
    })
}

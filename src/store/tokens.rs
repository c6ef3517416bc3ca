//! Tokens of scripts. Only the hash of each is kept.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros};
use crate::domain::account::{AccountId, ApiToken, TokenId};

/// The most tokens of one account; a further one is refused.
pub const TOKENS_MAX: u32 = 50;

impl Store {
    /// Keeps a token whose secret has this hash, and gives it its number.
    ///
    /// # Errors
    /// [`StoreError::TokensFull`], and the database's own.
    pub async fn add_token(&self, token: &ApiToken, hash: [u8; 32]) -> Result<ApiToken, StoreError> {
        let doing = "add a token";
        let mut transaction = self.write(doing).await?;
        let there: u32 = sqlx::query_scalar("select count(*) from token where account = ?")
            .bind(token.account.0)
            .fetch_one(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        if there >= TOKENS_MAX {
            return Err(StoreError::TokensFull(TOKENS_MAX));
        }
        let roles = serde_json::to_string(&token.roles).map_err(|error| sqlx::Error::Encode(error.into()));
        let row = sqlx::query(
            "insert into token (account, name, hash, roles, created_at, used_at, expires_at) \
             values (?, ?, ?, ?, ?, null, ?) returning *",
        )
        .bind(token.account.0)
        .bind(&token.name)
        .bind(hash.as_slice())
        .bind(roles.map_err(self.failed(doing))?)
        .bind(micros(token.created_at))
        .bind(token.expires_at.map(micros))
        .fetch_one(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        let token = read(&row).map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(token)
    }

    /// The token whose secret has this hash, whether it is still good or not.
    ///
    /// # Errors
    /// The database's own.
    pub async fn token_by_hash(&self, hash: [u8; 32]) -> Result<Option<ApiToken>, StoreError> {
        let doing = "read a token";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select * from token where hash = ?")
            .bind(hash.as_slice())
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.as_ref().map(read).transpose().map_err(self.failed(doing))
    }

    /// Says that a token was used now.
    ///
    /// # Errors
    /// The database's own.
    pub async fn touch_token(&self, id: TokenId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let doing = "use a token";
        let mut transaction = self.write(doing).await?;
        sqlx::query("update token set used_at = ? where id = ?")
            .bind(micros(at))
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// The tokens of an account, or of all, in the order in which they were made.
    ///
    /// # Errors
    /// The database's own.
    pub async fn tokens(&self, account: Option<AccountId>) -> Result<Vec<ApiToken>, StoreError> {
        let doing = "list the tokens";
        let mut connection = self.read(doing).await?;
        let account = account.map(|account| account.0);
        let rows = sqlx::query("select * from token where account = ? or ? is null order by id")
            .bind(account)
            .bind(account)
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }

    /// Removes a token: it is good for nothing any more. Returns what it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchToken`], and the database's own.
    pub async fn remove_token(&self, id: TokenId) -> Result<ApiToken, StoreError> {
        let doing = "remove a token";
        let mut transaction = self.write(doing).await?;
        let row = sqlx::query("delete from token where id = ? returning *")
            .bind(id.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(self.failed(doing))?
            .ok_or(StoreError::NoSuchToken(id))?;
        let token = read(&row).map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(token)
    }
}

fn read(row: &SqliteRow) -> sqlx::Result<ApiToken> {
    Ok(ApiToken {
        id: TokenId(row.small("id")?),
        account: AccountId(row.small("account")?),
        name: row.try_get("name")?,
        roles: row.json("roles")?,
        created_at: row.instant("created_at")?,
        used_at: row.instant_option("used_at")?,
        expires_at: row.instant_option("expires_at")?,
    })
}

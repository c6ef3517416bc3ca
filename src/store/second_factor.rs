//! The second factor of an account: its secret, the last step used, the recovery codes.

use super::error::StoreError;
use super::open::Store;
use super::values::whole;
use super::{accounts, values::Columns as _};
use crate::domain::account::{Account, AccountId};

impl Store {
    /// Keeps a secret that the person has yet to confirm. One that is in force stays in force meanwhile.
    ///
    /// # Errors
    /// The database's own.
    pub async fn totp_begin(&self, id: AccountId, secret: &[u8]) -> Result<(), StoreError> {
        let doing = "begin a second factor";
        let mut transaction = self.write(doing).await?;
        sqlx::query("update account set totp_pending = ? where id = ?")
            .bind(secret)
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// Puts the secret that was kept in force, its step `step` used, with these hashes of recovery codes and no others. False if
    /// none was kept.
    ///
    /// # Errors
    /// The database's own.
    pub async fn totp_confirm(&self, id: AccountId, step: u64, codes: &[[u8; 32]]) -> Result<bool, StoreError> {
        let doing = "confirm a second factor";
        let mut transaction = self.write(doing).await?;
        let confirmed = sqlx::query(
            "update account set totp_secret = totp_pending, totp_pending = null, totp_step = ?, version = version + 1 \
             where id = ? and totp_pending is not null",
        )
        .bind(whole(step))
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        if confirmed.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("delete from recovery_code where account = ?")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        for code in codes {
            sqlx::query("insert into recovery_code (account, hash) values (?, ?)")
                .bind(id.0)
                .bind(code.as_slice())
                .execute(&mut *transaction)
                .await
                .map_err(self.failed(doing))?;
        }
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(true)
    }

    /// Asks for no second factor any more; the recovery codes go with it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`], and the database's own.
    pub async fn totp_off(&self, id: AccountId) -> Result<Account, StoreError> {
        let doing = "end a second factor";
        let mut transaction = self.write(doing).await?;
        sqlx::query("update account set totp_secret = null, totp_pending = null, version = version + 1 where id = ?")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        sqlx::query("delete from recovery_code where account = ?")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        let account = accounts::one(&mut transaction, id).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        account.ok_or_else(|| StoreError::NoSuchAccount(id.to_string()))
    }

    /// Takes the code of a step, once: false if that step or a later one was used before.
    ///
    /// # Errors
    /// The database's own.
    pub async fn totp_take(&self, id: AccountId, step: u64) -> Result<bool, StoreError> {
        let doing = "use a second factor";
        let mut transaction = self.write(doing).await?;
        let taken = sqlx::query("update account set totp_step = ? where id = ? and totp_step < ?")
            .bind(whole(step))
            .bind(id.0)
            .bind(whole(step))
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(taken.rows_affected() == 1)
    }

    /// Takes a recovery code, by its hash, once: how many are left then; none if there is no such code.
    ///
    /// # Errors
    /// The database's own.
    pub async fn recovery_take(&self, id: AccountId, hash: [u8; 32]) -> Result<Option<u32>, StoreError> {
        let doing = "use a recovery code";
        let mut transaction = self.write(doing).await?;
        let taken = sqlx::query("delete from recovery_code where account = ? and hash = ?")
            .bind(id.0)
            .bind(hash.as_slice())
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        if taken.rows_affected() == 0 {
            return Ok(None);
        }
        let row = sqlx::query("select count(*) as left from recovery_code where account = ?")
            .bind(id.0)
            .fetch_one(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        let left = row.small("left").map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(Some(left))
    }
}

//! Accounts. Never deleted; and one admin who can sign in is always left, once there was one.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::text::folded;
use super::values::{Columns as _, micros};
use crate::domain::account::{Account, AccountId};

/// The most accounts; a further one is refused.
pub const ACCOUNTS_MAX: u32 = 200;

/// What a person proves to be the owner of an account with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Argon2id as a PHC string.
    pub password: String,
    /// The secret of the second factor, if one is asked for.
    pub totp: Option<Vec<u8>>,
    /// One that is not confirmed yet.
    pub totp_pending: Option<Vec<u8>>,
    /// The newest step whose code was used.
    pub totp_step: u64,
}

const COLUMNS: &str = "select id, name, display_name, office, roles, disabled, must_change, totp_secret is not null as totp, \
     created_at, version from account";

impl Store {
    /// Every account, by name.
    ///
    /// # Errors
    /// The database's own.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let doing = "list the accounts";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} order by folded")))
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }

    /// One account.
    ///
    /// # Errors
    /// The database's own.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let doing = "read an account";
        let mut connection = self.read(doing).await?;
        one(&mut connection, id).await.map_err(self.failed(doing))
    }

    /// The account with this login name; case and diacritics do not count.
    ///
    /// # Errors
    /// The database's own.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>, StoreError> {
        let doing = "read an account";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where folded = ?")))
            .bind(folded(name.trim()))
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.as_ref().map(read).transpose().map_err(self.failed(doing))
    }

    /// Whether an admin can sign in. Once one can, one always can.
    ///
    /// # Errors
    /// The database's own.
    pub async fn has_admin(&self) -> Result<bool, StoreError> {
        let doing = "count the admins";
        let mut connection = self.read(doing).await?;
        Ok(admins(&mut connection).await.map_err(self.failed(doing))? > 0)
    }

    /// Adds an account and gives it its number; `password` is a PHC string. With `first`, only if there is no admin yet.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`], [`StoreError::AccountsFull`], [`StoreError::AdminExists`], and the database's own.
    pub async fn add_account(&self, account: &Account, password: &str, first: bool) -> Result<Account, StoreError> {
        let doing = "add an account";
        let mut transaction = self.write(doing).await?;
        if first && admins(&mut transaction).await.map_err(self.failed(doing))? > 0 {
            return Err(StoreError::AdminExists);
        }
        let folded = folded(&account.name);
        let row = sqlx::query("select count(*) as count, coalesce(sum(folded = ?), 0) as taken from account")
            .bind(&folded)
            .fetch_one(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        if row.number("taken").map_err(self.failed(doing))? > 0 {
            return Err(StoreError::NameTaken(account.name.clone()));
        }
        if row.small("count").map_err(self.failed(doing))? >= ACCOUNTS_MAX {
            return Err(StoreError::AccountsFull(ACCOUNTS_MAX));
        }
        let row = sqlx::query(
            "insert into account \
             (name, folded, display_name, office, roles, disabled, must_change, password, created_at, version) \
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) returning id",
        )
        .bind(&account.name)
        .bind(folded)
        .bind(&account.display_name)
        .bind(&account.office)
        .bind(roles_text(account).map_err(self.failed(doing))?)
        .bind(account.disabled)
        .bind(account.must_change_password)
        .bind(password)
        .bind(micros(account.created_at))
        .fetch_one(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        let id = AccountId(row.small("id").map_err(self.failed(doing))?);
        let added = one(&mut transaction, id).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        added.ok_or_else(|| StoreError::NoSuchAccount(account.name.clone()))
    }

    /// Saves what an account is called, what it may do and whether it is disabled, if it is still of the version given; returns
    /// it with the next one.
    ///
    /// # Errors
    /// [`StoreError::AccountChanged`], [`StoreError::LastAdmin`], and the database's own.
    pub async fn save_account(&self, account: &Account) -> Result<Account, StoreError> {
        let doing = "save an account";
        let mut transaction = self.write(doing).await?;
        let admins_before = admins(&mut transaction).await.map_err(self.failed(doing))?;
        let saved = sqlx::query(
            "update account set display_name = ?, office = ?, roles = ?, disabled = ?, version = version + 1 \
             where id = ? and version = ?",
        )
        .bind(&account.display_name)
        .bind(&account.office)
        .bind(roles_text(account).map_err(self.failed(doing))?)
        .bind(account.disabled)
        .bind(account.id.0)
        .bind(account.version)
        .execute(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        if saved.rows_affected() == 0 {
            return Err(StoreError::AccountChanged(account.name.clone()));
        }
        if admins_before > 0 && admins(&mut transaction).await.map_err(self.failed(doing))? == 0 {
            return Err(StoreError::LastAdmin);
        }
        let saved = one(&mut transaction, account.id).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        saved.ok_or_else(|| StoreError::NoSuchAccount(account.name.clone()))
    }

    /// Sets the password (a PHC string) and whether another must be chosen at the next sign-in.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`], and the database's own.
    pub async fn set_password(&self, id: AccountId, password: &str, must_change: bool) -> Result<Account, StoreError> {
        let doing = "set a password";
        let mut transaction = self.write(doing).await?;
        sqlx::query("update account set password = ?, must_change = ?, version = version + 1 where id = ?")
            .bind(password)
            .bind(must_change)
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        let saved = one(&mut transaction, id).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        saved.ok_or_else(|| StoreError::NoSuchAccount(id.to_string()))
    }

    /// What the owner of an account proves it with.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`], and the database's own.
    pub async fn credentials(&self, id: AccountId) -> Result<Credentials, StoreError> {
        let doing = "read an account";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select password, totp_secret, totp_pending, totp_step from account where id = ?")
            .bind(id.0)
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?
            .ok_or_else(|| StoreError::NoSuchAccount(id.to_string()))?;
        let read = |row: &SqliteRow| {
            Ok(Credentials {
                password: row.try_get("password")?,
                totp: row.try_get("totp_secret")?,
                totp_pending: row.try_get("totp_pending")?,
                totp_step: row.number("totp_step")?,
            })
        };
        read(&row).map_err(self.failed(doing))
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("totp", &self.totp.is_some()).finish_non_exhaustive()
    }
}

pub(super) async fn one(connection: &mut SqliteConnection, id: AccountId) -> sqlx::Result<Option<Account>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where id = ?")))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

async fn admins(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(*) from account \
         where disabled = 0 and exists (select 1 from json_each(account.roles) where value = 'admin')",
    )
    .fetch_one(connection)
    .await
}

fn roles_text(account: &Account) -> sqlx::Result<String> {
    serde_json::to_string(&account.roles).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn read(row: &SqliteRow) -> sqlx::Result<Account> {
    Ok(Account {
        id: AccountId(row.small("id")?),
        name: row.try_get("name")?,
        display_name: row.try_get("display_name")?,
        office: row.try_get("office")?,
        roles: row.json("roles")?,
        disabled: row.try_get("disabled")?,
        must_change_password: row.try_get("must_change")?,
        totp: row.try_get("totp")?,
        created_at: row.instant("created_at")?,
        version: row.small("version")?,
    })
}

//! Who did what. Only ever added to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros, whole};

/// The most rows that one call hands over.
const LIMIT_MAX: u32 = 10_000;

/// Something a person did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Who.
    pub who: String,
    /// What, as a word of the command line: `clip.approve`, `slot.edit` ...
    pub what: String,
    /// To what: `clip 12`, `slot sang-0500` ...
    pub subject: String,
    /// How it was; none if it was not there.
    pub before: Option<Value>,
    /// How it is; none if it is gone.
    pub after: Option<Value>,
    /// By which way and from where: `console, 192.168.1.20`; none in rows of before there was a console.
    #[serde(default)]
    pub from_where: Option<String>,
}

/// Something a person did, in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Counted up.
    pub number: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    #[serde(flatten)]
    pub entry: AuditEntry,
}

impl Store {
    /// Adds a row and returns its number.
    ///
    /// # Errors
    /// The database's own.
    pub async fn audit(&self, entry: &AuditEntry, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let doing = "add to the audit";
        let mut transaction = self.write(doing).await?;
        let row = sqlx::query(
            "insert into audit (at, who, what, subject, before, after, from_where) \
             values (?, ?, ?, ?, ?, ?, ?) returning number",
        )
        .bind(micros(at))
        .bind(&entry.who)
        .bind(&entry.what)
        .bind(&entry.subject)
        .bind(entry.before.as_ref().map(Value::to_string))
        .bind(entry.after.as_ref().map(Value::to_string))
        .bind(&entry.from_where)
        .fetch_one(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        let number = row.number("number").map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(number)
    }

    /// The newest row with this word; none if there is none.
    ///
    /// # Errors
    /// The database's own.
    pub async fn last_audit(&self, what: &str) -> Result<Option<AuditRow>, StoreError> {
        let doing = "read the audit";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select * from audit where what = ? order by number desc limit 1")
            .bind(what)
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.map(|row| read(&row)).transpose().map_err(self.failed(doing))
    }

    /// The rows after number `after`, at most `limit` (and never more than 10,000) of them.
    ///
    /// # Errors
    /// The database's own.
    pub async fn audits(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let doing = "read the audit";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query("select * from audit where number > ? order by number limit ?")
            .bind(whole(after))
            .bind(limit.min(LIMIT_MAX))
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }
}

/// Which rows of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only rows before this number.
    pub before: Option<u64>,
    /// Only of a person whose name holds this, without regard to the case of plain letters.
    pub who: Option<String>,
    /// Only what begins with this word: `clip`, `account.edit`.
    pub what: Option<String>,
    /// Only about this.
    pub subject: Option<String>,
    /// At most so many rows, and never more than 10,000.
    pub limit: u32,
}

impl Store {
    /// Rows of the audit, the newest first.
    ///
    /// # Errors
    /// The database's own.
    pub async fn audit_trail(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        let doing = "read the audit";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query(
            "select * from audit where number < ?1 and (?2 is null or instr(lower(who), lower(?2)) > 0) \
             and (?3 is null or what = ?3 or substr(what, 1, length(?3) + 1) = ?3 || '.') \
             and (?4 is null or subject = ?4) order by number desc limit ?5",
        )
        .bind(filter.before.map_or(i64::MAX, whole))
        .bind(&filter.who)
        .bind(&filter.what)
        .bind(&filter.subject)
        .bind(filter.limit.min(LIMIT_MAX))
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }
}

fn read(row: &SqliteRow) -> sqlx::Result<AuditRow> {
    let before: Option<&str> = row.try_get("before")?;
    let after: Option<&str> = row.try_get("after")?;
    Ok(AuditRow {
        number: row.number("number")?,
        at: row.instant("at")?,
        entry: AuditEntry {
            who: row.try_get("who")?,
            what: row.try_get("what")?,
            subject: row.try_get("subject")?,
            before: if before.is_some() { Some(row.json("before")?) } else { None },
            after: if after.is_some() { Some(row.json("after")?) } else { None },
            from_where: row.try_get("from_where")?,
        },
    })
}

//! The list of alarms as it is kept, and what of it is still to be sent out.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros, whole, word};
use crate::domain::alarm::{ALARMS_MAX, Matter, Seen, Standing, State, Way};

/// The most alarms that are kept; of more, the oldest that are over go.
pub const ALARMS_KEPT_MAX: u32 = 10_000;
/// The most messages that wait on one way; of more, the oldest go unsent.
pub const MESSAGES_MAX: u32 = 500;
/// The most alarms that one call hands over.
const PAGE_MAX: u32 = 500;

/// Something of an alarm that is to be sent out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Given by the store, counted up; 0 until then.
    pub number: u64,
    /// By which whoever gets it twice knows it again.
    pub id: String,
    /// On which way.
    pub way: Way,
    /// Of which alarm.
    pub alarm: u64,
    /// What it had become.
    pub state: State,
    /// The JSON that is sent.
    pub body: String,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// How often it was tried in vain.
    pub tries: u32,
}

impl Store {
    /// Keeps alarms as they are now, and what is to be sent of them, in one transaction. How many messages went unsent because
    /// too many wait.
    ///
    /// # Errors
    /// The database's own; nothing is kept then.
    pub async fn keep_alarms(&self, alarms: &[Standing], messages: &[Message]) -> Result<u64, StoreError> {
        let doing = "keep the alarms";
        let mut transaction = self.write(doing).await?;
        let kept = keep(&mut transaction, alarms, messages).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(kept)
    }

    /// The alarms that still matter, the newest first; as many as the list holds.
    ///
    /// # Errors
    /// The database's own.
    pub async fn alarms_that_matter(&self) -> Result<Vec<Standing>, StoreError> {
        let doing = "read the alarms";
        let mut connection = self.read(doing).await?;
        // What is so goes first: it may be older than all that was never seen.
        let rows = sqlx::query(
            "select * from alarm where cleared_at is null or seen_at is null \
             order by cleared_at is not null, number desc limit ?",
        )
        .bind(u32::try_from(ALARMS_MAX).unwrap_or(u32::MAX))
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<sqlx::Result<_>>().map_err(self.failed(doing))
    }

    /// The alarms before number `before`, the newest first; at most `limit` of them, and never more than 500.
    ///
    /// # Errors
    /// The database's own.
    pub async fn alarms(&self, before: Option<u64>, limit: u32) -> Result<Vec<Standing>, StoreError> {
        let doing = "read the alarms";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query("select * from alarm where number < ? order by number desc limit ?")
            .bind(before.map_or(i64::MAX, whole))
            .bind(limit.min(PAGE_MAX))
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<sqlx::Result<_>>().map_err(self.failed(doing))
    }

    /// One alarm; none if there is none of that number.
    ///
    /// # Errors
    /// The database's own.
    pub async fn alarm(&self, number: u64) -> Result<Option<Standing>, StoreError> {
        let doing = "read the alarms";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select * from alarm where number = ?")
            .bind(whole(number))
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.map(|row| read(&row)).transpose().map_err(self.failed(doing))
    }

    /// The highest number of an alarm; 0 without any.
    ///
    /// # Errors
    /// The database's own.
    pub async fn last_alarm(&self) -> Result<u64, StoreError> {
        Ok(self.alarms(None, 1).await?.first().map_or(0, |alarm| alarm.number))
    }

    /// What is to be sent first on a way, of those after number `after`; none if nothing waits.
    ///
    /// # Errors
    /// The database's own.
    pub async fn next_message(&self, way: Way, after: u64) -> Result<Option<Message>, StoreError> {
        let doing = "read what is to be sent";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select * from alarm_message where way = ? and number > ? order by number limit 1")
            .bind(word(&way))
            .bind(whole(after))
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.map(|row| read_message(&row)).transpose().map_err(self.failed(doing))
    }

    /// The highest number of a message that waits; 0 without any.
    ///
    /// # Errors
    /// The database's own.
    pub async fn last_message(&self) -> Result<u64, StoreError> {
        let doing = "read what is to be sent";
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select coalesce(max(number), 0) as number from alarm_message")
            .fetch_one(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.number("number").map_err(self.failed(doing))
    }

    /// A message was tried in vain.
    ///
    /// # Errors
    /// The database's own.
    pub async fn message_failed(&self, id: &str) -> Result<(), StoreError> {
        let doing = "note that an alarm was not sent";
        let mut transaction = self.write(doing).await?;
        sqlx::query("update alarm_message set tries = tries + 1 where id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// A message was taken, or was given up. One that is not kept is none the less over.
    ///
    /// # Errors
    /// The database's own.
    pub async fn message_over(&self, id: &str) -> Result<(), StoreError> {
        let doing = "note that an alarm was sent";
        let mut transaction = self.write(doing).await?;
        sqlx::query("delete from alarm_message where id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }
}

async fn keep(connection: &mut SqliteConnection, alarms: &[Standing], messages: &[Message]) -> sqlx::Result<u64> {
    for alarm in alarms {
        let vals = serde_json::to_string(&alarm.matter.values).map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query(
            "insert into alarm (number, code, about, severity, vals, raised_at, again, seen_at, seen_by, cleared_at) \
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (number) do update set again = excluded.again, \
             seen_at = excluded.seen_at, seen_by = excluded.seen_by, cleared_at = excluded.cleared_at",
        )
        .bind(whole(alarm.number))
        .bind(&alarm.matter.code)
        .bind(alarm.matter.about())
        .bind(word(&alarm.matter.severity))
        .bind(vals)
        .bind(micros(alarm.raised))
        .bind(alarm.again)
        .bind(alarm.seen.as_ref().map(|seen| micros(seen.at)))
        .bind(alarm.seen.as_ref().map(|seen| seen.by.clone()))
        .bind(alarm.cleared.map(micros))
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query("delete from alarm where cleared_at is not null and number <= (select max(number) from alarm) - ?")
        .bind(ALARMS_KEPT_MAX)
        .execute(&mut *connection)
        .await?;
    for message in messages {
        sqlx::query(
            // What two people did at the same moment is told once.
            "insert into alarm_message (id, way, alarm, state, body, made_at, tries) values (?, ?, ?, ?, ?, ?, ?) \
             on conflict (id) do nothing",
        )
        .bind(&message.id)
        .bind(word(&message.way))
        .bind(whole(message.alarm))
        .bind(word(&message.state))
        .bind(&message.body)
        .bind(micros(message.made))
        .bind(message.tries)
        .execute(&mut *connection)
        .await?;
    }
    let mut unsent = 0;
    for way in Way::ALL {
        let gone = sqlx::query(
            "delete from alarm_message where way = ?1 and number <= \
             (select number from alarm_message where way = ?1 order by number desc limit 1 offset ?2)",
        )
        .bind(word(&way))
        .bind(MESSAGES_MAX)
        .execute(&mut *connection)
        .await?;
        unsent += gone.rows_affected();
    }
    Ok(unsent)
}

fn read(row: &SqliteRow) -> sqlx::Result<Standing> {
    let by: Option<String> = row.try_get("seen_by")?;
    let at = row.instant_option("seen_at")?;
    Ok(Standing {
        number: row.number("number")?,
        matter: Matter { code: row.try_get("code")?, severity: row.word("severity")?, values: row.json("vals")? },
        raised: row.instant("raised_at")?,
        again: row.small("again")?,
        seen: by.zip(at).map(|(by, at)| Seen { by, at }),
        cleared: row.instant_option("cleared_at")?,
    })
}

fn read_message(row: &SqliteRow) -> sqlx::Result<Message> {
    Ok(Message {
        number: row.number("number")?,
        id: row.try_get("id")?,
        way: row.word("way")?,
        alarm: row.number("alarm")?,
        state: row.word("state")?,
        body: row.try_get("body")?,
        made: row.instant("made_at")?,
        tries: row.small("tries")?,
    })
}

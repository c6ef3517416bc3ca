//! What persons heard inside relays: said, taken back, and found again for a report.

use chrono::{DateTime, NaiveDate, Utc};

use super::chain::Sealed;
use super::error::StoreError;
use super::open::Store;
use super::row::half_of;
use super::values::{Columns as _, day_number};
use crate::domain::airing::Airing;
use crate::domain::log::{AiringId, Mention, Record, Withdrawal};

impl Store {
    /// Appends what a person heard inside a relay, and answers with the number it has there. That is the next of its airing,
    /// whatever `mention` says: it is given within the same transaction, so that two persons at once get two numbers.
    ///
    /// # Errors
    /// When it does not fit its airing or there is no such airing, and the database's own.
    pub async fn mention(&self, mention: Mention, at: DateTime<Utc>) -> Result<(u32, Sealed), StoreError> {
        let mut item = 0;
        let airing = mention.airing;
        let numbered = |airing: &Airing| {
            item = airing.mentions.next();
            Record::Mention(Mention { item, ..mention })
        };
        let sealed = self.append_about(airing, numbered, at, "append what was heard inside a relay").await?;
        Ok((item, sealed))
    }

    /// Appends that an item is taken back.
    ///
    /// # Errors
    /// When no such item stands or there is no such airing, and the database's own.
    pub async fn withdraw(&self, withdrawal: Withdrawal, at: DateTime<Utc>) -> Result<Sealed, StoreError> {
        let airing = withdrawal.airing;
        self.append_about(airing, |_| Record::Withdrawal(withdrawal), at, "append that an item was withdrawn").await
    }

    /// The relays of the local days `from` to `to`, both included, that a report counts as sessions and of which items stand, in
    /// the order in which they began.
    ///
    /// # Errors
    /// The database's own.
    pub async fn mentioned(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<AiringId>, StoreError> {
        let doing = "list relays with items";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query(
            "select id from airing indexed by airing_mentions where mentions is not null and half between ? and ? \
             and day between ? and ? and (counted = 1 or outcome = 'partial') order by began, id",
        )
        .bind(half_of(from))
        .bind(half_of(to))
        .bind(day_number(from))
        .bind(day_number(to))
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        rows.iter().map(|row| row.airing("id")).collect::<Result<_, _>>().map_err(self.failed(doing))
    }
}

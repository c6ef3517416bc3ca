//! One airing and everything it rests on.

use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::append::journal_of;
use super::chain::Sealed;
use super::entries::sealed;
use super::error::{Failure, StoreError};
use super::fold::{Folded, airing_of};
use super::open::Store;
use super::row::AiringRow;
use crate::domain::airing::Airing;
use crate::domain::log::{AiringId, PartId, Record};
use crate::domain::slot::OccurrenceId;

/// One airing and everything it rests on. Folded from the records themselves, not read from a list.
#[derive(Debug, Clone, PartialEq)]
pub struct AiringEvidence {
    /// As lists show it.
    pub row: AiringRow,
    /// As its records tell it: zones, deliveries, level, corrections.
    pub airing: Airing,
    /// Its records in their order, each with its place in the chain.
    pub records: Vec<Sealed>,
    /// The last rundown of its occurrence: why this element was chosen.
    pub rundown: Option<Sealed>,
    /// How its occurrence ended.
    pub closed: Option<Sealed>,
    /// While it is on air: frames of the open stretch as last noted.
    pub journal_frames: Option<u64>,
}

impl Store {
    /// One airing with its evidence; none if the log does not know it.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read or do not fit together.
    pub async fn airing(&self, id: AiringId) -> Result<Option<AiringEvidence>, StoreError> {
        let doing = "read an airing";
        let mut connection = self.read(doing).await?;
        self.evidence(&mut connection, id).await.map_err(|failure| failure.at(self.path(), doing))
    }

    async fn evidence(
        &self,
        connection: &mut SqliteConnection,
        id: AiringId,
    ) -> Result<Option<AiringEvidence>, Failure> {
        let rows = sqlx::query("select seq, at, body, hash from log where airing = ? order by seq")
            .bind(id.0.as_bytes().to_vec())
            .fetch_all(&mut *connection)
            .await?;
        let records = rows.iter().map(sealed).collect::<Result<Vec<_>, _>>()?;
        let mut folded = None;
        for Sealed { entry, hash } in &records {
            folded = Folded::after(folded, &entry.record, entry.seq, *hash)?;
        }
        let Some(folded) = folded else { return Ok(None) };
        let (rundown, closed) = match &folded.airing.occurrence {
            Some(occurrence) => around(connection, &occurrence.to_string()).await?,
            None => (None, None),
        };
        let journal_frames = match folded.airing.open_part() {
            Some(part) => journal_of(connection, PartId { airing: id, part }).await?.map(|(frames, _)| frames),
            None => None,
        };
        let row = AiringRow::of(&folded, self.settings());
        Ok(Some(AiringEvidence { row, airing: folded.airing, records, rundown, closed, journal_frames }))
    }
}

impl Store {
    /// The last rundown of an occurrence, and how it ended, as far as the log says.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn around_occurrence(
        &self,
        occurrence: &OccurrenceId,
    ) -> Result<(Option<Sealed>, Option<Sealed>), StoreError> {
        let doing = "read an occurrence";
        let mut connection = self.read(doing).await?;
        let around = around(&mut connection, &occurrence.to_string()).await;
        around.map_err(|failure| failure.at(self.path(), doing))
    }
}

/// Most airings that one statement asks about.
const TOLD_AT_ONCE: usize = 500;

impl Store {
    /// These airings as their records tell them (approver, corrections), each with the person whom its first intent names, in
    /// the order of their identifiers. What the log does not know is left out.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read or do not fit together.
    pub async fn airings_told(&self, ids: &[AiringId]) -> Result<Vec<(Airing, Option<String>)>, StoreError> {
        let doing = "read airings";
        let mut connection = self.read(doing).await?;
        let mut told = Vec::with_capacity(ids.len());
        for ids in ids.chunks(TOLD_AT_ONCE) {
            told.extend(self::told(&mut connection, ids).await.map_err(|failure| failure.at(self.path(), doing))?);
        }
        told.sort_by_key(|(airing, _)| airing.id);
        Ok(told)
    }
}

async fn told(connection: &mut SqliteConnection, ids: &[AiringId]) -> Result<Vec<(Airing, Option<String>)>, Failure> {
    let mut query = QueryBuilder::<Sqlite>::new("select seq, at, body, hash from log where airing in (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.0.as_bytes().to_vec());
    }
    query.push(") order by airing, seq");
    let rows = query.build().persistent(false).fetch_all(connection).await?;
    let mut told = Vec::with_capacity(ids.len());
    let mut open: Option<Folded> = None;
    let mut by = None;
    for row in &rows {
        let Sealed { entry, hash } = sealed(row)?;
        let next = airing_of(&entry.record);
        if let Some(done) = open.take_if(|open| Some(open.airing.id) != next) {
            told.push((done.airing, by.take()));
        }
        if let (None, Record::Intent(intent)) = (&open, &entry.record) {
            by.clone_from(&intent.by);
        }
        open = Folded::after(open, &entry.record, entry.seq, hash)?;
    }
    told.extend(open.map(|done| (done.airing, by)));
    Ok(told)
}

/// The last rundown of an occurrence and how it ended.
async fn around(
    connection: &mut SqliteConnection,
    occurrence: &str,
) -> Result<(Option<Sealed>, Option<Sealed>), Failure> {
    let rows = sqlx::query(
        "select l.seq, l.at, l.body, l.hash, l.seq is o.closed_seq as ending from occurrence o \
         join log l on l.seq in (o.rundown_seq, o.closed_seq) where o.id = ?",
    )
    .bind(occurrence)
    .fetch_all(connection)
    .await?;
    let mut rundown = None;
    let mut closed = None;
    for row in rows {
        if row.try_get("ending")? {
            closed = Some(sealed(&row)?);
        } else {
            rundown = Some(sealed(&row)?);
        }
    }
    Ok((rundown, closed))
}

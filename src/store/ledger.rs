//! What a station that comes up has to know, read from the log.
//!
//! Why a crash between any two commits leaves a ledger that is right: an intent is committed before its sound, so what
//! sounded is at least open; an end and the removal of its journal note are one transaction, so no note outlives or misses
//! its end; the records handed over together (the last end of an occurrence with its closing) are one transaction too. How
//! far the last sweep came is read from the closings themselves, so there is nothing beside them that a crash could part
//! from them. What was aired from
//! the queue is taken out of it again by [`Store::settle_queue`], from the log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sqlx::{Row as _, SqliteConnection};

use super::append::{body, journal_of};
use super::error::{Failure, StoreError};
use super::open::Store;
use super::values::{Columns as _, micros};
use crate::domain::log::{AiringId, End, Incident, Intent, Record};
use crate::domain::proof::{Unheard, Verdict};
use crate::domain::rundown::{Rundown, Why};
use crate::domain::slot::ZoneId;
use crate::domain::station::{LOOK_BACK, Ledger, LeftOpen, LeftRaised};

/// Proofs looked at for what was last found in each zone: several days of the largest station.
const PROOFS_READ_MAX: i64 = 1_000;

impl Store {
    /// What the log tells a station that comes up. Draining the spill file comes first ([`super::LogWriter::start`]).
    ///
    /// `ended` holds the stretches of airings that are over; those of airings left open are in `open`.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn ledger(&self) -> Result<Ledger, StoreError> {
        let doing = "read what the last run left";
        let mut connection = self.read(doing).await?;
        ledger(&mut connection).await.map_err(|failure| failure.at(self.path(), doing))
    }

    /// What was chosen for the occurrences planned since that instant that are not over, the last of each.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn open_rundowns(&self, since: DateTime<Utc>) -> Result<Vec<Rundown>, StoreError> {
        let doing = "read what is on air";
        let mut connection = self.read(doing).await?;
        open_rundowns(&mut connection, micros(since)).await.map_err(|failure| failure.at(self.path(), doing))
    }

    /// Takes out of the queue what the log says was aired from it, in case the process ended between the two. Returns the
    /// entries taken out.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn settle_queue(&self) -> Result<Vec<u32>, StoreError> {
        let doing = "settle the queue";
        let mut transaction = self.write(doing).await?;
        let taken = settle(&mut transaction).await.map_err(|failure| failure.at(self.path(), doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(taken)
    }
}

async fn ledger(connection: &mut SqliteConnection) -> Result<Ledger, Failure> {
    let Some((first_at, last_at)) = span(connection).await? else { return Ok(Ledger::default()) };
    let swept_to = swept_to(connection).await?;
    let since = swept_to.and_then(|to| to.checked_sub_signed(LOOK_BACK)).map_or(i64::MIN, micros);
    let distrusted = distrusted_since(connection).await?;

    let closed =
        sqlx::query("select id from occurrence where planned_start >= ? and closed_seq is not null order by id")
            .bind(since)
            .fetch_all(&mut *connection)
            .await?;
    let closed = closed.iter().map(|row| row.parsed("id")).collect::<sqlx::Result<Vec<_>>>()?;

    let rundowns = open_rundowns(connection, since).await?;

    let mut open = Vec::new();
    for id in ids(connection, "select id from airing indexed by airing_open where outcome = 'on_air' order by id", None)
        .await?
    {
        let (earlier, left) = stretches(connection, id).await?;
        if let Some(intent) = left {
            let journal = journal_of(connection, intent.part).await?;
            open.push(LeftOpen { intent, journal, earlier });
        }
    }
    let mut ended = Vec::new();
    // A cross join keeps the order: few occurrences first, then their airings by index.
    let over = "select a.id from occurrence o cross join airing a on a.occurrence = o.id \
                where o.closed_seq is null and o.planned_start >= ? and a.outcome <> 'on_air' order by a.began, a.id";
    for id in ids(connection, over, Some(since)).await? {
        ended.extend(stretches(connection, id).await?.0);
    }
    let raised = raised(connection).await?;
    let muted = muted(connection).await?;
    let unheard = unheard(connection).await?;
    Ok(Ledger {
        unheard,
        raised,
        muted,
        last_at: Some(distrusted.unwrap_or(last_at)),
        distrusted: distrusted.is_some(),
        began: Some(first_at),
        swept_to,
        closed,
        rundowns,
        open,
        ended,
    })
}

async fn open_rundowns(connection: &mut SqliteConnection, since: i64) -> Result<Vec<Rundown>, Failure> {
    let rundowns = sqlx::query(
        "select l.body from occurrence o join log l on l.seq = o.rundown_seq \
         where o.closed_seq is null and o.planned_start >= ? order by o.planned_start, o.id",
    )
    .bind(since)
    .fetch_all(connection)
    .await?;
    let rundowns = rundowns.iter().filter_map(|row| match body(row) {
        Ok(Record::Rundown(rundown)) => Some(Ok(rundown)),
        Ok(_) => None,
        Err(failure) => Some(Err(failure)),
    });
    rundowns.collect()
}

/// The latest planned start among the occurrences that were closed at or after it.
async fn swept_to(connection: &mut SqliteConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    let row = sqlx::query(
        "select o.planned_start from occurrence o join log l on l.seq = o.closed_seq \
         where l.at >= o.planned_start order by o.planned_start desc limit 1",
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| row.instant("planned_start")).transpose()
}

/// If the last word on the clock is that it is not believed: the latest time known to have passed before.
async fn distrusted_since(connection: &mut SqliteConnection) -> Result<Option<DateTime<Utc>>, Failure> {
    let row = sqlx::query(
        "select body from log where record = 'incident' \
         and json_extract(body, '$.incident') in ('clock_distrusted', 'clock_trusted') order by seq desc limit 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(match row.as_ref().map(body).transpose()? {
        Some(Record::Incident(Incident::ClockDistrusted { not_before })) => Some(not_before),
        _ => None,
    })
}

/// Emergencies that were raised and not ended, with how often each was heard to its end.
async fn raised(connection: &mut SqliteConnection) -> Result<Vec<LeftRaised>, Failure> {
    let rows = sqlx::query(
        "select l.seq, l.at, l.body from log l where l.record = 'incident' \
         and json_extract(l.body, '$.incident') = 'emergency_raised' \
         and not exists (select 1 from log e where e.record = 'incident' and e.seq > l.seq \
           and json_extract(e.body, '$.incident') = 'emergency_ended' \
           and json_extract(e.body, '$.emergency') = json_extract(l.body, '$.emergency')) order by l.seq",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut left = Vec::new();
    for row in &rows {
        let Record::Incident(Incident::EmergencyRaised(raised)) = body(row)? else { continue };
        let seq: i64 = row.try_get("seq")?;
        let ends = sqlx::query(
            "select i.body as intent, e.body from log i join log e on e.airing = i.airing and e.record = 'end' \
             where i.seq > ? and i.record = 'intent' and json_extract(i.body, '$.kind') = 'emergency' \
             and json_extract(e.body, '$.reason') = 'complete'",
        )
        .bind(seq)
        .fetch_all(&mut *connection)
        .await?;
        let mut sounded = 0;
        for end in &ends {
            let intent: &str = end.try_get("intent")?;
            let ours = match super::canonical::read(intent)? {
                Record::Intent(intent) => {
                    intent.sound.clip().is_some_and(|clip| clip.item == raised.clip.item)
                        && intent.by.as_deref() == Some(&*raised.by)
                }
                _ => false,
            };
            sounded += u32::from(ours);
        }
        left.push(LeftRaised { at: row.instant("at")?, raised: *raised, sounded });
    }
    Ok(left)
}

/// Zones that are muted by the last word of the log on each, and by whom.
async fn muted(connection: &mut SqliteConnection) -> Result<Vec<(ZoneId, String)>, Failure> {
    let rows = sqlx::query(
        "select body from log where record = 'incident' and json_extract(body, '$.incident') = 'zone_muted' order by seq",
    )
    .fetch_all(connection)
    .await?;
    let mut last = BTreeMap::new();
    for row in &rows {
        if let Record::Incident(Incident::ZoneMuted { zone, muted, by }) = body(row)? {
            if muted {
                last.insert(zone, by)
            } else {
                last.remove(&zone)
            };
        }
    }
    Ok(last.into_iter().collect())
}

/// Zones whose return feed last said that something was not heard, of those of which it has spoken of late.
async fn unheard(connection: &mut SqliteConnection) -> Result<Vec<(ZoneId, Unheard)>, Failure> {
    let rows = sqlx::query(
        "select l.body, s.title from log l join airing a on a.id = l.airing join subject s on s.number = a.subject \
         where l.record = 'proof' order by l.seq desc limit ?",
    )
    .bind(PROOFS_READ_MAX)
    .fetch_all(connection)
    .await?;
    let mut last = BTreeMap::new();
    for row in &rows {
        let Record::Proof(proof) = body(row)? else { continue };
        let unheard = match proof.finding.verdict() {
            Verdict::Unsure => continue,
            Verdict::Heard => None,
            Verdict::NotHeard => Some(Unheard { airing: proof.part.airing, title: row.try_get("title")? }),
        };
        last.entry(proof.zone).or_insert(unheard);
    }
    Ok(last.into_iter().filter_map(|(zone, unheard)| Some((zone, unheard?))).collect())
}

/// When the first and the last record were written; none in an empty log.
async fn span(connection: &mut SqliteConnection) -> sqlx::Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = sqlx::query(
        "select (select at from log order by seq limit 1) as first_at, \
         (select at from log order by seq desc limit 1) as last_at",
    )
    .fetch_one(connection)
    .await?;
    Ok(row.instant_option("first_at")?.zip(row.instant_option("last_at")?))
}

async fn ids(
    connection: &mut SqliteConnection,
    query: &'static str,
    since: Option<i64>,
) -> sqlx::Result<Vec<AiringId>> {
    let query = sqlx::query(query);
    let query = if since.is_some() { query.bind(since) } else { query };
    query.fetch_all(connection).await?.iter().map(|row| row.airing("id")).collect()
}

/// The stretches of an airing that are over, and the one that is not.
async fn stretches(
    connection: &mut SqliteConnection,
    id: AiringId,
) -> Result<(Vec<(Intent, End)>, Option<Intent>), Failure> {
    let rows = sqlx::query("select body from log where airing = ? and record in ('intent', 'end') order by seq")
        .bind(id.0.as_bytes().to_vec())
        .fetch_all(connection)
        .await?;
    let mut over = Vec::new();
    let mut begun: Option<Intent> = None;
    for row in &rows {
        match body(row)? {
            Record::Intent(intent) => begun = Some(intent),
            Record::End(end) => over.extend(begun.take().map(|intent| (intent, end))),
            Record::Rundown(_)
            | Record::Closed(_)
            | Record::Proof(_)
            | Record::Correction(_)
            | Record::Mention(_)
            | Record::Withdrawal(_)
            | Record::Incident(_) => {}
        }
    }
    Ok((over, begun))
}

/// Numbers of queue entries are never given out again, so an entry that a rundown names and whose element counted was aired.
async fn settle(connection: &mut SqliteConnection) -> Result<Vec<u32>, Failure> {
    let waiting: Vec<u32> = sqlx::query_scalar("select id from queue").fetch_all(&mut *connection).await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let newest: Option<i64> =
        sqlx::query_scalar("select max(planned_start) from occurrence").fetch_one(&mut *connection).await?;
    let since = newest.unwrap_or(0) - LOOK_BACK.num_microseconds().unwrap_or(0);
    let rows = sqlx::query(
        "select l.body, group_concat(a.position || ':' || a.clip || '.' || a.edition) as heard from occurrence o \
         cross join log l on l.seq = o.rundown_seq \
         cross join airing a on a.occurrence = o.id and a.outcome = 'aired' where o.planned_start >= ? group by l.seq",
    )
    .bind(since)
    .fetch_all(&mut *connection)
    .await?;
    let mut aired: BTreeSet<u32> = BTreeSet::new();
    for row in &rows {
        let Record::Rundown(rundown) = body(row)? else { continue };
        let Some(heard) = row.try_get::<Option<&str>, _>("heard")? else { continue };
        for element in &rundown.elements {
            // A rundown may have been chosen anew in between: the clip has to agree too.
            let Some(clip) = element.sound.clip() else { continue };
            let expected = format!("{}:{}", element.position, clip.item);
            if let Why::Queued { entry, .. } = &element.why
                && heard.split(',').any(|heard| heard == expected)
            {
                aired.insert(*entry);
            }
        }
    }
    let taken: Vec<u32> = waiting.into_iter().filter(|id| aired.contains(id)).collect();
    for id in &taken {
        sqlx::query("delete from queue where id = ?").bind(id).execute(&mut *connection).await?;
    }
    Ok(taken)
}

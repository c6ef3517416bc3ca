//! Drafts of reports, in every version.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, day_number, micros, whole, word};
use crate::domain::report::{Draft, DraftKey, MonthRule, Period};

/// The only language in which drafts are kept by now.
const LANGUAGE: &str = "vi";

/// The columns of a draft, without the report itself, which is most of its bytes.
const COLUMNS: &str = "number, period, months, from_day, to_day, campaign, version, at, by, cause, figures, sections, \
                       head_seq, head_hash, changes, rewritten";

/// How often a version was tried to be handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deliveries {
    /// Attempts that failed.
    pub failed: u32,
    /// Whether one succeeded.
    pub done: bool,
    /// When it was tried last.
    pub last: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub error: Option<String>,
}

impl Store {
    /// Adds a version, which gets its number, and the version after the last of the same days and campaign; both are returned in
    /// it. `report` is the whole report as JSON.
    ///
    /// # Errors
    /// [`StoreError::DraftChanged`] if the last version is not `draft.version - 1` any more, and the database's own.
    pub async fn add_draft(&self, draft: Draft, report: &str) -> Result<Draft, StoreError> {
        let doing = "add a draft";
        let mut transaction = self.write(doing).await?;
        let last = latest(&mut transaction, &draft.key()).await.map_err(self.failed(doing))?;
        if last.map_or(0, |last| last.version) + 1 != draft.version {
            return Err(StoreError::DraftChanged);
        }
        let json = |value: serde_json::Result<String>| {
            value.map_err(|error| sqlx::Error::Encode(error.into())).map_err(self.failed(doing))
        };
        let period = draft.period;
        let months = if period.month_rule() == MonthRule::Nd09 { "nd09" } else { "calendar" };
        let number: u32 = sqlx::query_scalar(
            "insert into report_draft (period, months, from_day, to_day, campaign, language, version, at, by, cause, figures, \
             sections, head_seq, head_hash, changes, rewritten, report) \
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning number",
        )
        .bind(period.named().unwrap_or_default())
        .bind(months)
        .bind(day_number(period.from))
        .bind(day_number(period.to))
        .bind(draft.campaign.as_deref().unwrap_or_default())
        .bind(LANGUAGE)
        .bind(draft.version)
        .bind(micros(draft.at))
        .bind(&draft.by)
        .bind(word(&draft.cause))
        .bind(json(serde_json::to_string(&draft.figures))?)
        .bind(json(serde_json::to_string(&draft.sections))?)
        .bind(draft.head.as_ref().map(|(seq, _)| whole(*seq)))
        .bind(draft.head.as_ref().map(|(_, hash)| hash.clone()))
        .bind(json(serde_json::to_string(&draft.changes))?)
        .bind(json(serde_json::to_string(&draft.rewritten))?)
        .bind(report)
        .fetch_one(&mut *transaction)
        .await
        .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(Draft { number, ..draft })
    }

    /// The newest version of each draft, the latest period first; at most 1,000.
    ///
    /// # Errors
    /// The database's own.
    pub async fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        let doing = "list the drafts";
        let mut connection = self.read(doing).await?;
        let mut query = sqlx::QueryBuilder::new(format!("select {COLUMNS} from report_draft d"));
        query.push(
            " where version = (select max(version) from report_draft e where e.from_day = d.from_day and \
             e.to_day = d.to_day and e.campaign = d.campaign and e.language = d.language) \
             order by to_day desc, from_day desc, campaign limit 1000",
        );
        let rows = query.build().fetch_all(&mut *connection).await.map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<sqlx::Result<_>>().map_err(self.failed(doing))
    }

    /// What there are drafts of.
    ///
    /// # Errors
    /// The database's own.
    pub async fn draft_keys(&self) -> Result<BTreeSet<DraftKey>, StoreError> {
        Ok(self.drafts().await?.iter().map(Draft::key).collect())
    }

    /// Every version of a draft, the first one first.
    ///
    /// # Errors
    /// The database's own.
    pub async fn draft_versions(&self, key: &DraftKey) -> Result<Vec<Draft>, StoreError> {
        let doing = "read a draft";
        let mut connection = self.read(doing).await?;
        versions(&mut connection, key).await.map_err(self.failed(doing))
    }

    /// The newest version of the same campaign's draft of an earlier period: what its prose is carried over from.
    ///
    /// # Errors
    /// The database's own.
    pub async fn draft_before(&self, key: &DraftKey) -> Result<Option<Draft>, StoreError> {
        let earlier = self.drafts().await?.into_iter().filter(|draft| draft.campaign == key.campaign);
        Ok(earlier.filter(|draft| draft.period.to < key.to).max_by_key(|draft| (draft.period.to, draft.period.from)))
    }

    /// The whole report of a version as JSON, as it was counted then; none if there is no such version.
    ///
    /// # Errors
    /// The database's own.
    pub async fn draft_report(&self, number: u32) -> Result<Option<String>, StoreError> {
        let doing = "read a draft";
        let mut connection = self.read(doing).await?;
        sqlx::query_scalar("select report from report_draft where number = ?")
            .bind(number)
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))
    }

    /// Writes down an attempt to hand a version over.
    ///
    /// # Errors
    /// The database's own.
    pub async fn note_delivery(
        &self,
        draft: u32,
        way: &str,
        error: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let doing = "note a delivery";
        let mut transaction = self.write(doing).await?;
        sqlx::query("insert into report_delivery (draft, at, way, error) values (?, ?, ?, ?)")
            .bind(draft)
            .bind(micros(at))
            .bind(way)
            .bind(error)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// How often a version was tried to be handed over.
    ///
    /// # Errors
    /// The database's own.
    pub async fn deliveries(&self, draft: u32) -> Result<Deliveries, StoreError> {
        let doing = "read the deliveries";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query("select at, error from report_delivery where draft = ? order by number")
            .bind(draft)
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        let mut sum = Deliveries::default();
        for row in &rows {
            let error: Option<String> = row.try_get("error").map_err(self.failed(doing))?;
            sum.last = Some(row.instant("at").map_err(self.failed(doing))?);
            match error {
                Some(error) => (sum.failed, sum.error) = (sum.failed + 1, Some(error)),
                None => (sum.done, sum.error) = (true, None),
            }
        }
        Ok(sum)
    }
}

async fn versions(connection: &mut SqliteConnection, key: &DraftKey) -> sqlx::Result<Vec<Draft>> {
    let mut query = sqlx::QueryBuilder::new(format!("select {COLUMNS} from report_draft where from_day = "));
    query.push_bind(day_number(key.from)).push(" and to_day = ").push_bind(day_number(key.to));
    query.push(" and campaign = ").push_bind(key.campaign.clone().unwrap_or_default());
    query.push(" and language = ").push_bind(LANGUAGE).push(" order by version");
    query.build().fetch_all(connection).await?.iter().map(read).collect()
}

async fn latest(connection: &mut SqliteConnection, key: &DraftKey) -> sqlx::Result<Option<Draft>> {
    Ok(versions(connection, key).await?.pop())
}

fn read(row: &SqliteRow) -> sqlx::Result<Draft> {
    let text: &str = row.try_get("period")?;
    let months: &str = row.try_get("months")?;
    let rule = if months == "calendar" { MonthRule::Calendar } else { MonthRule::Nd09 };
    let period = match text {
        "" => Period::custom(row.day("from_day")?, row.day("to_day")?),
        text => Period::parse(text, rule),
    };
    let period = period.map_err(|error| sqlx::Error::Decode(error.into()))?;
    let campaign: String = row.try_get("campaign")?;
    let head_hash: Option<String> = row.try_get("head_hash")?;
    let head_seq: Option<i64> = row.try_get("head_seq")?;
    Ok(Draft {
        number: row.small("number")?,
        period,
        campaign: Some(campaign).filter(|campaign| !campaign.is_empty()),
        version: row.small("version")?,
        at: row.instant("at")?,
        by: row.try_get("by")?,
        cause: row.word("cause")?,
        figures: row.json("figures")?,
        sections: row.json("sections")?,
        head: head_seq.and_then(|seq| u64::try_from(seq).ok()).zip(head_hash),
        changes: row.json("changes")?,
        rewritten: row.json("rewritten")?,
    })
}

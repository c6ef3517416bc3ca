//! The clips of the library.

use std::collections::BTreeSet;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::error::StoreError;
use super::open::Store;
use super::text::{anywhere, folded};
use super::values::{Columns as _, micros, word};
use crate::domain::clip::{Clip, ClipId, Digest, Genre, Source};
use crate::domain::slot::{Element, Slot};

/// Words of a search that are looked for; those after them are not.
const TERMS_MAX: usize = 16;

/// Which clips. Every field that is set narrows the choice.
#[derive(Debug, Clone, Default)]
pub struct ClipFilter {
    /// Words that title or author contain, in any order, whatever their case and diacritics.
    pub text: Option<String>,
    /// Primary topic code, with the codes under it.
    pub topic: Option<String>,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Thể loại.
    pub genre: Option<Genre>,
    /// Who made it.
    pub source: Option<Source>,
    /// A word of [`crate::domain::clip::Approval::word`].
    pub approval: Option<&'static str>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Only clips that never had an airing that counts.
    pub never_aired: bool,
    /// Leave retired clips out.
    pub in_use: bool,
    /// Scripts are most of the bytes of a library, and lists and rundowns do not need them: every script reads as none
    /// unless this is set.
    pub scripts: bool,
    /// At most so many; none is all.
    pub limit: Option<u32>,
}

impl ClipFilter {
    fn query(&self) -> QueryBuilder<Sqlite> {
        let script = if self.scripts { "script" } else { "null as script" };
        let mut query = QueryBuilder::new(format!("select id, body, {script} from clip where true"));
        self.narrow(&mut query);
        query.push(" order by id");
        if let Some(limit) = self.limit {
            query.push(" limit ").push_bind(limit);
        }
        query
    }

    /// Adds the conditions to a query on `clip`.
    pub(super) fn narrow(&self, query: &mut QueryBuilder<Sqlite>) {
        for term in self.text.iter().flat_map(|text| text.split_whitespace().take(TERMS_MAX)) {
            query.push(" and folded like ").push_bind(anywhere(term)).push(" escape '\\'");
        }
        if let Some(topic) = &self.topic {
            let under = format!("{topic}.");
            query.push(" and (topic = ").push_bind(topic.clone());
            query
                .push(" or substr(topic, 1, length(")
                .push_bind(under.clone())
                .push(")) = ")
                .push_bind(under)
                .push(")");
        }
        if let Some(campaign) = &self.campaign {
            query.push(" and campaign = ").push_bind(campaign.clone());
        }
        if let Some(genre) = self.genre {
            query.push(" and genre = ").push_bind(word(&genre));
        }
        if let Some(source) = self.source {
            query.push(" and source = ").push_bind(word(&source));
        }
        if let Some(approval) = self.approval {
            query.push(" and approval = ").push_bind(approval);
        }
        if let Some(language) = &self.language {
            query.push(" and body ->> '$.language' = ").push_bind(language.clone());
        }
        if self.never_aired {
            query.push(" and not exists (select 1 from airing where airing.clip = clip.id and airing.counted = 1)");
        }
        if self.in_use {
            query.push(" and approval <> 'retired'");
        }
    }
}

impl Store {
    /// Adds a clip and gives it its number, which is returned in it; the number it comes with is ignored.
    ///
    /// # Errors
    /// [`StoreError::DuplicateAudio`] with the first clip of the same audio, and the database's own.
    pub async fn add_clip(&self, clip: Clip) -> Result<Clip, StoreError> {
        let doing = "add a clip";
        let mut transaction = self.write(doing).await?;
        self.refuse_duplicate(&mut transaction, clip.audio.digest, None).await?;
        let id = insert(&mut transaction, &clip).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(Clip { id: ClipId(id), ..clip })
    }

    /// One clip, with its script; none if there is none of that number.
    ///
    /// # Errors
    /// The database's own.
    pub async fn clip(&self, id: ClipId) -> Result<Option<Clip>, StoreError> {
        let doing = "read a clip";
        let mut connection = self.read(doing).await?;
        find(&mut connection, id).await.map_err(self.failed(doing))
    }

    /// The clips that the filter lets through, by number.
    ///
    /// # Errors
    /// The database's own.
    pub async fn clips(&self, filter: &ClipFilter) -> Result<Vec<Clip>, StoreError> {
        let doing = "list clips";
        let mut connection = self.read(doing).await?;
        let rows =
            filter.query().build().persistent(false).fetch_all(&mut *connection).await.map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }

    /// The clips of these numbers, without their scripts; numbers that no clip has are passed over.
    ///
    /// # Errors
    /// The database's own.
    pub async fn clips_of(&self, ids: &BTreeSet<ClipId>) -> Result<Vec<Clip>, StoreError> {
        let doing = "look up clips";
        let mut connection = self.read(doing).await?;
        let numbers: Vec<u32> = ids.iter().map(|id| id.0).collect();
        let rows =
            sqlx::query("select id, body, null as script from clip where id in (select value from json_each(?))")
                .bind(serde_json::Value::from(numbers).to_string())
                .fetch_all(&mut *connection)
                .await
                .map_err(self.failed(doing))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(self.failed(doing))
    }

    /// The clip whose audio file has this digest.
    ///
    /// # Errors
    /// The database's own.
    pub async fn find_by_digest(&self, digest: Digest) -> Result<Option<Clip>, StoreError> {
        let doing = "look up audio";
        let mut connection = self.read(doing).await?;
        by_digest(&mut connection, digest).await.map_err(self.failed(doing))
    }

    /// Saves a clip that was read as `before` and shall be `after`. Its number stays.
    ///
    /// # Errors
    /// [`StoreError::ClipChanged`] if it is no longer as it was read; [`StoreError::NoSuchClip`];
    /// [`StoreError::DuplicateAudio`] if it has new audio that another has; the database's own.
    pub async fn save_clip(&self, before: &Clip, after: &Clip) -> Result<(), StoreError> {
        let doing = "save a clip";
        let mut transaction = self.write(doing).await?;
        let found = find(&mut transaction, before.id).await.map_err(self.failed(doing))?;
        match found {
            None => return Err(StoreError::NoSuchClip(before.id)),
            Some(found) if found != *before => return Err(StoreError::ClipChanged(before.id)),
            Some(_) => {}
        }
        let after = Clip { id: before.id, ..after.clone() };
        self.refuse_duplicate(&mut transaction, after.audio.digest, Some(after.id)).await?;
        update(&mut transaction, &after).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// Takes a clip out of the library for good. Its number is never given out again, and the log keeps its airings with
    /// their copy of it. Returns what it was.
    ///
    /// # Errors
    /// [`StoreError::ClipInUse`] while the queue or a slot in force names it; [`StoreError::NoSuchClip`]; the database's own.
    pub async fn delete_clip(&self, id: ClipId) -> Result<Clip, StoreError> {
        let doing = "delete a clip";
        let mut transaction = self.write(doing).await?;
        let found = find(&mut transaction, id).await.map_err(self.failed(doing))?;
        let clip = found.ok_or(StoreError::NoSuchClip(id))?;
        let users = users(&mut transaction, id).await.map_err(self.failed(doing))?;
        if !users.is_empty() {
            return Err(StoreError::ClipInUse { clip: id, by: users.join(", ") });
        }
        sqlx::query("delete from clip where id = ?")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        Ok(clip)
    }

    pub(super) async fn refuse_duplicate(
        &self,
        connection: &mut SqliteConnection,
        digest: Digest,
        but: Option<ClipId>,
    ) -> Result<(), StoreError> {
        match by_digest(connection, digest).await.map_err(self.failed("look up audio"))? {
            Some(first) if Some(first.id) != but => {
                Err(StoreError::DuplicateAudio { clip: first.id, title: first.title })
            }
            _ => Ok(()),
        }
    }
}

struct ClipColumns {
    folded: String,
    approval: &'static str,
    body: String,
}

impl ClipColumns {
    fn of(clip: &Clip) -> Self {
        let author = clip.author.as_deref().unwrap_or_default();
        let without_script = Clip { script: None, ..clip.clone() };
        Self {
            folded: folded(&format!("{} {author}", clip.title)),
            approval: clip.approval.word(),
            // A clip is made of strings and numbers: turning it into JSON cannot fail, and reading `null` back would be told.
            body: serde_json::to_string(&without_script).unwrap_or_else(|_| "null".to_owned()),
        }
    }
}

/// Adds a clip, and says the number it got.
pub(super) async fn insert(connection: &mut SqliteConnection, clip: &Clip) -> sqlx::Result<u32> {
    let columns = ClipColumns::of(clip);
    sqlx::query_scalar(
        "insert into clip (edition, folded, genre, topic, campaign, source, approval, digest, added_at, script, body) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
    )
    .bind(clip.edition)
    .bind(columns.folded)
    .bind(word(&clip.genre))
    .bind(clip.topics.primary.clone())
    .bind(clip.campaign.clone())
    .bind(word(&clip.source))
    .bind(columns.approval)
    .bind(clip.audio.digest.0.to_vec())
    .bind(micros(clip.added_at))
    .bind(clip.script.clone())
    .bind(columns.body)
    .fetch_one(connection)
    .await
}

fn read(row: &SqliteRow) -> sqlx::Result<Clip> {
    let clip: Clip = row.json("body")?;
    Ok(Clip { id: ClipId(row.small("id")?), script: row.try_get("script")?, ..clip })
}

async fn find(connection: &mut SqliteConnection, id: ClipId) -> sqlx::Result<Option<Clip>> {
    let row =
        sqlx::query("select id, body, script from clip where id = ?").bind(id.0).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

async fn by_digest(connection: &mut SqliteConnection, digest: Digest) -> sqlx::Result<Option<Clip>> {
    let row = sqlx::query("select id, body, script from clip where digest = ?")
        .bind(digest.0.to_vec())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

async fn update(connection: &mut SqliteConnection, clip: &Clip) -> sqlx::Result<()> {
    let columns = ClipColumns::of(clip);
    sqlx::query(
        "update clip set edition = ?, folded = ?, genre = ?, topic = ?, campaign = ?, source = ?, approval = ?, digest = ?, \
         script = ?, body = ? where id = ?",
    )
    .bind(clip.edition)
    .bind(&columns.folded)
    .bind(word(&clip.genre))
    .bind(&clip.topics.primary)
    .bind(&clip.campaign)
    .bind(word(&clip.source))
    .bind(columns.approval)
    .bind(clip.audio.digest.0.to_vec())
    .bind(&clip.script)
    .bind(&columns.body)
    .bind(clip.id.0)
    .execute(connection)
    .await
    .map(drop)
}

/// Who names the clip: queue entries and slots in force.
async fn users(connection: &mut SqliteConnection, id: ClipId) -> sqlx::Result<Vec<String>> {
    let entries: Vec<u32> = sqlx::query_scalar("select id from queue where clip = ? order by position")
        .bind(id.0)
        .fetch_all(&mut *connection)
        .await?;
    let mut users: Vec<String> = entries.iter().map(|entry| format!("queue entry {entry}")).collect();
    let slots = sqlx::query("select body from slot_version where until_at is null order by slot")
        .fetch_all(&mut *connection)
        .await?;
    for row in &slots {
        let slot: Slot = row.json("body")?;
        let names = slot.rundown.iter().any(|element| match element {
            Element::Ident { clip } | Element::Clip { clip } | Element::Closing { clip } => *clip == id,
            Element::Queue { .. } | Element::Rotation { .. } | Element::Relay { .. } => false,
        });
        if names {
            users.push(format!("slot {}", slot.id));
        }
    }
    Ok(users)
}

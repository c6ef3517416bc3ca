//! What persons heard inside relays: tagged, withdrawn, and listed for a report.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::error::{DeskError, ErrorKind};
use super::report::ReportQuery;
use super::wording::check_line;
use super::{Desk, Response, Who, value};
use crate::domain::airing::IllegalRecord;
use crate::domain::log::{MENTIONS_MAX, Mention, MentionRefusal, Withdrawal, place};
use crate::domain::text::composed;
use crate::domain::time::Now;
use crate::store::{Refused, StoreError};

/// What may be asked about the items heard inside a relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionRequest {
    /// An item was heard.
    Tag(MentionDraft),
    /// An item is taken back.
    Withdraw(MentionWithdrawal),
}

/// An item as whoever heard it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionDraft {
    /// Inside which airing: its identifier, or the number of one of its records.
    pub airing: String,
    /// Where it begins, from the first frame heard, in milliseconds.
    pub offset_ms: u64,
    /// How long it is, in milliseconds, above 0; none if nobody knows.
    pub length_ms: Option<u64>,
    /// What it is called, 1 to 300 characters.
    pub title: String,
    /// Its topic code.
    pub topic: String,
    /// Who made it; empty or none if nobody noted that.
    pub author: Option<String>,
}

/// An item that is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionWithdrawal {
    /// Of which airing: its identifier, or the number of one of its records.
    pub airing: String,
    /// Which item of it, counted from 1.
    pub item: u32,
    /// Why.
    pub why: String,
}

/// An item as a report lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionLine {
    /// What was said.
    pub mention: Mention,
    /// Whose programme it was heard in.
    pub relay: String,
    /// When it began.
    pub at: DateTime<Utc>,
}

impl Desk {
    pub(super) async fn handle_mention(
        &self,
        who: &Who,
        request: MentionRequest,
        now: Now,
    ) -> Result<Response, DeskError> {
        match request {
            MentionRequest::Tag(draft) => self.tag(who, draft, now).await,
            MentionRequest::Withdraw(withdrawal) => self.withdraw(who, withdrawal, now).await,
        }
    }

    async fn tag(&self, who: &Who, draft: MentionDraft, now: Now) -> Result<Response, DeskError> {
        let (title, topic) = (composed(&draft.title), composed(&draft.topic));
        let author = draft.author.as_deref().map(composed).filter(|author| !author.is_empty());
        check_line("title", &title)?;
        author.iter().try_for_each(|author| check_line("author", author))?;
        self.check_topic(&topic)?;
        let airing = self.find_airing(&draft.airing).await?;
        let (by, offset_ms, length_ms) = (who.name.trim().to_owned(), draft.offset_ms, draft.length_ms);
        let mention = Mention { airing, item: 0, by, offset_ms, length_ms, title, topic, author };
        let (item, sealed) = self.store.mention(mention, now.wall).await.map_err(told)?;
        self.audit(who, "log.tag", format!("airing {airing}, item {item}"), [None, value(&draft)], now).await?;
        Ok(Response::Mentioned { item, record: sealed.entry.seq })
    }

    async fn withdraw(&self, who: &Who, asked: MentionWithdrawal, now: Now) -> Result<Response, DeskError> {
        check_line("reason (--why)", &asked.why)?;
        let (airing, item) = (self.find_airing(&asked.airing).await?, asked.item);
        let (by, why) = (who.name.trim().to_owned(), composed(&asked.why));
        let withdrawal = Withdrawal { airing, item, by, why };
        let sealed = self.store.withdraw(withdrawal, now.wall).await.map_err(told)?;
        self.audit(who, "log.untag", format!("airing {airing}, item {item}"), [None, value(&asked)], now).await?;
        Ok(Response::Mentioned { item, record: sealed.entry.seq })
    }

    /// The items that a report counts, or those on one topic, in the order in which they were heard.
    pub(super) async fn mention_lines(
        &self,
        query: &ReportQuery,
        topic: Option<&str>,
    ) -> Result<Vec<MentionLine>, DeskError> {
        let relays = self.store.mentioned(query.period.from, query.period.to).await?;
        let mut lines = Vec::new();
        for (airing, _) in self.store.airings_told(&relays).await? {
            let Some(start) = airing.start else { continue };
            let standing = airing.mentions.standing();
            for mention in standing.filter(|mention| topic.is_none_or(|topic| mention.topic == topic)) {
                let into = i64::try_from(mention.offset_ms).map_or(TimeDelta::zero(), TimeDelta::milliseconds);
                lines.push(MentionLine {
                    mention: mention.clone(),
                    relay: airing.sound.title().to_owned(),
                    at: start + into,
                });
            }
        }
        lines.sort_by_key(|line| (line.at, line.mention.airing, line.mention.item));
        Ok(lines)
    }
}

/// Why an item was refused, in a sentence of its own; any other failure of the store as always.
fn told(error: StoreError) -> DeskError {
    let StoreError::Refused(Refused::Illegal(IllegalRecord::Mention { refusal, .. })) = error else {
        return error.into();
    };
    use ErrorKind::{Conflict, NotFound, Refused as No, Usage};
    let of = |kind, code: &str| DeskError::new(kind, refusal.to_string()).code(code);
    match &refusal {
        MentionRefusal::NoRelay => of(No, "mention_no_relay"),
        MentionRefusal::OnAir => of(No, "mention_on_air"),
        MentionRefusal::Beyond { to_ms, heard_ms } => {
            of(Usage, "mention_beyond").value("to", place(*to_ms)).value("heard", place(*heard_ms))
        }
        MentionRefusal::NoLength => of(Usage, "mention_no_length"),
        MentionRefusal::Full => of(No, "mentions_full").value("most", MENTIONS_MAX),
        MentionRefusal::OutOfTurn { .. } => of(No, "log_refuses"),
        MentionRefusal::NoSuchItem { item, count } => {
            of(NotFound, "no_such_mention").value("item", item).value("count", count)
        }
        MentionRefusal::Withdrawn { item, by } => of(Conflict, "mention_withdrawn").value("item", item).value("by", by),
    }
}

//! What a person may do with the activity ledger: what was done and does not sound.
//!
//! Tables ([`parse_table`]) and feeds ([`parse_feed`]) are read where the person is and handed over in portions, each of which
//! enters wholly or not at all. What is known already is passed over, so handing over the same thing again does no harm.

mod evidence;
mod feed;
mod fetch;
mod sitemap;
mod table;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use evidence::{EVIDENCE_BYTES_MAX, EvidenceFile, keep_evidence};
pub use feed::{FEED_BYTES_MAX, FEED_ENTRIES_MAX, Feed, FeedQuery, FeedSum, parse_feed};
pub use fetch::{Fetching, feed_source, fetch_feed};
pub use table::{TABLE_BYTES_MAX, parse_table};

use super::error::DeskError;
use super::wording::check_line;
use super::{Change, Desk, Response, Who, value};
use crate::domain::ledger::{Activity, ActivityDraft, ActivityKind, Evidence};
use crate::domain::report::Period;
use crate::domain::time::{Now, day_of};
use crate::store::Entered;

/// The longest link, in characters.
const LINK_MAX: usize = 2_000;

/// A person asks something about the activity ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ActivityRequest {
    /// Enters what is not there yet.
    Enter {
        /// What; at most [`ActivityRequest::PORTION_MAX`].
        drafts: Vec<ActivityDraft>,
        /// Also what is there already.
        again: bool,
    },
    /// Makes a new version of an entry.
    Edit {
        /// Which.
        number: u32,
        /// The version that the person saw; none if it does not matter.
        version: Option<u32>,
        /// What changes.
        change: Box<ActivityChange>,
        /// Why.
        why: String,
    },
    /// Strikes an entry out: it stays to be seen and counts nothing.
    Strike {
        /// Which.
        number: u32,
        /// Why.
        why: String,
    },
}

impl ActivityRequest {
    /// The most entries handed over at once, so that a message stays below what a socket takes.
    pub const PORTION_MAX: usize = 50;
}

/// What changes about an entry.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ActivityChange {
    /// What was done.
    pub kind: Option<ActivityKind>,
    /// When.
    pub day: Option<NaiveDate>,
    /// What it was.
    pub title: Option<String>,
    /// How many it stands for.
    pub count: Option<u32>,
    /// Primary topic code.
    pub topic: Change<String>,
    /// Campaign code.
    pub campaign: Change<String>,
    /// Where.
    pub place: Change<String>,
    /// Its evidence, all of it.
    pub evidence: Option<Vec<Evidence>>,
}

impl ActivityChange {
    fn apply(self, to: &mut ActivityDraft) {
        to.kind = self.kind.unwrap_or(to.kind);
        to.day = self.day.unwrap_or(to.day);
        to.count = self.count.unwrap_or(to.count);
        if let Some(title) = self.title {
            to.title = title;
        }
        if let Some(evidence) = self.evidence {
            to.evidence = evidence;
        }
        self.topic.apply(&mut to.topic);
        self.campaign.apply(&mut to.campaign);
        self.place.apply(&mut to.place);
    }
}

impl Desk {
    pub(super) async fn handle_activity(
        &self,
        who: &Who,
        request: ActivityRequest,
        now: Now,
    ) -> Result<Response, DeskError> {
        match request {
            ActivityRequest::Enter { drafts, again } => self.enter(who, drafts, again, now).await,
            ActivityRequest::Edit { number, version, change, why } => {
                check_line("reason (--why)", &why)?;
                let before = self.activity(number).await?;
                let mut after = before.draft.clone();
                change.apply(&mut after);
                self.check_activity(&after, now)?;
                if after == before.draft {
                    let hint = "give at least one of --day, --title, --count, --topic, --campaign, --place, --link";
                    return Err(DeskError::usage("nothing is changed").hint(hint));
                }
                // What was compared is what is changed, whoever else is at it.
                let version = version.unwrap_or(before.version);
                let next = |activity: Activity| self.next(activity, after, who, &why, now);
                let activity = self.store.amend_activity(number, Some(version), next).await?;
                let subject = format!("activity {number}");
                self.audit(who, "activity.edit", subject, [value(&before), value(&activity)], now).await?;
                Ok(Response::Activity { activity: Box::new(activity) })
            }
            ActivityRequest::Strike { number, why } => {
                check_line("reason (--why)", &why)?;
                let before = self.activity(number).await?;
                let next = |activity: Activity| {
                    let draft = activity.draft.clone();
                    Activity { struck: true, ..self.next(activity, draft, who, &why, now) }
                };
                let activity = self.store.amend_activity(number, None, next).await?;
                let subject = format!("activity {number}");
                self.audit(who, "activity.strike", subject, [value(&before), value(&activity)], now).await?;
                Ok(Response::Activity { activity: Box::new(activity) })
            }
        }
    }

    fn next(&self, activity: Activity, draft: ActivityDraft, who: &Who, why: &str, now: Now) -> Activity {
        let (by, why) = (who.name.trim().to_owned(), Some(why.trim().to_owned()));
        Activity { at: now.wall, by, why, draft, ..activity }
    }

    async fn enter(&self, who: &Who, drafts: Vec<ActivityDraft>, again: bool, now: Now) -> Result<Response, DeskError> {
        if drafts.len() > ActivityRequest::PORTION_MAX {
            let text = format!("{} activities at once, at most {}", drafts.len(), ActivityRequest::PORTION_MAX);
            return Err(DeskError::usage(text).hint("hand them over in portions"));
        }
        for draft in &drafts {
            self.check_activity(draft, now)?;
        }
        let by = who.name.trim();
        let Entered { added, known } = self.store.enter_activities(&drafts, again, by, now.wall).await?;
        if let (Some(first), Some(last)) = (added.first(), added.last()) {
            let subject =
                if first == last { format!("activity {first}") } else { format!("activities {first} to {last}") };
            // The ledger keeps every version of every entry; repeating hundreds of them here would say no more.
            let after = if first == last { drafts.first().and_then(value) } else { value(&added.len()) };
            self.audit(who, "activity.add", subject, [None, after], now).await?;
        }
        Ok(Response::Entered { added, known })
    }

    /// Whether an entry may stand in the ledger.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_activity(&self, draft: &ActivityDraft, now: Now) -> Result<(), DeskError> {
        check_line("title", &draft.title)?;
        if let Some(place) = &draft.place {
            check_line("place", place)?;
        }
        if !(1..=ActivityDraft::COUNT_MAX).contains(&draft.count) {
            let text = format!("the count is {}, expected 1 to {}", draft.count, ActivityDraft::COUNT_MAX);
            return Err(DeskError::usage(text).hint("give how many this entry stands for"));
        }
        let today = day_of(self.config.station.time_zone, now.wall);
        if draft.day > today {
            let text = format!("{} is still to come: the ledger holds what was done", draft.day);
            return Err(DeskError::usage(text).hint("enter it on that day or later; or set the clock if it is wrong"));
        }
        if let Some(topic) = &draft.topic {
            self.check_topic(topic)?;
        }
        if let Some(campaign) = &draft.campaign {
            self.check_campaign(campaign)?;
        }
        if draft.evidence.len() > ActivityDraft::EVIDENCE_MAX {
            let text = format!("{} pieces of evidence, at most {}", draft.evidence.len(), ActivityDraft::EVIDENCE_MAX);
            return Err(DeskError::usage(text).hint("keep the best of them"));
        }
        draft.evidence.iter().try_for_each(|evidence| self.check_evidence(evidence))
    }

    fn check_evidence(&self, evidence: &Evidence) -> Result<(), DeskError> {
        match evidence {
            Evidence::Document(_) => Ok(()),
            Evidence::Link(link) => check_link(link),
            Evidence::File { digest, name, .. } => {
                check_line("name of the evidence", name)?;
                evidence::check_kept(&self.config, digest, name)
            }
        }
    }

    /// The entries as they stand, by day: of a period, or all. With `struck`, also those struck out.
    ///
    /// # Errors
    /// The store's own.
    pub async fn activities(&self, period: Option<Period>, struck: bool) -> Result<Vec<Activity>, DeskError> {
        Ok(self.store.activities(period, struck).await?)
    }

    /// One entry as it stands.
    ///
    /// # Errors
    /// There is none; the store's own.
    pub async fn activity(&self, number: u32) -> Result<Activity, DeskError> {
        let newest = self.activity_history(number).await?.pop();
        newest.ok_or_else(|| crate::store::StoreError::NoSuchActivity(number).into())
    }

    /// Every version of one entry, the first one first.
    ///
    /// # Errors
    /// There is none; the store's own.
    pub async fn activity_history(&self, number: u32) -> Result<Vec<Activity>, DeskError> {
        let versions = self.store.activity_versions(number).await?;
        if versions.is_empty() {
            return Err(crate::store::StoreError::NoSuchActivity(number).into());
        }
        Ok(versions)
    }
}

/// An address that a reader of the report can open.
fn check_link(link: &str) -> Result<(), DeskError> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let fits = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && link.chars().count() <= LINK_MAX
        && !link.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if fits {
        return Ok(());
    }
    let text = format!("`{}` is no link", link.chars().take(100).collect::<String>());
    Err(DeskError::usage(text).hint("copy it from the address bar: it begins with https:// or http://"))
}

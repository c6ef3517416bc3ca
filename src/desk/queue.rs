//! What a person may do with the queue.

use serde::{Deserialize, Serialize};

use super::error::DeskError;
use super::{Desk, Response, Who, value};
use crate::domain::clip::{Approval, Clip, Genre};
use crate::domain::queue::{QueueEntry, Tie, Tied, Tier, Urgent, settled_by, tie};
use crate::domain::slot::{Element, SlotId};
use crate::domain::time::Now;
pub use crate::store::Beside;
use crate::store::ClipFilter;

/// A person asks something about the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum QueueRequest {
    /// Puts a clip at its end.
    Add {
        /// Which: number, title or digest.
        clip: String,
        /// Only for this slot.
        slot: Option<SlotId>,
        /// How urgent it is.
        #[serde(default)]
        tier: Tier,
    },
    /// Moves an entry so that it is at this place, counted from 1.
    Move {
        /// Which.
        entry: u32,
        /// Where to.
        place: usize,
    },
    /// Puts an entry beside another, whatever happened to the order meanwhile.
    Place {
        /// Which.
        entry: u32,
        /// Where to.
        beside: Beside,
    },
    /// Gives an entry to one slot, or to whichever asks next.
    Bind {
        /// Which.
        entry: u32,
        /// The slot; none is for the next that asks.
        slot: Option<SlotId>,
    },
    /// Says how urgent an entry is.
    Rank {
        /// Which.
        entry: u32,
        /// So urgent.
        tier: Tier,
    },
    /// Takes an entry out.
    Remove {
        /// Which.
        entry: u32,
    },
}

/// A line of the queue as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueLine {
    /// The entry.
    pub entry: QueueEntry,
    /// Its clip.
    pub clip: Option<Clip>,
}

impl Desk {
    pub(super) async fn handle_queue(&self, who: &Who, request: QueueRequest, now: Now) -> Result<Response, DeskError> {
        match request {
            QueueRequest::Add { clip, slot, tier } => self.enqueue(who, &clip, slot, tier, now).await,
            QueueRequest::Move { entry, place } => {
                if place == 0 {
                    let error = DeskError::usage("place 0 does not exist; the first place is 1");
                    return Err(error.code("queue_place_zero"));
                }
                self.store.queue_move(entry, place - 1).await?;
                self.settle(who, entry).await?;
                let after = serde_json::json!({ "place": place });
                self.audit(who, "queue.move", format!("queue entry {entry}"), [None, Some(after)], now).await?;
                self.queue_line(entry, Vec::new()).await
            }
            QueueRequest::Place { entry, beside } => {
                self.store.queue_place(entry, beside).await?;
                self.settle(who, entry).await?;
                self.audit(who, "queue.move", format!("queue entry {entry}"), [None, value(&beside)], now).await?;
                self.queue_line(entry, Vec::new()).await
            }
            QueueRequest::Bind { entry, slot } => {
                if let Some(slot) = &slot {
                    self.slot(slot, now).await?;
                }
                let before = self.store.queue_bind(entry, slot.as_ref()).await?;
                let after = QueueEntry { slot: slot.clone(), ..before.clone() };
                let change = [value(&before), value(&after)];
                self.audit(who, "queue.bind", format!("queue entry {entry}"), change, now).await?;
                let notes = match self.store.clip(before.clip).await? {
                    Some(clip) => self.queue_notes(&clip, slot.as_ref(), before.tier, now).await?,
                    None => Vec::new(),
                };
                self.queue_line(entry, notes).await
            }
            QueueRequest::Rank { entry, tier } => {
                let before = self.store.queue_rank(entry, tier, now.wall).await?;
                let line = self.queue_line(entry, Vec::new()).await?;
                let after = match &line {
                    Response::Queued { entry, .. } => value(entry),
                    _ => None,
                };
                self.audit(who, "queue.rank", format!("queue entry {entry}"), [value(&before), after], now).await?;
                Ok(line)
            }
            QueueRequest::Remove { entry } => {
                let entry = self.store.queue_remove(entry).await?;
                let subject = format!("queue entry {}", entry.id);
                self.audit(who, "queue.rm", subject, [value(&entry), None], now).await?;
                Ok(Response::QueueRemoved { entry })
            }
        }
    }

    async fn queue_line(&self, entry: u32, notes: Vec<String>) -> Result<Response, DeskError> {
        let line = self.queue().await?.into_iter().find(|line| line.entry.id == entry);
        let line = line.ok_or_else(|| {
            let error = DeskError::not_found(format!("there is no queue entry {entry}"));
            error.code("no_such_queue_entry").value("entry", entry)
        })?;
        Ok(queued(line.entry, line.clip.as_ref(), notes))
    }

    async fn enqueue(
        &self,
        who: &Who,
        clip: &str,
        slot: Option<SlotId>,
        tier: Tier,
        now: Now,
    ) -> Result<Response, DeskError> {
        let clip = self.find_clip(clip).await?;
        if matches!(clip.approval, Approval::Retired { .. }) {
            let hint = format!("approve it again with `loa clip approve {}`, or choose another", clip.id);
            let error = DeskError::refused(format!("clip {} \"{}\" is retired", clip.id, clip.title)).hint(hint);
            return Err(error.code("clip_retired").value("clip", clip.id).value("title", clip.title));
        }
        if clip.genre == Genre::Ident {
            let hint = "name it in a slot as --element ident:CLIP";
            let text = format!("clip {} \"{}\" is a signature tune", clip.id, clip.title);
            let error = DeskError::refused(text).hint(hint).code("clip_is_ident");
            return Err(error.value("clip", clip.id).value("title", clip.title));
        }
        let notes = self.queue_notes(&clip, slot.as_ref(), tier, now).await?;
        let entry = self.store.queue_add(slot, clip.id, tier, who.name.trim(), now.wall).await?;
        self.audit(who, "queue.add", format!("queue entry {}", entry.id), [None, value(&entry)], now).await?;
        Ok(queued(entry, Some(&clip), notes))
    }

    /// What would keep it from being aired.
    async fn queue_notes(
        &self,
        clip: &Clip,
        slot: Option<&SlotId>,
        tier: Tier,
        now: Now,
    ) -> Result<Vec<String>, DeskError> {
        let mut notes = Vec::new();
        if !matches!(clip.approval, Approval::Approved { .. }) {
            notes.push(format!("it is not approved yet and will not air before it is: `loa clip approve {}`", clip.id));
        }
        let takes = |element: &Element| matches!(element, Element::Queue { .. });
        match slot {
            Some(id) => {
                let slot = self.slot(id, now).await?;
                if tier == Tier::Normal && !slot.rundown.iter().any(takes) {
                    notes.push(format!("slot {id} takes nothing from the queue: give it an --element queue:COUNT"));
                }
                if clip.audio.duration() > slot.length_max {
                    notes.push(format!("it is longer than slot {id} may last, and will never fit"));
                }
            }
            None if tier == Tier::Normal
                && !self.slots(now).await?.iter().any(|version| version.slot.rundown.iter().any(takes)) =>
            {
                notes.push("no slot takes anything from the queue: give one an --element queue:COUNT".to_owned());
            }
            None => {}
        }
        Ok(notes)
    }

    /// Notes that a person has put an entry of priority and its rivals in order.
    async fn settle(&self, who: &Who, entry: u32) -> Result<(), DeskError> {
        let lines = self.queue().await?;
        let settled = settled_by(&urgent(&lines), entry);
        Ok(self.store.queue_ordered(&settled, who.name.trim()).await?)
    }

    /// What the operator is asked to put in order: which entries, and in words for people.
    ///
    /// # Errors
    /// The store's own.
    pub async fn priority_tie(&self, now: Now) -> Result<Option<(Tie, Tied)>, DeskError> {
        let lines = self.queue().await?;
        let tiers = &self.config.tiers;
        let Some(tie) = tie(&urgent(&lines), tiers.order_within, now.wall) else { return Ok(None) };
        let title = |id: u32| {
            let line = lines.iter().find(|line| line.entry.id == id);
            line.and_then(|line| line.clip.as_ref()).map(|clip| clip.title.clone()).unwrap_or_default()
        };
        let entries = [&tie.higher, &tie.own].map(|ids| ids.first().copied().unwrap_or_default());
        let [higher, own] = entries.map(title);
        let tied = Tied { entries, higher, own, first: tiers.first, until: tie.until };
        Ok(Some((tie, tied)))
    }

    /// The queue in its order.
    ///
    /// # Errors
    /// The store's own.
    pub async fn queue(&self) -> Result<Vec<QueueLine>, DeskError> {
        let entries = self.store.queue_list().await?;
        let clips = if entries.is_empty() { Vec::new() } else { self.store.clips(&ClipFilter::default()).await? };
        let line = |entry: QueueEntry| {
            let clip = clips.iter().find(|clip| clip.id == entry.clip).cloned();
            QueueLine { entry, clip }
        };
        Ok(entries.into_iter().map(line).collect())
    }
}

/// The entries of priority, with who made their clips.
fn urgent(lines: &[QueueLine]) -> Vec<Urgent<'_>> {
    let of = |line: &'_ QueueLine| line.clip.as_ref().map(|clip| clip.source);
    let first = lines.iter().filter(|line| line.entry.tier == Tier::Priority);
    first.filter_map(|line| Some(Urgent { entry: &line.entry, source: of(line)? })).collect()
}

fn queued(entry: QueueEntry, clip: Option<&Clip>, notes: Vec<String>) -> Response {
    let title = clip.map(|clip| clip.title.clone()).unwrap_or_default();
    Response::Queued { entry, title, notes }
}

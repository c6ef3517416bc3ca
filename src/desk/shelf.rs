//! The library as a person leafs through it, and what became of one clip.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::domain::clip::{Clip, ClipId};
use crate::domain::slot::OccurrenceId;
use crate::domain::text::VietnameseOrder;
use crate::domain::time::{Now, Window};
use crate::export::log::LogRow;
use crate::library::{COLUMNS_PER_SECOND, ContentStore, ImportError, Listening, WavView, Waveform};
use crate::store::{AiringFilter, ClipFilter, ClipLine, Cursor, StoreError};

/// The most clips or airings of one page.
pub(super) const PAGE_MAX: u32 = 200;
/// How far ahead the next airings of a clip are looked for.
const AHEAD: TimeDelta = TimeDelta::days(14);
/// The most of them that are told.
const UPCOMING_MAX: usize = 20;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShelfOrder {
    /// What came in last stands first.
    #[default]
    Newest,
    /// As in a Vietnamese dictionary.
    Title,
    /// What has not been on air for longest stands first; what never was, before all.
    LastAired,
}

/// What of the library a person wants to see.
#[derive(Debug, Clone, Default)]
pub struct ShelfQuery {
    /// Which clips.
    pub filter: ClipFilter,
    /// In which order.
    pub order: ShelfOrder,
    /// Goes on after this place: [`Shelf::next`] of the page before.
    pub after: Option<String>,
    /// At most so many; never more than 200, never none.
    pub limit: u32,
}

/// A page of the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelf {
    /// The clips.
    pub items: Vec<ShelfLine>,
    /// The place to go on from; none after the last page.
    pub next: Option<String>,
    /// Clips on all pages.
    pub total: u64,
    /// Clips in each state, whichever was asked for.
    pub counts: ShelfCounts,
}

/// Clips in each state of approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShelfCounts {
    /// Not handed in yet.
    pub draft: u64,
    /// Wait for a leader.
    pub submitted: u64,
    /// Wait for their editor.
    pub sent_back: u64,
    /// May go on air.
    pub approved: u64,
    /// Out of use.
    pub retired: u64,
}

/// A clip in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ShelfLine {
    /// The clip, without its script.
    pub clip: Clip,
    /// When it was last on air so that it counted.
    pub last_aired: Option<DateTime<Utc>>,
    /// How often it was.
    pub airings: u64,
}

/// An occurrence that is planned to air a clip.
#[derive(Debug, Clone, PartialEq)]
pub struct Upcoming {
    /// Which.
    pub occurrence: OccurrenceId,
    /// The slot's name for people.
    pub name: String,
    /// When the clip begins.
    pub start: DateTime<Utc>,
}

/// What became of a clip: a page of its airings, the latest first, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The airings of all editions.
    pub items: Vec<LogRow>,
    /// The place to go on from; none after the last page.
    pub next: Option<String>,
    /// When it was last on air so that it counted.
    pub last_aired: Option<DateTime<Utc>>,
    /// Airings that count.
    pub counted: u64,
}

/// The sound of a clip, as a browser can play it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sound {
    /// The file as it is stored.
    Stored {
        /// Where.
        path: PathBuf,
        /// What it is.
        media_type: &'static str,
    },
    /// Decoded to WAV on the way.
    Decoded(WavView),
}

impl Desk {
    /// A page of the library.
    ///
    /// # Errors
    /// The place to go on from is none; the store's own.
    pub async fn shelf(&self, query: ShelfQuery) -> Result<Shelf, DeskError> {
        let ShelfQuery { filter, order, after, limit } = query;
        let after = after.as_deref().map(place_of).transpose()?;
        let lines = self.store.clip_lines(&filter).await?;
        let counted = self.store.clip_counts(&filter).await?;
        let sorted = tokio::task::spawn_blocking(move || page(lines, order, after, limit.clamp(1, PAGE_MAX)));
        let (total, lines, next) = sorted.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        let ids: BTreeSet<ClipId> = lines.iter().map(|line| line.id).collect();
        let clips = self.store.clips_of(&ids).await?.into_iter();
        let mut clips: BTreeMap<ClipId, Clip> = clips.map(|clip| (clip.id, clip)).collect();
        let whole = |line: ClipLine| {
            let clip = clips.remove(&line.id)?;
            Some(ShelfLine { clip, last_aired: line.last_aired, airings: line.airings })
        };
        let count = |word: &str| counted.get(word).copied().unwrap_or(0);
        let counts = ShelfCounts {
            draft: count("draft"),
            submitted: count("submitted"),
            sent_back: count("sent_back"),
            approved: count("approved"),
            retired: count("retired"),
        };
        Ok(Shelf { items: lines.into_iter().filter_map(whole).collect(), next, total, counts })
    }

    /// Every airing of a clip, of all its editions, page by page. A clip that is gone keeps its history.
    ///
    /// # Errors
    /// The place to go on from is none; the store's own.
    pub async fn history(&self, clip: ClipId, after: Option<&str>, limit: u32) -> Result<History, DeskError> {
        let after = after.map(Cursor::from_str).transpose().map_err(|_| no_place())?;
        let limit = limit.clamp(1, PAGE_MAX);
        let filter = AiringFilter {
            clip: Some(clip),
            latest_first: true,
            after,
            limit: Some(limit + 1),
            ..AiringFilter::default()
        };
        let mut airings = self.store.airings(&filter).await?;
        let more = airings.len() > limit as usize;
        airings.truncate(limit as usize);
        let next = airings.last().filter(|_| more).map(|row| Cursor::after(row).to_string());
        let (counted, last_aired) = self.store.aired_of(clip).await?;
        Ok(History { items: self.told(&airings).await?, next, last_aired, counted })
    }

    /// The next occurrences that would air a clip if nothing is changed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn upcoming(&self, clip: ClipId, now: Now) -> Result<Vec<Upcoming>, DeskError> {
        let rows = self.plan(Window { from: now.wall, to: now.wall + AHEAD }).await?;
        let mut upcoming = Vec::new();
        for row in rows {
            let element = row.rundown.elements.iter().find(|element| element.sound.clip_id() == Some(clip));
            if let Some(element) = element
                && upcoming.len() < UPCOMING_MAX
            {
                let occurrence = row.rundown.occurrence.clone();
                upcoming.push(Upcoming { occurrence, name: row.name, start: element.start });
            }
        }
        Ok(upcoming)
    }

    /// The clip of this number, with its script.
    ///
    /// # Errors
    /// There is none; the store's own.
    pub async fn clip(&self, id: ClipId) -> Result<Clip, DeskError> {
        Ok(self.store.clip(id).await?.ok_or(StoreError::NoSuchClip(id))?)
    }

    /// The sound of a clip, for somebody who listens in a browser.
    ///
    /// # Errors
    /// The library has lost it.
    pub fn sound(&self, clip: &Clip) -> Result<Sound, DeskError> {
        let content = ContentStore::open(&self.clips)?;
        if !content.contains(&clip.audio.digest) {
            return Err(ImportError::Missing { digest: clip.audio.digest }.into());
        }
        let path = content.path_of(&clip.audio.digest);
        Ok(match Listening::of(&clip.audio.format) {
            Listening::Stored(media_type) => Sound::Stored { path, media_type },
            Listening::Decoded => Sound::Decoded(WavView::new(&path, &clip.audio)),
        })
    }

    /// The picture of a clip's sound in at most `columns` columns, and how many of them make a second.
    ///
    /// # Errors
    /// The library has lost it.
    pub fn waveform(&self, clip: &Clip, columns: usize) -> Result<(Waveform, f64), DeskError> {
        let whole = ContentStore::open(&self.clips)?.waveform(&clip.audio.digest)?;
        let (reduced, span) = whole.reduced(columns);
        Ok((reduced, f64::from(COLUMNS_PER_SECOND) / span as f64))
    }
}

/// A place in the list: the clip just before it, and what it was ordered by then, so that a clip which moves or goes
/// meanwhile makes no other appear twice.
type Place = (u32, i64, String);

fn place_of(text: &str) -> Result<Place, DeskError> {
    let mut parts = text.splitn(3, '.');
    let mut next = || parts.next().ok_or_else(no_place);
    let id = next()?.parse().map_err(|_| no_place())?;
    let at = next()?.parse().map_err(|_| no_place())?;
    Ok((id, at, next()?.to_owned()))
}

fn no_place() -> DeskError {
    DeskError::usage("the cursor is not one of this list; begin again at its first page")
}

fn key(line: &ClipLine, order: ShelfOrder) -> Place {
    let at = match order {
        ShelfOrder::Newest => line.added_at.timestamp_micros(),
        ShelfOrder::Title => 0,
        ShelfOrder::LastAired => line.last_aired.map_or(i64::MIN, |at| at.timestamp_micros()),
    };
    (line.id.0, at, if order == ShelfOrder::Title { line.title.clone() } else { String::new() })
}

fn page(
    mut lines: Vec<ClipLine>,
    order: ShelfOrder,
    after: Option<Place>,
    limit: u32,
) -> (u64, Vec<ClipLine>, Option<String>) {
    let vietnamese = VietnameseOrder::new();
    let compare = |one: &Place, other: &Place| -> Ordering {
        match order {
            ShelfOrder::Newest => (other.1, other.0).cmp(&(one.1, one.0)),
            ShelfOrder::Title => vietnamese.compare(&one.2, &other.2).then(one.0.cmp(&other.0)),
            ShelfOrder::LastAired => (one.1, one.0).cmp(&(other.1, other.0)),
        }
    };
    lines.sort_by(|one, other| compare(&key(one, order), &key(other, order)));
    let total = lines.len() as u64;
    let from = after.map_or(0, |after| lines.partition_point(|line| compare(&key(line, order), &after).is_le()));
    let mut lines = lines.split_off(from);
    let more = lines.len() > limit as usize;
    lines.truncate(limit as usize);
    let next = lines.last().filter(|_| more).map(|line| {
        let (id, at, title) = key(line, order);
        format!("{id}.{at}.{title}")
    });
    (total, lines, next)
}

//! Live sound, heard in any number of zones in step: a relay, a microphone.
//!
//! A [`LiveSource`] gives frames when asked and silence where it has none. One thread for each voice ([`LiveFeed`]) writes them
//! into a [`History`] of a few seconds; the mixer of every zone reads from there, each at the frame of its own instant. A
//! [`LiveHub`] sees to it that all zones of a voice share one feed.

mod feed;
mod history;
mod tape;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

pub use feed::{LiveFeed, LiveOrder, READY_MAX, ReadyFn, TICK};
pub use history::{History, Length, PIECE_FRAMES_MAX, Reader};
pub use tape::Tapes;

use crate::domain::log::{AiringId, PartId};
use crate::domain::relay::{Account, Carried, Standing, Tally};

/// What live sound is made of. Everything is called on the feed's thread, and must not block.
pub trait LiveSource: Send {
    /// Looks what has become of what it is made of. Called every [`TICK`].
    fn look(&mut self);

    /// Whether something could be heard now.
    fn sounds(&mut self) -> bool;

    /// Fills `block` (interleaved, whole frames), with silence where there is nothing; says what it was.
    fn write(&mut self, block: &mut [f32]) -> Piece;

    /// Why nothing more will come of it, in words; none as long as something may.
    fn fault(&mut self) -> Option<String> {
        None
    }

    /// How many sources [`Carried::Sound`] may name.
    fn sources(&self) -> usize;

    /// What is left to the log, of what was heard.
    fn account(&self, tally: &Tally) -> Account;

    /// How it stands now, having carried so much; none of sound that comes from one place.
    fn standing(&self, _account: &Account) -> Option<Standing> {
        None
    }
}

/// What a block that was written is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What came.
    pub what: Carried,
    /// Frames of it, from the head of the block. The rest is silence of our own.
    pub frames: usize,
}

/// The live voices of all zones of a station: whoever comes first opens the feed, the others share it.
#[derive(Debug, Clone, Default)]
pub struct LiveHub(Arc<Mutex<BTreeMap<PartId, Weak<LiveFeed>>>>);

impl LiveHub {
    /// How the live sound of an airing stands; none if there is none, or nothing to be told.
    #[must_use]
    pub fn standing(&self, airing: AiringId) -> Option<Standing> {
        let feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, feed) = feeds.iter().find(|(part, feed)| part.airing == airing && feed.strong_count() > 0)?;
        feed.upgrade()?.standing()
    }

    /// The feed of a voice, opened if no zone has it. It runs as long as one does.
    ///
    /// # Errors
    /// Those of `open`.
    pub fn join<E>(&self, part: PartId, open: impl FnOnce() -> Result<LiveFeed, E>) -> Result<Arc<LiveFeed>, E> {
        let mut feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.retain(|_, feed| feed.strong_count() > 0);
        if let Some(feed) = feeds.get(&part).and_then(Weak::upgrade) {
            return Ok(feed);
        }
        let feed = Arc::new(open()?);
        feeds.insert(part, Arc::downgrade(&feed));
        Ok(feed)
    }
}
